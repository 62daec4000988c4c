/// An elementwise operation of one operand: y = f(x), by its value and derivative.
public protocol UnaryFunction: ArrayOperation {
  static func value<T: RealLane>(_ x: T) -> T
  /// The derivative at x, where y is the value there.
  static func derivative<T: RealLane>(_ x: T, value y: T) -> T
}

/// An elementwise operation of two operands, scalars broadcast: y = f(a, b), by its value and partial derivatives.
public protocol BinaryFunction: ArrayOperation {
  static func value<T: RealLane>(_ a: T, _ b: T) -> T
  /// The partial derivatives at (a, b), where y is the value there.
  static func partials<T: RealLane>(_ a: T, _ b: T, value y: T) -> (T, T)
}

/// What the loops read, compute and write at a time.
public typealias Vector8 = SIMD8<Double>

/// An operand at one row of the outer loop, read eight elements at a time.
@frozen @usableFromInline struct Row {
  @usableFromInline let base: UnsafeMutablePointer<Double>?
  @usableFromInline let isBroadcast: Bool
  @usableFromInline let splat: Vector8

  /// - Parameter value: what every element is where there is no memory.
  @inlinable @inline(__always) init(_ base: UnsafeMutablePointer<Double>?, orSplat value: Double = 0, stride: Int) {
    self.base = base
    isBroadcast = stride == 0 || base == nil
    splat = Vector8(repeating: base?[0] ?? value)
  }

  @inlinable @inline(__always) func vector(at i: Int) -> Vector8 {
    isBroadcast ? splat : UnsafeRawPointer(base.unsafelyUnwrapped + i).loadUnaligned(as: Vector8.self)
  }

  @inlinable @inline(__always) func one(at i: Int) -> Double { isBroadcast ? splat[0] : base.unsafelyUnwrapped[i] }
}

/// The adjoint of an operand at one row: memory to add to, or a sum where the operand is broadcast.
@frozen @usableFromInline struct AdjointRow {
  @usableFromInline let base: UnsafeMutablePointer<Double>?
  @usableFromInline let isBroadcast: Bool
  @usableFromInline var sum = Vector8.zero
  @usableFromInline var tail = 0.0

  @inlinable @inline(__always) init(_ operand: borrowing Operand, row: Int) {
    if let adjoint = operand.adjoint { base = adjoint + row &* operand.outer } else { base = nil }
    isBroadcast = operand.inner == 0
  }

  @inlinable @inline(__always) mutating func add(_ v: Vector8, at i: Int) {
    guard let base else { return }
    if isBroadcast {
      sum += v
    } else {
      let raw = UnsafeMutableRawPointer(base + i)
      raw.storeBytes(of: raw.loadUnaligned(as: Vector8.self) + v, as: Vector8.self)
    }
  }

  @inlinable @inline(__always) mutating func add(_ v: Double, at i: Int) {
    guard let base else { return }
    if isBroadcast { tail += v } else { base[i] += v }
  }

  @inlinable @inline(__always) func finish() {
    guard let base, isBroadcast else { return }
    base[0] += sum.sum() + tail
  }
}

extension UnsafeMutablePointer<Double> {
  @inlinable @inline(__always) func store(_ v: Vector8, at i: Int) {
    UnsafeMutableRawPointer(self + i).storeBytes(of: v, as: Vector8.self)
  }
}

// The loops are default implementations, so that each conforming type has its own, specialised to its formula.
extension UnaryFunction {
  public static var isElementwise: Bool { true }

  @inlinable public static func forward(_ instruction: borrowing Instruction, _ context: inout RunContext) {
    let n = instruction.innerCount
    for o in 0..<instruction.outerCount {
      let x = instruction.inputs.0.value + o &* instruction.inputs.0.outer
      let y = instruction.output.value + o &* instruction.output.outer
      if n == 1 {
        y[0] = value(x[0])
        continue
      }
      let row = Row(x, stride: instruction.inputs.0.inner)
      var i = 0
      while i &+ 8 <= n {
        y.store(value(row.vector(at: i)), at: i)
        i &+= 8
      }
      while i < n {
        y[i] = value(row.one(at: i))
        i &+= 1
      }
    }
  }

  @inlinable public static func reverse(_ instruction: borrowing Instruction, _ context: inout RunContext) {
    guard let outputAdjoint = instruction.output.adjoint, let inputAdjoint = instruction.inputs.0.adjoint else { return }
    let n = instruction.innerCount
    for o in 0..<instruction.outerCount {
      let x = instruction.inputs.0.value + o &* instruction.inputs.0.outer
      let y = instruction.output.value + o &* instruction.output.outer
      let g = outputAdjoint + o &* instruction.output.outer
      if n == 1 {
        inputAdjoint[o &* instruction.inputs.0.outer] += g[0] * derivative(x[0], value: y[0])
        continue
      }
      let row = Row(x, stride: instruction.inputs.0.inner)
      let outputRow = Row(y, stride: 1)
      let gRow = Row(g, stride: 1)
      var adjoint = AdjointRow(instruction.inputs.0, row: o)
      var i = 0
      while i &+ 8 <= n {
        adjoint.add(gRow.vector(at: i) * derivative(row.vector(at: i), value: outputRow.vector(at: i)), at: i)
        i &+= 8
      }
      while i < n {
        adjoint.add(g[i] * derivative(row.one(at: i), value: y[i]), at: i)
        i &+= 1
      }
      adjoint.finish()
    }
  }
}

