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
  ///   - prior: weights that so many values before have led to.
  ///
  /// Cost: members x values x 50.
  package init(logDensities: [[Double]], prior: (weights: [Double], count: Int)? = nil) {
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
    let known = Double(prior?.count ?? 0)
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
}
