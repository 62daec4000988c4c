import Foundation

/// The choice of how rates go on, and of the share of the background, by held-out events.
extension PiecewiseVelocityModel {
  /// Candidates for the memory, in units of the span.
  private static let memories = [0, 0.0125, 0.025, 0.05, 0.1, 0.2, 0.4, 0.8, .infinity]
  /// Without memory: times that nodes drift, in units of the span, which are parts of a tenth of it, and spreads
  /// up to those of nodes that leave the reach of each other.
  private static let motions: [(drift: Double, spread: Double)] =
    [0, 0.0125, 0.025, 0.05].flatMap { drift in [0, 0.03, 0.1, 0.3].map { (drift, $0) } }
  /// Candidates for the share of the background of masked pairs.
  private static let backgrounds = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3]

  /// The share of the background under which the events of held-out pairs are likeliest, and their log
  /// likelihood.
  func bestBackground(
    _ mode: NetworkTrajectories, _ data: Data, _ kept: Data, _ held: [NetworkEvent]
  ) -> (NetworkForecast, Double) {
    let background = BackgroundRates(
      nodes: mode.nodes, events: kept.events, span: mode.span, structure: kept.structure)
    let pairs = kept.masked.subtracting(data.masked).sorted { ($0.i, $0.j) < ($1.i, $1.j) }
    let (expected, spread) = pairs.reduce((0.0, 0.0)) {
      (
        $0.0 + mode.expectedCount($1.i, $1.j, from: 0, to: mode.span),
        $0.1 + mode.span * background($1.i, $1.j)
      )
    }
    var best = (NetworkForecast(unchecked: .infinity, background: 0.1), -Double.infinity)
    for share in Self.backgrounds {
      let total = (1 - share) * expected + share * spread
      let score = held.reduce(-total) {
        $0
          + log(
            (1 - share) * exp(mode.logIntensity($1.i, $1.j, at: $1.time)) + share * background($1.i, $1.j))
      }
      if score > best.1 { best = (NetworkForecast(unchecked: .infinity, background: share), score) }
    }
    return best
  }

  /// The forecast under which the last events are likeliest, given their number, and their log likelihood: the smallest
  /// of those by each of some modes. Where a search ends is a matter of chance, and a forecast shall not depend on it.
  ///
  /// - Parameter modes: with as many bins as the likelihood; the shares of the parts are those by the last one.
  func bestForecast(
    _ modes: [NetworkTrajectories], _ likelihood: PairLikelihood, _ kept: Data, _ last: [NetworkEvent]
  ) -> (score: Double, forecast: NetworkForecast) {
    let (bins, span) = (likelihood.bins, likelihood.span)
    let width = span / Double(bins)
    let expected = modes.map { likelihood.expectedCounts(at: $0.parameters) }
    let background = BackgroundRates(
      nodes: kept.nodes, events: kept.events, span: span, structure: kept.structure)
    let backgroundTotal = background.total(masked: kept.masked)
    var events: [NodePair: Double] = [:]
    for e in last { events[e.pair, default: 0] += 1 }
    let pairs = events.keys.sorted { ($0.i, $0.j) < ($1.i, $1.j) }
    var best = (score: -Double.infinity, forecast: NetworkForecast(unchecked: .infinity, background: 0.1))
    let counts = pairs.map { events[$0] ?? 0 }
    let byBackground = pairs.map { background($0.i, $0.j) / backgroundTotal }
    let byBins = modes.map { mode in
      pairs.flatMap { pair in
        (0..<bins).map { mode.integral(pair.i, pair.j, bin: $0, from: 0, to: width) / width }
      }
    }
    /// Compares a forecast with the best so far, given its recent rates by each mode.
    func attempt(_ candidate: NetworkForecast, _ recents: [(rates: [Double], total: Double)], _ own: OwnRates) {
      let byOwn = pairs.map { own.total > 0 ? own($0.i, $0.j) / own.total : 0 }
      var (worst, rates) = (Double.infinity, [Double]())
      for (recent, total) in recents {
        guard total > 0 else { return }
        let (score, shares) = Self.mixture(of: [recent.map { $0 / total }, byBackground, byOwn], counts)
        guard score > best.score else { return }
        worst = min(worst, score)
        // Shares of rates, from those of events.
        rates = zip(shares, [total, backgroundTotal, own.total]).map { $1 > 0 ? $0 / $1 : 0 }
      }
      let sum = rates.reduce(0, +)
      best = (worst, candidate)
      (best.forecast.background, best.forecast.own) = (rates[1] / sum, rates[2] / sum)
    }
    for memory in Self.memories {
      var forecast = NetworkForecast(unchecked: memory * span, background: 0.1)
      let weights = forecast.weights(bins: bins, width: width)
      let own = OwnRates(events: kept.events, span: span, weights: weights)
      if memory > 0 {
        let recents = zip(byBins, expected).map { byBins, expected in
          (
            rates: pairs.indices.map { k in
              weights.indices.reduce(0) { $0 + weights[$1] * byBins[k * bins + $1] }
            }, total: zip(weights, expected).reduce(0) { $0 + $1.0 * $1.1 } / width
          )
        }
        attempt(forecast, recents, own)
        continue
      }
      for motion in Self.motions {
        (forecast.drift, forecast.spread) = (motion.drift * span, motion.spread)
        let recents = modes.map { mode in
          (
            rates: pairs.map { forecast.recentRate(mode, $0.i, $0.j, weights: weights) },
            total: forecast.recentRate(mode, likelihood, weights: weights)
          )
        }
        attempt(forecast, recents, own)
      }
    }
    return best
  }

  /// The log probability of counts n_c under a mixture of distributions p_k(c), sum_c n_c log sum_k s_k
  /// p_k(c), at its most probable shares s under a Dirichlet prior worth one event of each distribution, by
  /// expectation and maximisation.
  static func mixture(of distributions: [[Double]], _ counts: [Double]) -> (score: Double, shares: [Double]) {
    let number = Double(distributions.count)
    let sum = counts.reduce(0, +)
    var shares = Array(repeating: 1 / number, count: distributions.count)
    var score = -Double.infinity
    // The objective is concave, and the score changes little long before a hundred rounds.
    for _ in 0..<100 {
      var taken = Array(repeating: 1.0, count: distributions.count)
      let before = score
      score = 0
      for (c, count) in counts.enumerated() {
        var density = 0.0
        for k in shares.indices { density += shares[k] * distributions[k][c] }
        score += count * log(density)
        for k in shares.indices { taken[k] += count * shares[k] * distributions[k][c] / density }
      }
      shares = taken.map { $0 / (sum + number) }
      if abs(score - before) <= 1e-9 * abs(score) { break }
    }
    return (score, shares)
  }
}
