import Foundation
import NumericCore

/// The choice of settings by held-out events, all of them of the time that is fitted.
///
/// A trial leaves out the last tenth of the time, or of the events where hardly any are in that. Its score is
/// the log probability of the pairs of the events there, given their number, under the best forecast. Where
/// pairs are masked, other pairs are what is to be told: a trial leaves out a tenth of the pairs that are
/// not, and its score is the log likelihood of their events. Rest, then scales are tried in ascending order,
/// each from the mode of the one before, until two scores in turn are below the best; then, where the number
/// of bins is open, twice as many bins of half the length scale and of velocities sqrt(2) times as large,
/// which keeps the variance of what is covered.
extension PiecewiseVelocityModel {
  struct Choice {
    var settings: Settings
    var forecast: NetworkForecast
    var start: NetworkTrajectories
    var trials: [FittedTrajectories.Trial]
  }

  private static let heldOutShare = 0.1
  /// Fewer held-out events tell nothing.
  private static let fewestHeldOut = 20
  /// More masked pairs, which are summed one by one, tell little more.
  private static let mostHeldOutPairs = 50_000
  /// A trial need not converge to tell.
  private static let trialIterations = 80
  private static let startBins = 20
  /// A velocity scale at which nodes hardly move.
  private static let rest = 1e-3
  private static let mostBins = 160
  /// Candidates for the memory, in units of the span.
  private static let memories = [0, 0.0125, 0.025, 0.05, 0.1, 0.2, 0.4, 0.8, .infinity]
  /// Without memory: times that nodes drift, in units of the span, which are parts of a tenth of it, and spreads
  /// up to those of nodes that leave the reach of each other.
  private static let motions: [(drift: Double, spread: Double)] =
    [0, 0.0125, 0.025, 0.05].flatMap { drift in [0, 0.03, 0.1, 0.3].map { (drift, $0) } }
  /// Candidates for the share of the background of masked pairs.
  private static let backgrounds = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3]

  func select(_ data: Data, _ progress: (FitStep) -> Void) throws -> Choice {
    let first = bins ?? Self.startBins
    func settings(_ scale: Double, _ bins: Int) -> Settings {
      Settings(bins: bins, velocityScale: scale, lengthScale: lengthScale ?? 1 / Double(bins))
    }
    let scales = isStatic ? [Self.rest] : velocityScale.map { [$0] } ?? [Self.rest] + candidates.sorted()
    let (kept, held) = data.masked.isEmpty ? lastEvents(data) : somePairs(data)
    let part = kept.span / data.span
    guard held.count >= Self.fewestHeldOut, !kept.events.isEmpty else {
      // Nothing can be told: the smallest scale, which moves least, and the mean of all time.
      return Choice(
        settings: settings(scales[0], first),
        forecast: forecast ?? NetworkForecast(unchecked: .infinity, background: 0.1),
        start: try still(data), trials: [])
    }
    if let forecast, scales.count == 1, bins != nil || isStatic {
      return Choice(
        settings: settings(scales[0], first), forecast: forecast, start: try still(data), trials: [])
    }
    var trials: [FittedTrajectories.Trial] = []
    var best: (score: Double, choice: Choice)?
    var start = try still(kept)
    /// Whether the score is the best so far.
    func attempt(_ chosen: Settings) throws -> Bool {
      progress(.trying(velocityScale: chosen.velocityScale, bins: chosen.bins))
      let trial = chosen.over(part)
      let (mode, _) = try mode(
        kept, trial, from: start.resampled(bins: trial.bins, span: kept.span),
        maximumIterations: Self.trialIterations, tolerance: tolerance)
      start = mode
      let likelihood = PairLikelihood(
        nodes: data.nodes, bins: mode.bins, span: mode.span, events: kept.events, masked: data.masked,
        structure: data.structure, relativeError: 1e-6)
      let (forecast, score) =
        data.masked.isEmpty
        ? bestForecast(mode, likelihood, kept, held) : bestBackground(mode, data, kept, held)
      trials.append(
        FittedTrajectories.Trial(
          bins: chosen.bins, velocityScale: chosen.velocityScale, lengthScale: chosen.lengthScale,
          score: score / Double(held.count)))
      guard score > best?.score ?? -.infinity else { return false }
      best = (score, Choice(settings: chosen, forecast: forecast, start: mode, trials: []))
      return true
    }
    // One worse score may be chance, or a step too small to gain anything.
    var worse = 0
    for scale in scales where worse < 2 { worse = try attempt(settings(scale, first)) ? 0 : worse + 1 }
    if bins == nil, !isStatic, var chosen = best?.choice {
      start = chosen.start
      while chosen.settings.bins < Self.mostBins {
        chosen.settings.bins *= 2
        if velocityScale == nil { chosen.settings.velocityScale *= 2.squareRoot() }
        if lengthScale == nil { chosen.settings.lengthScale /= 2 }
        if try !attempt(chosen.settings) { break }
      }
    }
    guard var choice = best?.choice else {
      throw DynamicNetworkError.didNotStart("no held-out likelihood is finite")
    }
    choice.trials = trials
    if let forecast { choice.forecast = forecast }
    return choice
  }

  /// What comes before the last tenth of the time, or of the events where too few of them are in that; and
  /// the rest.
  private func lastEvents(_ data: Data) -> (kept: Data, held: [NetworkEvent]) {
    var end = data.span * (1 - Self.heldOutShare)
    if data.events.count(where: { $0.time > end }) < Self.fewestHeldOut {
      let times = data.events.map(\.time).sorted()
      let time = times[Int(Double(times.count - 1) * (1 - Self.heldOutShare))]
      if time > 0 { end = min(end, time) }
    }
    let kept = data.events.filter { $0.time <= end }
    return (
      Data(nodes: data.nodes, events: kept, span: end, masked: data.masked, structure: data.structure),
      data.events.filter { $0.time > end }
    )
  }

  /// What is left when a tenth of the pairs, or fewer of a large network, is masked as well, and their
  /// events.
  private func somePairs(_ data: Data) -> (kept: Data, held: [NetworkEvent]) {
    var stream = RandomStream(RandomKey(seed: seed).child("held out"))
    let share = min(
      Self.heldOutShare, Double(Self.mostHeldOutPairs) / data.pairs)
    var masked = data.masked
    for i in 0..<data.nodes {
      for j in i + 1..<data.nodes where data.structure.joins(i, j) {
        if stream.uniform() < share { masked.insert(NodePair(i, j)) }
      }
    }
    let kept = data.events.filter { !masked.contains($0.pair) }
    return (
      Data(nodes: data.nodes, events: kept, span: data.span, masked: masked, structure: data.structure),
      data.events.filter { masked.contains($0.pair) }
    )
  }

  /// The share of the background under which the events of held-out pairs are likeliest, and their log
  /// likelihood.
  private func bestBackground(
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

  /// The mode without motion, the best of some random starts.
  private func still(_ data: Data) throws -> NetworkTrajectories {
    var best: (value: Double, mode: NetworkTrajectories)?
    let centre =
      0.5 * log(Double(max(data.events.count, 1)) / (data.pairs * data.span))
    for k in 0..<UInt64(4) {
      var stream = RandomStream(RandomKey(seed: seed).child("start").child(k))
      // Small positions at random break the symmetry between nodes.
      let places = (0..<2 * data.nodes).map { _ in 0.1 * initialScale * stream.normal() }
      let start = Array(repeating: centre, count: data.nodes) + places + places
      let (mode, optimum) = try mode(
        data, Settings(bins: 1, velocityScale: Self.rest, lengthScale: 1),
        from: NetworkTrajectories(unchecked: start, nodes: data.nodes, bins: 1, span: data.span),
        maximumIterations: Self.trialIterations, tolerance: tolerance)
      if optimum.value < best?.value ?? .infinity { best = (optimum.value, mode) }
    }
    guard let best else { throw DynamicNetworkError.didNotStart("no start has a finite value") }
    return best.mode
  }

  /// The forecast under which the last events are likeliest, given their number, and their log probability
  /// under the best forecast of trajectories as they are, without the pairs' own events, drift and spread:
  /// settings are chosen by what trajectories tell, and not by what makes up for them.
  private func bestForecast(
    _ mode: NetworkTrajectories, _ likelihood: PairLikelihood, _ kept: Data, _ last: [NetworkEvent]
  ) -> (NetworkForecast, Double) {
    let expected = likelihood.expectedCounts(at: mode.parameters)
    let background = BackgroundRates(
      nodes: mode.nodes, events: kept.events, span: mode.span, structure: kept.structure)
    let backgroundTotal = background.total(masked: kept.masked)
    var events: [NodePair: Double] = [:]
    for e in last { events[e.pair, default: 0] += 1 }
    let pairs = events.keys.sorted { ($0.i, $0.j) < ($1.i, $1.j) }
    var best = (score: -Double.infinity, forecast: NetworkForecast(unchecked: .infinity, background: 0.1))
    var alone = -Double.infinity
    let counts = pairs.map { events[$0] ?? 0 }
    let byBackground = pairs.map { background($0.i, $0.j) / backgroundTotal }
    let byBins = pairs.flatMap { pair in
      (0..<mode.bins).map { mode.integral(pair.i, pair.j, bin: $0, from: 0, to: mode.width) / mode.width }
    }
    /// Compares a forecast with the best so far, given its recent rates.
    func attempt(_ candidate: NetworkForecast, _ recent: [Double], _ total: Double, _ own: OwnRates) {
      guard total > 0 else { return }
      let parts = [
        recent.map { $0 / total }, byBackground, pairs.map { own.total > 0 ? own($0.i, $0.j) / own.total : 0 },
      ]
      if candidate.drift == 0, candidate.spread == 0 {
        alone = max(alone, Self.mixture(of: Array(parts[..<2]), counts).score)
      }
      let (score, shares) = Self.mixture(of: parts, counts)
      guard score > best.score else { return }
      // Shares of rates, from those of events.
      let rates = zip(shares, [total, backgroundTotal, own.total]).map { $1 > 0 ? $0 / $1 : 0 }
      let sum = rates.reduce(0, +)
      best = (score, candidate)
      (best.forecast.background, best.forecast.own) = (rates[1] / sum, rates[2] / sum)
    }
    for memory in Self.memories {
      var forecast = NetworkForecast(unchecked: memory * mode.span, background: 0.1)
      let weights = forecast.weights(bins: mode.bins, width: mode.width)
      let own = OwnRates(events: kept.events, span: mode.span, weights: weights)
      if memory > 0 {
        let recent = pairs.indices.map { k in
          weights.indices.reduce(0) { $0 + weights[$1] * byBins[k * mode.bins + $1] }
        }
        attempt(forecast, recent, zip(weights, expected).reduce(0) { $0 + $1.0 * $1.1 } / mode.width, own)
        continue
      }
      for motion in Self.motions {
        (forecast.drift, forecast.spread) = (motion.drift * mode.span, motion.spread)
        attempt(
          forecast, pairs.map { forecast.recentRate(mode, $0.i, $0.j, weights: weights) },
          forecast.recentRate(mode, likelihood, weights: weights), own)
      }
    }
    return (best.forecast, alone)
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
