import Foundation
import NumericCore

/// Convergence diagnostics of the draws of one number, chain by chain (Vehtari, Gelman, Simpson, Carpenter, Bürkner
/// 2021), as ArviZ computes them.
///
/// Chains of different lengths are cut to the shortest. NaN where there are fewer than 4 draws a chain or a draw is
/// not finite.
public enum Diagnostics {
  /// The rank-normalised split R-hat: the larger one of bulk and folded. NaN for constant draws.
  public static func rHat(_ chains: [[Double]]) -> Double {
    guard let chains = prepared(chains) else { return .nan }
    let halves = split(chains)
    let median = quantile(halves.flatMap { $0 }, 0.5)
    let folded = halves.map { $0.map { abs($0 - median) } }
    let (bulk, tail) = (plainRHat(normalScores(halves)), plainRHat(normalScores(folded)))
    return bulk.isNaN || tail.isNaN ? (bulk.isNaN ? tail : bulk) : max(bulk, tail)
  }

  /// The effective sample size of the rank-normalised draws.
  public static func bulkESS(_ chains: [[Double]]) -> Double {
    guard let chains = prepared(chains) else { return .nan }
    return effectiveSampleSize(normalScores(split(chains)))
  }

  /// The smaller effective sample size of the 5% and 95% quantiles.
  public static func tailESS(_ chains: [[Double]]) -> Double {
    min(quantileESS(chains, 0.05), quantileESS(chains, 0.95))
  }

  /// The effective sample size of the mean.
  public static func meanESS(_ chains: [[Double]]) -> Double {
    guard let chains = prepared(chains) else { return .nan }
    return effectiveSampleSize(split(chains))
  }

  /// The effective sample size of a quantile.
  public static func quantileESS(_ chains: [[Double]], _ probability: Double) -> Double {
    guard let chains = prepared(chains) else { return .nan }
    let limit = quantile(chains.flatMap { $0 }, probability)
    return effectiveSampleSize(split(chains.map { $0.map { $0 <= limit ? 1 : 0 } }))
  }

  /// The Monte Carlo standard error of the mean.
  public static func meanMCSE(_ chains: [[Double]]) -> Double {
    standardDeviation(chains.flatMap { $0 }) / meanESS(chains).squareRoot()
  }

  /// The Monte Carlo standard error of a quantile: half the width of a one-sigma interval of its rank.
  public static func quantileMCSE(_ chains: [[Double]], _ probability: Double) -> Double {
    let size = quantileESS(chains, probability)
    guard size.isFinite, size > 0 else { return .nan }
    let sorted = chains.flatMap { $0 }.sorted()
    let (a, b) = (size * probability + 1, size * (1 - probability) + 1)
    let n = Double(sorted.count)
    let low = max(inverseRegularizedBeta(a, b, normalCDF(-1)) * n, 0).rounded(.down)
    let high = min(inverseRegularizedBeta(a, b, normalCDF(1)) * n, n - 1).rounded(.up)
    return (sorted[Int(high)] - sorted[Int(low)]) / 2
  }

  /// The energy Bayesian fraction of missing information of one chain (Betancourt 2016): below 0.3, the momentum
  /// redraws explore the energies too slowly.
  public static func energyBFMI(_ energies: [Double]) -> Double {
    guard energies.count > 1 else { return .nan }
    var sum = 0.0
    for i in 1..<energies.count { sum += (energies[i] - energies[i - 1]) * (energies[i] - energies[i - 1]) }
    let mean = energies.reduce(0, +) / Double(energies.count)
    let variance = energies.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(energies.count)
    return sum / Double(energies.count - 1) / variance
  }

  /// The quantile by linear interpolation between order statistics (type 7). NaN for no draws.
  public static func quantile(_ x: [Double], _ probability: Double) -> Double { quantiles(x, [probability])[0] }

  /// Several quantiles, with one sort.
  public static func quantiles(_ x: [Double], _ probabilities: [Double]) -> [Double] {
    guard !x.isEmpty, x.allSatisfy({ !$0.isNaN }) else { return probabilities.map { _ in .nan } }
    let sorted = x.sorted()
    return probabilities.map { probability in
      let position = probability * Double(sorted.count - 1)
      let low = Int(position.rounded(.down))
      let high = min(low + 1, sorted.count - 1)
      return sorted[low] + (position - Double(low)) * (sorted[high] - sorted[low])
    }
  }

