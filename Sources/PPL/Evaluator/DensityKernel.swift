/// The value and partial derivatives of a kernel at one element.
@frozen public struct Partials<T: RealLane> {
  public var value: T
  public var d0: T
  public var d1: T
  public var d2: T
  public var d3: T

  /// Partials that are not given are zero: the kernel does not read that input.
  @inlinable public init(_ value: T, _ d0: T, _ d1: T? = nil, _ d2: T? = nil, _ d3: T? = nil) {
    let zero = T(lane: 0)
    (self.value, self.d0, self.d1, self.d2, self.d3) = (value, d0, d1 ?? zero, d2 ?? zero, d3 ?? zero)
  }
}

/// A fused term of a log density: a function of up to four inputs (the value first, then parameters) that is summed
/// over a plate, with its partial derivatives.
///
/// What depends on the parameters alone (normalising constants, reciprocals) belongs into expressions outside of the
/// kernel: they are computed once for each distinct parameter, and once for all where they depend on data alone.
///
/// As an operation, a kernel gives its sum over the plate: one number a lane. With immediate.0 = 1 it gives its values
/// element by element instead.
public protocol DensityKernel: ArrayOperation {
  static var inputCount: Int { get }
  /// The term and its partial derivatives. Inputs beyond `inputCount` are zero.
  static func partials<T: RealLane>(_ x: T, _ a: T, _ b: T, _ c: T) -> Partials<T>
}

/// The four inputs of a kernel at one row of the outer loop.
@frozen @usableFromInline struct KernelRows {
  @usableFromInline let r0, r1, r2, r3: Row

  @inlinable @inline(__always) init(_ instruction: borrowing Instruction, row o: Int) {
    r0 = Row(instruction.inputs.0.value + o &* instruction.inputs.0.outer, stride: instruction.inputs.0.inner)
    r1 = Row(instruction.inputs.1.value + o &* instruction.inputs.1.outer, stride: instruction.inputs.1.inner)
    r2 = Row(instruction.inputs.2.value + o &* instruction.inputs.2.outer, stride: instruction.inputs.2.inner)
    r3 = Row(instruction.inputs.3.value + o &* instruction.inputs.3.outer, stride: instruction.inputs.3.inner)
  }
}

extension DensityKernel {
  @inlinable @inline(__always) static func vectorPartials(_ rows: KernelRows, at i: Int) -> Partials<Vector8> {
    partials(rows.r0.vector(at: i), rows.r1.vector(at: i), rows.r2.vector(at: i), rows.r3.vector(at: i))
  }

  @inlinable @inline(__always) static func scalarPartials(_ rows: KernelRows, at i: Int) -> Partials<Double> {
    partials(rows.r0.one(at: i), rows.r1.one(at: i), rows.r2.one(at: i), rows.r3.one(at: i))
  }

  public static var isElementwise: Bool { true }
  public static var isFusible: Bool { true }

  @inlinable public static func forward(_ instruction: borrowing Instruction, _ context: inout RunContext) {
    if instruction.immediate.0 == 1 { return elements(instruction) }
    if instruction.lanes > 1 { instruction.output.value.update(repeating: 0, count: instruction.lanes) }
    var total = Vector8.zero
    var tail = 0.0
    let n = instruction.innerCount
    for o in 0..<instruction.outerCount {
      let rows = KernelRows(instruction, row: o)
      let y = instruction.output.value
      var i = 0
      while i &+ 8 <= n {
        let p = vectorPartials(rows, at: i)
        if instruction.lanes > 1 {
          y.store(UnsafeRawPointer(y + i).loadUnaligned(as: Vector8.self) + p.value, at: i)
        } else {
          total += p.value
        }
        i &+= 8
      }
      while i < n {
        let p = scalarPartials(rows, at: i)
        if instruction.lanes > 1 { y[i] += p.value } else { tail += p.value }
        i &+= 1
      }
    }
    if instruction.lanes == 1 {
      instruction.output.value[0] = total.sum() + tail
    }
  }

  @inlinable public static func reverse(_ instruction: borrowing Instruction, _ context: inout RunContext) {
    guard let g = instruction.output.adjoint else { return }
    if instruction.immediate.0 == 1 {
      sweep(instruction, gradient: g, outer: instruction.output.outer, inner: 1, keepsValue: false)
    } else {
      sweep(instruction, gradient: g, outer: 0, inner: instruction.lanes > 1 ? 1 : 0, keepsValue: false)
    }
  }

  @inlinable public static func forwardReverse(_ instruction: borrowing Instruction, _ context: inout RunContext) {
    if instruction.lanes > 1 { instruction.output.value.update(repeating: 0, count: instruction.lanes) }
    sweep(instruction, gradient: nil, outer: 0, inner: 0, keepsValue: true)
  }

  @inlinable @inline(__always) static func sweep(
    _ instruction: borrowing Instruction, gradient: UnsafeMutablePointer<Double>?, outer: Int, inner: Int, keepsValue: Bool
  ) {
    var total = Vector8.zero
    var tail = 0.0
    let n = instruction.innerCount
    let y = instruction.output.value
    for o in 0..<instruction.outerCount {
      let rows = KernelRows(instruction, row: o)
      let g = Row(gradient.map { $0 + o &* outer }, orSplat: 1, stride: inner)
      var a0 = AdjointRow(instruction.inputs.0, row: o)
      var a1 = AdjointRow(instruction.inputs.1, row: o)
      var a2 = AdjointRow(instruction.inputs.2, row: o)
      var a3 = AdjointRow(instruction.inputs.3, row: o)
      var i = 0
      while i &+ 8 <= n {
        let p = vectorPartials(rows, at: i)
        let g8 = g.vector(at: i)
        a0.add(g8 * p.d0, at: i)
        if inputCount > 1 { a1.add(g8 * p.d1, at: i) }
        if inputCount > 2 { a2.add(g8 * p.d2, at: i) }
        if inputCount > 3 { a3.add(g8 * p.d3, at: i) }
        if keepsValue {
          if instruction.lanes > 1 {
            y.store(UnsafeRawPointer(y + i).loadUnaligned(as: Vector8.self) + p.value, at: i)
          } else {
            total += p.value
          }
        }
        i &+= 8
      }
      while i < n {
        let p = scalarPartials(rows, at: i)
        let g1 = g.one(at: i)
        a0.add(g1 * p.d0, at: i)
        if inputCount > 1 { a1.add(g1 * p.d1, at: i) }
        if inputCount > 2 { a2.add(g1 * p.d2, at: i) }
        if inputCount > 3 { a3.add(g1 * p.d3, at: i) }
        if keepsValue {
          if instruction.lanes > 1 { y[i] += p.value } else { tail += p.value }
        }
        i &+= 1
      }
      a0.finish()
      if inputCount > 1 { a1.finish() }
      if inputCount > 2 { a2.finish() }
      if inputCount > 3 { a3.finish() }
    }
    if keepsValue, instruction.lanes == 1 {
      y[0] = total.sum() + tail
    }
  }

  @inlinable static func elements(_ instruction: borrowing Instruction) {
    for o in 0..<instruction.outerCount {
      let rows = KernelRows(instruction, row: o)
      let y = instruction.output.value + o &* instruction.output.outer
      for i in 0..<instruction.innerCount {
        y[i] = scalarPartials(rows, at: i).value
      }
    }
  }
}
