/// The value and partial derivatives of a kernel at one element.
@frozen public struct Partials<T: RealLane> {
  public var value: T
  public var d0: T
  public var d1: T
  public var d2: T
  public var d3: T
  public var d4: T

  // Partials that are not given are zero: the kernel does not read that input. These are overloads, since optional
  // vectors would be copied through memory.
  @inlinable @inline(__always) public init(_ value: T, _ d0: T) { self.init(value, d0, T(lane: 0)) }
  @inlinable @inline(__always)
  public init(_ value: T, _ d0: T, _ d1: T) { self.init(value, d0, d1, T(lane: 0)) }
  @inlinable @inline(__always) public init(_ value: T, _ d0: T, _ d1: T, _ d2: T) {
    self.init(value, d0, d1, d2, T(lane: 0))
  }
  @inlinable @inline(__always) public init(_ value: T, _ d0: T, _ d1: T, _ d2: T, _ d3: T) {
    self.init(value, d0, d1, d2, d3, T(lane: 0))
  }
  @inlinable @inline(__always) public init(_ value: T, _ d0: T, _ d1: T, _ d2: T, _ d3: T, _ d4: T) {
    (self.value, self.d0, self.d1, self.d2, self.d3, self.d4) = (value, d0, d1, d2, d3, d4)
  }
}

/// A fused term of a log density: a function of up to four inputs (the value first, then parameters) that is summed
/// over a plate, with its partial derivatives. `LinearMeanKernel`s have a fifth one.
///
/// What depends on the parameters alone (normalising constants, reciprocals) belongs into expressions outside of the
/// kernel: they are computed once for each distinct parameter, and once for all where they depend on data alone.
///
/// As an operation, a kernel gives its sum over the plate: one number a lane. With immediate.0 = 1 it gives its values
/// element by element instead.
public protocol DensityKernel: NumberOperation {
  static var inputCount: Int { get }
  static var grain: Grain { get }
  /// The term and its partial derivatives. Inputs beyond `inputCount` are zero.
  static func partials<T: RealLane>(_ x: T, _ a: T, _ b: T, _ c: T) -> Partials<T>
  /// The same, of five inputs.
  static func partials<T: RealLane>(_ x: T, _ a: T, _ b: T, _ c: T, _ d: T) -> Partials<T>
  /// The same kernel of a second input that is a product and a sum, where there is one.
  static var ofLinearMean: (any DensityKernel.Type)? { get }
}

/// The inputs of a kernel, and their adjoints, at one row of the outer loop.
@frozen @usableFromInline struct KernelRows {
  @usableFromInline let r0, r1, r2, r3, r4: Row
  @usableFromInline var a0, a1, a2, a3, a4: AdjointRow

  @inlinable @inline(__always) init(_ instruction: borrowing Instruction, row o: Int) {
    (r0, r1) = (Row(instruction.inputs.0, row: o), Row(instruction.inputs.1, row: o))
    (r2, r3) = (Row(instruction.inputs.2, row: o), Row(instruction.inputs.3, row: o))
    (a0, a1) = (AdjointRow(instruction.inputs.0, row: o), AdjointRow(instruction.inputs.1, row: o))
    (a2, a3) = (AdjointRow(instruction.inputs.2, row: o), AdjointRow(instruction.inputs.3, row: o))
    (r4, a4) = (Row(instruction.inputs.4, row: o), AdjointRow(instruction.inputs.4, row: o))
  }

  @inlinable @inline(__always) func finish(_ count: Int) {
    a0.finish()
    if count > 1 { a1.finish() }
    if count > 2 { a2.finish() }
    if count > 3 { a3.finish() }
    if count > 4 { a4.finish() }
  }
}

extension DensityKernel {
  public static var isElementwise: Bool { true }
  public static var storesFirstAdjoints: Bool { true }
  public static var isFusible: Bool { true }
  public static var grain: Grain { .vector }
  public static var ofLinearMean: (any DensityKernel.Type)? { nil }

  @inlinable @inline(__always)
  public static func partials<T: RealLane>(_ x: T, _ a: T, _ b: T, _ c: T, _: T) -> Partials<T> { partials(x, a, b, c) }

  // MARK: Numbers

  @inlinable @inline(__always) static func partials(_ step: UnsafePointer<NumberStep>) -> Partials<Double> {
    let inputs = step.pointee.inputs
    return partials(
      inputs.0[0], inputCount > 1 ? inputs.1[0] : 0, inputCount > 2 ? inputs.2[0] : 0,
      inputCount > 3 ? inputs.3[0] : 0, inputCount > 4 ? inputs.4[0] : 0)
  }

