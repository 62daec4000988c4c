/// Settings that are tried on events that are left out: scales, then what refines the best of them.
extension PiecewiseVelocityModel {
  /// A trial need not converge to tell.
  static let trialIterations = 60
  static let startBins = 20
  private static let mostBins = 160
  /// In units of the span, the length scale that is not lengthened any more.
  private static let longest = 0.5
  /// Smaller steps hardly change a score.
  private static let lengthening = 3.0
  /// More nodes are not grouped: these trials would be a large part of the time of a fit.
  private static let mostNodesInCommunities = 1_000
  /// Whether communities are worth anything shows sooner.
  private static let groupingIterations = 30
  /// Communities are told anew from trajectories that were fitted under those told before, as often as that helps.
  private static let communityRounds = 5

  /// Settings that were tried: the mode under them and its score an event, with the forecast if the score tells one.
  struct Attempt {
    let settings: Settings
    let mode: NetworkTrajectories
    let forecast: NetworkForecast?
    let score: Double
  }

  /// Tries settings, and tells those of the best score.
  func choose(
    _ trials: inout [FittedTrajectories.Trial], among scales: [Double], _ settings: (Double, Int) -> Settings,
    from still: NetworkTrajectories, _ fitted: Data, _ part: Double, _ progress: (FitStep) -> Void,
    score: (NetworkTrajectories) -> (forecast: NetworkForecast?, score: Double)
  ) throws -> Attempt {
    func attempt(_ chosen: Settings, from start: NetworkTrajectories, _ iterations: Int) throws -> Attempt {
      progress(.trying(velocityScale: chosen.velocityScale, bins: chosen.bins))
      let trial = chosen.over(part)
      var mode = start.resampled(bins: trial.bins, span: fitted.span)
      if chosen.velocityScale > Self.rest {
        (mode, _) = try self.mode(
          fitted, trial, from: mode, maximumIterations: iterations, tolerance: tolerance)
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
      let tried = try attempt(settings(scale, bins ?? Self.startBins), from: start, Self.trialIterations)
      start = tried.mode
      let isBest = tried.score > best?.score ?? -.infinity
      if isBest { best = tried }
      worse = isBest ? 0 : worse + 1
    }
    guard let best else { throw DynamicNetworkError.didNotStart("no held-out likelihood is finite") }
    guard best.settings.velocityScale > Self.rest else { return best }
    return try refined(best, refinesScales: velocityScale == nil && !isFree(fitted), attempt) {
      try communities(of: $0, fitted, $1.over(part))
    }
  }

  /// The best of settings with longer length scales and communities, where scales are refined, and more bins, each as
  /// long as the score grows.
  private func refined(
    _ moving: Attempt, refinesScales: Bool,
    _ attempt: (Settings, NetworkTrajectories, _ iterations: Int) throws -> Attempt,
    communities told: (NetworkTrajectories, Settings) throws -> NodeCommunities?
  ) throws -> Attempt {
    var best = moving
    /// Goes on as long as there are next settings that are better.
    func climb(_ next: (Attempt) throws -> Settings?) throws {
      while let chosen = try next(best) {
        let tried = try attempt(chosen, best.mode, Self.trialIterations)
        guard tried.score > best.score else { return }
        best = tried
      }
    }
    if lengthScale == nil, refinesScales {
      try climb {
        var chosen = $0.settings
        chosen.lengthScale *= Self.lengthening
        return $0.settings.lengthScale < Self.longest ? chosen : nil
      }
    }
    if communities == nil, refinesScales {
      func together(_ attempt: Attempt) throws -> Settings? {
        guard let found = try told(attempt.mode, attempt.settings) else { return nil }
        var chosen = attempt.settings
        chosen.communities = found
        return chosen
      }
      let alone = best
      if let chosen = try together(alone) {
        let first = try attempt(chosen, alone.mode, Self.groupingIterations)
        if first.score > alone.score {
          // What is to be beaten has as long a search.
          let longer = try attempt(alone.settings, alone.mode, Self.groupingIterations)
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
}
