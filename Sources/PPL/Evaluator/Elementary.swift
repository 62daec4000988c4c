import Foundation
import NumericCore

/// The elementary functions of the language: each one type, its name, value and derivative.
public enum Elementary {
  public enum Negate: UnaryFunction {
    public static var name: String { "negate" }
    @inlinable public static func value<T: RealLane>(_ x: T) -> T { -x }
    @inlinable public static func derivative<T: RealLane>(_ x: T, value y: T) -> T { T(lane: -1) }
  }

  public enum Exponential: UnaryFunction {
    public static var name: String { "exp" }
    @inlinable public static func value<T: RealLane>(_ x: T) -> T { T.exp(x) }
    @inlinable public static func derivative<T: RealLane>(_ x: T, value y: T) -> T { y }
    @inlinable public static func values(
      _ x: UnsafeMutablePointer<Double>, _ y: UnsafeMutablePointer<Double>, count: Int
    ) {
      VectorMath.exp(x, y, count: count)
    }
  }

  public enum Logarithm: UnaryFunction {
    public static var name: String { "log" }
    @inlinable public static func value<T: RealLane>(_ x: T) -> T { T.log(x) }
    @inlinable public static func derivative<T: RealLane>(_ x: T, value y: T) -> T { T(lane: 1) / x }
    @inlinable public static func values(
      _ x: UnsafeMutablePointer<Double>, _ y: UnsafeMutablePointer<Double>, count: Int
    ) {
      VectorMath.log(x, y, count: count)
    }
  }

  public enum Log1p: UnaryFunction {
    public static var name: String { "log1p" }
    @inlinable public static func value<T: RealLane>(_ x: T) -> T { T.log1p(x) }
    @inlinable public static func derivative<T: RealLane>(_ x: T, value y: T) -> T {
      T(lane: 1) / (T(lane: 1) + x)
    }
    @inlinable public static func values(
      _ x: UnsafeMutablePointer<Double>, _ y: UnsafeMutablePointer<Double>, count: Int
    ) {
      VectorMath.log1p(x, y, count: count)
    }
  }

  public enum Expm1: UnaryFunction {
    public static var name: String { "expm1" }
    @inlinable public static func value<T: RealLane>(_ x: T) -> T { T.expm1(x) }
    @inlinable public static func derivative<T: RealLane>(_ x: T, value y: T) -> T { y + T(lane: 1) }
    @inlinable public static func values(
      _ x: UnsafeMutablePointer<Double>, _ y: UnsafeMutablePointer<Double>, count: Int
    ) {
      VectorMath.expm1(x, y, count: count)
    }
  }

  public enum SquareRoot: UnaryFunction {
    public static var name: String { "sqrt" }
    @inlinable public static func value<T: RealLane>(_ x: T) -> T { T.squareRoot(x) }
    @inlinable public static func derivative<T: RealLane>(_ x: T, value y: T) -> T { T(lane: 0.5) / y }
  }

  public enum Square: UnaryFunction {
    public static var name: String { "square" }
    @inlinable public static func value<T: RealLane>(_ x: T) -> T { x * x }
    @inlinable public static func derivative<T: RealLane>(_ x: T, value y: T) -> T { x + x }
  }

  public enum Reciprocal: UnaryFunction {
    public static var name: String { "reciprocal" }
    @inlinable public static func value<T: RealLane>(_ x: T) -> T { T(lane: 1) / x }
    @inlinable public static func derivative<T: RealLane>(_ x: T, value y: T) -> T { -(y * y) }
  }

  public enum Magnitude: UnaryFunction {
    public static var name: String { "abs" }
    @inlinable public static func value<T: RealLane>(_ x: T) -> T { T.magnitude(x) }
    @inlinable public static func derivative<T: RealLane>(_ x: T, value y: T) -> T {
      T.select(T.less(x, T(lane: 0)), T(lane: -1), T.select(T.less(T(lane: 0), x), T(lane: 1), T(lane: 0)))
    }
  }