  @inlinable @inline(__always)
  static func add(_ p: Partials<Double>, times g: Double, _ step: UnsafePointer<NumberStep>) {
    step.pointee.adjoints.0[0] += g * p.d0
    if inputCount > 1 { step.pointee.adjoints.1[0] += g * p.d1 }
    if inputCount > 2 { step.pointee.adjoints.2[0] += g * p.d2 }
    if inputCount > 3 { step.pointee.adjoints.3[0] += g * p.d3 }
    if inputCount > 4 { step.pointee.adjoints.4[0] += g * p.d4 }
  }

  @inlinable public static func forward(_ step: UnsafePointer<NumberStep>) {
    step.pointee.output[0] = partials(step).value
  }

  @inlinable public static func reverse(_ step: UnsafePointer<NumberStep>) {
    add(partials(step), times: step.pointee.outputAdjoint[0], step)
  }

  @inlinable public static func forwardReverse(_ step: UnsafePointer<NumberStep>) {
    let p = partials(step)
    step.pointee.output[0] = p.value
    add(p, times: 1, step)
  }

  // MARK: Arrays

  @inlinable @inline(__always) static func partials<L: LoopLane>(
    _: L.Type, _ rows: KernelRows, at i: Int, rest: Int
  ) -> Partials<L> {
    let zero = L(lane: 0)
    return partials(
      rows.r0.load(L.self, at: i, rest: rest), inputCount > 1 ? rows.r1.load(L.self, at: i, rest: rest) : zero,
      inputCount > 2 ? rows.r2.load(L.self, at: i, rest: rest) : zero,
      inputCount > 3 ? rows.r3.load(L.self, at: i, rest: rest) : zero,
      inputCount > 4 ? rows.r4.load(L.self, at: i, rest: rest) : zero)
  }

  @inlinable @inline(__always)
  static func elementPartials(_ rows: KernelRows, at i: Int) -> Partials<Double> {
    partials(
      rows.r0.one(at: i), inputCount > 1 ? rows.r1.one(at: i) : 0, inputCount > 2 ? rows.r2.one(at: i) : 0,
      inputCount > 3 ? rows.r3.one(at: i) : 0, inputCount > 4 ? rows.r4.one(at: i) : 0)
  }

  /// Where values go: to a sum, to the sums of the lanes, or each to its place.
  @inlinable @inline(__always) static func keep<L: LoopLane>(
    _ value: L, _ total: inout Vector8, _ y: UnsafeMutablePointer<Double>, _ mode: KernelOutput, at i: Int, rest: Int
  ) {
    switch mode {
    case .total: total += value.kept(rest).folded
    case .totals: (L.load(y + i, rest: rest) + value.kept(rest)).store(y + i, rest: rest)
    case .elements: value.store(y + i, rest: rest)
    }
  }

  @inlinable public static func forward(_ instruction: borrowing Instruction, _ context: inout RunContext) {
    let mode = KernelOutput(instruction)
    let n = instruction.innerCount
    if mode == .totals { instruction.output.value.update(repeating: 0, count: instruction.lanes) }
    var total = Vector8.zero
    for o in 0..<instruction.outerCount {
      let rows = KernelRows(instruction, row: o)
      let y = instruction.output.value + (mode == .elements ? o &* instruction.output.outer : 0)
      var i = 0
      switch grain {
      case .element:
        while i < n {
          let value = elementPartials(rows, at: i).value
          switch mode {
          case .total: total[0] += value
          case .totals: y[i] += value
          case .elements: y[i] = value
          }
          i &+= 1
        }
      case .tile:
        while n &- i > 8 {
          keep(partials(Vector32.self, rows, at: i, rest: n &- i).value, &total, y, mode, at: i, rest: n &- i)
          i &+= 32
        }
        fallthrough
      case .vector:
        while i < n {
          keep(partials(Vector8.self, rows, at: i, rest: n &- i).value, &total, y, mode, at: i, rest: n &- i)
          i &+= 8
        }
      }
    }
    if mode == .total { instruction.output.value[0] = total.total }
  }

