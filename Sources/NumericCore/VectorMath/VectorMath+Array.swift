/// The same functions over arrays: each gives a new array of the same count.
extension VectorMath {
  @usableFromInline typealias Function = (UnsafePointer<Double>, UnsafeMutablePointer<Double>, Int) -> Void

  @inlinable static func map(_ x: [Double], _ function: Function) -> [Double] {
    [Double](unsafeUninitializedCapacity: x.count) { y, count in
      x.withUnsafeBufferPointer {
        if let source = $0.baseAddress, let target = y.baseAddress { function(source, target, $0.count) }
      }
      count = x.count
    }
  }

  /// e^x.
  @inlinable public static func exp(_ x: [Double]) -> [Double] { map(x) { exp($0, $1, count: $2) } }

  /// The natural logarithm of x: -infinity at 0, NaN below.
  @inlinable public static func log(_ x: [Double]) -> [Double] { map(x) { log($0, $1, count: $2) } }

  /// log(1 + x), to full relative accuracy near 0.
  @inlinable public static func log1p(_ x: [Double]) -> [Double] { map(x) { log1p($0, $1, count: $2) } }

  /// e^x - 1, to full relative accuracy near 0.
  @inlinable public static func expm1(_ x: [Double]) -> [Double] { map(x) { expm1($0, $1, count: $2) } }

  /// The error function.
  @inlinable public static func erf(_ x: [Double]) -> [Double] { map(x) { erf($0, $1, count: $2) } }

  /// 1 - erf x, to full relative accuracy in the upper tail.
  @inlinable public static func erfc(_ x: [Double]) -> [Double] { map(x) { erfc($0, $1, count: $2) } }

  /// The sine of x radians, for any finite x; NaN at infinity.
  @inlinable public static func sin(_ x: [Double]) -> [Double] { map(x) { sin($0, $1, count: $2) } }

  /// The cosine of x radians, for any finite x; NaN at infinity.
  @inlinable public static func cos(_ x: [Double]) -> [Double] { map(x) { cos($0, $1, count: $2) } }

  /// The hyperbolic tangent.
  @inlinable public static func tanh(_ x: [Double]) -> [Double] { map(x) { tanh($0, $1, count: $2) } }
}