  public enum Sine: UnaryFunction {
    public static var name: String { "sin" }
    @inlinable public static func value<T: RealLane>(_ x: T) -> T { T.sin(x) }
    @inlinable public static func derivative<T: RealLane>(_ x: T, value y: T) -> T { T.cos(x) }
    public static var derivativeGrain: Grain { .tile }
    @inlinable public static func values(
      _ x: UnsafeMutablePointer<Double>, _ y: UnsafeMutablePointer<Double>, count: Int
    ) {
      VectorMath.sin(x, y, count: count)
    }
  }

  public enum Cosine: UnaryFunction {
    public static var name: String { "cos" }
    @inlinable public static func value<T: RealLane>(_ x: T) -> T { T.cos(x) }
    @inlinable public static func derivative<T: RealLane>(_ x: T, value y: T) -> T { -T.sin(x) }
    public static var derivativeGrain: Grain { .tile }
    @inlinable public static func values(
      _ x: UnsafeMutablePointer<Double>, _ y: UnsafeMutablePointer<Double>, count: Int
    ) {
      VectorMath.cos(x, y, count: count)
    }
  }

  public enum HyperbolicTangent: UnaryFunction {
    public static var name: String { "tanh" }
    @inlinable public static func value<T: RealLane>(_ x: T) -> T { T.tanh(x) }
    @inlinable public static func derivative<T: RealLane>(_ x: T, value y: T) -> T { T(lane: 1) - y * y }
    @inlinable public static func values(
      _ x: UnsafeMutablePointer<Double>, _ y: UnsafeMutablePointer<Double>, count: Int
    ) {
      VectorMath.tanh(x, y, count: count)
    }
  }

  public enum Logistic: UnaryFunction {
    public static var name: String { "logistic" }
    public static var valueGrain: Grain { .tile }
    @inlinable @inline(__always) public static func value<T: RealLane>(_ x: T) -> T { T.logistic(x) }
    @inlinable @inline(__always) public static func derivative<T: RealLane>(_ x: T, value y: T) -> T {
      y * (T(lane: 1) - y)
    }
  }

  public enum Softplus: UnaryFunction {
    public static var name: String { "softplus" }
    public static var valueGrain: Grain { .tile }
    public static var derivativeGrain: Grain { .tile }
    @inlinable @inline(__always) public static func value<T: RealLane>(_ x: T) -> T { T.softplus(x) }
    @inlinable @inline(__always) public static func derivative<T: RealLane>(_ x: T, value y: T) -> T {
      T.logistic(x)
    }
  }

  public enum Logit: UnaryFunction {
    public static var name: String { "logit" }
    public static var valueGrain: Grain { .tile }
    @inlinable @inline(__always) public static func value<T: RealLane>(_ x: T) -> T { T.log(x) - T.log1p(-x) }
    @inlinable @inline(__always) public static func derivative<T: RealLane>(_ x: T, value y: T) -> T {
      T(lane: 1) / (x * (T(lane: 1) - x))
    }
  }

  public enum ErrorFunction: UnaryFunction {
    public static var name: String { "erf" }
    @inlinable public static func value<T: RealLane>(_ x: T) -> T { T.erf(x) }
    @inlinable public static func derivative<T: RealLane>(_ x: T, value y: T) -> T {
      T(lane: 1.1283791670955126) * T.exp(-(x * x))
    }
    public static var derivativeGrain: Grain { .tile }
    @inlinable public static func values(
      _ x: UnsafeMutablePointer<Double>, _ y: UnsafeMutablePointer<Double>, count: Int
    ) {
      VectorMath.erf(x, y, count: count)
    }
  }

  public enum ComplementaryErrorFunction: UnaryFunction {
    public static var name: String { "erfc" }
    @inlinable public static func value<T: RealLane>(_ x: T) -> T { T.erfc(x) }
    @inlinable public static func derivative<T: RealLane>(_ x: T, value y: T) -> T {
      T(lane: -1.1283791670955126) * T.exp(-(x * x))
    }
    public static var derivativeGrain: Grain { .tile }
    @inlinable public static func values(
      _ x: UnsafeMutablePointer<Double>, _ y: UnsafeMutablePointer<Double>, count: Int
    ) {
      VectorMath.erfc(x, y, count: count)
    }
  }

