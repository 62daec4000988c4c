/// The choice of settings by events, all of them of the time that is fitted.
///
/// For prediction, velocity scales are told by thinning: a tenth of the events at random is left out, which by the laws
/// of Poisson processes is independent of the others given the intensities, and a trial's score is the log density of
/// their pairs and times, given their number. Where pairs are masked, other pairs are what is to be told: a trial leaves
/// out a tenth of the pairs that are not, and its score is the log likelihood of their events. Rest, then scales
/// are tried in ascending order, each from the mode of the one before, until two scores in turn are below the best;
/// then length scales, longer as long as the score grows; then the communities under which the best trajectories are
/// most probable, told anew as long as the score grows, if they beat as long a search without them; then, where the
/// number of bins is open, twice as many bins of half the length scale and of velocities sqrt(2) times as large, which
/// keeps the variance of what is covered. For reconstruction the score is that of the fitted events, which grows with the
/// scale: the largest one is taken, and only bins are tried.
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

  /// Whether settings are the freest ones.
  func isFree(_ data: Data) -> Bool { aim == .reconstruction && data.masked.isEmpty }

  func select(_ data: Data, _ progress: (FitStep) -> Void) throws -> Choice {
    func settings(_ scale: Double, _ bins: Int) -> Settings {
      Settings(
        bins: bins, velocityScale: scale, lengthScale: lengthScale ?? 1 / Double(bins), communities: communities)
    }
    let isFree = isFree(data)
    let ascending = candidates.sorted()
    let scales =
      isStatic ? [Self.rest] : velocityScale.map { [$0] } ?? (isFree ? [ascending.last!] : [Self.rest] + ascending)
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
    if isOpen || !data.masked.isEmpty {
      let (fitted, left) =
        isFree ? (kept, kept.events) : data.masked.isEmpty ? try thinned(kept) : (kept, held)
      if left.count >= Self.fewestHeldOut {
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
}