extension BinaryFunction {
  public static var isElementwise: Bool { true }

  @inlinable public static func forward(_ instruction: borrowing Instruction, _ context: inout RunContext) {
    let n = instruction.innerCount
    for o in 0..<instruction.outerCount {
      let a = instruction.inputs.0.value + o &* instruction.inputs.0.outer
      let b = instruction.inputs.1.value + o &* instruction.inputs.1.outer
      let y = instruction.output.value + o &* instruction.output.outer
      if n == 1 {
        y[0] = value(a[0], b[0])
        continue
      }
      let aRow = Row(a, stride: instruction.inputs.0.inner)
      let bRow = Row(b, stride: instruction.inputs.1.inner)
      var i = 0
      while i &+ 8 <= n {
        y.store(value(aRow.vector(at: i), bRow.vector(at: i)), at: i)
        i &+= 8
      }
      while i < n {
        y[i] = value(aRow.one(at: i), bRow.one(at: i))
        i &+= 1
      }
    }
  }

  @inlinable public static func reverse(_ instruction: borrowing Instruction, _ context: inout RunContext) {
    guard let outputAdjoint = instruction.output.adjoint else { return }
    let n = instruction.innerCount
    for o in 0..<instruction.outerCount {
      let a = instruction.inputs.0.value + o &* instruction.inputs.0.outer
      let b = instruction.inputs.1.value + o &* instruction.inputs.1.outer
      let y = instruction.output.value + o &* instruction.output.outer
      let g = outputAdjoint + o &* instruction.output.outer
      if n == 1 {
        let (da, db) = partials(a[0], b[0], value: y[0])
        if let adjoint = instruction.inputs.0.adjoint { adjoint[o &* instruction.inputs.0.outer] += g[0] * da }
        if let adjoint = instruction.inputs.1.adjoint { adjoint[o &* instruction.inputs.1.outer] += g[0] * db }
        continue
      }
      let aRow = Row(a, stride: instruction.inputs.0.inner)
      let bRow = Row(b, stride: instruction.inputs.1.inner)
      let yRow = Row(y, stride: 1)
      let gRow = Row(g, stride: 1)
      var aAdjoint = AdjointRow(instruction.inputs.0, row: o)
      var bAdjoint = AdjointRow(instruction.inputs.1, row: o)
      var i = 0
      while i &+ 8 <= n {
        let (da, db) = partials(aRow.vector(at: i), bRow.vector(at: i), value: yRow.vector(at: i))
        let g8 = gRow.vector(at: i)
        aAdjoint.add(g8 * da, at: i)
        bAdjoint.add(g8 * db, at: i)
        i &+= 8
      }
      while i < n {
        let (da, db) = partials(aRow.one(at: i), bRow.one(at: i), value: y[i])
        aAdjoint.add(g[i] * da, at: i)
        bAdjoint.add(g[i] * db, at: i)
        i &+= 1
      }
      aAdjoint.finish()
      bAdjoint.finish()
    }
  }
}

/// y = a where c is not 0, b elsewhere.
public enum Choose: ArrayOperation {
  public static var name: String { "choose" }
  public static var isElementwise: Bool { true }

  public static func forward(_ instruction: borrowing Instruction, _ context: inout RunContext) {
    let (c, a, b) = (instruction.inputs.0, instruction.inputs.1, instruction.inputs.2)
    for o in 0..<instruction.outerCount {
      for i in 0..<instruction.innerCount {
        let chosen = c.value[o &* c.outer &+ i &* c.inner] != 0
        instruction.output.value[o &* instruction.output.outer &+ i] =
          chosen ? a.value[o &* a.outer &+ i &* a.inner] : b.value[o &* b.outer &+ i &* b.inner]
      }
    }
  }

  public static func reverse(_ instruction: borrowing Instruction, _ context: inout RunContext) {
    guard let g = instruction.output.adjoint else { return }
    let (c, a, b) = (instruction.inputs.0, instruction.inputs.1, instruction.inputs.2)
    for o in 0..<instruction.outerCount {
      for i in 0..<instruction.innerCount {
        let d = g[o &* instruction.output.outer &+ i]
        if c.value[o &* c.outer &+ i &* c.inner] != 0 {
          if let adjoint = a.adjoint { adjoint[o &* a.outer &+ i &* a.inner] += d }
        } else if let adjoint = b.adjoint {
          adjoint[o &* b.outer &+ i &* b.inner] += d
        }
      }
    }
  }
}
