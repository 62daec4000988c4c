import NumericCore

/// A change under way: steps that depend on it are run again, in order, and what was there before is kept.
struct NetworkPropagation {
  /// What a change makes of the densities.
  struct Difference {
    /// Of the log priors, without those of what is proposed from its prior.
    var proposed = LogSum()
    var isImpossible = false
  }

  private let network: TraceNetwork
  private let memory: NetworkMemory
  private let workspace: NetworkWorkspace
  private let frame: NetworkFrame

  init(_ network: TraceNetwork, _ memory: NetworkMemory, _ workspace: NetworkWorkspace) {
    (self.network, self.memory, self.workspace) = (network, memory, workspace)
    frame = NetworkFrame(network, memory.values, workspace)
  }

  /// Runs again what depends on the sites of the requests.
  func run(_ requests: [NetworkRequest], key: RandomKey, lane: Int) throws -> Difference {
    for request in requests { workspace.pending.insert(network.drawSteps[request.site]) }
    var (difference, next) = (Difference(), 0)
    var context = RunContext()
    while let number = workspace.pending.popFirst() {
      // What the run has not come to stays as it is.
      guard number < memory.state.step else {
        workspace.pending.removeAll()
        break
      }
      let step = network.steps[number]
      switch step.action {
      case .apply(let operation):
        if let number = operation.number, operation.pattern.isElementwise, network.slots[step.output].count == 1 {
          // One of its inputs has changed: it waits for nothing else.
          save(step.output, .element(0))
          frame.apply(number, step, element: 0)
          passOn(step.output, .element(0))
          continue
        }
        let extent = extent(of: step, operation.pattern)
        if extent == .none { continue }
        save(step.output, extent)
        frame.apply(operation, step, element: extent.element, &context)
        passOn(step.output, extent)
      case .call(let function):
        save(step.output, .all)
        try frame.call(function, step)
        passOn(step.output, .all)
      case .draw(let number):
        let site = network.sites[number]
        guard next < requests.count, requests[next].site == number else { continue }
        try write(requests[next], site, step, key: key, lane: lane)
        next += 1
      case .prior(let number):
        let site = network.sites[number]
        let extent = extent(of: step, site.drawKind == 0 ? .whole : .elementwise)
        if extent == .none { continue }
        try frame.checkParameters(site, element: extent.element)
        save(step.output, extent)
        frame.writeLogDensities(site, element: extent.element)
        workspace.changes[step.output].written = extent
        addDifference(of: site, extent, requests.request(of: number), to: &difference)
        if difference.isImpossible {
          workspace.pending.removeAll()
          return difference
        }
      case .score(let number): try addDifference(ofScore: number, lane: lane)
      }
    }
    return difference
  }

  /// Which elements of a step's output depend on what was changed.
  private func extent(of step: TraceNetwork.Step, _ pattern: TraceNetwork.Pattern) -> NetworkMemory.Extent {
    var extent = NetworkMemory.Extent.none
    let count = network.slots[step.output].count
    var i = 0
    for slot in network.inputs[step.operands] {
      defer { i &+= 1 }
      let changed = workspace.changes[slot].written
      if changed == .none { continue }
      switch pattern {
      case .whole where count == 1, .elementwise where count == 1, .gather where count == 1: return .element(0)
      case .elementwise where network.slots[slot].count == count: extent = extent.union(changed)
      case .gather where i == 1: extent = extent.union(changed)
      case .slice(let offset, let stride):
        guard case .element(let element) = changed else { return .all }
        let (quotient, remainder) = (element - offset).quotientAndRemainder(dividingBy: stride)
        extent = remainder == 0 && 0 <= quotient && quotient < count ? .element(quotient) : .none
      case .part(let offset):
        if case .element(let element) = changed { return .element(offset + element) }
        return network.slots[slot].count == 1 ? .element(offset) : .all
      default: return .all
      }
    }
    return extent
  }