  public enum LogGamma: UnaryFunction {
    public static var name: String { "logGamma" }
    public static var valueGrain: Grain { .element }
    public static var derivativeGrain: Grain { .element }
    @inlinable public static func value<T: RealLane>(_ x: T) -> T { T.apply(logGamma, x) }
    @inlinable public static func derivative<T: RealLane>(_ x: T, value y: T) -> T { T.apply(digamma, x) }
  }

  public enum Digamma: UnaryFunction {
    public static var name: String { "digamma" }
    public static var valueGrain: Grain { .element }
    public static var derivativeGrain: Grain { .element }
    @inlinable public static func value<T: RealLane>(_ x: T) -> T { T.apply(digamma, x) }
    @inlinable public static func derivative<T: RealLane>(_ x: T, value y: T) -> T { T.apply(trigamma, x) }
  }

  public enum RoundDown: UnaryFunction {
    public static var name: String { "floor" }
    @inlinable public static func value<T: RealLane>(_ x: T) -> T { T.roundDown(x) }
    @inlinable public static func derivative<T: RealLane>(_ x: T, value y: T) -> T { T(lane: 0) }
  }

  public enum Not: UnaryFunction {
    public static var name: String { "not" }
    @inlinable public static func value<T: RealLane>(_ x: T) -> T { T(lane: 1) - x }
    @inlinable public static func derivative<T: RealLane>(_ x: T, value y: T) -> T { T(lane: 0) }
  }

  public enum Add: BinaryFunction {
    public static var name: String { "add" }
    public static var passesAdjointTo: [Int] { [0, 1] }
    @inlinable public static func value<T: RealLane>(_ a: T, _ b: T) -> T { a + b }
    @inlinable public static func partials<T: RealLane>(_ a: T, _ b: T, value y: T) -> (T, T) {
      (T(lane: 1), T(lane: 1))
    }
  }

  public enum Subtract: BinaryFunction {
    public static var name: String { "subtract" }
    public static var passesAdjointTo: [Int] { [0] }
    @inlinable public static func value<T: RealLane>(_ a: T, _ b: T) -> T { a - b }
    @inlinable public static func partials<T: RealLane>(_ a: T, _ b: T, value y: T) -> (T, T) {
      (T(lane: 1), T(lane: -1))
    }
  }

  public enum Multiply: BinaryFunction {
    public static var name: String { "multiply" }
    @inlinable public static func value<T: RealLane>(_ a: T, _ b: T) -> T { a * b }
    @inlinable public static func partials<T: RealLane>(_ a: T, _ b: T, value y: T) -> (T, T) { (b, a) }
  }

  public enum Divide: BinaryFunction {
    public static var name: String { "divide" }
    @inlinable public static func value<T: RealLane>(_ a: T, _ b: T) -> T { a / b }
    @inlinable public static func partials<T: RealLane>(_ a: T, _ b: T, value y: T) -> (T, T) {
      (T(lane: 1) / b, -(y / b))
    }
  }

  public enum Maximum: BinaryFunction {
    public static var name: String { "max" }
    @inlinable public static func value<T: RealLane>(_ a: T, _ b: T) -> T { T.select(T.less(a, b), b, a) }
    @inlinable public static func partials<T: RealLane>(_ a: T, _ b: T, value y: T) -> (T, T) {
      (T.select(T.less(a, b), T(lane: 0), T(lane: 1)), T.select(T.less(a, b), T(lane: 1), T(lane: 0)))
    }
  }

  public enum Minimum: BinaryFunction {
    public static var name: String { "min" }
    @inlinable public static func value<T: RealLane>(_ a: T, _ b: T) -> T { T.select(T.less(b, a), b, a) }
    @inlinable public static func partials<T: RealLane>(_ a: T, _ b: T, value y: T) -> (T, T) {
      (T.select(T.less(b, a), T(lane: 0), T(lane: 1)), T.select(T.less(b, a), T(lane: 1), T(lane: 0)))
    }
  }

