import NumericCore

/// Changes: what depends on a change is run again, in order, and what was there before is kept until the next change.
extension NetworkRun {
  /// What a change makes of the densities.
  private struct Difference {
    /// Of the log priors, without those of what is proposed from its prior.
    var proposed = LogSum()
    var isImpossible = false
  }

  mutating func make(_ change: TraceChange, key: RandomKey, lane: Int) throws -> TraceRunOutcome {
    let requests = try requests(of: change)
    makeUnique()
    if memory.changes >= Self.changesBetweenSums { sumAnew() }
    memory.changes += 1
    memory.previous = memory.state
    memory.saved.removeAll(keepingCapacity: true)
    memory.savedValues.removeAll(keepingCapacity: true)
    memory.work = 0
    for request in requests { memory.pending.insert(network.drawSteps[request.site]) }
    let difference: Difference
    do {
      difference = try propagate(requests, key: key, lane: lane)
    } catch {
      forgetExtents()
      revert()
      throw error
    }
    forgetExtents()
    let (logScore, before) = (memory.state.logScore.value, memory.previous?.logScore.value ?? 0)
    if difference.isImpossible || logScore == -.infinity {
      revert()
      return TraceRunOutcome(isImpossible: true)
    }
    return TraceRunOutcome(prior: difference.proposed.value, score: logScore - before)
  }

  /// Arbitrary: rare enough to cost nothing, and often enough that sums lose a few of their last digits at most.
  private static var changesBetweenSums: Int { 1 << 14 }

  /// By site; those that the run has not come to are not there.
  ///
  /// - Throws: `ModelError.unknownSite` where one of those is to be set, `shapeMismatch`.
  private func requests(of change: TraceChange) throws -> [NetworkRequest] {
    func site(_ choice: TraceChoice) -> Int? {
      let isKnown = choice.number < memory.state.sites && network.sites[choice.number].address == choice.address
      return isKnown ? choice.number : number(of: choice.address)
    }
    func known(_ site: Int?, _ address: TraceAddress) throws -> NetworkSite {
      guard let site else {
        throw ModelError.unknownSite(
          address.name, known: network.sites.prefix(memory.state.sites).map(\.address.name))
      }
      return network.sites[site]
    }
    switch change {
    case .redraw(let choice):
      return site(choice).map { [NetworkRequest(site: $0, element: choice.element, values: nil)] } ?? []
    case .set(let choice, let values):
      let number = site(choice)
      try check(values, of: try known(number, choice.address).site, element: choice.element, at: choice.address)
      return number.map { [NetworkRequest(site: $0, element: choice.element, values: values)] } ?? []
    case .several(let set, let redrawn):
      var requests: [NetworkRequest] = []
      for (address, values) in set {
        let number = number(of: address)
        try check(values, of: try known(number, address).site, at: address)
        if let number { requests.append(NetworkRequest(site: number, element: nil, values: values)) }
      }
      for address in redrawn where set[address] == nil {
        if let number = number(of: address) { requests.append(NetworkRequest(site: number, element: nil, values: nil)) }
      }
      return requests.sorted { $0.site < $1.site }
    }
  }

  // MARK: Running again

