import Foundation
import NumericCore

/// What noise leaves to decide: where residuals are large, weights of components, frequencies and longer
/// length scales by the evidence. A component that data do not need is weighed down until nothing is left of
/// it, and with it the noise that it would have taken up.
extension SpectralSelection {
  /// Relative to the interval. Under a long envelope a component is an oscillation of constant amplitude.
  private static let scales = [8.0, 4, 2, 1, 0.5, 0.25, 0.125, 0.0625]
  /// How many of them in a row may fail before the others are left out.
  private static let mostFailures = 2
  /// Of the evidence, in nats: a smaller one is not worth another step, nor is a component.
  private static let smallestGain = 0.1
  private static let mostSteps = 20
  private static let sweeps = 2

  /// Functions below this share of the noise are left out.
  private static let negligible = 1e-3
  /// How many frequencies are tuned: what is smaller than these is hardly told from noise.
  private static let mostTuned = 4

  /// Residuals relative to the data, above the tolerance: what is smooth falls below the first, and above the
  /// second they are taken for noise.
  private static let (smooth, noisy) = (1e-8, 1e-4)

  /// The choice, with weights by the evidence where there is noise.
  ///
  /// - Parameter family: nil for the one of highest evidence; the others are looked at where the first leaves something
  ///   over, in noise and on large grids on some of the points.
  func bestWithNoise(_ family: SpectralMixture.Family?) throws -> Choice {
    if let family, family != .gaussian { return try best(family) }
    let first = try best()
    let choice = isNoisy(first) ? try refined(first) : first
    let isWorthWaves = band != nil || first.relativeResidual > Self.coarse || points.count <= Self.mostForWaves
    guard family == nil, !isSmooth(first), isWorthWaves else { return choice }
    if isNoisy(first) || points.count > Self.mostForWaves, let sparse {
      var selection = self
      selection.regression = sparse
      let waves = try selection.likelierWaves(first, than: selection.choice(choice.basis))
      guard let waves = try waves.map({ try self.choice($0.basis) }) else { return choice }
      return criterion(waves) > criterion(choice) ? waves : choice
    }
    return try likelierWaves(first, than: choice) ?? choice
  }

  /// Waves around the frequencies of a first look that do better than a choice, if any do.
  private func likelierWaves(_ first: Choice, than choice: Choice) throws -> Choice? {
    let least = isNoisy(first) ? criterion(choice) : -.infinity
    let cauchy = try waves(first, .cauchy, above: least)
    let gain = criterion(cauchy) - criterion(choice)
    let best = gain > 0 ? cauchy : choice
    // What is rough is not much likelier with one smooth envelope than with another.
    let isFarBetter = gain > Double(points.count) && cauchy.relativeResidual <= Self.smooth
    if !isFarBetter, !isSmooth(best) {
      let student = try waves(first, .studentT, above: criterion(best))
      if criterion(student) > criterion(best) { return student }
    }
    return gain > 0 ? cauchy : nil
  }

  /// The choice for a regression that observations are a part of, beside a source with noise: that of a search without
  /// them, its weights and frequencies chosen again, or, where that leaves no noise to see, that of a search with them in
  /// the same family, if it is better.
  ///
  /// A first look with observations explains them by the trend, at a variance at which other components cost more
  /// evidence than they bring; the grid alone shows frequencies first.
  ///
  /// - Parameter alone: the search without observations.
  func bestWithNoise(_ family: SpectralMixture.Family?, startingWith alone: Self) throws -> Choice {
    let start = try weighed(choice(alone.bestWithNoise(family).basis))
    if start.basis.family == .gaussian, isNoisy(start) { return try swept(start) }
    let choice = try bestWithNoise(start.basis.family)
    return criterion(choice) > criterion(start) ? choice : start
  }

  func isNoisy(_ choice: Choice) -> Bool {
    mayBeNoisy && choice.relativeResidual > max(tolerance, Self.noisy)
  }

  /// What functions of a basis may be left out once a choice shows that there is noise.
  func deviationHiddenByNoise(_ choice: Choice) -> Double {
    let share = Self.negligible * choice.relativeResidual / Double(points.count).squareRoot()
    return isNoisy(choice) ? max(share, Envelope.rounding) : Envelope.rounding
  }

  /// As many functions as points leave nothing over, smooth or not.
  private func isSmooth(_ choice: Choice) -> Bool {
    choice.relativeResidual <= max(tolerance, Self.smooth) && choice.basis.count < points.count
  }