  public enum LogAddExp: BinaryFunction {
    public static var name: String { "logAddExp" }
    public static var valueGrain: Grain { .tile }
    public static var derivativeGrain: Grain { .tile }
    @inlinable @inline(__always) public static func value<T: RealLane>(_ a: T, _ b: T) -> T {
      // Where both are -infinity their difference is not a number: the larger one is the answer.
      let high = T.select(T.less(a, b), b, a)
      let gap = T.select(T.equal(a, b), T(lane: 0), a - b)
      return high + T.log1p(T.exp(-T.magnitude(gap)))
    }
    @inlinable @inline(__always)
    public static func partials<T: RealLane>(_ a: T, _ b: T, value y: T) -> (T, T) {
      let share = T.logistic(T.select(T.equal(a, b), T(lane: 0), a - b))
      return (share, T(lane: 1) - share)
    }
  }

  public enum XLogY: BinaryFunction {
    public static var name: String { "xlogy" }
    public static var valueGrain: Grain { .tile }
    public static var derivativeGrain: Grain { .tile }
    @inlinable @inline(__always) public static func value<T: RealLane>(_ a: T, _ b: T) -> T { T.xlogy(a, b) }
    @inlinable @inline(__always)
    public static func partials<T: RealLane>(_ a: T, _ b: T, value y: T) -> (T, T) {
      (T.log(b), T.quotientOrZero(a, b))
    }
  }

  public enum Less: BinaryFunction {
    public static var name: String { "less" }
    @inlinable public static func value<T: RealLane>(_ a: T, _ b: T) -> T {
      T.select(T.less(a, b), T(lane: 1), T(lane: 0))
    }
    @inlinable public static func partials<T: RealLane>(_ a: T, _ b: T, value y: T) -> (T, T) {
      (T(lane: 0), T(lane: 0))
    }
  }

  public enum LessOrEqual: BinaryFunction {
    public static var name: String { "lessOrEqual" }
    @inlinable public static func value<T: RealLane>(_ a: T, _ b: T) -> T {
      T.select(T.lessOrEqual(a, b), T(lane: 1), T(lane: 0))
    }
    @inlinable public static func partials<T: RealLane>(_ a: T, _ b: T, value y: T) -> (T, T) {
      (T(lane: 0), T(lane: 0))
    }
  }

  public enum Equal: BinaryFunction {
    public static var name: String { "equal" }
    @inlinable public static func value<T: RealLane>(_ a: T, _ b: T) -> T {
      T.select(T.equal(a, b), T(lane: 1), T(lane: 0))
    }
    @inlinable public static func partials<T: RealLane>(_ a: T, _ b: T, value y: T) -> (T, T) {
      (T(lane: 0), T(lane: 0))
    }
  }

  public enum And: BinaryFunction {
    public static var name: String { "and" }
    @inlinable public static func value<T: RealLane>(_ a: T, _ b: T) -> T { a * b }
    @inlinable public static func partials<T: RealLane>(_ a: T, _ b: T, value y: T) -> (T, T) {
      (T(lane: 0), T(lane: 0))
    }
  }

  public enum Or: BinaryFunction {
    public static var name: String { "or" }
    @inlinable public static func value<T: RealLane>(_ a: T, _ b: T) -> T { T.select(T.less(a, b), b, a) }
    @inlinable public static func partials<T: RealLane>(_ a: T, _ b: T, value y: T) -> (T, T) {
      (T(lane: 0), T(lane: 0))
    }
  }

  public enum Power: BinaryFunction {
    public static var name: String { "power" }
    public static var valueGrain: Grain { .element }
    public static var derivativeGrain: Grain { .element }
    @inlinable public static func value<T: RealLane>(_ a: T, _ b: T) -> T { T.power(a, b) }
    @inlinable public static func partials<T: RealLane>(_ a: T, _ b: T, value y: T) -> (T, T) {
      let zero = T(lane: 0)
      return (
        T.select(T.equal(b, zero), zero, b * T.power(a, b - T(lane: 1))),
        T.select(T.equal(a, zero), zero, y * T.log(a))
      )
    }
  }
}
