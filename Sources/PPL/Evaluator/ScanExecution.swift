import NumericCore

/// A scan bound to buffers: runs its steps one after the other, in both directions.
///
/// Between steps the state is in the outer slot of the final state. For the reverse run all values of all steps are kept,
/// or, where that is much memory, the states alone; then the values are computed again, step by step.
final class ScanExecution {
  /// Doubles: 64 MB, an arbitrary bound between memory and time.
  private static let tapeLimit = 8 << 20

  let plan: ScanPlan
  private let lanes: Int
  private let data: DataBlock
  let inner: Execution
  /// The step that comes next in a run that stops at scores, and whether it is under way.
  var step = 0
  var isInStep = false
  /// By the steps' sites; nil where a site adds nothing at a step.
  private let totals: UnsafeMutableBufferPointer<UnsafeMutablePointer<Double>?>
  private let final: Execution.Buffers
  private let finalCount: Int
  /// What is kept of each step; empty where no gradient is wanted.
  private let tape: UnsafeMutableBufferPointer<Double>
  private let keepsValues: Bool
  /// Whether a step has to know the key of its draws.
  private let draws: Bool

  // The ways of the values: the first state; into a step the state and its parts of the sequences (apart: those that are
  // the same for all lanes, which are no part of what is kept); out of it the histories and the state.
  private let start, entering, uniform, leaving: ScanTransfers
  // The ways of the adjoints, back again. The adjoint of the state between two steps has a place of its own, followed by
  // zeros.
  private let stateAdjoint: UnsafeMutableBufferPointer<Double>
  private let intoStep, outOfStep, toSequences, toStart: ScanTransfers

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
    draws = !program.drawings.isEmpty || !program.scans.isEmpty
    totals = .allocate(capacity: program.termSites.count)
    totals.initialize(repeating: nil)
    for link in plan.totals { totals[link.inner] = buffers(link.outer).value }
    let final = buffers(plan.final)
    self.final = final
    let finalCount = plan.states.reduce(0) { $0 + program.slots[$1.before].shape.count } * lanes
    self.finalCount = finalCount
    tape = .allocate(capacity: gradient ? plan.count * (keepsValues ? inner.valueBlock.count : finalCount) : 0)
    stateAdjoint = .allocate(capacity: gradient ? 2 * finalCount : 0)
    stateAdjoint.initialize(repeating: 0)

    func count(_ slot: Int) -> Int { program.slots[slot].shape.count }
    /// The numbers of a slot that has them once for all lanes, or for each.
    func width(_ slot: Int) -> Int { count(slot) * (program.slots[slot].isData ? 1 : lanes) }
    func out(_ from: UnsafeMutablePointer<Double>, isUniform: Bool, _ n: Int, to: UnsafeMutablePointer<Double>)
      -> ScanTransfer
    {
      ScanTransfer(from: from, to: to, count: isUniform ? n : n * lanes, repeats: isUniform ? lanes : 1)
    }
    func sequence(_ link: Program.Link) -> ScanTransfer {
      let n = width(link.inner)
      return ScanTransfer(
        from: buffers(link.outer).value, to: inner.pointer(to: link.inner), count: n, fromStride: n)
    }
    let before = plan.states.map {
      ScanTransfer(
        from: final.value + $0.offset * lanes, to: inner.pointer(to: $0.before), count: count($0.before) * lanes)
    }
    entering = ScanTransfers(before + plan.sequences.map(sequence))
    uniform = ScanTransfers(plan.sequences.filter { program.slots[$0.inner].isData }.map(sequence))
    start = ScanTransfers(
      plan.states.map {
        out(
          buffers($0.initial).value, isUniform: isData($0.initial), count($0.before),
          to: final.value + $0.offset * lanes)
      })
    let histories = plan.histories.map {
      var transfer = out(
        inner.pointer(to: $0.inner), isUniform: program.slots[$0.inner].isData, count($0.inner),
        to: buffers($0.outer).value)
      transfer.toStride = count($0.inner) * lanes
      return transfer
    }
    let after = plan.states.map {
      out(
        inner.pointer(to: $0.after), isUniform: program.slots[$0.after].isData, count($0.after),
        to: final.value + $0.offset * lanes)
    }
    leaving = ScanTransfers(histories + after)

