#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The weights of a mixture of predictive distributions that give the values that each was kept from the
/// highest density: several starts that end at different posteriors count by how they predict (Yao, Vehtari
/// and Gelman, 'Stacking for non-mixing Bayesian computations', JMLR 2022).
package struct Stacking {
  /// They are at least 0 and sum to 1.
  package let weights: [Double]

  /// Of expectation maximisation, from equal weights: it ends before weights of about equal members fall to
  /// 0. Arbitrary.
  private static var iterations: Int { 50 }

  /// - Parameters:
  ///   - logDensities: of each member, of each value. Where no member's is finite a value does not count.
  ///   - prior: weights that so many values before have led to, or are worth.
  ///
  /// Cost: members x values x 50.
  package init(logDensities: [[Double]], prior: (weights: [Double], count: Double)? = nil) {
    let members = logDensities.count
    let count = logDensities.first?.count ?? 0
    var densities = Array(repeating: 0.0, count: members * count)
    var used = 0
    for i in 0..<count {
      let highest = logDensities.reduce(-Double.infinity) { max($0, $1[i]) }
      guard highest > -.infinity, highest < .infinity else { continue }
      for k in 0..<members { densities[used * members + k] = exp(logDensities[k][i] - highest) }
      used += 1
    }
    var weights = prior?.weights ?? Array(repeating: 1 / Double(max(members, 1)), count: members)
    let known = prior?.count ?? 0
    for _ in 0..<(members > 1 && used > 0 ? Self.iterations : 0) {
      var sums = prior?.weights.map { $0 * known } ?? Array(repeating: 0, count: members)
      for i in 0..<used {
        var total = 0.0
        for k in 0..<members { total += weights[k] * densities[i * members + k] }
        let inverse = 1 / total
        for k in 0..<members { sums[k] += weights[k] * densities[i * members + k] * inverse }
      }
      for k in 0..<members { weights[k] = sums[k] / (known + Double(used)) }
    }
    self.weights = weights
  }

  /// Those with the least squared error of the mixture's mean (Breiman, 'Stacked regressions', Machine Learning
  /// 1996), as far as there are enough errors to tell them from others that are given: the sum of squares, in units of
  /// the least of the candidates' mean squares, plus 10 times the square of the distance of the weights. The weights
  /// are found by moving weight from one candidate to another, pair by pair.
  ///
  /// Cost: some candidates^3.
  package init(_ errors: ErrorProducts, default start: [Double]) {
    let n = errors.candidates
    var g = errors.means
    let least = (0..<n).reduce(Double.infinity) { min($0, g[$1 * n + $1]) }
    let ridge = Self.ridge * least / max(errors.independent, 1)
    for a in 0..<n { g[a * n + a] += ridge }
    var weights = start
    for _ in 0..<Self.rounds {
      var largest = 0.0
      for a in 0..<n {
        for b in 0..<a {
          let slope = (0..<n).reduce(ridge * (start[b] - start[a])) {
            $0 + (g[a * n + $1] - g[b * n + $1]) * weights[$1]
          }
          let curvature = g[a * n + a] + g[b * n + b] - 2 * g[a * n + b]
          guard curvature > 0x1p-40 * (g[a * n + a] + g[b * n + b]) else { continue }
          let step = min(max(-slope / curvature, -weights[a]), weights[b])
          weights[a] += step
          weights[b] -= step
          largest = max(largest, abs(step))
        }
      }
      if largest < 1e-9 { break }
    }
    self.weights = weights
  }

  /// Arbitrary: some ten errors for each weight.
  private static var ridge: Double { 10 }
  /// By then the last digits are at rest, or candidates are too much alike to matter. Arbitrary.
  private static var rounds: Int { 1_000 }
}
