/// Posterior means and variances of what a tensor has at some places, without noise.
package struct Signals: Sendable {
  package internal(set) var means: [Double]
  package internal(set) var variances: [Double]

  init(count: Int) {
    means = Array(repeating: 0, count: count)
    variances = means
  }

  /// - Parameter row: of each mode's table, at a place.
  init(count: Int, _ signal: TensorSignal, _ row: (_ place: Int, _ mode: Int) -> Int) {
    self.init(count: count)
    for i in 0..<count { (means[i], variances[i]) = signal.moments { row(i, $0) } }
  }

  func part(_ places: [Int]) -> Signals {
    var part = Signals(count: places.count)
    for (i, place) in places.enumerated() {
      (part.means[i], part.variances[i]) = (means[place], variances[place])
    }
    return part
  }

  /// The moments of a mixture.
  init(mixing parts: [Signals], weights: [Double]) {
    self.init(count: parts[0].means.count)
    for (part, weight) in zip(parts, weights) where weight > 0 {
      for i in means.indices {
        means[i] += weight * part.means[i]
        variances[i] += weight * (part.variances[i] + part.means[i] * part.means[i])
      }
    }
    for i in means.indices { variances[i] = max(variances[i] - means[i] * means[i], 0) }
  }
}