  @inlinable public static func reverse(_ instruction: borrowing Instruction, _ context: inout RunContext) {
    guard let gradient = instruction.output.adjoint else { return }
    let mode = KernelOutput(instruction)
    for o in 0..<instruction.outerCount {
      let g =
        switch mode {
        case .total: Row(gradient, stride: 0)
        case .totals: Row(gradient, stride: 1)
        case .elements: Row(gradient + o &* instruction.output.outer, stride: 1)
        }
      var total = Vector8.zero
      var rows = KernelRows(instruction, row: o)
      sweep(&rows, instruction.innerCount, &total, g, keepsValue: false)
      rows.finish(inputCount)
    }
  }

  @inlinable public static func forwardReverse(_ instruction: borrowing Instruction, _ context: inout RunContext) {
    let n = instruction.innerCount
    if n > 8 || grain == .element { return forwardReverseLoop(instruction) }
    // One vector: no loop, and no sums to be kept.
    let rows = KernelRows(instruction, row: 0)
    let p = partials(Vector8.self, rows, at: 0, rest: n)
    rows.a0.addOnly(p.d0, rest: n)
    if inputCount > 1 { rows.a1.addOnly(p.d1, rest: n) }
    if inputCount > 2 { rows.a2.addOnly(p.d2, rest: n) }
    if inputCount > 3 { rows.a3.addOnly(p.d3, rest: n) }
    if inputCount > 4 { rows.a4.addOnly(p.d4, rest: n) }
    instruction.output.value[0] = p.value.kept(n).total
  }

  /// Apart from the above: what is inlined into one function has bounds.
  @inline(never) @usableFromInline static func forwardReverseLoop(_ instruction: borrowing Instruction) {
    var total = Vector8.zero
    var rows = KernelRows(instruction, row: 0)
    sweep(&rows, instruction.innerCount, &total, nil, keepsValue: true)
    rows.finish(inputCount)
    instruction.output.value[0] = total.total
  }

  /// - Parameter g: the adjoint of the output; nil where it is 1.
  @inlinable @inline(__always) static func sweep(
    _ rows: inout KernelRows, _ n: Int, _ total: inout Vector8, _ g: Row?, keepsValue: Bool
  ) {
    var i = 0
    switch grain {
    case .element:
      while i < n {
        let p = elementPartials(rows, at: i)
        let d = g?.one(at: i) ?? 1
        rows.a0.addOne(d * p.d0, at: i)
        if inputCount > 1 { rows.a1.addOne(d * p.d1, at: i) }
        if inputCount > 2 { rows.a2.addOne(d * p.d2, at: i) }
        if inputCount > 3 { rows.a3.addOne(d * p.d3, at: i) }
        if inputCount > 4 { rows.a4.addOne(d * p.d4, at: i) }
        if keepsValue { total[0] += p.value }
        i &+= 1
      }
    case .tile:
      while n &- i > 8 {
        sweep(Vector32.self, &rows, &total, g, at: i, rest: n &- i, keepsValue: keepsValue)
        i &+= 32
      }
      fallthrough
    case .vector:
      while i &+ 8 <= n {
        sweep(Vector8.self, &rows, &total, g, at: i, rest: 8, keepsValue: keepsValue)
        i &+= 8
      }
      if i < n { sweep(Vector8.self, &rows, &total, g, at: i, rest: n &- i, keepsValue: keepsValue) }
    }
  }

  @inlinable @inline(__always) static func sweep<L: LoopLane>(
    _: L.Type, _ rows: inout KernelRows, _ total: inout Vector8, _ g: Row?, at i: Int, rest: Int, keepsValue: Bool
  ) {
    var p = partials(L.self, rows, at: i, rest: rest)
    if let g {
      let d = g.load(L.self, at: i, rest: rest)
      p = Partials(p.value, d * p.d0, d * p.d1, d * p.d2, d * p.d3, d * p.d4)
    }
    rows.a0.add(p.d0, at: i, rest: rest)
    if inputCount > 1 { rows.a1.add(p.d1, at: i, rest: rest) }
    if inputCount > 2 { rows.a2.add(p.d2, at: i, rest: rest) }
    if inputCount > 3 { rows.a3.add(p.d3, at: i, rest: rest) }
    if inputCount > 4 { rows.a4.add(p.d4, at: i, rest: rest) }
    if keepsValue { total += p.value.kept(rest).folded }
  }
}

/// What a kernel gives: its sum, its sum in each lane, or its values.
@usableFromInline enum KernelOutput {
  case total, totals, elements

  @inlinable @inline(__always) init(_ instruction: borrowing Instruction) {
    self = instruction.immediate.0 == 1 ? .elements : instruction.lanes == 1 ? .total : .totals
  }
}
