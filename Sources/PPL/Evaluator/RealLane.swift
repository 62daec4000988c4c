import CVectorMath
import Foundation

/// What a formula computes with: one `Double`, or several side by side.
///
/// A formula written once over `RealLane` runs on all of them: `Double` for numbers, `Vector8` and `Vector32` in loops.
/// Elementary functions come from the platform's vector mathematics library and agree between these forms to its
/// accuracy (4 units in the last place).
public protocol RealLane: Sendable {
  associatedtype Mask

  init(lane value: Double)
  static func + (a: Self, b: Self) -> Self
  static func - (a: Self, b: Self) -> Self
  static func * (a: Self, b: Self) -> Self
  static func / (a: Self, b: Self) -> Self
  static prefix func - (a: Self) -> Self

  static func less(_ a: Self, _ b: Self) -> Mask
  static func lessOrEqual(_ a: Self, _ b: Self) -> Mask
  static func equal(_ a: Self, _ b: Self) -> Mask
  /// `a` where the mask holds, `b` elsewhere.
  static func select(_ mask: Mask, _ a: Self, _ b: Self) -> Self

  static func squareRoot(_ x: Self) -> Self
  static func magnitude(_ x: Self) -> Self
  static func roundDown(_ x: Self) -> Self
  static func exp(_ x: Self) -> Self
  static func log(_ x: Self) -> Self
  static func log1p(_ x: Self) -> Self
  static func expm1(_ x: Self) -> Self
  static func erf(_ x: Self) -> Self
  static func erfc(_ x: Self) -> Self
  static func sin(_ x: Self) -> Self
  static func cos(_ x: Self) -> Self
  static func tanh(_ x: Self) -> Self
  /// a to the power b, as C's `pow`.
  static func power(_ a: Self, _ b: Self) -> Self
  /// Any other function of one variable, element by element.
  static func apply(_ function: (Double) -> Double, _ x: Self) -> Self
  /// Any other function of two variables, element by element.
  static func apply2(_ function: (Double, Double) -> Double, _ x: Self, _ y: Self) -> Self
}

extension RealLane {
  /// 1 / (1 + exp(-x)), without overflow.
  @inlinable @inline(__always) public static func logistic(_ x: Self) -> Self {
    let e = exp(-magnitude(x))
    let r = Self(lane: 1) / (Self(lane: 1) + e)
    return select(less(x, Self(lane: 0)), e * r, r)
  }

  /// log(1 + exp(x)), without overflow.
  @inlinable @inline(__always) public static func softplus(_ x: Self) -> Self {
    select(less(x, Self(lane: 0)), Self(lane: 0), x) + log1p(exp(-magnitude(x)))
  }

  /// x log y, and 0 where x = 0.
  @inlinable @inline(__always) public static func xlogy(_ x: Self, _ y: Self) -> Self {
    select(equal(x, Self(lane: 0)), Self(lane: 0), x * log(y))
  }

  /// x log(1 + y), and 0 where x = 0.
  @inlinable @inline(__always) public static func xlog1py(_ x: Self, _ y: Self) -> Self {
    select(equal(x, Self(lane: 0)), Self(lane: 0), x * log1p(y))
  }

  /// a / b, and 0 where a = 0: the derivative that goes with `xlogy`.
  @inlinable @inline(__always) public static func quotientOrZero(_ a: Self, _ b: Self) -> Self {
    select(equal(a, Self(lane: 0)), Self(lane: 0), a / b)
  }
}

extension Double: RealLane {
  public typealias Mask = Bool

  @inlinable @inline(__always) public init(lane value: Double) { self = value }
  @inlinable @inline(__always) public static func less(_ a: Double, _ b: Double) -> Bool { a < b }
  @inlinable @inline(__always) public static func lessOrEqual(_ a: Double, _ b: Double) -> Bool { a <= b }
  @inlinable @inline(__always) public static func equal(_ a: Double, _ b: Double) -> Bool { a == b }
  @inlinable @inline(__always)
  public static func select(_ mask: Bool, _ a: Double, _ b: Double) -> Double { mask ? a : b }
  @inlinable @inline(__always) public static func squareRoot(_ x: Double) -> Double { x.squareRoot() }
  @inlinable @inline(__always) public static func magnitude(_ x: Double) -> Double { x.magnitude }
  @inlinable @inline(__always) public static func roundDown(_ x: Double) -> Double { x.rounded(.down) }
  @inlinable @inline(__always) public static func exp(_ x: Double) -> Double { Foundation.exp(x) }
  @inlinable @inline(__always) public static func log(_ x: Double) -> Double { Foundation.log(x) }
  @inlinable @inline(__always) public static func log1p(_ x: Double) -> Double { Foundation.log1p(x) }
  @inlinable @inline(__always) public static func expm1(_ x: Double) -> Double { Foundation.expm1(x) }
  @inlinable @inline(__always) public static func erf(_ x: Double) -> Double { Foundation.erf(x) }
  @inlinable @inline(__always) public static func erfc(_ x: Double) -> Double { Foundation.erfc(x) }
  @inlinable @inline(__always) public static func sin(_ x: Double) -> Double { Foundation.sin(x) }
  @inlinable @inline(__always) public static func cos(_ x: Double) -> Double { Foundation.cos(x) }
  @inlinable @inline(__always) public static func tanh(_ x: Double) -> Double { Foundation.tanh(x) }
  @inlinable @inline(__always)
  public static func power(_ a: Double, _ b: Double) -> Double { Foundation.pow(a, b) }
  @inlinable @inline(__always)
  public static func apply(_ function: (Double) -> Double, _ x: Double) -> Double { function(x) }
  @inlinable @inline(__always)
  public static func apply2(_ function: (Double, Double) -> Double, _ x: Double, _ y: Double) -> Double {
    function(x, y)
  }
}
