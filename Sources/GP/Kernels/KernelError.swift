/// What is wrong with a kernel, or with what it is asked for.
public enum KernelError: Error, Equatable, Sendable, CustomStringConvertible {
  case invalidParameter(name: String, value: Double, expected: String)
  case wrongParameterCount(count: Int, expected: Int)
  /// The kernel acts on a coordinate that the points do not have.
  case missingCoordinate(coordinate: Int, dimension: Int)
  case wrongDimension(dimension: Int, expected: Int)
  /// A coordinate of a point is not finite.
  case notFinite(point: Int, coordinate: Int, value: Double)
  /// The process is not differentiable that often, or the derivative is not implemented.
  case unsupportedDerivative(kernel: String, first: [Int], second: [Int])
  case emptyKernel(kernel: String)
  /// The language cannot build the covariance matrix of this part.
  case notInLanguage(kernel: String)
  /// The kernel is not that of a function of a Markov process with a state of a size that is practical.
  case noStateSpace(kernel: String, expected: String)

  public var description: String {
    switch self {
    case .invalidParameter(let name, let value, let expected): "\(name) = \(value), expected \(expected)"
    case .wrongParameterCount(let count, let expected): "\(count) parameters, expected \(expected)"
    case .missingCoordinate(let coordinate, let dimension):
      "a kernel on coordinate \(coordinate), expected less than \(dimension), the dimension of the points"
    case .wrongDimension(let dimension, let expected):
      "points of dimension \(dimension), expected \(expected)"
    case .notFinite(let point, let coordinate, let value):
      "coordinate \(coordinate) of point \(point) is \(value), expected a finite number"
    case .unsupportedDerivative(let kernel, let first, let second):
      "\(kernel) has no derivative of orders \(first) and \(second) in its arguments"
    case .notInLanguage(let kernel):
      "\(kernel) cannot have random hyper-parameters, expected a `RandomElementKernel`"
    case .noStateSpace(let kernel, let expected): "\(kernel) has no state-space form, expected \(expected)"
    case .emptyKernel(let kernel): "\(kernel) of no kernels, expected at least one"
    }
  }
}
