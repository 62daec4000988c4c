/// An elementwise operation of one operand: y = f(x), by its value and derivative.
public protocol UnaryFunction: NumberOperation {
  static func value<T: RealLane>(_ x: T) -> T
  /// The derivative at x, where y is the value there.
  static func derivative<T: RealLane>(_ x: T, value y: T) -> T
  static var valueGrain: Grain { get }
  static var derivativeGrain: Grain { get }
  /// y[i] = f(x[i]) for i in 0..<count, and up to the next multiple of eight.
  static func values(_ x: UnsafeMutablePointer<Double>, _ y: UnsafeMutablePointer<Double>, count: Int)
}

/// An elementwise operation of two operands, scalars broadcast: y = f(a, b), by its value and partial derivatives.
public protocol BinaryFunction: NumberOperation {
  static func value<T: RealLane>(_ a: T, _ b: T) -> T
  /// The partial derivatives at (a, b), where y is the value there.
  static func partials<T: RealLane>(_ a: T, _ b: T, value y: T) -> (T, T)
  static var valueGrain: Grain { get }
  static var derivativeGrain: Grain { get }
}

// The loops are default implementations, so that each conforming type has its own, specialised to its formula.
extension UnaryFunction {
  public static var isElementwise: Bool { true }
  public static var storesFirstAdjoints: Bool { true }
  public static var valueGrain: Grain { .vector }
  public static var derivativeGrain: Grain { .vector }

  @inlinable public static func forward(_ step: UnsafePointer<NumberStep>) {
    step.pointee.output[0] = value(step.pointee.inputs.0[0])
  }

  @inlinable public static func reverse(_ step: UnsafePointer<NumberStep>) {
    step.pointee.adjoints.0[0] +=
      step.pointee.outputAdjoint[0] * derivative(step.pointee.inputs.0[0], value: step.pointee.output[0])
  }

  @inlinable public static func values(
    _ x: UnsafeMutablePointer<Double>, _ y: UnsafeMutablePointer<Double>, count n: Int
  ) {
    var i = 0
    switch valueGrain {
    case .element:
      while i < n {
        y[i] = value(x[i])
        i &+= 1
      }
    case .tile:
      while n &- i > 8 {
        value(Vector32.load(x + i, rest: n &- i)).store(y + i, rest: n &- i)
        i &+= 32
      }
      fallthrough
    case .vector:
      while i < n {
        value(Vector8.load(x + i, rest: 8)).store(y + i, rest: 8)
        i &+= 8
      }
    }
  }

  @inlinable public static func forward(_ instruction: borrowing Instruction, _ context: inout RunContext) {
    let (x, y) = (instruction.inputs.0, instruction.output)
    for o in 0..<instruction.outerCount {
      values(x.value + o &* x.outer, y.value + o &* y.outer, count: instruction.innerCount)
    }
  }

  @inlinable public static func reverse(_ instruction: borrowing Instruction, _ context: inout RunContext) {
    let n = instruction.innerCount
    if instruction.outerCount == 1 && n <= 8 && derivativeGrain != .element {
      // One vector: no loop, and sums stay in registers.
      var adjoint = AdjointRow(instruction.inputs.0, row: 0)
      reverse(
        Vector8.self, Row(instruction.inputs.0, row: 0), Row(instruction.output, row: 0),
        Row(adjointOf: instruction.output, row: 0), &adjoint, at: 0, rest: n)
      return adjoint.finish()
    }
    for o in 0..<instruction.outerCount {
      let x = Row(instruction.inputs.0, row: o)
      let y = Row(instruction.output, row: o)
      let g = Row(adjointOf: instruction.output, row: o)
      var adjoint = AdjointRow(instruction.inputs.0, row: o)
      var i = 0
      switch derivativeGrain {
      case .element:
        while i < n {
          adjoint.addOne(g.one(at: i) * derivative(x.one(at: i), value: y.one(at: i)), at: i)
          i &+= 1
        }
      case .tile:
        while n &- i > 8 {
          reverse(Vector32.self, x, y, g, &adjoint, at: i, rest: n &- i)
          i &+= 32
        }
        fallthrough
      case .vector:
        while i &+ 8 <= n {
          reverse(Vector8.self, x, y, g, &adjoint, at: i, rest: 8)
          i &+= 8
        }
        if i < n { reverse(Vector8.self, x, y, g, &adjoint, at: i, rest: n &- i) }
      }
      adjoint.finish()
    }
  }

  @inlinable @inline(__always) static func reverse<L: LoopLane>(
    _: L.Type, _ x: Row, _ y: Row, _ g: Row, _ adjoint: inout AdjointRow, at i: Int, rest: Int
  ) {
    let slope = derivative(x.load(L.self, at: i, rest: rest), value: y.load(L.self, at: i, rest: rest))
    adjoint.add(g.load(L.self, at: i, rest: rest) * slope, at: i, rest: rest)
  }
}

