import NumericCore

/// The numbers that data alone determine: made once for a program and its data, read by every execution.
final class DataBlock: @unchecked Sendable {
  let values: UnsafeMutablePointer<Double>
  let offsets: [Int]
  private let count: Int

  /// - Parameter constants: in the order of the program's.
  init(_ program: Program, constants: [[Double]]) {
    var offsets = Array(repeating: -1, count: program.slots.count)
    var total = 4  // a zero that operands which are not there point to
    for (slot, description) in program.slots.enumerated() where description.isData {
      offsets[slot] = total
      total += (description.shape.count + 3) & ~3
    }
    (self.offsets, count) = (offsets, total)
    values = .allocate(capacity: total)
    values.initialize(repeating: 0, count: total)
    for (constant, elements) in zip(program.constants, constants) {
      for (i, element) in elements.enumerated() { values[offsets[constant.slot] + i] = element }
    }
    let room = Execution.scratchRoom(program.dataSteps, program, lanes: 1)
    let scratch = UnsafeMutablePointer<Double>.allocate(capacity: room)
    defer { scratch.deallocate() }
    var context = RunContext()
    var used = 0
    for step in program.dataSteps {
      let instruction = Execution.bind(
        step, program, lanes: 1, scratch: scratch + used, zero: values
      ) { slot in (values + offsets[slot], nil) }
      used += Execution.scratchRoom([step], program, lanes: 1)
      step.operation.forward(instruction, &context)
    }
  }

  deinit { values.deallocate() }
}

/// A program bound to buffers: what one thread runs, again and again, without allocating.
///
/// Values lie lane beside lane: element e of lane l of a slot is at `values[e * lanes + l]`.
final class Execution: @unchecked Sendable {
  let program: Program
  let lanes: Int
  private let data: DataBlock
  private let values: UnsafeMutablePointer<Double>
  private let valueCount: Int
  private let adjoints: UnsafeMutablePointer<Double>
  private let adjointCount: Int
  private let scratch: UnsafeMutablePointer<Double>
  private var offsets: [Int]
  private var adjointOffsets: [Int]

  private let forwardSteps: UnsafeMutablePointer<Instruction>
  private let forwardCount: Int
  private let fused: UnsafeMutablePointer<Bool>
  private let reverseSteps: UnsafeMutablePointer<Instruction>
  private let reverseCount: Int

  private struct BoundTerm {
    let value: UnsafeMutablePointer<Double>
    let stride: Int
    let weight: Double
    /// Where the derivative of the total starts; nil where a fused step has done it.
    let adjoint: UnsafeMutablePointer<Double>?
  }
  private let terms: [BoundTerm]
  /// The randomness of a run, and its tables.
  let context: UnsafeMutablePointer<RunContext>

  /// - Parameter gradient: whether room for adjoints is made.
  init(_ program: Program, data: DataBlock, lanes: Int, gradient: Bool) {
    (self.program, self.data, self.lanes) = (program, data, lanes)
    // The position comes first and in order, so that it and its gradient are each one block.
    var offsets = Array(repeating: -1, count: program.slots.count)
    var adjointOffsets = offsets
    let positionRoom = program.dimension * lanes
    var (total, adjointTotal) = ((positionRoom + 3) & ~3, (positionRoom + 3) & ~3)
    for (slot, source) in program.inputs {
      if case .position(let offset) = source {
        offsets[slot] = offset * lanes
        adjointOffsets[slot] = offset * lanes
      }
    }
    for (slot, description) in program.slots.enumerated() where !description.isData && offsets[slot] < 0 {
      offsets[slot] = total
      let room = (description.shape.count * lanes + 3) & ~3
      total += room
      if gradient && description.hasGradient {
        adjointOffsets[slot] = adjointTotal
        adjointTotal += room
      }
    }
    (self.offsets, self.adjointOffsets) = (offsets, adjointOffsets)
    (valueCount, adjointCount) = (total, gradient ? adjointTotal : 0)
    values = .allocate(capacity: max(total, 1))
    values.initialize(repeating: 0, count: total)
    adjoints = .allocate(capacity: max(adjointTotal, 1))
    adjoints.initialize(repeating: 0, count: adjointTotal)
    let room = Self.scratchRoom(program.steps, program, lanes: lanes)
    scratch = .allocate(capacity: max(room, 1))
    scratch.initialize(repeating: 0, count: room)

    let (values, adjoints) = (self.values, self.adjoints)
    func buffers(_ slot: Int) -> (UnsafeMutablePointer<Double>, UnsafeMutablePointer<Double>?) {
      if program.slots[slot].isData { return (data.values + data.offsets[slot], nil) }
      let adjoint = gradient && adjointOffsets[slot] >= 0 ? adjoints + adjointOffsets[slot] : nil
      return (values + offsets[slot], adjoint)
    }
    forwardCount = program.steps.count
    forwardSteps = .allocate(capacity: max(forwardCount, 1))
    fused = .allocate(capacity: max(forwardCount, 1))
    var (reversed, scratches) = ([Program.Step](), [UnsafeMutablePointer<Double>]())
    var next = scratch
    for (i, step) in program.steps.enumerated() {
      (forwardSteps + i).initialize(
        to: Self.bind(step, program, lanes: lanes, scratch: next, zero: data.values, buffers: buffers))
      (fused + i).initialize(to: step.isFused && gradient)
      if gradient && program.slots[step.output].hasGradient && !step.isFused {
        reversed.append(step)
        scratches.append(next)
      }
      next += Self.scratchRoom([step], program, lanes: lanes)
    }
    reverseCount = reversed.count
    reverseSteps = .allocate(capacity: max(reverseCount, 1))
    for (i, (step, scratch)) in zip(reversed, scratches).reversed().enumerated() {
      (reverseSteps + i).initialize(
        to: Self.bind(step, program, lanes: lanes, scratch: scratch, zero: data.values, buffers: buffers))
    }

    let fusedSlots = Set(program.steps.filter(\.isFused).map(\.output))
    terms = program.terms.map { term in
      let (value, adjoint) = buffers(term.slot)
      return BoundTerm(
        value: value, stride: program.slots[term.slot].isData ? 0 : 1,
        weight: term.weight.map { data.values[data.offsets[$0]] } ?? 1,
        adjoint: fusedSlots.contains(term.slot) ? nil : adjoint)
    }
    context = .allocate(capacity: 1)
    context.initialize(to: RunContext())
    context.pointee.functions = program.functions
    context.pointee.drawings = program.drawings
  }

