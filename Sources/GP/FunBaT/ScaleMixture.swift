#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// What errors are in units of what they were predicted to be: a mixture of scales, with the weights that give
/// errors the highest density (the nonparametric likelihood of Kiefer and Wolfowitz, 1956, on a grid), all but as
/// many scales as errors ask for being next to 0. Few errors leave the prediction as it is.
package struct ScaleMixture: Sendable {
  /// Of each of `grid`: they sum to 1.
  package let weights: [Double]
  /// How many errors have led to them.
  private let count: Double
  /// The scales that have a weight, and the weights.
  private let parts: [(scale: Double, weight: Double)]

  /// From 1/65536 to 1024, in steps that a mixture of normal laws does not show.
  private static let grid: [Double] = (-32...20).map { pow(2, 0.5 * Double($0)) }
  /// What is believed before any errors: about 1, with the weight of so many of them. Arbitrary.
  private static let prior: (weights: [Double], count: Double) = {
    let weights = grid.map { pow(0.25, abs(2 * log2($0))) }
    let sum = weights.reduce(0, +)
    return (weights.map { $0 / sum }, 10)
  }()
  /// Beyond which a mixture gets no better.
  private static var mostErrors: Int { 4_000 }
  /// A weight that no interval knows of.
  private static var leastWeight: Double { 1e-7 }

  /// - Parameters:
  ///   - errors: of values, with the law that each was predicted to have.
  ///   - independent: as many errors as all are worth.
  ///   - before: of other errors.
  ///
  /// Cost: 4,000 errors x 53 scales x 50 at most.
  package init(_ errors: [(error: Double, law: PredictiveLaw)], independent: Int, before: ScaleMixture? = nil) {
    let step = max(1, errors.count / Self.mostErrors)
    let used = stride(from: 0, to: errors.count, by: step).map { errors[$0] }
    let densities = Self.grid.map { scale in used.map { $0.law.logDensity($0.error / scale) - log(scale) } }
    let prior = before.map { ($0.weights, $0.count) } ?? Self.prior
    // Each of the errors that are used counts as many times as one that is independent.
    let known = prior.1 * Double(used.count) / Double(max(independent, 1))
    weights = Stacking(logDensities: densities, prior: (prior.0, known)).weights
    count = prior.1 + Double(independent)
    let kept = zip(Self.grid, weights).filter { $0.1 > Self.leastWeight }
    let sum = kept.reduce(0) { $0 + $1.1 }
    parts = kept.map { (scale: $0.0, weight: $0.1 / sum) }
  }

  /// E[scale^2].
  var meanSquare: Double { parts.reduce(0) { $0 + $1.weight * $1.scale * $1.scale } }
}

/// A predictive law around 0, as errors have shown it to be.
package struct CalibratedLaw: Sendable {
  private let law: PredictiveLaw
  private let scales: ScaleMixture

  package init(_ law: PredictiveLaw, _ scales: ScaleMixture) { (self.law, self.scales) = (law, scales) }

  package var variance: Double { law.variance * scales.meanSquare }

  package func logDensity(_ x: Double) -> Double { scales.logMean { law.logDensity(x / $0) - log($0) } }

  /// - Parameter p: at least 1/2.
  package func quantile(_ p: Double) -> Double {
    let own = law.quantile(p)
    guard own > 0 else { return own }
    let range = scales.range
    var (low, high) = (own * range.lowerBound, own * range.upperBound)
    while high - low > 1e-12 * high {
      let middle = 0.5 * (low + high)
      guard middle > low && middle < high else { break }
      if scales.mean({ law.tail(middle / $0) }) > 1 - p { low = middle } else { high = middle }
    }
    return 0.5 * (low + high)
  }
}

extension ScaleMixture {
  fileprivate var range: ClosedRange<Double> { parts[0].scale...parts[parts.count - 1].scale }

  fileprivate func mean(_ value: (_ scale: Double) -> Double) -> Double {
    parts.reduce(0) { $0 + $1.weight * value($1.scale) }
  }

  /// log E[exp(value)].
  fileprivate func logMean(_ value: (_ scale: Double) -> Double) -> Double {
    let values = parts.map { value($0.scale) }
    let highest = values.reduce(-Double.infinity) { max($0, $1) }
    guard highest > -.infinity else { return highest }
    return highest + log(zip(parts, values).reduce(0) { $0 + $1.0.weight * exp($1.1 - highest) })
  }
}
