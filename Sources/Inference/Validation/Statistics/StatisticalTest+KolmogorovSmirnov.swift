import Foundation

extension StatisticalTest {
  /// The Kolmogorov-Smirnov test: whether independent draws are of a continuous law. D is the largest
  /// distance of the empirical distribution function from `cdf`. p-values are within 2e-6 of
  /// themselves in the tail (n D^2 >= 2.2); elsewhere they are exact up to 140 draws, and within 1.3e-4 beyond.
  ///
  /// - Throws: `StatisticsError` for no draws, for one that is not finite, and where `cdf` is not from 0 to
  ///   1.
  public static func kolmogorovSmirnov(
    _ x: [Double], cdf: (Double) -> Double
  ) throws(StatisticsError) -> StatisticalTest {
    try requireFinite(x, "draws", atLeast: 1)
    let n = Double(x.count)
    var distance = 0.0
    for (i, value) in x.sorted().enumerated() {
      let p = cdf(value)
      try require(p >= 0 && p <= 1, "distribution function at \(value)", p, "from 0 to 1")
      distance = max(distance, p - Double(i) / n, Double(i + 1) / n - p)
    }
    let p = KolmogorovLaw.survival(distance, count: x.count)
    return StatisticalTest(
      method: "Kolmogorov-Smirnov test", symbol: "D", statistic: distance, pValue: p, count: x.count)
  }

  /// Whether p-values are uniform, as those of hypotheses that hold are: the Kolmogorov-Smirnov test.
  ///
  /// - Throws: `StatisticsError` for no p-values, and for one that is not from 0 to 1.
  public static func uniformity(ofPValues p: [Double]) throws(StatisticsError) -> StatisticalTest {
    for (i, p) in p.enumerated() { try require(p >= 0 && p <= 1, "p-values[\(i)]", p, "from 0 to 1") }
    return try kolmogorovSmirnov(p) { $0 }
  }

  /// The Kolmogorov-Smirnov test of two samples: whether independent draws are of one law, continuous or not.
  ///
  /// Given the pooled sample, each way of dealing it out is equally probable, and p is the exact probability
  /// of a distance at least as large (Schröer and Trenkler 1995), ties included, at a cost of O(n m) up to
  /// 10^7. Beyond that it is Kolmogorov's limit with n m / (n + m) for the number of draws, with Stephens'
  /// correction of 1970, which is conservative where there are ties.
  ///
  /// - Throws: `StatisticsError` for no draws, and for one that is not finite.
  public static func kolmogorovSmirnov(
    _ x: [Double], _ y: [Double]
  ) throws(StatisticsError) -> StatisticalTest {
    try requireFinite(x, "first draws", atLeast: 1)
    try requireFinite(y, "second draws", atLeast: 1)
    let pooled = PooledSample(x.sorted(), y.sorted())
    let (n, m) = (x.count, y.count)
    let p: Double
    if Double(n) * Double(m) <= PooledSample.exactLimit {
      p = pooled.exactSurvival
    } else {
      let size = (Double(n) / Double(n + m) * Double(m)).squareRoot()
      p = KolmogorovLaw.limitSurvival((size + 0.12 + 0.11 / size) * pooled.distance)
    }
    return StatisticalTest(
      method: "two-sample Kolmogorov-Smirnov test", symbol: "D", statistic: pooled.distance, pValue: p,
      count: n + m)
  }
}

/// Two samples in one order.
private struct PooledSample {
  /// Conventional: some hundredths of a second.
  static let exactLimit = 1e7

  let n: Int
  let m: Int
  /// Whether a step ends with the i-th number of the pooled sample: the next one is not equal to it.
  private var isEnd: [Bool] = []
  /// The largest n m times the distance of the distribution functions.
  private var scaled = 0

  init(_ x: [Double], _ y: [Double]) {
    (n, m) = (x.count, y.count)
    var (i, j) = (0, 0)
    while i < n || j < m {
      let isFirst = j == m || i < n && x[i] <= y[j]
      let value = isFirst ? x[i] : y[j]
      if isFirst { i += 1 } else { j += 1 }
      let ends = (i == n || x[i] != value) && (j == m || y[j] != value)
      isEnd.append(ends)
      if ends { scaled = max(scaled, abs(i * m - j * n)) }
    }
  }

  var distance: Double { Double(scaled) / Double(n) / Double(m) }

  /// The probability that a path from (0, 0) to (n, m), in an order where each is equally probable, is at
  /// least so far from the diagonal where a step ends. Sums of positive terms: accurate in the tail.
  var exactSurvival: Double {
    /// The probability of having been so far out, given a path through (i, j), for all j.
    var out = [Double](repeating: 0, count: m + 1)
    for i in 0...n {
      for j in 0...m where i + j > 0 {
        if isEnd[i + j - 1], abs(i * m - j * n) >= scaled {
          out[j] = 1
        } else {
          let (fromX, fromY) = (Double(i) / Double(i + j), Double(j) / Double(i + j))
          out[j] = (i > 0 ? fromX * out[j] : 0) + (j > 0 ? fromY * out[j - 1] : 0)
        }
      }
    }
    return out[m]
  }
}