  deinit {
    context.deinitialize(count: 1)
    context.deallocate()
    values.deallocate()
    adjoints.deallocate()
    scratch.deallocate()
    forwardSteps.deallocate()
    fused.deallocate()
    reverseSteps.deallocate()
  }

  // MARK: Running

  /// Where a slot's values are, lane beside lane (data: one lane).
  func pointer(to slot: Int) -> UnsafeMutablePointer<Double> {
    program.slots[slot].isData ? data.values + data.offsets[slot] : values + offsets[slot]
  }

  /// The unconstrained position: coordinate i of lane l at `[i * lanes + l]`.
  var position: UnsafeMutablePointer<Double> { values }
  /// The gradient, lying like the position.
  var gradient: UnsafeMutablePointer<Double> { adjoints }

  /// Runs all steps on what the inputs hold.
  func forward() {
    for i in 0..<forwardCount { forwardSteps[i].operation.forward(forwardSteps[i], &context.pointee) }
  }

  /// The total of lane l, after a run.
  func total(lane: Int = 0) -> Double {
    var sum = 0.0
    for term in terms { sum += term.weight * term.value[lane &* term.stride] }
    return sum
  }

  /// The total by site, in the order of `Program.termSites`, after a run.
  func totalBySite(lane: Int = 0) -> [Double] {
    var sums = Array(repeating: 0.0, count: program.termSites.count)
    for (term, bound) in zip(program.terms, terms) { sums[term.site] += bound.weight * bound.value[lane * bound.stride] }
    return sums
  }

  /// Runs all steps, and leaves the gradient of each lane's total.
  func forwardAndReverse() {
    adjoints.update(repeating: 0, count: adjointCount)
    for i in 0..<forwardCount {
      if fused[i] {
        forwardSteps[i].operation.forwardReverse(forwardSteps[i], &context.pointee)
      } else {
        forwardSteps[i].operation.forward(forwardSteps[i], &context.pointee)
      }
    }
    for term in terms {
      guard let adjoint = term.adjoint else { continue }
      for l in 0..<lanes { adjoint[l] += term.weight }
    }
    for i in 0..<reverseCount { reverseSteps[i].operation.reverse(reverseSteps[i], &context.pointee) }
  }

  // MARK: Binding

  static func scratchRoom(_ steps: [Program.Step], _ program: Program, lanes: Int) -> Int {
    steps.reduce(0) { total, step in
      total
        + step.operation.scratchCount(
          outputCount: program.slots[step.output].shape.count,
          inputCounts: step.inputs.map { program.slots[$0].shape.count }, lanes: lanes)
    }
  }

  /// An instruction on given buffers.
  static func bind(
    _ step: Program.Step, _ program: Program, lanes: Int, scratch: UnsafeMutablePointer<Double>,
    zero: UnsafeMutablePointer<Double>,
    buffers: (Int) -> (UnsafeMutablePointer<Double>, UnsafeMutablePointer<Double>?)
  ) -> Instruction {
    func operand(_ slot: Int) -> Operand {
      let (value, adjoint) = buffers(slot)
      let isData = program.slots[slot].isData
      return Operand(
        value: value, adjoint: adjoint, count: program.slots[slot].shape.count, elementStride: isData ? 1 : lanes,
        laneStride: isData && lanes > 1 ? 0 : 1)
    }
    return bind(
      step.operation, output: operand(step.output), inputs: step.inputs.map(operand), immediate: step.immediate,
      lanes: lanes, scratch: scratch, zero: zero)
  }

  static func bind(
    _ operation: any ArrayOperation.Type, output: Operand, inputs: [Operand], immediate: (Int, Int, Int, Int), lanes: Int,
    scratch: UnsafeMutablePointer<Double>, zero: UnsafeMutablePointer<Double>
  ) -> Instruction {
    let count = inputs.reduce(output.count) { max($0, $1.count) }
    let isDense =
      output.count == count && inputs.allSatisfy { $0.count == count && $0.laneStride == 1 }
    var (outerCount, innerCount) = lanes == 1 ? (1, count) : (count, lanes)
    if lanes > 1 && isDense { (outerCount, innerCount) = (1, count * lanes) }
    func walked(_ operand: Operand) -> Operand {
      var operand = operand
      let isBroadcast = operand.count == 1 && count > 1
      if lanes == 1 {
        (operand.outer, operand.inner) = (0, isBroadcast ? 0 : 1)
      } else {
        (operand.outer, operand.inner) = (isBroadcast ? 0 : operand.elementStride, operand.laneStride)
      }
      return operand
    }
    let none = Operand(value: zero, adjoint: nil, count: 1, elementStride: 0, laneStride: 0)
    func input(_ i: Int) -> Operand { i < inputs.count ? walked(inputs[i]) : none }
    return Instruction(
      operation: operation, output: walked(output), inputs: (input(0), input(1), input(2), input(3)),
      inputCount: inputs.count, outerCount: outerCount, innerCount: innerCount, lanes: lanes, immediate: immediate,
      scratch: scratch)
  }
}
