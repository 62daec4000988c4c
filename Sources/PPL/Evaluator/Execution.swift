import NumericCore

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
    let site: Int
    let value: UnsafeMutablePointer<Double>
    let stride: Int
    /// One number for all lanes.
    let weight: UnsafeMutablePointer<Double>
    /// Where the derivative of the total starts; nil where a fused step has done it.
    let adjoint: UnsafeMutablePointer<Double>?
  }
  private let terms: [BoundTerm]
  /// What a term without a weight is multiplied by.
  private let one: UnsafeMutablePointer<Double>
  private let captured: [Int: Buffers]
  /// The randomness of a run, and its tables.
  let context: UnsafeMutablePointer<RunContext>

  /// Where a slot's values are, and its adjoints if it has any.
  typealias Buffers = (value: UnsafeMutablePointer<Double>, adjoint: UnsafeMutablePointer<Double>?)

  /// - Parameters:
  ///   - gradient: whether room for adjoints is made.
  ///   - fuses: whether derivatives may be taken while values are computed, where that saves a pass.
  ///   - captured: where slots are that belong to the program that this one is a step of.
  init(
    _ program: Program, data: DataBlock, lanes: Int, gradient: Bool, fuses: Bool = true, captured: [Int: Buffers] = [:]
  ) {
    (self.program, self.data, self.lanes, self.captured) = (program, data, lanes, captured)
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
    for (slot, description) in program.slots.enumerated()
    where !description.isData && offsets[slot] < 0 && captured[slot] == nil {
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
    func buffers(_ slot: Int) -> Buffers {
      if program.slots[slot].isData { return (data.pointer(to: slot), nil) }
      if let buffers = captured[slot] { return buffers }
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
        to: Self.bind(step, program, lanes: lanes, scratch: next, zero: data.zero, buffers: buffers))
      (fused + i).initialize(to: step.isFused && gradient && fuses)
      if gradient && program.slots[step.output].hasGradient && !(step.isFused && fuses) {
        reversed.append(step)
        scratches.append(next)
      }
      next += Self.scratchRoom([step], program, lanes: lanes)
    }
    reverseCount = reversed.count
    reverseSteps = .allocate(capacity: max(reverseCount, 1))
    for (i, (step, scratch)) in zip(reversed, scratches).reversed().enumerated() {
      (reverseSteps + i).initialize(
        to: Self.bind(step, program, lanes: lanes, scratch: scratch, zero: data.zero, buffers: buffers))
    }

    let fusedSlots = fuses ? Set(program.steps.filter(\.isFused).map(\.output)) : []
    one = .allocate(capacity: 1)
    one.initialize(to: 1)
    terms = program.terms.map { [one] term in
      let (value, adjoint) = buffers(term.slot)
      return BoundTerm(
        site: term.site, value: value, stride: program.slots[term.slot].isData ? 0 : 1,
        weight: term.weight.map(data.pointer(to:)) ?? one,
        adjoint: fusedSlots.contains(term.slot) ? nil : adjoint)
    }
    context = .allocate(capacity: 1)
    context.initialize(to: RunContext())
    context.pointee.functions = program.functions
    context.pointee.drawings = program.drawings
    context.pointee.scans = program.scans.map { plan in
      ScanExecution(plan, lanes: lanes, gradient: gradient, isData: { program.slots[$0].isData }, buffers: buffers)
    }
  }

  deinit {
    context.deinitialize(count: 1)
    context.deallocate()
    one.deallocate()
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
    program.slots[slot].isData ? data.pointer(to: slot) : captured[slot]?.value ?? values + offsets[slot]
  }

  /// Where a slot's adjoint is accumulated; nil where it has none.
  func adjointPointer(to slot: Int) -> UnsafeMutablePointer<Double>? {
    if let buffers = captured[slot] { return buffers.adjoint }
    return adjointCount > 0 && adjointOffsets[slot] >= 0 ? adjoints + adjointOffsets[slot] : nil
  }

  /// All values of this execution's own, in one block: what can be kept, and put back for the reverse run.
  var valueBlock: UnsafeMutableBufferPointer<Double> { UnsafeMutableBufferPointer(start: values, count: valueCount) }

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
    for term in terms { sum += term.weight[0] * term.value[lane &* term.stride] }
    return sum
  }

  /// The total by site, in the order of `Program.termSites`, after a run.
  func totalBySite(lane: Int = 0) -> [Double] {
    var sums = Array(repeating: 0.0, count: program.termSites.count)
    for term in terms { sums[term.site] += term.weight[0] * term.value[lane * term.stride] }
    return sums
  }

  /// Adds what each site scored, lane by lane, to where its total is kept; sites whose total is nil score nothing.
  func addTotals(to totals: [UnsafeMutablePointer<Double>?]) {
    for term in terms {
      guard let total = totals[term.site] else { continue }
      let weight = term.weight[0]
      for l in 0..<lanes { total[l] += weight * term.value[l &* term.stride] }
    }
  }

  /// Runs all steps, and leaves the gradient of each lane's total.
  func forwardAndReverse() {
    clearAdjoints()
    forwardTakingDerivatives()
    seedTerms()
    reverse()
  }

  func clearAdjoints() { adjoints.update(repeating: 0, count: adjointCount) }

  /// Runs all steps, those that are fused with their derivatives.
  func forwardTakingDerivatives() {
    for i in 0..<forwardCount {
      if fused[i] {
        forwardSteps[i].operation.forwardReverse(forwardSteps[i], &context.pointee)
      } else {
        forwardSteps[i].operation.forward(forwardSteps[i], &context.pointee)
      }
    }
  }

  /// Puts the derivatives of the total by its terms in their adjoints.
  func seedTerms() {
    for term in terms {
      guard let adjoint = term.adjoint else { continue }
      let weight = term.weight[0]
      for l in 0..<lanes { adjoint[l] += weight }
    }
  }

  /// Runs the derivatives of all steps that are not fused, the last one first.
  func reverse() {
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
    buffers: (Int) -> Buffers
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
