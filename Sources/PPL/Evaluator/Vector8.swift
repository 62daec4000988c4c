import CVectorMath
import Foundation

/// What loops read, compute and write at a time.
public typealias Vector8 = SIMD8<Double>

extension SIMD8: RealLane where Scalar == Double {
  public typealias Mask = SIMDMask<SIMD8<Int64>>

  // Not `init(repeating:)`: Swift 6.3 crashes where the shuffle is inlined into loops with several entries.
  @inlinable @inline(__always) public init(lane x: Double) { self.init(x, x, x, x, x, x, x, x) }
  @inlinable @inline(__always) public static func less(_ a: Self, _ b: Self) -> Mask { a .< b }
  @inlinable @inline(__always) public static func lessOrEqual(_ a: Self, _ b: Self) -> Mask { a .<= b }
  @inlinable @inline(__always) public static func equal(_ a: Self, _ b: Self) -> Mask { a .== b }
  @inlinable @inline(__always) public static func select(_ mask: Mask, _ a: Self, _ b: Self) -> Self {
    b.replacing(with: a, where: mask)
  }
  @inlinable @inline(__always) public static func squareRoot(_ x: Self) -> Self { x.squareRoot() }
  @inlinable @inline(__always) public static func magnitude(_ x: Self) -> Self {
    let m: UInt64 = 0x7fff_ffff_ffff_ffff
    let bits = unsafeBitCast(x, to: SIMD8<UInt64>.self) & SIMD8<UInt64>(m, m, m, m, m, m, m, m)
    return unsafeBitCast(bits, to: Self.self)
  }
  @inlinable @inline(__always) public static func roundDown(_ x: Self) -> Self { x.rounded(.down) }

  @inlinable @inline(__always)
  static func call(
    _ function: (Int, UnsafePointer<Double>, UnsafeMutablePointer<Double>) -> Void, _ x: Self
  ) -> Self {
    var x = x
    withUnsafeMutablePointer(to: &x) {
      $0.withMemoryRebound(to: Double.self, capacity: 8) { function(8, UnsafePointer($0), $0) }
    }
    return x
  }
  @inlinable @inline(__always) public static func exp(_ x: Self) -> Self { call(borel_vexp, x) }
  @inlinable @inline(__always) public static func log(_ x: Self) -> Self { call(borel_vlog, x) }
  @inlinable @inline(__always) public static func log1p(_ x: Self) -> Self { call(borel_vlog1p, x) }
  @inlinable @inline(__always) public static func expm1(_ x: Self) -> Self { call(borel_vexpm1, x) }
  @inlinable @inline(__always) public static func erf(_ x: Self) -> Self { call(borel_verf, x) }
  @inlinable @inline(__always) public static func erfc(_ x: Self) -> Self { call(borel_verfc, x) }
  @inlinable @inline(__always) public static func sin(_ x: Self) -> Self { call(borel_vsin, x) }
  @inlinable @inline(__always) public static func cos(_ x: Self) -> Self { call(borel_vcos, x) }
  @inlinable @inline(__always) public static func tanh(_ x: Self) -> Self { call(borel_vtanh, x) }
  @inlinable @inline(__always)
  public static func power(_ a: Self, _ b: Self) -> Self { apply2({ Foundation.pow($0, $1) }, a, b) }
  @inlinable @inline(__always) public static func apply(_ function: (Double) -> Double, _ x: Self) -> Self {
    var y = x
    for i in 0..<8 { y[i] = function(x[i]) }
    return y
  }
  @inlinable @inline(__always)
  public static func apply2(_ function: (Double, Double) -> Double, _ x: Self, _ y: Self) -> Self {
    var z = x
    for i in 0..<8 { z[i] = function(x[i], y[i]) }
    return z
  }
}

extension SIMD8: LoopLane where Scalar == Double {
  @inlinable @inline(__always) static var width: Int { 8 }
  @inlinable @inline(__always) static func load(_ x: UnsafeMutablePointer<Double>, rest: Int) -> Self {
    UnsafeRawPointer(x).loadUnaligned(as: Self.self)
  }
  @inlinable @inline(__always) func store(_ y: UnsafeMutablePointer<Double>, rest: Int) {
    UnsafeMutableRawPointer(y).storeBytes(of: self, as: Self.self)
  }
  @inlinable @inline(__always) func kept(_ rest: Int) -> Self {
    if rest >= 8 { return self }
    let positions = SIMD8<Double>(0, 1, 2, 3, 4, 5, 6, 7)
    return Self.zero.replacing(with: self, where: positions .< Self(lane: Double(rest)))
  }
  @inlinable @inline(__always) var folded: Vector8 { self }
}

extension SIMD8 where Scalar == Double {
  /// The sum of the elements, added in pairs.
  @inlinable @inline(__always) var total: Double {
    let four = SIMD4(self[0], self[1], self[2], self[3]) + SIMD4(self[4], self[5], self[6], self[7])
    let two = SIMD2(four[0], four[1]) + SIMD2(four[2], four[3])
    return two[0] + two[1]
  }
}
