import Foundation
import NumericCore

/// The law of Kolmogorov's distance between the empirical distribution function of n independent draws and
/// their continuous distribution function.
package enum KolmogorovLaw {
  /// From here on in n d^2 the two one-sided events hardly ever meet: twice the one-sided probability is too
  /// large by 2e-6 of itself here (measured against SciPy's `kstwo`), and by less and less beyond.
  private static let tailStart = 2.2
  /// Up to here the exact law is cheap. Conventional, as in Simard and L'Ecuyer, 'Computing the two-sided
  /// Kolmogorov-Smirnov distribution', 2011.
  private static let exactLimit = 140

  /// P(D_n >= d). In the tail, twice the exact one-sided probability; otherwise exact up to n = 140, and with
  /// an error of 1.3e-4 at the most beyond.
  package static func survival(_ d: Double, count n: Int) -> Double {
    let size = Double(n)
    if d >= 1 { return 0 }
    if 2 * size * d <= 1 { return 1 }
    if size * d * d >= tailStart { return min(2 * oneSidedSurvival(d, count: n), 1) }
    if n <= exactLimit { return 1 - exactCDF(d, count: n) }
    // Vrbik, 'Small-sample corrections to Kolmogorov-Smirnov test statistic', 2018
    let z = d * size.squareRoot()
    return limitSurvival(z + 1 / (6 * size.squareRoot()) + (z - 1) / (4 * size))
  }

  /// P(D_n^+ >= d) = d sum_j C(n, j) (d + j/n)^(j - 1) (1 - d - j/n)^(n - j), for j from 0 to n (1 - d)
  /// (Birnbaum and Tingey 1951). All terms are positive. Cost: O(n).
  private static func oneSidedSurvival(_ d: Double, count n: Int) -> Double {
    let size = Double(n)
    var sum = 0.0
    for j in 0...n {
      let rest = 1 - d - Double(j) / size
      guard rest > 0 else { break }
      let logTerm =
        logBinomialCoefficient(size, Double(j)) + Double(j - 1) * log(d + Double(j) / size)
        + Double(n - j) * log(rest)
      sum += exp(logTerm)
    }
    return d * sum
  }

  /// P(sup of the Brownian bridge's magnitude >= z) = 2 sum_(k >= 1) (-1)^(k - 1) exp(-2 k^2 z^2), and its
  /// other form by Jacobi's theta function for small z (Kolmogorov 1933).
  package static func limitSurvival(_ z: Double) -> Double {
    guard z > 0.05 else { return 1 }
    var sum = 0.0
    if z > 1 {
      // the fifth term is below 2^-53 of the first
      for k in (1...5).reversed() {
        let term = exp(-2 * Double(k * k) * z * z)
        sum += k % 2 == 1 ? term : -term
      }
      return 2 * sum
    }
    for k in 1...5 { sum += exp(-Double((2 * k - 1) * (2 * k - 1)) * .pi * .pi / (8 * z * z)) }
    return 1 - (2 * Double.pi).squareRoot() / z * sum
  }

  /// P(D_n < d) = n!/n^n times the central element of the n-th power of a matrix of order 2 ceil(n d) - 1
  /// (Marsaglia, Tsang and Wang, 'Evaluating Kolmogorov's distribution', 2003). The names are those of the
  /// paper. The power is taken factor by factor, of a row: O(n m^2).
  private static func exactCDF(_ d: Double, count n: Int) -> Double {
    let k = Int(Double(n) * d) + 1
    let m = 2 * k - 1
    let h = Double(k) - Double(n) * d
    var H = [Double](repeating: 0, count: m * m)
    for i in 0..<m { for j in 0..<m where i - j + 1 >= 0 { H[i * m + j] = 1 } }
    for i in 0..<m {
      H[i * m] -= pow(h, Double(i + 1))
      H[(m - 1) * m + i] -= pow(h, Double(m - i))
    }
    if 2 * h > 1 { H[(m - 1) * m] += pow(2 * h - 1, Double(m)) }
    for i in 0..<m {
      for j in 0..<m where i - j + 1 > 0 { H[i * m + j] *= exp(-logGamma(Double(i - j + 2))) }
    }
    var row = [Double](repeating: 0, count: m)
    var next = row
    row[k - 1] = 1
    for step in 1...n {
      for j in 0..<m { next[j] = 0 }
      for i in 0..<m { for j in 0..<min(i + 2, m) { next[j] += row[i] * H[i * m + j] } }
      // the factor step/n of n!/n^n keeps the numbers in range
      for j in 0..<m { row[j] = next[j] * (Double(step) / Double(n)) }
    }
    return row[k - 1]
  }
}
