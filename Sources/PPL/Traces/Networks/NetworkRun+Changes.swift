import NumericCore

/// Changes: what depends on a change is run again, in order, and what was there before is kept until the next change.
extension NetworkRun {
  mutating func make(_ change: TraceChange, key: RandomKey, lane: Int) throws -> TraceRunOutcome {
    let requests = try requests(of: change)
    makeUnique()
    if memory.changes >= Self.changesBetweenSums { sumAnew() }
    memory.changes += 1
    memory.previous = memory.state
    memory.saved.removeAll()
    memory.savedValues.removeAll()
    memory.work = 0
    let difference: NetworkPropagation.Difference
    do {
      difference = try network.withWorkspace { workspace in
        defer { memory.clear(workspace) }
        return try NetworkPropagation(network, memory, workspace).run(requests, key: key, lane: lane)
      }
    } catch {
      revert()
      throw error
    }
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
        if let number = number(of: address) {
          requests.append(NetworkRequest(site: number, element: nil, values: nil))
        }
      }
      return requests.sorted { $0.site < $1.site }
    }
  }

  /// Takes back the last change, where there was one since the run went on or was taken back.
  mutating func revert() {
    guard memory.previous != nil else { return }
    makeUnique()
    let frame = frame
    for number in (0..<memory.saved.count).reversed() {
      let saved = memory.saved[number]
      switch saved.extent {
      case .none: continue
      case .element(let element): frame.room(saved.slot)[element] = memory.savedValues[saved.start]
      case .all:
        let to = frame.room(saved.slot)
        for e in 0..<network.slots[saved.slot].count { to[e] = memory.savedValues[saved.start + e] }
      }
    }
    if let previous = memory.previous { memory.state = previous }
    memory.previous = nil
  }
}
