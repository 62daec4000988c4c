import NumericCore

/// A run of a static program, by its network.
struct NetworkRun: Sendable {
  let network: TraceNetwork
  private(set) var memory: NetworkMemory

  init(_ network: TraceNetwork, held: [String: [Double]]) {
    self.network = network
    memory = NetworkMemory(network)
    for (path, slot) in network.held {
      let room = frame.room(slot)
      for (e, element) in (held[path] ?? []).enumerated() { room[e] = element }
    }
  }

  /// For reading values.
  var frame: NetworkFrame { NetworkFrame(network, memory.values) }

  mutating func makeUnique() {
    if !isKnownUniquelyReferenced(&memory) { memory = NetworkMemory(copying: memory) }
  }

  /// Runs on to the next score; nil where there was none before the end.
  mutating func advance(
    key: RandomKey, lane: Int, given: ((TraceAddress) -> [Double]?)?
  ) throws -> Double? {
    makeUnique()
    memory.previous = nil
    var state = memory.state
    state.limit += 1
    let score = try state.isFinished ? nil : proceed(&state, key: key, lane: lane, given: given)
    memory.state = state
    return score
  }

  private func proceed(
    _ state: inout NetworkMemory.State, key: RandomKey, lane: Int, given: ((TraceAddress) -> [Double]?)?
  ) throws -> Double? {
    try network.withWorkspace { workspace in
      try proceed(&state, NetworkFrame(network, memory.values, workspace), key: key, lane: lane, given: given)
    }
  }

  private func proceed(
    _ state: inout NetworkMemory.State, _ frame: NetworkFrame, key: RandomKey, lane: Int,
    given: ((TraceAddress) -> [Double]?)?
  ) throws -> Double? {
    var context = RunContext()
    while state.step < network.steps.count {
      let step = network.steps[state.step]
      switch step.action {
      case .apply(let operation): frame.apply(operation, step, element: nil, &context)
      case .call(let function): try frame.call(function, step)
      case .draw(let number):
        let site = network.sites[number]
        try site.site.checkIsProper()
        try frame.checkParameters(site, element: nil)
        if let values = given?(site.address) {
          try check(values, of: site.site, at: site.address)
          let room = frame.room(site.value)
          for (e, value) in values.enumerated() { room[e] = value }
        } else {
          try frame.draw(site, step, element: nil, key: key, lane: lane)
        }
      case .prior(let number):
        frame.writeLogDensities(network.sites[number], element: nil)
        for e in 0..<network.slots[step.output].count { state.logPrior.add(frame[step.output][e]) }
        state.sites += 1
      case .score(let number):
        let score = network.scores[number].sum(in: frame)
        if score.value.isNaN {
          throw ModelError.scoreNotANumber(site: network.scores[number].name, particle: lane)
        }
        network.scores[number].add(to: &state.logScore, in: frame)
        state.step += 1
        state.scores += 1
        return score.value
      }
      state.step += 1
    }
    state.isFinished = true
    return nil
  }

  /// The outputs, one after the other.
  func values() throws -> [Double] {
    guard memory.state.isFinished else { throw ModelError.structureMismatch("a run has no value before its end") }
    return try network.withWorkspace { workspace in
      // Others may read the same pages: the one for results goes into a table of its own.
      let values = PagedValues(copying: memory.values)
      values.bases[network.pageSizes.count - 1] = workspace.results.base
      let frame = NetworkFrame(network, values, workspace)
      var context = RunContext()
      for step in network.resultSteps {
        switch step.action {
        case .apply(let operation): frame.apply(operation, step, element: nil, &context)
        case .call(let function): try frame.call(function, step)
        case .draw, .prior, .score: preconditionFailure("a run draws and scores before its results are asked for")
        }
      }
      var row: [Double] = []
      row.reserveCapacity(network.outputCount)
      for slot in network.outputs.joined() {
        row.append(contentsOf: UnsafeBufferPointer(start: frame[slot], count: network.slots[slot].count))
      }
      return row
    }
  }

  /// Takes the sums anew: taking summands away and adding others loses digits in the long run.
  func sumAnew() {
    let frame = frame
    (memory.state.logPrior, memory.state.logScore, memory.changes) = (LogSum(), LogSum(), 0)
    for site in network.sites.prefix(memory.state.sites) {
      for e in 0..<site.choices { memory.state.logPrior.add(frame[site.logDensity][e]) }
    }
    for score in network.scores.prefix(memory.state.scores) { score.add(to: &memory.state.logScore, in: frame) }
  }
}

extension TraceNetwork.Score {
  func sum(in frame: NetworkFrame) -> LogSum {
    var sum = LogSum()
    add(to: &sum, in: frame)
    return sum
  }

  /// Adds the summands of all terms.
  func add(to sum: inout LogSum, in frame: NetworkFrame) {
    for term in terms {
      let values = frame[term.slot]
      for e in 0..<frame.network.slots[term.slot].count { sum.add(term.weight * values[e]) }
    }
  }
}