    var (into, outOf, sequences, starts) = ([ScanTransfer](), [ScanTransfer](), [ScanTransfer](), [ScanTransfer]())
    if let adjoint = stateAdjoint.baseAddress, gradient {
      for state in plan.states {
        let (own, n) = (adjoint + state.offset * lanes, count(state.before) * lanes)
        if let after = inner.adjointPointer(to: state.after) {
          into.append(ScanTransfer(from: own, to: after, count: n))
        }
        outOf.append(
          ScanTransfer(from: inner.adjointPointer(to: state.before) ?? adjoint + finalCount, to: own, count: n))
        if let initial = buffers(state.initial).adjoint {
          starts.append(ScanTransfer(from: own, to: initial, count: n))
        }
      }
      for link in plan.histories {
        guard let outer = buffers(link.outer).adjoint, let own = inner.adjointPointer(to: link.inner) else { continue }
        let n = count(link.inner) * lanes
        into.append(ScanTransfer(from: outer, to: own, count: n, fromStride: n))
      }
      for link in plan.sequences {
        guard let outer = buffers(link.outer).adjoint, let own = inner.adjointPointer(to: link.inner) else { continue }
        let n = count(link.inner) * lanes
        sequences.append(ScanTransfer(from: own, to: outer, count: n, toStride: n))
      }
    }
    (intoStep, outOfStep) = (ScanTransfers(into), ScanTransfers(outOf))
    (toSequences, toStart) = (ScanTransfers(sequences), ScanTransfers(starts))
  }

  deinit {
    totals.deallocate()
    tape.deallocate()
    stateAdjoint.deallocate()
    for transfers in [start, entering, uniform, leaving, intoStep, outOfStep, toSequences, toStart] {
      transfers.deallocate()
    }
  }

  /// Runs all steps.
  func forward(_ context: inout RunContext) {
    begin()
    for step in 0..<plan.count { advance(step, &context) }
  }

  func begin() {
    for total in totals { total?.update(repeating: 0, count: lanes) }
    start.copy()
  }

  /// Takes over where another execution of the same scan stands. What is outer to it has been taken over before.
  func takeRun(of other: ScanExecution) {
    (step, isInStep) = (other.step, other.isInStep)
    if isInStep {
      uniform.copy(step: step)
      data.run()
    }
    inner.takeRun(of: other.inner)
  }

  /// Runs one step on the state that the one before it left.
  @inline(__always) private func advance(_ step: Int, _ context: inout RunContext) {
    beginStep(step, context)
    if !keepsValues && !tape.isEmpty { keep(final.value, finalCount, step) }
    inner.forward()
    if let failure = inner.context.pointee.failure { context.failure = context.failure ?? failure }
    if keepsValues { keep(inner.valueBlock.start, inner.valueBlock.count, step) }
    inner.addTotals(to: totals)
    endStep(step)
  }

  @inline(__always) func beginStep(_ step: Int, _ context: borrowing RunContext) {
    load(step)
    guard draws else { return }
    inner.context.pointee.key = plan.loop.key(ofStep: step, run: context.key)
    inner.context.pointee.firstLane = context.firstLane
    inner.context.pointee.laneCount = context.laneCount
    inner.context.pointee.step = context.step &* plan.count &+ step
  }

  /// Takes what a step leaves.
  @inline(__always) func endStep(_ step: Int) { leaving.copy(step: step) }

  /// Puts in what a step is given: its parts of the sequences, and the state.
  @inline(__always) private func load(_ step: Int) {
    entering.copy(step: step)
    data.run()
  }

  @inline(__always) private func keep(_ values: UnsafeMutablePointer<Double>, _ count: Int, _ step: Int) {
    guard let base = tape.baseAddress else { return }
    Execution.copy(values, to: base + step &* count, count: count)
  }

  /// Adds to the adjoints of all that came in, after a forward run.
  func reverse(_ context: inout RunContext) {
    guard let adjoint = stateAdjoint.baseAddress, let tape = tape.baseAddress else { return }
    if let last = final.adjoint {
      adjoint.update(from: last, count: finalCount)
    } else {
      adjoint.update(repeating: 0, count: finalCount)
    }
    var step = plan.count
    while step > 0 {
      step &-= 1
      retreat(step, tape)
    }
    toStart.add()
  }

  /// The derivatives of one step, given those by the state after it; leaves those by the state before it.
  @inline(__always) private func retreat(_ step: Int, _ tape: UnsafeMutablePointer<Double>) {
    inner.prepareAdjoints()
    if keepsValues {
      let (values, count) = inner.valueBlock
      Execution.copy(tape + step &* count, to: values, count: count)
      uniform.copy(step: step)
      data.run()
    } else {
      final.value.update(from: tape + step &* finalCount, count: finalCount)
      load(step)
      inner.forwardTakingDerivatives()
    }
    intoStep.add(step: step)
    inner.reverse()
    outOfStep.copy()
    toSequences.add(step: step)
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