  private func write(
    _ request: NetworkRequest, _ site: NetworkSite, _ step: TraceNetwork.Step, key: RandomKey, lane: Int
  ) throws {
    let extent = request.element.map(NetworkMemory.Extent.element) ?? .all
    if let values = request.values {
      save(step.output, extent)
      let start = frame.room(step.output) + (request.element ?? 0)
      for (e, value) in values.enumerated() { start[e] = value }
    } else {
      try frame.checkParameters(site, element: request.element)
      save(step.output, extent)
      try frame.draw(site, step, element: request.element, key: key, lane: lane)
    }
    passOn(step.output, extent)
  }

  // MARK: What was there before

  /// Keeps elements of a slot that are about to be written.
  private func save(_ slot: Int, _ extent: NetworkMemory.Extent) {
    let change = workspace.changes[slot]
    let kept = change.saved
    let wanted = kept.union(extent)
    if wanted == kept { return }
    let (from, start) = (frame[slot], memory.savedValues.count)
    if let element = wanted.element {
      memory.savedValues.append(from[element])
      memory.work += 1
    } else {
      let count = network.slots[slot].count
      memory.savedValues.append(from, count: count)
      // An element that was written before is kept as it was then.
      if let element = kept.element { memory.savedValues[start + element] = memory.savedValues[change.savedAt] }
      memory.work += count
    }
    memory.saved.append(NetworkMemory.Saved(slot: slot, extent: wanted, start: start))
    (workspace.changes[slot].savedAt, workspace.changes[slot].saved) = (start, wanted)
  }

  /// Has those steps run again that read what was written, unless it is what it was.
  private func passOn(_ slot: Int, _ extent: NetworkMemory.Extent) {
    var isSame = true
    forEachChange(of: slot, extent) { _, old, new in isSame = isSame && old.bitPattern == new.bitPattern }
    let written = workspace.changes[slot].written
    if isSame && written == .none { return }
    workspace.changes[slot].written = written.union(extent)
    network.consumers.forEach(slot: slot, element: extent.element) { workspace.pending.insert($0) }
  }

  // MARK: Differences

  /// Calls a function with what each element that was written was before, and is.
  @inline(__always) private func forEachChange(
    of slot: Int, _ extent: NetworkMemory.Extent, _ body: (_ element: Int, _ old: Double, _ new: Double) -> Void
  ) {
    let (now, change) = (frame[slot], workspace.changes[slot])
    let saved = memory.savedValues.entries + change.savedAt
    switch extent {
    case .none: break
    case .element(let element): body(element, saved[change.saved == .all ? element : 0], now[element])
    case .all: for e in 0..<network.slots[slot].count { body(e, saved[e], now[e]) }
    }
  }

  private func addDifference(
    of site: NetworkSite, _ extent: NetworkMemory.Extent, _ request: NetworkRequest?,
    to difference: inout Difference
  ) {
    forEachChange(of: site.logDensity, extent) { element, old, new in
      memory.state.logPrior.remove(old)
      memory.state.logPrior.add(new)
      if !(new > -.infinity) { difference.isImpossible = true }
      if let request, request.isProposedFromPrior(element) { return }
      difference.proposed.remove(old)
      difference.proposed.add(new)
    }
  }

  /// - Throws: `ModelError.scoreNotANumber`.
  private func addDifference(ofScore number: Int, lane: Int) throws {
    let score = network.scores[number]
    let weight = Mutation.isActive(.replayScoresTwice) ? 2.0 : 1.0
    for term in score.terms {
      forEachChange(of: term.slot, workspace.changes[term.slot].written) { _, old, new in
        memory.state.logScore.remove(term.weight * old)
        memory.state.logScore.add(weight * term.weight * new)
      }
    }
    if memory.state.logScore.value.isNaN { throw ModelError.scoreNotANumber(site: score.name, particle: lane) }
  }
}

extension NetworkMemory {
  /// Leaves a workspace as it was before a change.
  func clear(_ workspace: NetworkWorkspace) {
    for number in 0..<saved.count { workspace.changes[saved[number].slot] = NetworkWorkspace.Change() }
    workspace.pending.removeAll()
  }
}

extension NetworkMemory.Extent {
  @inline(__always) var element: Int? {
    if case .element(let element) = self { return element }
    return nil
  }
}
