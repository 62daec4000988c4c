/// A scan that is being run by a particle: the step it is at, the state before it, and what was kept of earlier steps.
struct ScanProgress: Sendable {
  /// A history that is wanted: the node it is the value of, and what is kept of each step.
  struct Request: Sendable {
    let arena: Arena
    let index: Int
    let value: AnyRandom

    var history: NodeID { NodeID(arena, index) }
  }

  let body: ScanBody
  /// The node whose value the last state is.
  let arena: Arena
  let index: Int
  let requests: [Request]
  private let sequences: [Payload]
  private(set) var step = 0
  private(set) var state: [Payload]
  private(set) var histories: [Payload]
  var isInStep = false

  /// - Parameter inputs: the parts of the first state, and the sequences.
  init(_ body: ScanBody, of arena: Arena, _ index: Int, _ inputs: [Payload], _ requests: [Request]) {
    (self.body, self.arena, self.index, self.requests) = (body, arena, index, requests)
    state = Array(inputs.prefix(body.states.count))
    sequences = Array(inputs.dropFirst(body.states.count))
    histories = requests.map { _ in .numbers([]) }
  }

  /// The step's elements of the sequences.
  var sequenceElements: [Payload] {
    sequences.map { sequence in
      let size = sequence.count / body.count
      return sequence[(step * size)..<((step + 1) * size)]
    }
  }

  /// Takes the state after a step, and what is kept of it.
  mutating func endStep(_ values: [Payload]) {
    state = Array(values.prefix(state.count))
    for (i, value) in values.dropFirst(state.count).enumerated() { histories[i].append(value) }
    step += 1
    isInStep = false
  }
}

extension ScanProgress {
  /// The histories that expressions are made of, by loop.
  static func requests(of outputs: [AnyRandom]) -> [Loop: [Request]] {
    var requests: [Loop: [Request]] = [:]
    visit(outputs) { node, expression in
      guard case .history(let value) = node.content, case .node(let arena, let index) = expression.storage,
        let body = arena.scan(node.inputs[0])
      else { return }
      requests[body.loop, default: []].append(Request(arena: arena, index: index, value: value))
    }
    return requests
  }
}

extension Arena {
  /// The body of the scan that a node is, or is imported from.
  func scan(_ index: Int) -> ScanBody? {
    switch self[index].content {
    case .scan(let body): body
    case .imported(let other, let otherIndex): other.scan(otherIndex)
    default: nil
    }
  }

  /// The histories of a scan that are nodes of its own arena.
  func histories(ofScan scan: Int) -> [ScanProgress.Request] {
    (scan..<count).compactMap { index in
      let node = self[index]
      guard case .history(let value) = node.content, node.inputs == [scan] else { return nil }
      return ScanProgress.Request(arena: self, index: index, value: value)
    }
  }
}
