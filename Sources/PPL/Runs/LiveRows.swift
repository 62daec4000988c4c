/// Where the values lie that runs have yet to read, stage by stage: in the buffers of an execution, and in those of its
/// shadow, another execution of the same program.
final class LiveRows {
  /// The elements of a slot, row by row of all lanes.
  struct Row {
    let values: UnsafeMutablePointer<Double>
    let shadow: UnsafeMutablePointer<Double>
    let count: Int
  }

  private let execution: Execution
  private let shadow: Execution
  /// Before each stage, and in the steps of the scan that it is.
  private let before, within: [[Row]]
  private let scans: [LiveRows]

  /// - Parameter isStep: whether the program is that of a scan's steps, whose outputs the scan reads.
  init(_ execution: Execution, _ shadow: Execution, isStep: Bool = false) {
    (self.execution, self.shadow) = (execution, shadow)
    let program = execution.program
    let liveness = Liveness(program, keepingOutputs: isStep, ownSlot: execution.ownSlot)
    func rows(_ slots: [Int]) -> [Row] {
      slots.map { slot in
        Row(
          values: execution.pointer(to: slot), shadow: shadow.pointer(to: slot),
          count: program.slots[slot].shape.count)
      }
    }
    let slots = (0...program.stages.count).map { liveness.slots(before: $0) }
    before = slots.map(rows)
    within = program.stages.enumerated().map { number, stage in
      guard case .scan(_, let scan) = stage else { return [] }
      let plan = program.scans[scan]
      // The first state is read before the first step.
      let read = Set(plan.inputs.compactMap { execution.ownSlot($0) })
      let initial = Set(plan.states.compactMap { execution.ownSlot($0.initial) })
      return rows(
        slots[number].filter { !initial.contains($0) || read.contains($0) || liveness.isRead($0, after: number) })
    }
    scans = zip(execution.context.pointee.scans, shadow.context.pointee.scans).map {
      LiveRows($0.inner, $1.inner, isStep: true)
    }
  }

  /// The scan that a run is in, and its number.
  private func currentScan(of execution: Execution) -> (number: Int, scan: ScanExecution)? {
    guard let scan = execution.currentScan, case .scan(_, let number) = execution.program.stages[execution.stage] else {
      return nil
    }
    return (number, scan)
  }

  /// The rows that a run, which is in a scan or not, has yet to read.
  private func rows(of execution: Execution, isInScan: Bool) -> [Row] {
    isInScan ? within[execution.stage] : before[execution.stage]
  }

  /// Gives each lane the values of its ancestor.
  ///
  /// - Parameter room: for a row.
  func move(_ ancestors: UnsafePointer<Int>, count: Int, room: UnsafeMutablePointer<Double>) {
    let (lanes, current) = (execution.lanes, currentScan(of: execution))
    for row in rows(of: execution, isInScan: current != nil) {
      for e in 0..<row.count {
        let values = row.values + e &* lanes
        room.update(from: values, count: count)
        for l in 0..<count { values[l] = room[ancestors[l]] }
      }
    }
    if let current { scans[current.number].move(ancestors, count: count, room: room) }
  }

  /// Makes the shadow stand where the runs stand, with their values. It has been restarted.
  func cast() {
    let current = currentScan(of: execution)
    shadow.stage = execution.stage
    for row in rows(of: execution, isInScan: current != nil) {
      Execution.copy(row.values, to: row.shadow, count: row.count &* execution.lanes)
    }
    guard let (number, scan) = current else { return }
    let own = shadow.context.pointee.scans[number]
    own.step = scan.step
    own.beginStep(scan.step, shadow.context.pointee)
    own.isInStep = true
    scans[number].cast()
  }

  /// Whether all lanes of the shadow have yet to read what its first one has: then they have one future. Lanes of weight
  /// 0 do not count.
  func coincide(_ logWeights: UnsafePointer<Double>, count: Int) -> Bool {
    let (lanes, current) = (execution.lanes, currentScan(of: shadow))
    for row in rows(of: shadow, isInScan: current != nil) {
      for e in 0..<row.count {
        let values = row.shadow + e &* lanes
        for l in 1..<count where values[l] != values[0] && logWeights[l] > -.infinity { return false }
      }
    }
    guard let current else { return true }
    return scans[current.number].coincide(logWeights, count: count)
  }
}
