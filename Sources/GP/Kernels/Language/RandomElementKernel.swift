import NumericCore
import PPL

/// A kernel whose covariance matrix the language can build of random hyper-parameters.
public protocol RandomElementKernel: Kernel {
  /// K[i, j] = k(x_i, x_j), with hyper-parameters in their own units (not their coordinates), in the order of
  /// `parameterList`. Points and count have been checked.
  func randomCovariance(
    of points: Matrix, _ hyperparameters: ArraySlice<Random<Double>>
  ) throws(KernelError) -> Random<Matrix>
}

extension Kernel {
  /// The covariance matrix of a Gaussian process at points with random hyper-parameters, as a random element,
  /// for a latent function or an observation:
  ///
  ///     let alpha = Latent("alpha", HalfNormal(scale: 1))
  ///     let rho = Latent("rho", InverseGamma(shape: 5, scale: 5))
  ///     let sigma = Latent("sigma", HalfNormal(scale: 1))
  ///     let covariance = try RadialKernel(.matern52, lengthScale: 1).scaled(by: 1)
  ///       .covariance(of: x, hyperparameters: [square(alpha), rho], noise: square(sigma))
  ///     Observe(y, from: MultivariateNormal(0, covariance: covariance))
  ///
  /// - Parameters:
  ///   - points: a row each.
  ///   - hyperparameters: in their own units, in the order of `parameterList`; those of the kernel itself
  ///     stand for nothing
  ///     but their number.
  ///   - noise: a variance, added to the diagonal. A latent function needs a little of it, 1e-9 of the
  ///     variance, for its
  ///     covariance to be positive definite in floating point.
  /// - Throws: `wrongParameterCount`; what `covariance(of:)` throws; `notInLanguage` where a part of the
  ///   kernel is no `RandomElementKernel`. Cost: O(n^2) a part, and of the factorisation that follows O(n^3).
  public func covariance(
    of points: Matrix, hyperparameters: [Random<Double>], noise: Random<Double>
  ) throws(KernelError) -> Random<Matrix> {
    try check(points)
    guard hyperparameters.count == parameterCount else {
      throw .wrongParameterCount(count: hyperparameters.count, expected: parameterCount)
    }
    return try randomElement(of: points, hyperparameters[...]) + noise * Matrix.identity(points.rows)
  }

  func randomElement(
    of points: Matrix, _ hyperparameters: ArraySlice<Random<Double>>
  ) throws(KernelError) -> Random<Matrix> {
    guard let kernel = self as? any RandomElementKernel else { throw .notInLanguage(kernel: description) }
    return try kernel.randomCovariance(of: points, hyperparameters)
  }
}

extension Matrix {
  /// A[i, j] = f(i, j), square, with a row for each of this matrix's.
  func pairwise(_ f: (Int, Int) -> Double) -> Matrix {
    var result = Matrix(rows: rows, columns: rows)
    for j in 0..<rows { for i in 0..<rows { result[i, j] = f(i, j) } }
    return result
  }
}
