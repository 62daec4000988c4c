import Foundation

extension ChainSample {
  /// How many independent draws the chains are worth, S / (-1 + 2 sum of P_t): the sum of pairs of
  /// autocorrelations P_t = rho_2t + rho_(2t+1) is cut where a pair is not positive any more, and made
  /// monotone (Geyer 1992). At most S log10 S, for antithetic chains; S for constant draws.
  var effectiveSampleSize: Double {
    let (m, n) = (chains, draws)
    let count = Double(m * n)
    guard !isConstant else { return count }
    let covariances = meanAutocovariance(scaled)
    let draws = Double(n)
    let within = covariances[0] * draws / (draws - 1)
    var total = covariances[0]
    if m > 1 {
      let deviation = Diagnostics.standardDeviation(scaled.means)
      total += deviation * deviation
    }
    func correlation(_ lag: Int) -> Double { 1 - (within - covariances[lag]) / total }

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
    let tau = -1 + 2 * rho[..<(last + 1)].reduce(0, +) + rho[last + 1]
    return count / max(tau, 1 / log10(count))
  }

  /// The draws times a power of two that brings their range near 1, so that squares neither overflow nor
  /// vanish.
  private var scaled: ChainSample {
    let (low, high) = (values.min() ?? 0, values.max() ?? 0)
    let range = 0.5 * high - 0.5 * low
    let exponent = range.isNormal ? range.exponent : 0
    return abs(exponent) < 100 ? self : map { Double(sign: .plus, exponent: -exponent, significand: $0) }
  }
}