  /// With more points regressions on waves take longer than all the rest, and are for data that leave much over.
  static let mostForWaves = 400
  private static let coarse = 1e-6

  /// The choice for a family.
  func best(_ family: SpectralMixture.Family) throws -> Choice {
    let choice = try best()
    return family == .gaussian ? choice : try waves(choice, family, above: -.infinity)
  }

  /// Schwarz's: the evidence, less half of the logarithm of the number of data for the weight and the
  /// frequency of each component.
  private func criterion(_ choice: Choice) -> Double {
    choice.logEvidence - Double(choice.basis.components.count) * log(Double(points.count))
  }

  /// Another family's envelopes around the same frequencies, or without any, with a length scale by the evidence; the
  /// first few alone where they are far below a criterion.
  private func waves(
    _ start: Choice, _ family: SpectralMixture.Family, above least: Double
  ) throws -> Choice {
    let length = points[points.count - 1] - points[0]
    let trend = Array(start.basis.components.prefix(1))
    func candidate(_ scale: Double, _ components: [EnvelopeBasis.Component]) throws -> Choice {
      try choice(
        EnvelopeBasis(
          on: points, lengthScale: scale * length, components: components, family: family,
          highest: highestWave(scale * length)))
    }
    var best = try candidate(Self.waveScales[0], trend)
    // Where regressions take long, every second scale.
    let step = points.count > Self.mostForWaves ? 2 : 1
    let endsAtFirst = step == 2 || (savesTimeInNoise && isNoisy(start))
    for (place, scale) in Self.waveScales.enumerated().dropFirst() where place % step == 0 {
      let next = try candidate(scale, trend)
      let isHigher = criterion(next) > criterion(best)
      if isHigher { best = next }
      if place > (endsAtFirst ? 0 : 1), criterion(best) < least - Double(points.count) { return best }
      // The evidence rises steeply to its maximum and falls from there.
      if !isHigher, endsAtFirst || next.basis.lengthScale < 0.3 * best.basis.lengthScale { break }
    }
    for factor in step == 1 ? [Self.half, 1 / Self.half] : [2, 0.5] {
      let scale = factor * best.basis.lengthScale / length
      guard scale >= Self.waveScales[Self.waveScales.count - 1] else { continue }
      let next = try candidate(scale, trend)
      if criterion(next) > criterion(best) { best = next; break }
    }
    guard start.basis.components.count > 1 else { return best }
    let scale = best.basis.lengthScale / length
    for factor in [1, 2, 4.0] where factor * scale <= Self.waveScales[0] {
      let next = try candidate(factor * scale, start.basis.components)
      if criterion(next) > criterion(best) { best = next }
    }
    return best
  }

  /// Of waves under envelopes of a length scale: where data stand out of noise; on many points there are fewer waves than
  /// points.
  private func highestWave(_ lengthScale: Double) -> Double {
    let length = points[points.count - 1] - points[0]
    let period = SpectralWaves.period(length: length, lengthScale: lengthScale)
    let most = points.count > Self.mostForWaves ? 0.5 * Double(points.count - 2) / period : .infinity
    return min(band?.highest ?? .infinity, most - 1 / period)
  }

  /// The choice for data like those that a basis of waves was chosen for: its length scale alone, while the evidence rises,
  /// then in between.
  func near(_ basis: EnvelopeBasis) throws -> Choice {
    var best = try climbed(choice(basis))
    for factor in [Self.half.squareRoot(), 1 / Self.half.squareRoot()] {
      let next = try choice(best.basis.scaled(to: factor * best.basis.lengthScale))
      if criterion(next) > criterion(best) { best = next; break }
    }
    return best
  }

  private func climbed(_ choice: Choice) throws -> Choice {
    var best = choice
    let length = points[points.count - 1] - points[0]
    for factor in [Self.half, 1 / Self.half] {
      let start = best.basis.lengthScale
      while true {
        let scale = factor * best.basis.lengthScale
        guard scale < 1.01 * Self.waveScales[0] * length, scale > 4 * (points[1] - points[0]) else { break }
        let next = try self.choice(best.basis.scaled(to: scale))
        guard criterion(next) > criterion(best) else { break }
        best = next
      }
      if best.basis.lengthScale != start { break }
    }
    return best
  }

  /// Between two scales of waves.
  private static let half = Double(2).squareRoot()
  /// Of waves, relative to the interval.
  private static let waveScales = [1, 0.5, 0.25, 0.125, 0.0625, 0.03125, 0.015625]

