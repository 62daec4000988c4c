import NumericCore

/// A scan bound to buffers: runs its steps one after the other, in both directions.
///
/// Between steps the state is in the outer slot of the final state. For the reverse run all values of all steps are kept,
/// or, where that is much memory, the states alone; then the values are computed again, step by step.
final class ScanExecution {
  /// A block of the outer program of which a step has its part.
  private struct Part {
    let outer: Execution.Buffers
    let inner: Execution.Buffers
    /// The numbers of a step.
    let count: Int
    /// One number for all lanes.
    let innerIsUniform: Bool
  }

  private struct State {
    let initial: Execution.Buffers
    let initialIsUniform: Bool
    let before: Execution.Buffers
    let after: Execution.Buffers
    let afterIsUniform: Bool
    /// Where it is in the final state, in doubles.
    let offset: Int
    let elements: Int
  }

  /// Doubles: 64 MB, an arbitrary bound between memory and time.
  private static let tapeLimit = 8 << 20

  let plan: ScanPlan
  private let lanes: Int
  private let data: DataBlock
  let inner: Execution
  /// The step that comes next in a run that stops at scores, and whether it is under way.
  var step = 0
  var isInStep = false
  private let states: [State]
  private let sequences: [Part]
  private let histories: [Part]
  /// By the steps' sites; nil where a site adds nothing at a step.
  private let totals: UnsafeMutableBufferPointer<UnsafeMutablePointer<Double>?>
  private let final: Execution.Buffers
  private let finalCount: Int
  /// What is kept of each step; empty where no gradient is wanted.
  private let tape: UnsafeMutableBufferPointer<Double>
  private let keepsValues: Bool
  /// The adjoint of the state between two steps.
  private let stateAdjoint: UnsafeMutableBufferPointer<Double>

  init(
    _ plan: ScanPlan, lanes: Int, gradient: Bool, isData: (Int) -> Bool, buffers: (Int) -> Execution.Buffers
  ) {
    (self.plan, self.lanes) = (plan, lanes)
    let program = plan.program
    var (captured, capturedData) = ([Int: Execution.Buffers](), [Int: UnsafeMutablePointer<Double>]())
    for link in program.captures {
      if program.slots[link.inner].isData {
        capturedData[link.inner] = buffers(link.outer).value
      } else {
        captured[link.inner] = buffers(link.outer)
      }
    }
    data = DataBlock(program, constants: [], captured: capturedData)
    let room = program.slots.reduce(0) { $0 + ($1.isData ? 0 : $1.shape.count * lanes) }
    // A scan within the steps keeps the values of its last run alone: it has to run again.
    keepsValues = gradient && program.scans.isEmpty && plan.count * room <= Self.tapeLimit
    let inner = Execution(
      program, data: data, lanes: lanes, gradient: gradient, isStep: true, fuses: !keepsValues, captured: captured)
    self.inner = inner
    func innerBuffers(_ slot: Int) -> Execution.Buffers { (inner.pointer(to: slot), inner.adjointPointer(to: slot)) }
    func part(_ link: Program.Link) -> Part {
      Part(
        outer: buffers(link.outer), inner: innerBuffers(link.inner), count: program.slots[link.inner].shape.count,
        innerIsUniform: program.slots[link.inner].isData)
    }
    sequences = plan.sequences.map(part)
    histories = plan.histories.map(part)
    states = plan.states.map { state in
      State(
        initial: buffers(state.initial), initialIsUniform: isData(state.initial), before: innerBuffers(state.before),
        after: innerBuffers(state.after), afterIsUniform: program.slots[state.after].isData,
        offset: state.offset * lanes, elements: program.slots[state.before].shape.count)
    }
    totals = .allocate(capacity: program.termSites.count)
    totals.initialize(repeating: nil)
    for link in plan.totals { totals[link.inner] = buffers(link.outer).value }
    final = buffers(plan.final)
    finalCount = states.reduce(0) { $0 + $1.elements } * lanes
    tape = .allocate(capacity: gradient ? plan.count * (keepsValues ? inner.valueBlock.count : finalCount) : 0)
    stateAdjoint = .allocate(capacity: gradient ? finalCount : 0)
  }

  deinit {
    totals.deallocate()
    tape.deallocate()
    stateAdjoint.deallocate()
  }

  /// Runs all steps.
  func forward(_ context: inout RunContext) {
    begin()
    for step in 0..<plan.count { advance(step, &context) }
  }

  func begin() {
    for total in totals { total?.update(repeating: 0, count: lanes) }
    for state in states {
      copy(state.initial.value, isUniform: state.initialIsUniform, count: state.elements, to: final.value + state.offset)
    }
  }

