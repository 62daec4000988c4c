/// An elementwise operation of three operands, scalars broadcast: what the lowering makes of a product that a sum
/// takes in. Its values are, bit by bit, those of the two operations.
public protocol TernaryFunction: NumberOperation {
  static func value<T: RealLane>(_ a: T, _ b: T, _ c: T) -> T
  static func partials<T: RealLane>(_ a: T, _ b: T, _ c: T) -> (T, T, T)
}

/// y = a b + c.
public enum MultiplyAdd: TernaryFunction {
  public static var name: String { "multiplyAdd" }
  public static var passesAdjointTo: [Int] { [2] }
  @inlinable public static func value<T: RealLane>(_ a: T, _ b: T, _ c: T) -> T { a * b + c }
  @inlinable public static func partials<T: RealLane>(_ a: T, _ b: T, _ c: T) -> (T, T, T) { (b, a, T(lane: 1)) }
}

/// y = a b - c.
public enum MultiplySubtract: TernaryFunction {
  public static var name: String { "multiplySubtract" }
  @inlinable public static func value<T: RealLane>(_ a: T, _ b: T, _ c: T) -> T { a * b - c }
  @inlinable public static func partials<T: RealLane>(_ a: T, _ b: T, _ c: T) -> (T, T, T) { (b, a, T(lane: -1)) }
}

/// y = c - a b.
public enum SubtractProduct: TernaryFunction {
  public static var name: String { "subtractProduct" }
  public static var passesAdjointTo: [Int] { [2] }
  @inlinable public static func value<T: RealLane>(_ a: T, _ b: T, _ c: T) -> T { c - a * b }
  @inlinable public static func partials<T: RealLane>(_ a: T, _ b: T, _ c: T) -> (T, T, T) { (-b, -a, T(lane: 1)) }
}

extension TernaryFunction {
  public static var isElementwise: Bool { true }
  public static var storesFirstAdjoints: Bool { true }

  @inlinable public static func forward(_ step: UnsafePointer<NumberStep>) {
    let inputs = step.pointee.inputs
    step.pointee.output[0] = value(inputs.0[0], inputs.1[0], inputs.2[0])
  }

  @inlinable public static func reverse(_ step: UnsafePointer<NumberStep>) {
    let inputs = step.pointee.inputs
    let (da, db, dc) = partials(inputs.0[0], inputs.1[0], inputs.2[0])
    let g = step.pointee.outputAdjoint[0]
    step.pointee.adjoints.0[0] += g * da
    step.pointee.adjoints.1[0] += g * db
    step.pointee.adjoints.2[0] += g * dc
  }

  @inlinable public static func forward(_ instruction: borrowing Instruction, _ context: inout RunContext) {
    var o = 0
    repeat {
      let (a, b) = (Row(instruction.inputs.0, row: o), Row(instruction.inputs.1, row: o))
      let c = Row(instruction.inputs.2, row: o)
      let y = instruction.output.value + o &* instruction.output.outer
      var i = 0
      repeat {
        value(
          a.load(Vector8.self, at: i, rest: 8), b.load(Vector8.self, at: i, rest: 8),
          c.load(Vector8.self, at: i, rest: 8)
        ).store(y + i, rest: 8)
        i &+= 8
      } while i < instruction.innerCount
      o &+= 1
    } while o < instruction.outerCount
  }

  @inlinable public static func reverse(_ instruction: borrowing Instruction, _ context: inout RunContext) {
    let n = instruction.innerCount
    if instruction.outerCount == 1 && n <= 8 {
      // One vector: no loop, and no sums to be kept.
      let rows = TernaryRows(instruction, row: 0)
      let (da, db, dc) = partials(
        rows.a.load(Vector8.self, at: 0, rest: n), rows.b.load(Vector8.self, at: 0, rest: n),
        rows.c.load(Vector8.self, at: 0, rest: n))
      let d = rows.g.load(Vector8.self, at: 0, rest: n)
      rows.aAdjoint.addOnly(d * da, rest: n)
      rows.bAdjoint.addOnly(d * db, rest: n)
      return rows.cAdjoint.addOnly(d * dc, rest: n)
    }
    for o in 0..<instruction.outerCount {
      var rows = TernaryRows(instruction, row: o)
      var i = 0
      while i &+ 8 <= n {
        reverse(Vector8.self, &rows, at: i, rest: 8)
        i &+= 8
      }
      if i < n { reverse(Vector8.self, &rows, at: i, rest: n &- i) }
      rows.finish()
    }
  }

  @inlinable @inline(__always) static func reverse<L: LoopLane>(
    _: L.Type, _ rows: inout TernaryRows, at i: Int, rest: Int
  ) {
    let (da, db, dc) = partials(
      rows.a.load(L.self, at: i, rest: rest), rows.b.load(L.self, at: i, rest: rest),
      rows.c.load(L.self, at: i, rest: rest))
    let d = rows.g.load(L.self, at: i, rest: rest)
    rows.aAdjoint.add(d * da, at: i, rest: rest)
    rows.bAdjoint.add(d * db, at: i, rest: rest)
    rows.cAdjoint.add(d * dc, at: i, rest: rest)
  }
}

/// The operands and adjoints of a ternary function at one row of the outer loop.
@frozen @usableFromInline struct TernaryRows {
  @usableFromInline let a, b, c, g: Row
  @usableFromInline var aAdjoint, bAdjoint, cAdjoint: AdjointRow

  @inlinable @inline(__always) init(_ instruction: borrowing Instruction, row o: Int) {
    (a, b) = (Row(instruction.inputs.0, row: o), Row(instruction.inputs.1, row: o))
    (c, g) = (Row(instruction.inputs.2, row: o), Row(adjointOf: instruction.output, row: o))
    (aAdjoint, bAdjoint) = (AdjointRow(instruction.inputs.0, row: o), AdjointRow(instruction.inputs.1, row: o))
    cAdjoint = AdjointRow(instruction.inputs.2, row: o)
  }

  @inlinable @inline(__always) func finish() {
    aAdjoint.finish()
    bAdjoint.finish()
    cAdjoint.finish()
  }
}
