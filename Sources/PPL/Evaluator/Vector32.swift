import CVectorMath
import Foundation

/// Four vectors side by side, for formulas that call the vector mathematics library: the library's vectors may be wider
/// than the loop's, and reading at once what was just written in pieces waits for the pieces. With four, there is other
/// work in the meantime.
@frozen public struct Vector32: RealLane {
  @frozen public struct Mask: Sendable {
    @usableFromInline let a, b, c, d: Vector8.Mask
    @inlinable @inline(__always)
    init(_ a: Vector8.Mask, _ b: Vector8.Mask, _ c: Vector8.Mask, _ d: Vector8.Mask) {
      (self.a, self.b, self.c, self.d) = (a, b, c, d)
    }
  }

  @usableFromInline var a, b, c, d: Vector8

  @inlinable @inline(__always) init(_ a: Vector8, _ b: Vector8, _ c: Vector8, _ d: Vector8) {
    (self.a, self.b, self.c, self.d) = (a, b, c, d)
  }
  @inlinable @inline(__always) public init(lane value: Double) {
    let v = Vector8(lane: value)
    self.init(v, v, v, v)
  }

  @inlinable @inline(__always) static func each(_ x: Self, _ f: (Vector8) -> Vector8) -> Self {
    Self(f(x.a), f(x.b), f(x.c), f(x.d))
  }
  @inlinable @inline(__always)
  static func each(_ x: Self, _ y: Self, _ f: (Vector8, Vector8) -> Vector8) -> Self {
    Self(f(x.a, y.a), f(x.b, y.b), f(x.c, y.c), f(x.d, y.d))
  }
  @inlinable @inline(__always) static func compare(
    _ x: Self, _ y: Self, _ f: (Vector8, Vector8) -> Vector8.Mask
  ) -> Mask {
    Mask(f(x.a, y.a), f(x.b, y.b), f(x.c, y.c), f(x.d, y.d))
  }

  @inlinable @inline(__always) public static func + (x: Self, y: Self) -> Self { each(x, y) { $0 + $1 } }
  @inlinable @inline(__always) public static func - (x: Self, y: Self) -> Self { each(x, y) { $0 - $1 } }
  @inlinable @inline(__always) public static func * (x: Self, y: Self) -> Self { each(x, y) { $0 * $1 } }
  @inlinable @inline(__always) public static func / (x: Self, y: Self) -> Self { each(x, y) { $0 / $1 } }
  @inlinable @inline(__always) public static prefix func - (x: Self) -> Self { each(x) { -$0 } }

  @inlinable @inline(__always)
  public static func less(_ x: Self, _ y: Self) -> Mask { compare(x, y) { $0 .< $1 } }
  @inlinable @inline(__always) public static func lessOrEqual(_ x: Self, _ y: Self) -> Mask {
    compare(x, y) { $0 .<= $1 }
  }
  @inlinable @inline(__always)
  public static func equal(_ x: Self, _ y: Self) -> Mask { compare(x, y) { $0 .== $1 } }
  @inlinable @inline(__always) public static func select(_ mask: Mask, _ x: Self, _ y: Self) -> Self {
    Self(
      Vector8.select(mask.a, x.a, y.a), Vector8.select(mask.b, x.b, y.b), Vector8.select(mask.c, x.c, y.c),
      Vector8.select(mask.d, x.d, y.d))
  }

  @inlinable @inline(__always)
  public static func squareRoot(_ x: Self) -> Self { each(x) { Vector8.squareRoot($0) } }
  @inlinable @inline(__always)
  public static func magnitude(_ x: Self) -> Self { each(x) { Vector8.magnitude($0) } }
  @inlinable @inline(__always)
  public static func roundDown(_ x: Self) -> Self { each(x) { Vector8.roundDown($0) } }

  /// Calls a function of the library on memory of its own: written and read by parts, it is copied no further.
  @inlinable @inline(__always)
  static func call(_ function: (Int, UnsafePointer<Double>, UnsafeMutablePointer<Double>) -> Void, _ x: Self) -> Self {
    withUnsafeTemporaryAllocation(of: Double.self, capacity: 32) { room in
      let start = room.baseAddress.unsafelyUnwrapped
      x.store(start, rest: 32)
      function(32, UnsafePointer(start), start)
      return load(start, rest: 32)
    }
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
  public static func power(_ x: Self, _ y: Self) -> Self { each(x, y) { Vector8.power($0, $1) } }
  @inlinable @inline(__always) public static func apply(_ function: (Double) -> Double, _ x: Self) -> Self {
    each(x) { Vector8.apply(function, $0) }
  }
  @inlinable @inline(__always)
  public static func apply2(_ function: (Double, Double) -> Double, _ x: Self, _ y: Self) -> Self {
    each(x, y) { Vector8.apply2(function, $0, $1) }
  }
}

extension Vector32: LoopLane {
  @inlinable @inline(__always) static var width: Int { 32 }

  /// Vectors that are all beyond the end repeat the first one: their arguments are as good as any.
  @inlinable @inline(__always) static func load(_ x: UnsafeMutablePointer<Double>, rest: Int) -> Self {
    let a = Vector8.load(x, rest: rest)
    if rest > 24 {
      return Self(a, .load(x + 8, rest: 8), .load(x + 16, rest: 8), .load(x + 24, rest: 8))
    }
    return Self(a, .load(x + 8, rest: 8), rest > 16 ? .load(x + 16, rest: 8) : a, a)
  }
  @inlinable @inline(__always) func store(_ y: UnsafeMutablePointer<Double>, rest: Int) {
    a.store(y, rest: 8)
    b.store(y + 8, rest: 8)
    if rest > 16 { c.store(y + 16, rest: 8) }
    if rest > 24 { d.store(y + 24, rest: 8) }
  }
  @inlinable @inline(__always) func kept(_ rest: Int) -> Self {
    rest >= 32 ? self : Self(a.kept(rest), b.kept(rest - 8), c.kept(rest - 16), d.kept(rest - 24))
  }
  @inlinable @inline(__always) var folded: Vector8 { (a + b) + (c + d) }
}
