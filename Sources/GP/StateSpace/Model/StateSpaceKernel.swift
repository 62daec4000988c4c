/// A kernel of the line that is the covariance of a function of a Markov process, so that regression takes a time
/// that is linear in the number of points (`GaussianProcess.Structure.stateSpace`).
///
/// | kernel | states |
/// | --- | --- |
/// | `RadialKernel`, Matern nu = 1/2, 3/2, 5/2 | nu + 1/2 |
/// | `ConstantKernel` | 1 |
/// | `LinearKernel`, `CosineKernel` | 2 |
/// | `PeriodicKernel`, `CentredPeriodicKernel` | 2 for each harmonic, and 1 for the mean |
/// | `SpectralMixtureKernel`, Student t | 6 for each component, 3 for one of frequency 0 |
/// | `KernelSum` | the sum of those of the terms |
/// | `KernelProduct` | the product of those of the factors |
/// | `ScaledKernel`, `CoordinateKernel` | those of the kernel inside |
///
/// Others have a spectrum that is not rational, and no finite state.
public protocol StateSpaceKernel: Kernel {
  /// The model of this kernel, which `stateSpaceModel(tolerance:)` checks the tolerance for.
  func stateSpaceForm(tolerance: Double) throws(KernelError) -> StateSpaceModel
}

extension Kernel {
  /// This kernel as the covariance of a function of a Markov process.
  ///
  /// - Parameter tolerance: what share of its variance each periodic kernel may leave out: its harmonics are
  ///   truncated where the rest has less. All others are exact.
  /// - Throws: `noStateSpace` for kernels that have none, or one of more than 512 states; `invalidParameter` unless
  ///   the tolerance is in (0, 1).
  public func stateSpaceModel(tolerance: Double = 1e-6) throws(KernelError) -> StateSpaceModel {
    guard tolerance > 0, tolerance < 1 else {
      throw .invalidParameter(name: "tolerance", value: tolerance, expected: "in (0, 1)")
    }
    guard let kernel = self as? any StateSpaceKernel else {
      throw .noStateSpace(
        kernel: description, expected: "Matern, constant, linear, cosine or periodic kernels, sums and products")
    }
    let model = try kernel.stateSpaceForm(tolerance: tolerance)
    guard model.states <= StateSpaceModel.mostStates else {
      throw .noStateSpace(
        kernel: description,
        expected: "at most \(StateSpaceModel.mostStates) states, not \(model.states): fewer or longer length scales")
    }
    return model
  }
}

extension StateSpaceModel {
  /// A step costs states^2 times the size of a block: beyond this, some milliseconds. Conventional.
  static let mostStates = 512
}
