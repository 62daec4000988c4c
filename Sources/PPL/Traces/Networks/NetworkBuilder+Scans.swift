/// Scans, step by step.
extension NetworkBuilder {
  func unroll(_ body: ScanBody, _ operands: [Place], at id: NodeID, _ arena: Arena) throws {
    let requests = (requests[body.loop] ?? []) + arena.histories(ofScan: id.index)
    var state = Array(operands.prefix(body.states.count))
    let sequences = operands.dropFirst(body.states.count).map { sequence(slots(at: $0), count: body.count) }
    var histories = Array(repeating: [Int](), count: requests.count)
    let floor = NodeID(body.arena, body.nodes.lowerBound)
    for step in 0..<body.count {
      steps[body.loop] = step
      for (input, part) in zip(body.states, state) { put(part, at: NodeID(body.arena, input)) }
      for (input, sequence) in zip(body.steps, sequences) {
        put(element(step, of: sequence, count: body.count), at: NodeID(body.arena, input))
      }
      try perform(body.items)
      state = try body.next.map(place(of:))
      for (i, request) in requests.enumerated() { histories[i] += slots(at: try place(of: request.value)) }
      placedInStep.removeAll { node in
        if node >= floor { placeOfNode[node] = nil }
        return node >= floor
      }
    }
    steps[body.loop] = nil
    put(.stack(state.flatMap(slots(at:))), at: id)
    for (request, history) in zip(requests, histories) { put(.stack(history), at: request.history) }
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
    return .slot(apply(Application(operation: Slice.self, immediate: (step * size, 1, 0, 0)), sequence, count: size))
  }
}
