import NumericCore

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// One fit under way: the posterior of all modes' functions and of the noise, improved mode by mode (structured
/// variational Bayes; Fang et al., 'Functional Bayesian Tucker decomposition for continuous-indexed tensor data',
/// ICLR 2024, where it is called conditional expectation propagation). Each step increases the bound.
///
///     y = offset + sum_k a_k(x_k) + sum_r prod_k u_kr(x_k) + noise
///
/// It is one task's.
package final class TensorFactorisation: @unchecked Sendable {
  let rank: Int
  package let chains: [LatentChain]
  private let searches: [HyperparameterSearch]
  let indexes: [ModeIndex]
  private let aggregation: TensorAggregation
  /// E[tau] = shape / rate, the precision of the noise.
  package private(set) var shape, rate: Double
  private var divergences: [Double]
  private var logPriors: [Double]
  /// The expected sum of squared residuals.
  private var squares = 0.0
  /// The last sweeps that changed next to nothing.
  private var quiet = 0
  /// The evidence lower bound after each sweep: of the standardised values, with the log prior of length scales and
  /// variances.
  package private(set) var history: [Double] = []

  /// tau ~ Gamma(shape, rate): next to nothing is known of the noise.
  private static var prior: (shape: Double, rate: Double) { (1e-3, 1e-3) }

  /// - Parameter values: of mean 0 and variance 1.
  package init(_ indexes: [ModeIndex], values: [Double], rank: Int, smoothness: MaternSmoothness, key: RandomKey) {
    (self.indexes, self.rank) = (indexes, rank)
    chains = indexes.map { index in
      let range = index.points[index.points.count - 1] - index.points[0]
      return LatentChain(
        index.points, components: rank + 1, smoothness: smoothness, lengthScale: range > 0 ? range / 200 : 1)
    }
    searches = chains.map { HyperparameterSearch($0) }
    let moments = indexes.map { TensorMoments(points: $0.points.count, rank: rank) }
    aggregation = TensorAggregation(values: values, indexes: indexes, moments: moments)
    (shape, rate) = (Self.prior.shape + 0.5 * Double(values.count), Self.prior.rate + 0.25 * Double(values.count))
    divergences = Array(repeating: 0, count: indexes.count)
    logPriors = divergences
    for mode in indexes.indices { begin(mode, key.child(UInt64(mode))) }
  }

  /// A start that tells components apart: a wave about 1 for each, of a random frequency and phase.
  private func begin(_ mode: Int, _ key: RandomKey) {
    let (points, n) = (indexes[mode].points, rank + 1)
    let range = max(points[points.count - 1] - points[0], .leastNormalMagnitude)
    let draws = key.uniforms(2 * rank)
    var (m, v) = (Array(repeating: 0.0, count: n), Array(repeating: 0.0, count: n * n))
    for r in 1..<max(n, 1) { v[r * n + r] = 0.1 }
    for (j, x) in points.enumerated() {
      for r in 0..<rank {
        m[1 + r] =
          1 + 0.5 * sin(2 * .pi * ((0.5 + 1.5 * draws[2 * r]) * (x - points[0]) / range + draws[2 * r + 1]))
      }
      aggregation.moments[mode].set(j, m, v)
    }
  }

  /// Goes on until the bound changes by less than `tolerance` an entry, or `maximumSweeps` are done in all.
  package func run(maximumSweeps: Int, tolerance: Double, progress: ((Int, Double) -> Void)? = nil) {
    let order = indexes.indices.sorted { (-indexes[$0].points.count, $0) < (-indexes[$1].points.count, $1) }
    while history.count < maximumSweeps && !hasConverged {
      // Functions take shape first.
      let learns = history.count >= 2
      for mode in order { update(mode, learns: learns) }
      let now = evidence
      quiet = abs(now - bound) < tolerance * Double(aggregation.values.count) ? quiet + 1 : 0
      history.append(now)
      progress?(history.count, now)
    }
  }

  /// The last of the history.
  var bound: Double { history.last ?? -.infinity }
  var hasConverged: Bool { quiet >= Self.quietSweeps }

  /// Arbitrary: the bound rests at times, before hyper-parameters find a way on.
  private static var quietSweeps: Int { 3 }

  /// What all other entries say of each one's signal: the mean and the variance, as if the posterior were that of a
  /// linear model, whose leverage is h = variance / noise variance. Then an entry kept out is predicted with the
  /// residual (y - mean) / (1 - h) and the variance of the noise / (1 - h).
  ///
  /// - Returns: by entry, the residual and its variance, noise included.
  package func leaveOneOut() -> (residuals: [Double], variances: [Double]) {
    let signal = TensorSignal(aggregation.moments)
    let values = aggregation.values
    var (residuals, variances) = (values, values)
    for i in values.indices {
      let (mean, variance) = signal.moments { Int(indexes[$0].pointOfEntry[i]) }
      let rest = 1 - min(variance * precision, Self.highestLeverage)
      (residuals[i], variances[i]) = ((values[i] - mean) / rest, 1 / (precision * rest))
    }
    return (residuals, variances)
  }

  /// The posterior mean and variance of an entry without its noise.
  package func signal(of entry: Int) -> (mean: Double, variance: Double) {
    TensorSignal(aggregation.moments).moments { Int(indexes[$0].pointOfEntry[entry]) }
  }

  /// The logarithms of the densities of the entries, each kept out.
  var leaveOneOutDensities: [Double] {
    let (residuals, variances) = leaveOneOut()
    return zip(residuals, variances).map { -0.5 * ($0 * $0 / $1 + log(2 * .pi * $1)) }
  }

  /// Arbitrary: the approximation is poor where an entry is nearly alone.
  private static var highestLeverage: Double { 0.95 }

  /// E[tau].
  var precision: Double { shape / rate }

  /// The posterior of one mode's functions given all others', and what follows for the noise.
  private func update(_ mode: Int, learns: Bool) {
    let chain = chains[mode]
    let (n, points) = (rank + 1, indexes[mode].points.count)
    let rest = aggregation.aggregate(to: mode, noisePrecision: precision, chain.precision, chain.linear)
    let logMass = learns ? searches[mode].step() : chain.filter()
    chain.smoothFiltered()
    // With E[f f^T] = V + m m^T: sum of m . eta and of tr(Lambda E[f f^T]).
    var (product, trace) = (0.0, 0.0)
    for j in 0..<points {
      let (m, v) = (chain.means + j * n, chain.covariances + j * n * n)
      let (l, e) = (chain.precision + j * n * n, chain.linear + j * n)
      for a in 0..<n {
        product += m[a] * e[a]
        for b in 0..<n { trace += l[a * n + b] * (v[a * n + b] + m[a] * m[b]) }
      }
      aggregation.moments[mode].set(j, m, v)
    }
    divergences[mode] = product - 0.5 * trace - logMass
    logPriors[mode] = searches[mode].logPrior
    squares = max(rest - (2 * product - trace) / precision, 0)
    rate = Self.prior.rate + 0.5 * squares
  }

  /// E[log likelihood] - KL of the functions - KL of the noise + the log prior of the hyper-parameters.
  private var evidence: Double {
    let count = Double(aggregation.values.count)
    let logPrecision = digamma(shape) - log(rate)
    let likelihood = 0.5 * count * (logPrecision - log(2 * .pi)) - 0.5 * precision * squares
    let (a, b) = Self.prior
    let noise =
      (shape - a) * digamma(shape) - logGamma(shape) + logGamma(a) + a * (log(rate) - log(b)) + shape * (b - rate)
      / rate
    return likelihood - divergences.reduce(0, +) - noise + logPriors.reduce(0, +)
  }
}
