/// What a loop over elements takes at a time.
@usableFromInline protocol LoopLane: RealLane {
  static var width: Int { get }
  /// Reads `width` elements, of which the first `rest` (at least one more than eight less than `width`) are there.
  static func load(_ x: UnsafeMutablePointer<Double>, rest: Int) -> Self
  /// Writes the first `rest` elements, and up to the next multiple of eight.
  func store(_ y: UnsafeMutablePointer<Double>, rest: Int)
  /// The first `rest` elements; 0 beyond.
  func kept(_ rest: Int) -> Self
  /// Sums of elements, in eight parts.
  var folded: Vector8 { get }
}

/// How many elements at a time a formula is best computed for.
public enum Grain: Sendable {
  /// A vector: what is plain arithmetic.
  case vector
  /// Four vectors: what calls the vector mathematics library.
  case tile
  /// One: what calls functions of one number, which would be wasted on elements beyond the end.
  case element
}

/// An operand at one row of the outer loop.
@frozen @usableFromInline struct Row {
  @usableFromInline let base: UnsafeMutablePointer<Double>
  @usableFromInline let isBroadcast: Bool
  @usableFromInline let first: Double

  @inlinable @inline(__always) init(_ base: UnsafeMutablePointer<Double>, stride: Int) {
    (self.base, isBroadcast, first) = (base, stride == 0, base[0])
  }

  @inlinable @inline(__always) init(_ operand: Operand, row: Int) {
    self.init(operand.value + row &* operand.outer, stride: operand.inner)
  }

  /// The adjoint of an output, which is there: only steps whose output has one are reversed.
  @inlinable @inline(__always) init(adjointOf output: Operand, row: Int) {
    self.init(output.adjoint.unsafelyUnwrapped + row &* output.outer, stride: 1)
  }

  @inlinable @inline(__always) func load<L: LoopLane>(_: L.Type, at i: Int, rest: Int) -> L {
    isBroadcast ? L(lane: first) : L.load(base + i, rest: rest)
  }

  @inlinable @inline(__always) func one(at i: Int) -> Double { isBroadcast ? first : base[i] }
}

/// The adjoint of an operand at one row: memory to add to, or a sum where the operand is broadcast.
@frozen @usableFromInline struct AdjointRow {
  @usableFromInline let base: UnsafeMutablePointer<Double>?
  @usableFromInline let isBroadcast: Bool
  @usableFromInline let isFirst: Bool
  @usableFromInline var sum = Vector8.zero

  @inlinable @inline(__always) init(_ operand: Operand, row: Int) {
    if let adjoint = operand.adjoint { base = adjoint + row &* operand.outer } else { base = nil }
    (isBroadcast, isFirst) = (operand.inner == 0, operand.isFirst)
  }

  /// Adds the first `rest` elements of v.
  @inlinable @inline(__always) mutating func add<L: LoopLane>(_ v: L, at i: Int, rest: Int) {
    guard let base else { return }
    if isBroadcast {
      sum += v.kept(rest).folded
    } else if isFirst {
      v.kept(rest).store(base + i, rest: rest)
    } else {
      (L.load(base + i, rest: rest) + v.kept(rest)).store(base + i, rest: rest)
    }
  }

  /// Adds the first `rest` elements of v, which are all that there is: nothing is left to `finish`.
  @inlinable @inline(__always) func addOnly(_ v: Vector8, rest: Int) {
    guard let base else { return }
    let v = v.kept(rest)
    if isBroadcast {
      base[0] += v.total
    } else if isFirst {
      v.store(base, rest: rest)
    } else {
      (Vector8.load(base, rest: rest) + v).store(base, rest: rest)
    }
  }

  @inlinable @inline(__always) mutating func addOne(_ v: Double, at i: Int) {
    guard let base else { return }
    if isBroadcast { sum[0] += v } else if isFirst { base[i] = v } else { base[i] += v }
  }

  @inlinable @inline(__always) func finish() {
    guard let base, isBroadcast else { return }
    base[0] += sum.total
  }
}
