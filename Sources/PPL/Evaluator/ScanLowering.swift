/// The lowering of a scan: a program for its steps, and what joins it to the program that the scan is part of.
final class ScanLowering {
  /// The outer slot of the last state, part beside part.
  let final: Int
  private let body: ScanBody
  private let steps: Lowering
  /// Which keeps this one.
  private unowned let outer: Lowering
  private var states: [ScanPlan.State] = []
  private var totals: [Program.Link] = []
  private var histories: [Program.Link] = []

  /// - Parameter inputs: the outer slots of the first state and of the sequences.
  fileprivate init(_ body: ScanBody, inputs: [Int], inside outer: Lowering) throws {
    (self.body, self.outer) = (body, outer)
    steps = Lowering(body, inside: outer)
    let initial = inputs.prefix(body.states.count)
    final = outer.newSlot(
      .vector(initial.reduce(0) { $0 + outer.slots[$1].shape.count }), .real, isData: false, hasGradient: true)
    let before = initial.enumerated().map { number, slot in
      let description = outer.slots[slot]
      let own = steps.newSlot(
        description.shape, description.kind, isData: false, hasGradient: description.kind == .real)
      steps.slotOfInput[.state(number)] = own
      if outer.severed.contains(slot) { steps.severed.insert(own) }
      return own
    }
    for (number, slot) in inputs.dropFirst(body.states.count).enumerated() {
      let description = outer.slots[slot]
      let shape = description.shape.stackElement?.shape ?? .scalar
      let own = steps.newSlot(
        shape, description.kind, isData: description.isData, hasGradient: description.hasGradient)
      steps.slotOfInput[.step(number)] = own
      if outer.severed.contains(slot) { steps.severed.insert(own) }
      steps.sequences.append(Program.Link(outer: slot, inner: own))
    }
    try steps.addScores(of: body.items)
    var offset = 0
    for (number, next) in body.next.enumerated() {
      let after = try output(next)
      states.append(ScanPlan.State(initial: inputs[number], before: before[number], after: after, offset: offset))
      offset += steps.slots[after].shape.count
    }
    // What a state was made of by a closure reaches the scores of the steps after it.
    if states.contains(where: { steps.severed.contains($0.after) }) {
      if !steps.terms.isEmpty { throw steps.severance(site: body.path) }
      outer.severed.insert(final)
    }
    if outer.stopsAtScores { return }
    for (number, site) in steps.termSites.enumerated() where steps.terms.contains(where: { $0.site == number }) {
      let total = outer.newSlot(.scalar, .real, isData: false, hasGradient: true)
      totals.append(Program.Link(outer: total, inner: number))
      outer.addScanTotal(total, site: site)
    }
  }

  /// The slot of the steps' program that a step leaves a value in.
  private func output(_ expression: AnyRandom) throws -> Int {
    try steps.output(expression)
    return steps.outputs[steps.outputs.count - 1]
  }

  /// The outer slot of what a value was at all steps.
  func history(of value: AnyRandom) throws -> Int {
    let inner = try output(value)
    let description = steps.slots[inner]
    let shape = description.shape.stacked(body.count) ?? .vector(description.shape.count * body.count)
    let slot = outer.newSlot(shape, description.kind, isData: false, hasGradient: description.hasGradient)
    if steps.severed.contains(inner) { outer.severed.insert(slot) }
    histories.append(Program.Link(outer: slot, inner: inner))
    return slot
  }

  func finish() -> ScanPlan {
    ScanPlan(
      program: steps.finish(), loop: body.loop, count: body.count, states: states, final: final,
      sequences: steps.sequences, totals: totals, histories: histories)
  }
}

extension Lowering {
  /// The slot of a scan's last state.
  func lower(_ body: ScanBody, _ inputs: [Int]) throws -> Int {
    let scan = try ScanLowering(body, inputs: inputs, inside: self)
    add(Program.Step(operation: RunScan.self, inputs: inputs, output: scan.final, immediate: (scans.count, 0, 0, 0)))
    scans.append(scan)
    return scan.final
  }
}

/// A scan, lowered: the program of a step, and where the outer program's values come in and go out.
struct ScanPlan: Sendable {
  /// A part of the state.
  struct State: Sendable {
    /// The outer slot of what it is before the first step.
    let initial: Int
    /// The steps' slots of what it is before and after a step.
    let before: Int
    let after: Int
    /// Its first element in the final state.
    let offset: Int
  }

  let program: Program
  let loop: Loop
  let count: Int
  let states: [State]
  let final: Int
  /// Outer blocks of which each step has its part.
  let sequences: [Program.Link]
  /// Outer slots of the totals of the steps' sites.
  let totals: [Program.Link]
  /// Outer blocks of which each step writes its part.
  let histories: [Program.Link]

  /// The outer slots that are read.
  var inputs: [Int] { program.captures.map(\.outer) + sequences.map(\.outer) }
  /// The outer slots that are written besides the final state.
  var furtherOutputs: [Int] { totals.map(\.outer) + histories.map(\.outer) }
}
