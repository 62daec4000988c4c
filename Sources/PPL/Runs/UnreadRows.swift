/// The rows of numbers that runs have yet to read where they stand, in the program and in the steps of the scans
/// that they are in.
struct UnreadRows {
  /// The slots of the program among them.
  let slots: Set<Int>
  /// Each element of each slot: where it lies in each block of lanes.
  let rows: [[UnsafeMutablePointer<Double>]]
  /// The stages that the runs stand at: that of the program, and those of the steps.
  private let stages: [Int]

  /// - Parameter blocks: which stand at one place.
  init(_ blocks: [Execution], of program: LaneProgram) {
    let own = program.liveness.slots(before: blocks[0].stage)
    slots = Set(own)
    var (rows, stages) = (Self.rows(own, blocks), [blocks[0].stage])
    var executions = blocks
    while case let scans = executions.compactMap(\.currentScan), let first = scans.first {
      executions = scans.map(\.inner)
      let stage = first.inner.stage
      stages.append(stage)
      rows += Self.rows(program.liveness(ofStepsOf: first).slots(before: stage), executions)
      // The histories of a scan within the steps, as far as they are written.
      let histories = first.inner.currentScan?.plan.histories ?? []
      rows += Self.rows(histories.compactMap { first.inner.ownSlot($0.outer) }, executions)
    }
    (self.rows, self.stages) = (rows, stages)
  }

  private static func rows(_ slots: [Int], _ blocks: [Execution]) -> [[UnsafeMutablePointer<Double>]] {
    slots.flatMap { slot in
      (0..<blocks[0].program.slots[slot].shape.count).map { e in
        blocks.map { $0.pointer(to: slot) + e * $0.lanes }
      }
    }
  }

  /// Whether a run stands at the same place.
  func isWhere(_ execution: Execution) -> Bool {
    var execution = execution
    for (depth, stage) in stages.enumerated() {
      guard execution.stage == stage else { return false }
      guard let scan = execution.currentScan else { return depth == stages.count - 1 }
      execution = scan.inner
    }
    return false
  }
}