  /// Runs one step on the state that the one before it left.
  private func advance(_ step: Int, _ context: inout RunContext) {
    beginStep(step, context)
    if !keepsValues && !tape.isEmpty { keep(final.value, finalCount, step) }
    inner.forward()
    if let failure = inner.context.pointee.failure { context.failure = context.failure ?? failure }
    if keepsValues, let base = inner.valueBlock.baseAddress { keep(base, inner.valueBlock.count, step) }
    inner.addTotals(to: totals)
    endStep(step)
  }

  func beginStep(_ step: Int, _ context: RunContext) {
    load(step)
    inner.context.pointee.key = plan.loop.key(ofStep: step, run: context.key)
    inner.context.pointee.firstLane = context.firstLane
    inner.context.pointee.laneCount = context.laneCount
  }

  /// Takes what a step leaves.
  func endStep(_ step: Int) {
    for history in histories {
      let first = step &* history.count &* lanes
      copy(history.inner.value, isUniform: history.innerIsUniform, count: history.count, to: history.outer.value + first)
    }
    for state in states {
      copy(state.after.value, isUniform: state.afterIsUniform, count: state.elements, to: final.value + state.offset)
    }
  }

  /// Puts in what a step is given: its parts of the sequences, and the state.
  private func load(_ step: Int) {
    for sequence in sequences {
      let width = sequence.innerIsUniform ? sequence.count : sequence.count &* lanes
      sequence.inner.value.update(from: sequence.outer.value + step &* width, count: width)
    }
    data.run()
    for state in states {
      state.before.value.update(from: final.value + state.offset, count: state.elements &* lanes)
    }
  }

  private func keep(_ values: UnsafeMutablePointer<Double>, _ count: Int, _ step: Int) {
    guard let base = tape.baseAddress else { return }
    (base + step &* count).update(from: values, count: count)
  }

  private func copy(
    _ source: UnsafeMutablePointer<Double>, isUniform: Bool, count: Int, to target: UnsafeMutablePointer<Double>
  ) {
    guard isUniform && lanes > 1 else { return target.update(from: source, count: count &* lanes) }
    for e in 0..<count { (target + e &* lanes).update(repeating: source[e], count: lanes) }
  }

  /// Adds to the adjoints of all that came in, after a forward run.
  func reverse(_ context: inout RunContext) {
    guard let adjoint = stateAdjoint.baseAddress else { return }
    if let last = final.adjoint {
      adjoint.update(from: last, count: finalCount)
    } else {
      adjoint.update(repeating: 0, count: finalCount)
    }
    for step in (0..<plan.count).reversed() { retreat(step, adjoint) }
    for state in states { add(adjoint + state.offset, state.elements, to: state.initial.adjoint) }
  }

  /// The derivatives of one step, given those by the state after it; leaves those by the state before it.
  private func retreat(_ step: Int, _ adjoint: UnsafeMutablePointer<Double>) {
    guard let tape = tape.baseAddress else { return }
    inner.prepareAdjoints()
    if keepsValues {
      if let base = inner.valueBlock.baseAddress {
        let count = inner.valueBlock.count
        base.update(from: tape + step &* count, count: count)
      }
      loadUniform(step)
    } else {
      final.value.update(from: tape + step &* finalCount, count: finalCount)
      load(step)
      inner.forwardTakingDerivatives()
    }
    for state in states { add(adjoint + state.offset, state.elements, to: state.after.adjoint) }
    for history in histories {
      guard let outer = history.outer.adjoint else { continue }
      add(outer + step &* history.count &* lanes, history.count, to: history.inner.adjoint)
    }
    inner.reverse()
    for state in states {
      if let before = state.before.adjoint {
        (adjoint + state.offset).update(from: before, count: state.elements &* lanes)
      } else {
        (adjoint + state.offset).update(repeating: 0, count: state.elements &* lanes)
      }
    }
    for sequence in sequences {
      guard let inner = sequence.inner.adjoint, let outer = sequence.outer.adjoint else { continue }
      add(inner, sequence.count, to: outer + step &* sequence.count &* lanes)
    }
  }

  private func loadUniform(_ step: Int) {
    for sequence in sequences where sequence.innerIsUniform {
      sequence.inner.value.update(from: sequence.outer.value + step &* sequence.count, count: sequence.count)
    }
    data.run()
  }

  private func add(_ source: UnsafeMutablePointer<Double>, _ count: Int, to target: UnsafeMutablePointer<Double>?) {
    guard let target else { return }
    for i in 0..<(count &* lanes) { target[i] += source[i] }
  }
}

/// Runs a scan: immediate.0 counts the program's scans. It writes more slots than its output, the final state.
enum RunScan: ArrayOperation {
  static var name: String { "scan" }

  static func forward(_ instruction: borrowing Instruction, _ context: inout RunContext) {
    context.scans[instruction.immediate.0].forward(&context)
  }

  static func reverse(_ instruction: borrowing Instruction, _ context: inout RunContext) {
    context.scans[instruction.immediate.0].reverse(&context)
  }
}
