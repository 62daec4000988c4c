import NumericCore

/// A standard variate that others are functions of.
public enum StandardVariate: Sendable {
  /// Uniform on (0, 1), ends excluded.
  case uniform
  case normal
}

/// A distribution of which a draw is a function of one standard variate: the lanes of a site are drawn together, by vector
/// instructions.
public protocol TransformedVariate: UnivariateDistribution {
  static var variate: StandardVariate { get }
  /// The draw that a variate gives, with the parameters in the order of `parameters` (those that are not there: 0).
  /// Parameters outside of their domain give NaN.
  static func value<T: RealLane>(of variate: T, _ p0: T, _ p1: T, _ p2: T) -> T
  /// Makes draws of variates in place: those of one element, lane beside lane.
  static func transform(_ variates: UnsafeMutablePointer<Double>, _ parameters: TransformParameters)
}

/// The parameters of one element's draws, lane beside lane.
@frozen public struct TransformParameters {
  @usableFromInline let rows: (Row, Row, Row)
  @usableFromInline let lanes: Int

  init(_ instruction: borrowing Instruction, element: Int) {
    func row(_ operand: Operand) -> Row {
      Row(operand.value + (operand.count == 1 ? 0 : element &* operand.elementStride), stride: operand.laneStride)
    }
    let inputs = instruction.inputs
    (rows, lanes) = ((row(inputs.0), row(inputs.1), row(inputs.2)), instruction.lanes)
  }
}

extension TransformedVariate {
  public static func draw(_ p: DrawParameters, using stream: inout RandomStream) -> Double {
    let variate =
      switch self.variate {
      case .uniform: stream.uniform()
      case .normal: stream.normal()
      }
    return value(of: variate, p[0], p.count > 1 ? p[1] : 0, p.count > 2 ? p[2] : 0)
  }

  @inlinable public static func transform(_ variates: UnsafeMutablePointer<Double>, _ parameters: TransformParameters) {
    let (a, b, c) = parameters.rows
    guard parameters.lanes > 1 else {
      variates[0] = value(of: variates[0], a.one(at: 0), b.one(at: 0), c.one(at: 0))
      return
    }
    var i = 0
    while i < parameters.lanes {
      value(
        of: Vector8.load(variates + i, rest: 8), a.load(Vector8.self, at: i, rest: 8),
        b.load(Vector8.self, at: i, rest: 8), c.load(Vector8.self, at: i, rest: 8)
      ).store(variates + i, rest: 8)
      i &+= 8
    }
  }
}

extension RealLane {
  /// `value` where `condition` holds, NaN elsewhere: a draw whose parameters are in their domain.
  @inlinable public static func valid(_ condition: Mask, _ value: Self) -> Self {
    select(condition, value, Self(lane: .nan))
  }
}
