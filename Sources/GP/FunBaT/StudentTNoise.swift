import NumericCore

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The posterior of what makes noise heavy-tailed, given the expected squared residuals of the entries: the
/// noise of entry n is N(0, 1 / (tau lambda_n)) with lambda_n ~ Gamma(nu / 2, nu / 2), which is Student-t
/// with nu degrees of freedom (Tipping and Lawrence, 'Variational inference for Student-t models',
/// Neurocomputing 2005). It is one task's.
package final class StudentTNoise {
  /// E[lambda_n] of the entries at hand.
  package let weights: UnsafeMutablePointer<Double>
  /// nu.
  package private(set) var degrees: Double
  /// Of q(lambda_n), a gamma density; nu may have been learned since.
  package private(set) var shape: Double
  private let count: Int
  private let learnsDegrees: Bool
  /// Of all entries: their number, and the sums of E[log lambda], E[lambda], and the entropies of lambda.
  private var sums: Sums
  /// Of those that are no longer at hand.
  private let before: Sums

  private struct Sums {
    var count = 0.0
    var logs = 0.0
    var means = 0.0
    var entropies = 0.0
  }

  /// Arbitrary: Gaussian for all that data of any size tell apart.
  private static var mostDegrees: Double { 1e3 }
  private static var fewestDegrees: Double { 2.1 }
  private static var firstDegrees: Double { 10 }
  /// Of the degrees of freedom.
  private static var prior: (shape: Double, rate: Double) { (2, 0.1) }

  /// - Parameter degrees: nil to learn them.
  package convenience init(count: Int, degrees: Double?) {
    self.init(count: count, degrees ?? Self.firstDegrees, learnsDegrees: degrees == nil, Sums())
  }

  /// Of new entries, beside others that are no longer at hand.
  convenience init(count: Int, after old: StudentTNoise) {
    self.init(count: count, old.degrees, learnsDegrees: old.learnsDegrees, old.sums)
  }

  convenience init(_ other: StudentTNoise) {
    self.init(count: other.count, other.degrees, learnsDegrees: other.learnsDegrees, other.before)
    weights.update(from: other.weights, count: count)
    (sums, shape) = (other.sums, other.shape)
  }

  private init(count: Int, _ degrees: Double, learnsDegrees: Bool, _ before: Sums) {
    (self.count, self.degrees, self.learnsDegrees) = (count, degrees, learnsDegrees)
    (self.before, sums, shape) = (before, before, 0.5 * (degrees + 1))
    weights = .allocate(capacity: count)
    weights.initialize(repeating: 1, count: count)
    // As if each residual were as the noise is: E[lambda] = 1.
    _ = add(precision: 1) { _ in 1 }
  }

  deinit { weights.deallocate() }

  /// Takes E[tau] and the expected squared residual of each entry.
  ///
  /// - Returns: their sum, each with its new weight.
  package func update(precision tau: Double, _ square: (_ entry: Int) -> Double) -> Double {
    let sum = add(precision: tau, square)
    if learnsDegrees { learn() }
    return sum
  }

  private func add(precision tau: Double, _ square: (_ entry: Int) -> Double) -> Double {
    shape = 0.5 * (degrees + 1)
    let psi = digamma(shape)
    let entropy = shape + logGamma(shape) + (1 - shape) * psi
    sums = before
    sums.count += Double(count)
    var sum = 0.0
    for i in 0..<count {
      let own = square(i)
      let rate = 0.5 * (degrees + tau * own)
      let logRate = log(rate)
      weights[i] = shape / rate
      sums.logs += psi - logRate
      sums.means += weights[i]
      sums.entropies += entropy - logRate
      sum += weights[i] * own
    }
    return sum
  }

  /// nu where the bound is highest: its derivative falls with nu.
  private func learn() {
    func slope(_ nu: Double) -> Double {
      0.5 * sums.count * (log(0.5 * nu) + 1 - digamma(0.5 * nu)) + 0.5 * (sums.logs - sums.means)
        + (Self.prior.shape - 1) / nu - Self.prior.rate
    }
    var (low, high) = (Self.fewestDegrees, Self.mostDegrees)
    while high - low > 1e-9 * high {
      let middle = (low * high).squareRoot()
      if slope(middle) > 0 { low = middle } else { high = middle }
    }
    degrees = low
  }

  /// E[sum log lambda] / 2 - KL(q(lambda) || prior) + the log prior of the degrees of freedom.
  package var value: Double {
    let half = 0.5 * degrees
    let prior =
      sums.count * (half * log(half) - logGamma(half)) + (half - 1) * sums.logs - half * sums.means
    let (a, b) = Self.prior
    let logPrior = learnsDegrees ? a * log(b) - logGamma(a) + (a - 1) * log(degrees) - b * degrees : 0
    return 0.5 * sums.logs + sums.entropies + prior + logPrior
  }
}
