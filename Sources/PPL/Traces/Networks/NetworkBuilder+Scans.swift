/// Scans, step by step.
extension NetworkBuilder {
  func unroll(_ body: ScanBody, _ operands: [Place], at entry: PlacementPlan.Entry) throws {
    let requests = (requests[body.loop] ?? []) + entry.arena.histories(ofScan: entry.index)
    var state = Array(operands.prefix(body.states.count))
    let sequences = operands.dropFirst(body.states.count).map { sequence(slots(at: $0), count: body.count) }
    var histories = Array(repeating: [Int](), count: requests.count)
    let floor = NodeID(body.arena, body.nodes.lowerBound)
    let stateCells = body.states.map { cells.number(of: body.arena, $0) }
    let elementCells = body.steps.map { cells.number(of: body.arena, $0) }
    let outerFirstSlot = firstSlotOfStep
    for step in 0..<body.count {
      steps[body.loop] = step
      firstSlotOfStep = parts.slots.count
      for (cell, part) in zip(stateCells, state) { put(part, at: cell) }
      for (cell, sequence) in zip(elementCells, sequences) { put(element(step, of: sequence, count: body.count), at: cell) }
      try perform(body.items)
      state = try body.next.map(place(of:))
      for (i, request) in requests.enumerated() { histories[i] += slots(at: try place(of: request.value)) }
      placedInStep.removeAll { cell in
        let isOfStep = cells.nodes[cell] >= floor
        if isOfStep { cells.places[cell] = nil }
        return isOfStep
      }
    }
    firstSlotOfStep = outerFirstSlot
    steps[body.loop] = nil
    put(.stack(state.flatMap(slots(at:))), at: entry.cell)
    for (request, history) in zip(requests, histories) { put(.stack(history), at: cells.number(of: request.history)) }
  }

  /// A sequence as a slot for each step, or as one slot.
  private func sequence(_ pieces: [Int], count: Int) -> [Int] {
    let sizes = Set(pieces.map { parts.slots[$0].count })
    return pieces.count == count && sizes.count <= 1 ? pieces : [slot(at: .stack(pieces))]
  }

  /// A step's element of a sequence.
  private func element(_ step: Int, of sequence: [Int], count: Int) -> Place {
    if sequence.count == count { return .slot(sequence[step]) }
    let size = parts.slots[sequence[0]].count / count
    if let elements = parts.data[sequence[0]] {
      return .slot(slot(of: Array(elements[(step * size)..<((step + 1) * size)])))
    }
    let slice = Application(operation: Slice.self, immediate: (step * size, 1, 0, 0))
    return .slot(apply(slice, traits(of: Slice.self), sequence, count: size))
  }
}
