import Foundation
import NumericCore

/// The choice of settings by held-out events, all of them of the time that is fitted.
///
/// Velocity scales are told by thinning: a tenth of the events at random is left out, which by the laws of Poisson
/// processes is independent of the others given the intensities, and a trial's score is the log density of their
/// pairs and times, given their number. Where pairs are masked, other pairs are what is to be told: a trial leaves
/// out a tenth of the pairs that are not, and its score is the log likelihood of their events. Rest, then scales
/// are tried in ascending order, each from the mode of the one before, until two scores in turn are below the best;
/// then length scales, longer as long as the score grows; then the communities under which the best trajectories are
/// most probable, told anew as long as the score grows, if they beat as long a search without them; then, where the
/// number of bins is open, twice as many bins of half the length scale and of velocities sqrt(2) times as large, which
/// keeps the variance of what is covered.
///
/// All of this comes before the last tenth of the time (or of the events where hardly any are in that), whose
/// events tell how rates go on, and how much counts vary about that: after a quarter and after half of the iterations of
/// the last search, since how far places can be trusted depends on how closely they follow the events. The model without
/// motion is among the candidates.
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
  private static let trialIterations = 60
  private static let startBins = 20
  private static let mostBins = 160
  /// In units of the span, the length scale that is not lengthened any more.
  private static let longest = 0.5
  /// Smaller steps hardly change a score.
  private static let lengthening = 3.0
  /// More nodes are not grouped: these trials would be a large part of the time of a fit.
  private static let mostNodesInCommunities = 1_000
  /// Communities are told anew from trajectories that were fitted under those told before, as often as that helps.
  private static let communityRounds = 5
  /// A velocity scale at which nodes hardly move.
  private static let rest = 1e-3
  /// Those of the model without motion, which needs one bin.
  private static let atRest = Settings(bins: 1, velocityScale: rest, lengthScale: 1)
  /// Random starts of the model without motion, and the iterations after which the best of them goes on alone.
  private static let (starts, startIterations) = (4, 20)

  func select(_ data: Data, _ progress: (FitStep) -> Void) throws -> Choice {
    func settings(_ scale: Double, _ bins: Int) -> Settings {
      Settings(
        bins: bins, velocityScale: scale, lengthScale: lengthScale ?? 1 / Double(bins), communities: communities)
    }
    let scales = isStatic ? [Self.rest] : velocityScale.map { [$0] } ?? [Self.rest] + candidates.sorted()
    let isOpen = scales.count > 1 || bins == nil && !isStatic
    // Where nothing can be told: the smallest scale, which moves least, and the mean of all time.
    func first(_ start: NetworkTrajectories) -> Choice {
      Choice(
        settings: settings(scales[0], bins ?? Self.startBins),
        forecast: forecast ?? NetworkForecast(unchecked: .infinity, background: 0.1), start: start, trials: [])
    }
    guard isOpen || forecast == nil else { return first(try still(data)) }
    let (kept, held) = data.masked.isEmpty ? lastEvents(data) : somePairs(data)
    guard held.count >= Self.fewestHeldOut, !kept.events.isEmpty else { return first(try still(data)) }
    let part = kept.span / data.span
    let still = try still(kept)
    var choice = first(still)
    let (fitted, left) = data.masked.isEmpty ? try thinned(kept) : (kept, held)
    if isOpen || !data.masked.isEmpty, left.count >= Self.fewestHeldOut {
      // Rest is tried as motion is: it does not know the events that are left out.
      let resting =
        data.masked.isEmpty
        ? try mode(
          fitted, Self.atRest, from: still, maximumIterations: Self.trialIterations, tolerance: tolerance
        ).0 : still
      let best = try choose(&choice.trials, among: scales, settings, from: resting, fitted, part, progress) {
        let (forecast, score) =
          data.masked.isEmpty ? (nil, densityGivenNumber(left, $0, fitted)) : bestBackground($0, data, kept, held)
        return (forecast, score / Double(left.count))
      }
      (choice.settings, choice.start) = (best.settings, best.mode)
      if forecast == nil, let told = best.forecast { choice.forecast = told }
    }
    guard data.masked.isEmpty, forecast == nil else { return choice }
    progress(.trying(velocityScale: choice.settings.velocityScale, bins: choice.settings.bins))
    let trial = choice.settings.over(part)
    choice.start = choice.start.resampled(bins: trial.bins, span: kept.span)
    var modes: [NetworkTrajectories] = []
    for _ in 0..<2 {
      (choice.start, _) = try mode(
        kept, trial, from: choice.start, maximumIterations: max(1, maximumIterations / 4), tolerance: tolerance,
        isNear: true)
      modes.append(choice.start)
    }
    let likelihood = likelihood(kept, trial)
    var (best, told) = (bestForecast(modes, likelihood, kept, held), choice.start)
    if choice.settings.velocityScale > Self.rest {
      let rest = still.resampled(bins: trial.bins, span: kept.span)
      let resting = bestForecast([rest], likelihood, kept, held)
      if resting.score > best.score {
        (best, told) = (resting, rest)
        best.forecast.isStatic = true
      }
    }
    choice.forecast = dispersed(best.forecast, told, likelihood, kept, held, span: data.span)
    return choice
  }

  /// Settings that were tried: the mode under them and its score an event, with the forecast if the score tells one.
  private struct Attempt {
    let settings: Settings
    let mode: NetworkTrajectories
    let forecast: NetworkForecast?
    let score: Double
  }

  /// Tries settings, and tells those of the best score.
  private func choose(
    _ trials: inout [FittedTrajectories.Trial], among scales: [Double], _ settings: (Double, Int) -> Settings,
    from still: NetworkTrajectories, _ fitted: Data, _ part: Double, _ progress: (FitStep) -> Void,
    score: (NetworkTrajectories) -> (forecast: NetworkForecast?, score: Double)
  ) throws -> Attempt {
    func attempt(_ chosen: Settings, from start: NetworkTrajectories) throws -> Attempt {
      progress(.trying(velocityScale: chosen.velocityScale, bins: chosen.bins))
      let trial = chosen.over(part)
      var mode = start.resampled(bins: trial.bins, span: fitted.span)
      if chosen.velocityScale > Self.rest {
        (mode, _) = try self.mode(
          fitted, trial, from: mode, maximumIterations: Self.trialIterations, tolerance: tolerance)
      }
      let found = score(mode)
      trials.append(FittedTrajectories.Trial(chosen, score: found.score))
      return Attempt(settings: chosen, mode: mode, forecast: found.forecast, score: found.score)
    }
    var best: Attempt?
    var start = still
    // One worse score may be chance, or a step too small to gain anything.
    var worse = 0
    for scale in scales where worse < 2 {
      let tried = try attempt(settings(scale, bins ?? Self.startBins), from: start)
      start = tried.mode
      let isBest = tried.score > best?.score ?? -.infinity
      if isBest { best = tried }
      worse = isBest ? 0 : worse + 1
    }
    guard let best else { throw DynamicNetworkError.didNotStart("no held-out likelihood is finite") }
    guard best.settings.velocityScale > Self.rest else { return best }
    return try refined(best, attempt) { try communities(of: $0, fitted, $1.over(part)) }
  }

  /// The best of settings with longer length scales, communities, and more bins, each as long as the score grows.
  private func refined(
    _ moving: Attempt, _ attempt: (Settings, NetworkTrajectories) throws -> Attempt,
    communities told: (NetworkTrajectories, Settings) throws -> NodeCommunities?
  ) throws -> Attempt {
    var best = moving
    /// Goes on as long as there are next settings that are better.
    func climb(_ next: (Attempt) throws -> Settings?) throws {
      while let chosen = try next(best) {
        let tried = try attempt(chosen, best.mode)
        guard tried.score > best.score else { return }
        best = tried
      }
    }
    if lengthScale == nil, velocityScale == nil {
      try climb {
        var chosen = $0.settings
        chosen.lengthScale *= Self.lengthening
        return $0.settings.lengthScale < Self.longest ? chosen : nil
      }
    }
    if communities == nil, velocityScale == nil {
      func together(_ attempt: Attempt) throws -> Settings? {
        guard let found = try told(attempt.mode, attempt.settings) else { return nil }
        var chosen = attempt.settings
        chosen.communities = found
        return chosen
      }
      let alone = best
      if let chosen = try together(alone) {
        let first = try attempt(chosen, alone.mode)
        if first.score > alone.score {
          // What is to be beaten has as long a search.
          let longer = try attempt(alone.settings, alone.mode)
          best = first.score > longer.score ? first : longer
        }
      }
      var rounds = 1
      try climb {
        guard $0.settings.communities != nil, rounds < Self.communityRounds else { return nil }
        rounds += 1
        return try together($0)
      }
    }
    if bins == nil {
      try climb {
        var chosen = $0.settings
        chosen.bins *= 2
        if velocityScale == nil { chosen.velocityScale *= 2.squareRoot() }
        if lengthScale == nil { chosen.lengthScale /= 2 }
        return $0.settings.bins < Self.mostBins ? chosen : nil
      }
    }
    return best
  }

  /// Those under which trajectories are most probable; nil where they tell none, or are too many.
  private func communities(
    of mode: NetworkTrajectories, _ data: Data, _ settings: Settings
  ) throws -> NodeCommunities? {
    guard data.nodes <= Self.mostNodesInCommunities else { return nil }
    let y = try prior(data, settings).whitened(Array(mode.parameters[data.nodes...]), rows: 2 * data.nodes)
    return NodeCommunities.mostProbable(of: y, nodes: data.nodes)
  }

  /// A tenth of the events at random, or as many as tell something, and what is left; no events where they would be
  /// more than half.
  private func thinned(_ data: Data) throws -> (fitted: Data, left: [NetworkEvent]) {
    let count = max(Int(Double(data.events.count) * Self.heldOutShare), Self.fewestHeldOut)
    guard 2 * count <= data.events.count else { return (data, []) }
    var stream = RandomStream(RandomKey(seed: seed).child("thinned"))
    let events = data.events.shuffled(using: &stream)
    return (
      Data(
        nodes: data.nodes, events: Array(events[count...]), span: data.span, masked: data.masked,
        structure: data.structure), Array(events[..<count])
    )
  }

  /// The log density of the pairs and times of events, given their number. A share of background rates, the
  /// likeliest one, keeps single events of nodes that were hardly seen from being all that counts.
  private func densityGivenNumber(
    _ events: [NetworkEvent], _ mode: NetworkTrajectories, _ data: Data
  ) -> Double {
    let likelihood = PairLikelihood(
      nodes: data.nodes, bins: mode.bins, span: mode.span, events: [NetworkEvent](), masked: data.masked,
      structure: data.structure, relativeError: 1e-6)
    let total = likelihood.expectedCounts(at: mode.parameters).reduce(0, +)
    let background = BackgroundRates(
      nodes: data.nodes, events: data.events, span: data.span, structure: data.structure)
    let spread = background.total(masked: data.masked) * mode.span
    return Self.mixture(
      of: [
        events.map { exp(mode.logIntensity($0.i, $0.j, at: $0.time)) / total },
        events.map { background($0.i, $0.j) / spread },
      ], Array(repeating: 1, count: events.count)
    ).score
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

  /// The mode without motion, the best of some random starts.
  func still(_ data: Data) throws -> NetworkTrajectories {
    let search = try search(data, Self.atRest)
    let centre = 0.5 * log(Double(max(data.events.count, 1)) / (data.pairs * data.span))
    var best: (parameters: [Double], optimum: Optimum)?
    for k in 0..<UInt64(Self.starts) {
      var stream = RandomStream(RandomKey(seed: seed).child("start").child(k))
      // Small positions at random break the symmetry between nodes.
      let places = (0..<2 * data.nodes).map { _ in 0.1 * initialScale * stream.normal() }
      let found = try search(
        Array(repeating: centre, count: data.nodes) + places + places, Self.startIterations, tolerance, { _ in })
      if found.optimum.value < best?.optimum.value ?? .infinity { best = found }
    }
    guard let best else { throw DynamicNetworkError.didNotStart("no start has a finite value") }
    let (parameters, _) = try search(best.parameters, Self.trialIterations, tolerance) { _ in }
    return NetworkTrajectories(unchecked: parameters, nodes: data.nodes, bins: 1, span: data.span)
  }
}