extension BinaryFunction {
  public static var isElementwise: Bool { true }
  public static var storesFirstAdjoints: Bool { true }
  public static var valueGrain: Grain { .vector }
  public static var derivativeGrain: Grain { .vector }

  @inlinable public static func forward(_ step: UnsafePointer<NumberStep>) {
    step.pointee.output[0] = value(step.pointee.inputs.0[0], step.pointee.inputs.1[0])
  }

  @inlinable public static func reverse(_ step: UnsafePointer<NumberStep>) {
    let (da, db) = partials(step.pointee.inputs.0[0], step.pointee.inputs.1[0], value: step.pointee.output[0])
    let g = step.pointee.outputAdjoint[0]
    step.pointee.adjoints.0[0] += g * da
    step.pointee.adjoints.1[0] += g * db
  }

  @inlinable public static func forward(_ instruction: borrowing Instruction, _ context: inout RunContext) {
    let n = instruction.innerCount
    for o in 0..<instruction.outerCount {
      let (a, b) = (Row(instruction.inputs.0, row: o), Row(instruction.inputs.1, row: o))
      let y = instruction.output.value + o &* instruction.output.outer
      var i = 0
      switch valueGrain {
      case .element:
        while i < n {
          y[i] = value(a.one(at: i), b.one(at: i))
          i &+= 1
        }
      case .tile:
        while n &- i > 8 {
          let rest = n &- i
          value(a.load(Vector32.self, at: i, rest: rest), b.load(Vector32.self, at: i, rest: rest))
            .store(y + i, rest: rest)
          i &+= 32
        }
        fallthrough
      case .vector:
        while i < n {
          value(a.load(Vector8.self, at: i, rest: 8), b.load(Vector8.self, at: i, rest: 8)).store(y + i, rest: 8)
          i &+= 8
        }
      }
    }
  }

  @inlinable public static func reverse(_ instruction: borrowing Instruction, _ context: inout RunContext) {
    let n = instruction.innerCount
    if instruction.outerCount == 1 && n <= 8 && derivativeGrain != .element {
      var adjoints = (AdjointRow(instruction.inputs.0, row: 0), AdjointRow(instruction.inputs.1, row: 0))
      reverse(
        Vector8.self, Row(instruction.inputs.0, row: 0), Row(instruction.inputs.1, row: 0),
        Row(instruction.output, row: 0), Row(adjointOf: instruction.output, row: 0), &adjoints, at: 0, rest: n)
      adjoints.0.finish()
      return adjoints.1.finish()
    }
    for o in 0..<instruction.outerCount {
      let (a, b) = (Row(instruction.inputs.0, row: o), Row(instruction.inputs.1, row: o))
      let y = Row(instruction.output, row: o)
      let g = Row(adjointOf: instruction.output, row: o)
      var adjoints = (AdjointRow(instruction.inputs.0, row: o), AdjointRow(instruction.inputs.1, row: o))
      var i = 0
      switch derivativeGrain {
      case .element:
        while i < n {
          let (da, db) = partials(a.one(at: i), b.one(at: i), value: y.one(at: i))
          adjoints.0.addOne(g.one(at: i) * da, at: i)
          adjoints.1.addOne(g.one(at: i) * db, at: i)
          i &+= 1
        }
      case .tile:
        while n &- i > 8 {
          reverse(Vector32.self, a, b, y, g, &adjoints, at: i, rest: n &- i)
          i &+= 32
        }
        fallthrough
      case .vector:
        while i &+ 8 <= n {
          reverse(Vector8.self, a, b, y, g, &adjoints, at: i, rest: 8)
          i &+= 8
        }
        if i < n { reverse(Vector8.self, a, b, y, g, &adjoints, at: i, rest: n &- i) }
      }
      adjoints.0.finish()
      adjoints.1.finish()
    }
  }

  @inlinable @inline(__always) static func reverse<L: LoopLane>(
    _: L.Type, _ a: Row, _ b: Row, _ y: Row, _ g: Row, _ adjoints: inout (AdjointRow, AdjointRow), at i: Int, rest: Int
  ) {
    let (da, db) = partials(
      a.load(L.self, at: i, rest: rest), b.load(L.self, at: i, rest: rest), value: y.load(L.self, at: i, rest: rest))
    let d = g.load(L.self, at: i, rest: rest)
    adjoints.0.add(d * da, at: i, rest: rest)
    adjoints.1.add(d * db, at: i, rest: rest)
  }
}
