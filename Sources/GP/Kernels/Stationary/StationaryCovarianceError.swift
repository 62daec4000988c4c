/// What is wrong with a covariance's parameters.
public enum StationaryCovarianceError: Error, Equatable, Sendable, CustomStringConvertible {
  case noComponents
  case invalidComponent(index: Int, name: String, value: Double, expected: String)
  /// An order of derivatives outside of 0...4.
  case unsupportedDerivative(order: Int)
  case wrongParameterCount(Int, expected: Int)

  public var description: String {
    switch self {
    case .noComponents: "a stationary covariance needs at least one component"
    case .invalidComponent(let index, let name, let value, let expected):
      "component \(index): \(name) = \(value), expected \(expected)"
    case .unsupportedDerivative(let order):
      "derivative of order \(order), expected 0 to \(StationaryCovariance.highestDerivative)"
    case .wrongParameterCount(let count, let expected): "\(count) parameters, expected \(expected)"
    }
  }
}
