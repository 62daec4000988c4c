/// What is wrong with a collocation problem, a setting of the joint MAP solver or its run.
public enum JointMAPError: Error, Equatable, Sendable, CustomStringConvertible {
  case invalidInterval(axis: Int, lower: Double, upper: Double)
  case gridTooSmall(axis: Int, points: Int, needed: Int)
  case nonFinite(what: String, point: [Double], value: Double)
  case invalidSetting(name: String, value: Double, expected: String)
  /// The covariance of an axis with its jitter is not positive definite, or something overflowed.
  case diverged(step: Int, jitter: Double)
  case wrongPointCount(axes: Int, expected: Int)
  case nonFinitePoint(axis: Int, index: Int, value: Double)

  static func requirePositive(_ name: String, _ value: Double) throws(JointMAPError) {
    guard value > 0, value.isFinite else {
      throw .invalidSetting(name: name, value: value, expected: "> 0 and finite")
    }
  }

  public var description: String {
    switch self {
    case .invalidInterval(let axis, let lower, let upper):
      "axis \(axis) runs from \(lower) to \(upper), expected two finite ends in rising order"
    case .gridTooSmall(let axis, let points, let needed):
      "\(points) points along axis \(axis), expected at least \(needed)"
    case .nonFinite(let what, let point, let value): "the \(what) is \(value) at \(point), expected finite"
    case .invalidSetting(let name, let value, let expected): "\(name) = \(value), expected \(expected)"
    case .diverged(let step, let jitter):
      """
      after \(step) steps the log density is not finite: a covariance with jitter \(jitter) is not positive \
      definite, or the values overflow; take a larger jitter, a smaller step, or scale u to the order of 1
      """
    case .wrongPointCount(let axes, let expected): "points along \(axes) axes, expected \(expected)"
    case .nonFinitePoint(let axis, let index, let value):
      "coordinate \(index) along axis \(axis) is \(value), expected a finite number"
    }
  }
}
