import Dispatch
import NumericCore

/// The runs of a static program: lanes, in blocks.
///
/// Resampling moves the slots that have yet to be read. An output that has been read for the last time stays where it was
/// written; in the end it is traced back, by the ancestors of the resamplings since.
final class LaneParticles: Particles {
  /// Lanes of a block: few enough to stay in cache, many enough to hide what a stage costs.
  private static let blockSize = 512

  private let shared: LaneProgram
  private var program: Program { shared.program }
  private var liveness: Liveness { shared.liveness }
  private let variables: [Variable]
  private let blocks: [Execution]
  private let lanes: Int
  /// Those of each resampling; none where nothing that was written before is traced back.
  private var ancestors: [[UInt32]] = []
  /// For each step of each history of a scan that was written before the last resampling, the number of resamplings
  /// before it was written.
  private var historyWrittenAt: [Int: [Int]] = [:]
  /// The same for outputs.
  private var outputWrittenAt: [Int: Int] = [:]
  /// Outputs of which it is not known that they are written.
  private var awaitedOutputs: [Int]
  /// What is moved where the runs stood at the last resampling.
  private var unread: UnreadRows?
  /// One number for each particle.
  private var column: [Double]

  init(_ shared: LaneProgram, _ variables: [Variable], count: Int, key: RandomKey, held: [String: [Double]]) {
    (self.shared, self.variables) = (shared, variables)
    let lanes = min(Self.blockSize, (count + 7) & ~7)
    self.lanes = lanes
    let blocks = (0..<((count + lanes - 1) / lanes)).map { block in
      let execution = shared.execution(lanes: lanes)
      execution.setKey(key, firstLane: block * lanes)
      execution.context.pointee.laneCount = min(lanes, count - block * lanes)
      for (slot, source) in shared.program.inputs {
        guard case .site(let path) = source else { continue }
        for (e, value) in (held[path] ?? []).enumerated() {
          (execution.pointer(to: slot) + e * lanes).update(repeating: value, count: lanes)
        }
      }
      return execution
    }
    self.blocks = blocks
    let outputs = Set(shared.program.outputs.compactMap { blocks[0].ownSlot($0) })
    awaitedOutputs = outputs.filter { shared.histories[$0] == nil }
    column = Array(repeating: 0, count: count)
  }

  private init(_ other: LaneParticles, key: RandomKey) {
    (shared, variables, lanes, column) = (other.shared, other.variables, other.lanes, other.column)
    (ancestors, historyWrittenAt) = (other.ancestors, other.historyWrittenAt)
    (outputWrittenAt, awaitedOutputs) = (other.outputWrittenAt, other.awaitedOutputs)
    blocks = other.blocks.enumerated().map { number, block in
      let execution = other.shared.execution(lanes: block.lanes)
      execution.takeRun(of: block)
      execution.setKey(key, firstLane: number * block.lanes)
      return execution
    }
    if Mutation.isActive(.copyLosesPast) { ancestors = ancestors.map { $0.indices.map { UInt32($0) } } }
  }

  func copy(key: RandomKey) -> any Particles { LaneParticles(self, key: key) }

  deinit { shared.giveBack(blocks) }

  // MARK: Running

  func advance(_ increments: inout [Double]) throws -> Bool {
    let room = blocks.count * lanes
    return try withUnsafeTemporaryAllocation(of: Double.self, capacity: room) { scores in
      scores.initialize(repeating: 0)
      while true {
        let stop = try runBlocks(scores)
        if case .endOfScan(let stage) = stop { putHistoriesInOrder(ofScanAt: stage) }
        if case .finished = stop { return false }
        if case .score = stop { break }
      }
      increments.withUnsafeMutableBufferPointer { increments in
        for i in increments.indices { increments[i] = scores[i] }
      }
      if Mutation.isActive(.scoreOfNeighbour) { increments = Array(increments.dropFirst() + increments.prefix(1)) }
      return true
    }
  }

  /// Runs all blocks to their next stop, which is one for all.
  private func runBlocks(_ scores: UnsafeMutableBufferPointer<Double>) throws -> Execution.Stop {
    guard let base = scores.baseAddress else { return .finished }
    var stops = Array(repeating: Execution.Stop.finished, count: blocks.count)
    stops.withUnsafeMutableBufferPointer { stops in
      let (blocks, lanes) = (blocks, lanes)
      nonisolated(unsafe) let (base, stops) = (base, stops)
      guard blocks.count > 1 else {
        stops[0] = blocks[0].advance(addingTo: base)
        return
      }
      DispatchQueue.concurrentPerform(iterations: blocks.count) { block in
        stops[block] = blocks[block].advance(addingTo: base + block * lanes)
      }
    }
    for block in blocks { if let failure = block.context.pointee.failure { throw failure } }
    return stops[0]
  }

  func site(ofParticle particle: Int) -> String {
    var execution = blocks[0]
    while let scan = execution.currentScan { execution = scan.inner }
    guard execution.stage > 0, case .score(let site) = execution.program.stages[execution.stage - 1] else {
      return ""
    }
    return execution.program.termSites[site]
  }

  // MARK: Resampling

