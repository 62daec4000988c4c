import NumericCore

/// How much counts vary about a forecast, by held-out events.
extension PiecewiseVelocityModel {
  /// More pairs tell little more.
  private static let mostPairs = 1_000_000

  /// A forecast with the dispersions of nodes and of pairs under which their numbers of events after `kept` are most
  /// probable, given the number of all events, and those of the first and the second half of that time.
  ///
  /// Nodes without an event in `kept` are left out, with their pairs: many are known for what they have after it alone,
  /// and tell nothing of what a node will have. In large networks these are random nodes, as many as have a million
  /// pairs, and their pairs. Cost: O(B) a pair.
  ///
  /// - Parameters:
  ///   - mode: of `kept`, by which rates are forecast.
  ///   - held: in (kept.span, span].
  func dispersed(
    _ forecast: NetworkForecast, _ mode: NetworkTrajectories, _ likelihood: PairLikelihood, _ kept: Data,
    _ held: [NetworkEvent], span: Double
  ) -> NetworkForecast {
    let weights = forecast.weights(bins: mode.bins, width: mode.width)
    let own = OwnRates(events: kept.events, span: kept.span, weights: weights)
    let background = BackgroundRates(
      nodes: kept.nodes, events: kept.events, span: kept.span, structure: kept.structure)
    let total = forecast.rate(
      recent: forecast.recentRate(mode, likelihood, weights: weights), own: own.total,
      background: background.total(masked: kept.masked))
    let middle = 0.5 * (kept.span + span)
    let halves = [held.filter { $0.time <= middle }, held.filter { $0.time > middle }].map(EventCounts.init)

    var stream = RandomStream(RandomKey(seed: seed).child("dispersion"))
    let known = Set(kept.events.flatMap { [$0.i, $0.j] })
    let chosen = (0..<kept.nodes).filter(known.contains).shuffled(using: &stream)
      .prefix(max(1, Self.mostPairs / kept.nodes))
    var isChosen = Array(repeating: false, count: kept.nodes)
    for i in chosen { isChosen[i] = true }
    var shares = Array(repeating: 0.0, count: kept.nodes)
    var (nodes, pairs) = (HalvedSample(), HalvedSample())
    for i in chosen {
      for j in 0..<kept.nodes where kept.structure.joins(i, j) && !(isChosen[j] && j < i) {
        let share =
          forecast.rate(
            recent: forecast.recentRate(mode, i, j, weights: weights), own: own(i, j), background: background(i, j))
          / total
        if known.contains(j) {
          pairs.add(halves.map { (count: $0.pairs[NodePair(i, j)] ?? 0, mean: share * Double($0.total)) })
        }
        for k in [i, j] { shares[k] += share }
      }
    }
    for i in chosen { nodes.add(halves.map { ($0.nodes[i] ?? 0, shares[i] * Double($0.total)) }) }
    var result = forecast
    result.nodeDispersion = nodes.dispersion(time: span - kept.span)
    result.pairDispersion = pairs.dispersion(time: span - kept.span)
    return result
  }
}

/// Numbers of events.
private struct EventCounts {
  var pairs: [NodePair: Int] = [:]
  var nodes: [Int: Int] = [:]
  let total: Int

  init(of events: [NetworkEvent]) {
    total = events.count
    for e in events {
      pairs[e.pair, default: 0] += 1
      nodes[e.i, default: 0] += 1
      nodes[e.j, default: 0] += 1
    }
  }
}

/// Counts over a time, and over its halves.
private struct HalvedSample {
  private var (whole, halves) = (CountSample(), CountSample())

  mutating func add(_ parts: [(count: Int, mean: Double)]) {
    whole.add(parts.reduce(0) { $0 + $1.count }, mean: parts.reduce(0) { $0 + $1.mean })
    for part in parts { halves.add(part.count, mean: part.mean) }
  }

  func dispersion(time: Double) -> CountDispersion { CountDispersion(of: whole, halves: halves, time: time) }
}