  /// The standard deviation with n - 1.
  public static func standardDeviation(_ x: [Double]) -> Double {
    let mean = x.reduce(0, +) / Double(x.count)
    return (x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(x.count - 1)).squareRoot()
  }

  // MARK: Parts

  /// Chains of one length, or nil where nothing can be said.
  private static func prepared(_ chains: [[Double]]) -> [[Double]]? {
    guard let count = chains.map(\.count).min(), count >= 4, chains.allSatisfy({ $0.allSatisfy(\.isFinite) })
    else { return nil }
    return chains.map { Array($0.prefix(count)) }
  }

  /// Each chain's first and last half; the middle draw of an odd number is left out.
  private static func split(_ chains: [[Double]]) -> [[Double]] {
    let half = chains[0].count / 2
    return chains.map { Array($0.prefix(half)) } + chains.map { Array($0.suffix(half)) }
  }

  /// Normal quantiles of the average ranks (Blom 1958).
  private static func normalScores(_ chains: [[Double]]) -> [[Double]] {
    let all = chains.flatMap { $0 }
    let order = all.indices.sorted { all[$0] < all[$1] }
    var scores = Array(repeating: 0.0, count: all.count)
    var first = 0
    while first < order.count {
      var last = first
      while last + 1 < order.count && all[order[last + 1]] == all[order[first]] { last += 1 }
      let rank = 0.5 * Double(first + last) + 1
      let score = normalQuantile((rank - 0.375) / (Double(all.count) + 0.25))
      for i in first...last { scores[order[i]] = score }
      first = last + 1
    }
    let count = chains[0].count
    return chains.indices.map { Array(scores[($0 * count)..<(($0 + 1) * count)]) }
  }

  private static func plainRHat(_ chains: [[Double]]) -> Double {
    let n = Double(chains[0].count)
    let means = chains.map { $0.reduce(0, +) / n }
    let variances = chains.map { chain in
      let deviation = standardDeviation(chain)
      return deviation * deviation
    }
    let between = standardDeviation(means)
    let within = variances.reduce(0, +) / Double(chains.count)
    return ((n * between * between / within + n - 1) / n).squareRoot()
  }

  /// Geyer's initial monotone sequence over the chains' mean autocovariances.
  private static func effectiveSampleSize(_ chains: [[Double]]) -> Double {
    let (m, n) = (chains.count, chains[0].count)
    guard n >= 4 || n >= 2 else { return .nan }
    let all = chains.flatMap { $0 }
    guard let low = all.min(), let high = all.max(), high - low >= 1e-15 else { return Double(m * n) }
    let covariances = chains.map(autocovariance)
    func mean(_ lag: Int) -> Double { covariances.reduce(0) { $0 + $1[lag] } / Double(m) }
    let draws = Double(n)
    let within = mean(0) * draws / (draws - 1)
    var total = within * (draws - 1) / draws
    if m > 1 {
      let deviation = standardDeviation(chains.map { $0.reduce(0, +) / draws })
      total += deviation * deviation
    }
    func correlation(_ lag: Int) -> Double { 1 - (within - mean(lag)) / total }
    var rho = Array(repeating: 0.0, count: n)
    var (even, odd) = (1.0, correlation(1))
    (rho[0], rho[1]) = (even, odd)
    var t = 1
    while t < n - 3 && even + odd > 0 {
      (even, odd) = (correlation(t + 1), correlation(t + 2))
      if even + odd >= 0 { (rho[t + 1], rho[t + 2]) = (even, odd) }
      t += 2
    }
    let last = t - 2
    if even > 0 { rho[last + 1] = even }
    t = 1
    while t <= last - 2 {
      if rho[t + 1] + rho[t + 2] > rho[t - 1] + rho[t] {
        rho[t + 1] = (rho[t - 1] + rho[t]) / 2
        rho[t + 2] = rho[t + 1]
      }
      t += 2
    }
    let size = Double(m * n)
    let tau = -1 + 2 * rho[..<max(last + 1, 0)].reduce(0, +) + rho[last + 1]
    return size / max(tau, 1 / log10(size))
  }
}
