import NumericCore

/// A run of a static program, by its network.
struct NetworkRun: Sendable {
  let network: TraceNetwork
  private(set) var memory: NetworkMemory

  init(_ network: TraceNetwork, held: [String: [Double]]) {
    self.network = network
    memory = NetworkMemory(network)
    let frame = frame
    for (path, slot) in network.held {
      for (e, element) in (held[path] ?? []).enumerated() { frame[slot][e] = element }
    }
  }

  var frame: NetworkFrame {
    NetworkFrame(
      network: network, values: memory.values.base, results: memory.values.base, scratch: memory.scratch.base)
  }

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
    let frame = frame
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
          for (e, value) in values.enumerated() { frame[site.value][e] = value }
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
    let results = UnsafeBlock(count: network.resultCount)
    // The memory's scratch is another thread's where a copy of the run shares it.
    let scratch = UnsafeBlock(count: network.scratchCount)
    let frame = NetworkFrame(network: network, values: memory.values.base, results: results.base, scratch: scratch.base)
    var context = RunContext()
    for step in network.resultSteps {
      switch step.action {
      case .apply(let operation): frame.apply(operation, step, element: nil, &context)
      case .call(let function): try frame.call(function, step)
      case .draw, .prior, .score: preconditionFailure("a run draws and scores before its results are asked for")
      }
    }
    let values = network.outputs.flatMap { $0.flatMap(frame.elements) }
    withExtendedLifetime((results, scratch)) {}
    return values
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