  private func refined(_ start: Choice) throws -> Choice {
    let length = points[points.count - 1] - points[0]
    let smallest = deviationHiddenByNoise(start)
    var (best, failures) = (start, 0)
    for scale in Self.scales where failures < Self.mostFailures {
      let candidate = try weighed(try choice(scale * length, best.basis.components, smallest: smallest))
      if candidate.logEvidence > best.logEvidence {
        (best, failures) = (candidate, 0)
      } else {
        failures += 1
      }
    }
    return try swept(best)
  }

  /// Frequencies and weights, for as long as the evidence rises.
  private func swept(_ start: Choice) throws -> Choice {
    var best = start
    for _ in 0..<Self.sweeps {
      let before = best.logEvidence
      best = try weighed(try tuned(best))
      if best.logEvidence < before + Self.smallestGain { break }
    }
    return best
  }

  /// Weights by MacKay's update (Bayesian interpolation, Neural Computation 1992): w_q |alpha_q|^2 / (s^2
  /// gamma_q), with gamma_q the number of coefficients that the data determine; for as long as the evidence
  /// rises. What the data determine nothing of is left out.
  func weighed(_ start: Choice) throws -> Choice {
    var best = start
    for _ in 0..<Self.mostSteps {
      let alpha = best.regression.coefficients
      let unit = best.regression.scale * Double(alpha.columns)
      let determined = best.regression.determined
      var (components, column): ([EnvelopeBasis.Component], Int) = ([], 0)
      for var component in best.basis.components {
        let count = (component.frequency == 0 ? 1 : 2) * best.basis.terms
        let columns = column..<column + count
        column += count
        let energy =
          (0..<alpha.columns).reduce(0) { sum, j in
            columns.reduce(sum) { $0 + alpha[$1, j] * alpha[$1, j] }
          } / unit
        let gamma = determined[columns].reduce(0, +)
        guard component.frequency == 0 || gamma > Self.smallestGain else { continue }
        component.weight *= min(max(energy / max(gamma, .leastNormalMagnitude), 1e-3), 1e3)
        components.append(component)
      }
      let next = try choice(best.basis.replacing(components))
      let gain = next.logEvidence - best.logEvidence
      let isSmaller = components.count < best.basis.components.count
      guard gain > (isSmaller ? -Self.smallestGain : 0) else { break }
      best = next
      if gain < Self.smallestGain, !isSmaller { break }
    }
    return best
  }

  /// Each frequency at the highest evidence within what the grid tells from its neighbours: by parabolas through the
  /// evidence of three, wide, then narrow. Not under short envelopes, whose own frequencies reach further than that.
  private func tuned(_ start: Choice) throws -> Choice {
    var best = start
    let width = 0.5 / (points[points.count - 1] - points[0])
    guard 2 * .pi * start.basis.lengthScale * width > 1 else { return best }
    let components = start.basis.components
    func power(_ q: Int) -> Double {
      components[q].weight * gain(components[q].frequency) * gain(components[q].frequency)
    }
    let largest = components.indices.filter { components[$0].frequency > 0 }.sorted { power($0) > power($1) }
    for q in largest.prefix(Self.mostTuned) {
      let first = best.basis.components[q].frequency
      /// Nil where another component is at a frequency, or none can be.
      func moved(to f: Double) throws -> Choice? {
        var components = best.basis.components
        guard f > 0, (f - first).magnitude <= width, components.allSatisfy({ $0.frequency != f }) else { return nil }
        components[q].frequency = f
        return try choice(best.basis.replacing(components))
      }
      for step in Self.tuningSteps.map({ $0 * width }) {
        let centre = best
        let frequency = centre.basis.components[q].frequency
        guard let lower = try moved(to: frequency - step), let upper = try moved(to: frequency + step) else { continue }
        let (rise, fall) = (upper.logEvidence - centre.logEvidence, lower.logEvidence - centre.logEvidence)
        for side in [lower, upper] where side.logEvidence > best.logEvidence { best = side }
        guard rise + fall < 0 else { continue }
        let expected = -0.125 * (rise - fall) * (rise - fall) / (rise + fall)
        if expected < Self.smallestGain { break }
        guard let top = try moved(to: frequency - 0.5 * step * (rise - fall) / (rise + fall)) else { continue }
        if top.logEvidence > best.logEvidence { best = top }
        // What the parabola foretold has come: a narrower one would tell the same.
        if (top.logEvidence - centre.logEvidence - expected).magnitude < Self.smallestGain { break }
      }
    }
    return best
  }

  /// Over half of the grid's resolution.
  private static let tuningSteps = [0.25, 0.0625, 0.015625]
}