  private mutating func propagate(_ requests: [NetworkRequest], key: RandomKey, lane: Int) throws -> Difference {
    let (network, memory, frame) = (network, memory, frame)
    var (difference, next) = (Difference(), 0)
    var context = RunContext()
    while let number = memory.pending.popFirst() {
      // What the run has not come to stays as it is.
      guard number < memory.state.step else {
        memory.pending.removeAll()
        break
      }
      let step = network.steps[number]
      switch step.action {
      case .apply(let operation):
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
        memory.extents[step.output] = extent
        addDifference(of: site, extent, requests.request(of: number), to: &difference)
        if difference.isImpossible {
          memory.pending.removeAll()
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
    for (i, slot) in network.inputs[step.operands].enumerated() {
      let changed = memory.extents[slot]
      if changed == .none { continue }
      switch pattern {
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
      let start = frame[step.output] + (request.element ?? 0)
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
    let kept = memory.savedExtents[slot]
    let wanted = kept.union(extent)
    if wanted == kept { return }
    let (from, start) = (frame[slot], memory.savedValues.count)
    if let element = wanted.element {
      memory.savedValues.append(from[element])
      memory.work += 1
    } else {
      let count = network.slots[slot].count
      memory.savedValues.append(contentsOf: UnsafeBufferPointer(start: from, count: count))
      // An element that was written before is kept as it was then.
      if let element = kept.element { memory.savedValues[start + element] = memory.savedValues[memory.savedAt[slot]] }
      memory.work += count
    }
    memory.saved.append(NetworkMemory.Saved(slot: slot, extent: wanted, start: start))
    (memory.savedAt[slot], memory.savedExtents[slot]) = (start, wanted)
  }

  /// Has those steps run again that read what was written, unless it is what it was.
  private func passOn(_ slot: Int, _ extent: NetworkMemory.Extent) {
    var isSame = true
    forEachChange(of: slot, extent) { _, old, new in isSame = isSame && old.bitPattern == new.bitPattern }
    if isSame && memory.extents[slot] == .none { return }
    memory.extents[slot] = memory.extents[slot].union(extent)
    network.consumers.forEach(slot: slot, element: extent.element) { memory.pending.insert($0) }
  }

  private func forgetExtents() {
    for saved in memory.saved { (memory.extents[saved.slot], memory.savedExtents[saved.slot]) = (.none, .none) }
  }

  /// Takes back the last change, where there was one since the run went on or was taken back.
  mutating func revert() {
    guard memory.previous != nil else { return }
    makeUnique()
    let frame = frame
    for saved in memory.saved.reversed() {
      switch saved.extent {
      case .none: continue
      case .element(let element): frame[saved.slot][element] = memory.savedValues[saved.start]
      case .all:
        let to = frame[saved.slot]
        for e in 0..<network.slots[saved.slot].count { to[e] = memory.savedValues[saved.start + e] }
      }
    }
    if let previous = memory.previous { memory.state = previous }
    memory.previous = nil
  }

  // MARK: Differences

  /// Calls a function with what each element that was written was before, and is.
  @inline(__always) private func forEachChange(
    of slot: Int, _ extent: NetworkMemory.Extent, _ body: (_ element: Int, _ old: Double, _ new: Double) -> Void
  ) {
    let (now, start, kept) = (frame[slot], memory.savedAt[slot], memory.savedExtents[slot])
    memory.savedValues.withUnsafeBufferPointer { saved in
      switch extent {
      case .none: break
      case .element(let element): body(element, saved[kept == .all ? start + element : start], now[element])
      case .all: for e in 0..<network.slots[slot].count { body(e, saved[start + e], now[e]) }
      }
    }
  }

  private func addDifference(
    of site: NetworkSite, _ extent: NetworkMemory.Extent, _ request: NetworkRequest?, to difference: inout Difference
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
      forEachChange(of: term.slot, memory.extents[term.slot]) { _, old, new in
        memory.state.logScore.remove(term.weight * old)
        memory.state.logScore.add(weight * term.weight * new)
      }
    }
    if memory.state.logScore.value.isNaN { throw ModelError.scoreNotANumber(site: score.name, particle: lane) }
  }
}

/// What a site's values become, or one of them: these, or a draw of the prior.
private struct NetworkRequest {
  let site: Int
  let element: Int?
  let values: [Double]?

  /// Whether the choice of an element comes from its prior.
  func isProposedFromPrior(_ element: Int) -> Bool {
    values == nil && (self.element == nil || self.element == element) && !Mutation.isActive(.redrawnDensityCounted)
  }
}

extension [NetworkRequest] {
  /// That of a site; they are in the order of sites.
  fileprivate func request(of site: Int) -> NetworkRequest? {
    let index = partitioningIndex { $0.site >= site }
    return index < count && self[index].site == site ? self[index] : nil
  }
}

extension NetworkMemory.Extent {
  @inline(__always) var element: Int? {
    if case .element(let element) = self { return element }
    return nil
  }
}