  func resample(_ ancestors: [Int], key: RandomKey) {
    noteWhatIsWritten(before: blocks[0].stage)
    let unread = unreadRows()
    for row in unread.rows.dropFirst(Mutation.isActive(.liveValueNotCopied) ? 1 : 0) { move(ancestors, row) }
    let hasPast = !historyWrittenAt.isEmpty || outputWrittenAt.keys.contains { !unread.slots.contains($0) }
    self.ancestors.append(hasPast ? ancestors.map { UInt32(truncatingIfNeeded: $0) } : [])
    for slot in unread.slots where outputWrittenAt[slot] != nil { outputWrittenAt[slot] = self.ancestors.count }
    for (number, block) in blocks.enumerated() { block.setKey(key, firstLane: number * lanes) }
  }

  /// What the runs have yet to read where they stand.
  private func unreadRows() -> UnreadRows {
    if let unread, unread.isWhere(blocks[0]) { return unread }
    let rows = UnreadRows(blocks, of: shared)
    unread = rows
    return rows
  }

  /// Gives each particle the numbers of its ancestor, element by element.
  private func move(_ ancestors: [Int], _ elements: Int, _ slot: (Int) -> UnsafeMutablePointer<Double>) {
    for e in 0..<elements { move(ancestors, blocks.indices.map { slot($0) + e * lanes }) }
  }

  /// Gives each particle the number of its ancestor.
  ///
  /// - Parameter rows: where the numbers lie in each block.
  private func move(_ ancestors: [Int], _ rows: [UnsafeMutablePointer<Double>]) {
    if rows.count == 1 { return gather(ancestors, in: rows[0]) }
    column.withUnsafeMutableBufferPointer { column in
      guard let base = column.baseAddress else { return }
      for (block, row) in rows.enumerated() {
        (base + block * lanes).update(from: row, count: min(lanes, column.count - block * lanes))
      }
      for (block, row) in rows.enumerated() {
        let first = block * lanes
        for l in 0..<min(lanes, column.count - first) { row[l] = base[ancestors[first + l]] }
      }
    }
  }

  /// The same in the one block that there is.
  private func gather(_ ancestors: [Int], in row: UnsafeMutablePointer<Double>) {
    column.withUnsafeMutableBufferPointer { column in
      ancestors.withUnsafeBufferPointer { ancestors in
        for i in column.indices { column[i] = row[ancestors[i]] }
        for i in column.indices { row[i] = column[i] }
      }
    }
  }

  // MARK: Tracing back

  /// Notes when outputs were written, as far as that has not been done: before a resampling.
  private func noteWhatIsWritten(before stage: Int) {
    let now = ancestors.count
    awaitedOutputs.removeAll { slot in
      guard liveness.isWritten(slot, before: stage) else { return false }
      outputWrittenAt[slot] = now
      return true
    }
    for (slot, history) in shared.histories where outputWrittenAt[slot] == nil {
      let scan = blocks[0].context.pointee.scans[history.scan]
      let written = history.stage < stage ? scan.plan.count : history.stage == stage ? scan.step : 0
      let known = historyWrittenAt[slot]?.count ?? 0
      if written > known { historyWrittenAt[slot, default: []] += Array(repeating: now, count: written - known) }
    }
  }

  /// Puts histories in order that later stages read.
  private func putHistoriesInOrder(ofScanAt stage: Int) {
    for (slot, history) in shared.histories where history.stage == stage && liveness.isRead(slot, after: stage) {
      putInOrder(slot, of: program.scans[history.scan].count)
      outputWrittenAt[slot] = ancestors.count
    }
  }

  /// Traces a history back, the last steps first, whose ancestors are a part of those of earlier ones.
  private func putInOrder(_ slot: Int, of steps: Int) {
    let writtenAt = historyWrittenAt.removeValue(forKey: slot) ?? []
    let width = program.slots[slot].shape.count / max(steps, 1)
    if Mutation.isActive(.historyNotTracedBack) { return }
    var (map, at) = (Array(column.indices), ancestors.count)
    for step in writtenAt.indices.reversed() {
      trace(&map, &at, back: writtenAt[step])
      if at == ancestors.count { continue }
      move(map, width) { blocks[$0].pointer(to: slot) + step * width * lanes }
    }
  }

  /// Follows particles back to where they were before the resamplings after number `time`.
  private func trace(_ map: inout [Int], _ at: inout Int, back time: Int) {
    while at > time {
      at -= 1
      for i in map.indices { map[i] = Int(ancestors[at][map[i]]) }
    }
  }

  func values() throws -> VariableColumns {
    for (slot, history) in shared.histories where historyWrittenAt[slot] != nil {
      putInOrder(slot, of: program.scans[history.scan].count)
    }
    for (slot, time) in outputWrittenAt where time < self.ancestors.count {
      var (map, at) = (Array(column.indices), self.ancestors.count)
      trace(&map, &at, back: time)
      move(map, program.slots[slot].shape.count) { blocks[$0].pointer(to: slot) }
      outputWrittenAt[slot] = self.ancestors.count
    }
    var columns: [[Double]] = []
    for (variable, slot) in zip(variables, program.outputs) {
      let isData = program.slots[slot].isData
      for e in 0..<variable.shape.count {
        columns.append(
          column.indices.map { i in
            let block = blocks[i / lanes].pointer(to: slot)
            return isData ? block[e] : block[e * lanes + i % lanes]
          })
      }
    }
    return VariableColumns(variables: variables, columns: columns)
  }
}
