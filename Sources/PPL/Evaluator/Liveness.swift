/// Which slots of a program a run that stops at scores has yet to read, stage by stage.
struct Liveness {
  /// The stages that write a slot first (-1: before all) and read it last (-1: none).
  private var written: [Int: Int] = [:]
  private var read: [Int: Int] = [:]

  /// - Parameters:
  ///   - ownSlot: where a slot's values are, if they are this program's own.
  ///   - keepingOutputs: whether outputs are read in the end. Otherwise whoever wants them traces them back.
  init(_ program: Program, keepingOutputs: Bool, ownSlot: (Int) -> Int?) {
    var stageOfStep = program.stageOfStep
    for (number, stage) in program.stages.enumerated() {
      if case .scan(let step, _) = stage { stageOfStep[step] = number }
    }
    for (slot, description) in program.slots.enumerated() where !description.isData {
      if let own = ownSlot(slot) { written[own] = -1 }
    }
    for (index, step) in program.steps.enumerated() {
      let stage = stageOfStep[index] ?? 0
      for slot in [step.output] + step.furtherOutputs(program.scans) {
        if let own = ownSlot(slot), written[own] == -1 { written[own] = stage }
      }
      for slot in step.inputs { if let own = ownSlot(slot) { read[own] = max(read[own] ?? -1, stage) } }
    }
    for (number, stage) in program.stages.enumerated() {
      guard case .score(let site) = stage else { continue }
      for term in program.terms where term.site == site {
        if let own = ownSlot(term.slot) { read[own] = max(read[own] ?? -1, number) }
      }
    }
    for density in program.densities {
      for term in program.terms where term.site == density.site {
        if let own = ownSlot(term.slot) { read[own] = max(read[own] ?? -1, density.stage) }
      }
    }
    guard keepingOutputs else { return }
    for output in program.outputs { if let own = ownSlot(output) { read[own] = .max } }
  }

  /// The slots that are there before a stage, and are read by it or by later ones, in order.
  func slots(before stage: Int) -> [Int] {
    read.filter { $1 >= stage && written[$0] ?? -1 < stage }.keys.sorted()
  }

  func isWritten(_ slot: Int, before stage: Int) -> Bool { written[slot] ?? -1 < stage }

  func isRead(_ slot: Int, after stage: Int) -> Bool { read[slot] ?? -1 > stage }
}
