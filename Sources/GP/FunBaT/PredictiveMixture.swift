/// Noise, by the square of its scale, in standardised values.
struct NoiseLevel: Sendable {
  let square: Double
  /// Of freedom; nil if it is normal.
  let degrees: Double?

  init(_ factorisation: TensorFactorisation) {
    (square, degrees) = (1 / factorisation.precision, factorisation.heavyTails?.degrees)
  }

  /// Where it is 1 / nu that tells how far from normal the noise is.
  init(mixing levels: [NoiseLevel], weights: [Double]) {
    square = zip(levels, weights).reduce(0) { $0 + $1.0.square * $1.1 }
    let heaviness = zip(levels, weights).reduce(0) { $0 + $1.1 / ($1.0.degrees ?? .infinity) }
    degrees = heaviness > 0 ? 1 / heaviness : nil
  }

  func law(signalVariance: Double, unit: Double = 1) -> PredictiveLaw {
    PredictiveLaw(signalVariance: unit * unit * signalVariance, noise: unit * unit * square, degrees: degrees)
  }
}

/// Several predictions as one, and how wide it is: learned from values that each was made without.
struct PredictiveMixture: Sendable {
  let weights: [Double]
  let noise: NoiseLevel
  let scales: ScaleMixture
  let errors: ErrorProducts

  /// What weights are the best for.
  enum Objective {
    /// They are given.
    case given([Double])
    /// The density of the values.
    case density
    /// The squared error of the mixture's mean, where candidates' variances are not to be relied on, and by the
    /// given weights where few errors tell.
    case square(default: [Double])
  }

  /// - Parameters:
  ///   - signals: of each candidate, at the places of the values, made without them.
  ///   - levels: of each candidate.
  ///   - independent: the number of errors that have little in common.
  ///   - before: what other values have said of the same candidates.
  init(
    _ signals: [Signals], _ levels: [NoiseLevel], values: [Double], independent: Int,
    by objective: Objective, before: PredictiveMixture? = nil
  ) {
    errors = ErrorProducts(signals, values: values, independent: independent, before: before?.errors)
    switch objective {
    case .given(let own): weights = own
    case .square(let start): weights = Stacking(errors, default: start).weights
    case .density:
      let densities = zip(signals, levels).map { signal, level in
        values.indices.map {
          level.law(signalVariance: signal.variances[$0]).logDensity(values[$0] - signal.means[$0])
        }
      }
      weights = Stacking(logDensities: densities, prior: before.map { ($0.weights, Double($0.errors.count)) }).weights
    }
    let noise = NoiseLevel(mixing: levels, weights: weights)
    let mixed = Signals(mixing: signals, weights: weights)
    scales = ScaleMixture(
      values.indices.map { i in
        (error: values[i] - mixed.means[i], law: noise.law(signalVariance: mixed.variances[i]))
      }, independent: independent, before: before?.scales)
    self.noise = noise
  }

  /// The same with other noise.
  init(_ other: PredictiveMixture, _ levels: [NoiseLevel]) {
    (weights, scales, errors) = (other.weights, other.scales, other.errors)
    noise = NoiseLevel(mixing: levels, weights: weights)
  }

  /// Of the errors of the mean.
  var meanSquare: Double { errors.meanSquare(weights) }

  /// Of an observation around its mean, in units of `unit`.
  func law(signalVariance: Double, unit: Double) -> CalibratedLaw {
    CalibratedLaw(noise.law(signalVariance: signalVariance, unit: unit), scales)
  }
}

/// The means over values of the products of candidates' errors.
package struct ErrorProducts: Sendable {
  package let candidates: Int
  /// Row after row.
  package private(set) var means: [Double]
  private(set) var count: Int
  /// As many errors as are worth these: those of entries of one coordinate have much in common.
  package let independent: Double

  package init(means: [Double], candidates: Int, independent: Double) {
    (self.means, self.candidates, self.independent, count) = (means, candidates, independent, 1)
  }

  init(_ signals: [Signals], values: [Double], independent: Int, before: ErrorProducts?) {
    let n = signals.count
    (candidates, count) = (n, values.count + (before?.count ?? 0))
    self.independent = Double(independent) + (before?.independent ?? 0)
    let share = 1 / Double(max(count, 1))
    means = before.map { old in old.means.map { $0 * Double(old.count) * share } } ?? Array(repeating: 0, count: n * n)
    for a in 0..<n {
      for b in 0...a {
        var sum = 0.0
        for i in values.indices { sum += (values[i] - signals[a].means[i]) * (values[i] - signals[b].means[i]) }
        means[a * n + b] += share * sum
        if a != b { means[b * n + a] += share * sum }
      }
    }
  }

  /// Of a mixture's mean.
  func meanSquare(_ weights: [Double]) -> Double {
    var sum = 0.0
    for a in 0..<candidates {
      for b in 0..<candidates { sum += weights[a] * weights[b] * means[a * candidates + b] }
    }
    return sum
  }
}
