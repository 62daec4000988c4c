import NumericCore

extension StatisticalTest {
  /// Below this expected count a cell is merged with its neighbours: Cochran's rule of 1954, a convention.
  public static let minimumExpectedCount = 5.0

  /// Pearson's chi-squared test: whether counts are those of independent draws with these probabilities.
  /// Neighbours whose expected counts are below `minimumExpected` are merged; the degrees of freedom are what
  /// is left, less one. The p-value is that of the chi-squared law, to which the statistic tends.
  ///
  /// A count in a cell of probability 0 rejects outright: p = 0.
  ///
  /// - Throws: `StatisticsError` unless there are as many counts as probabilities, none negative, the
  ///   probabilities sum to 1 within 1e-8, and something was counted.
  public static func chiSquared(
    counts: [Int], probabilities: [Double], minimumExpected: Double = minimumExpectedCount
  ) throws(StatisticsError) -> StatisticalTest {
    guard counts.count == probabilities.count else {
      throw .wrongCount(of: "counts", counts.count, expected: probabilities.count)
    }
    let total = try requireCounts(counts)
    for (i, p) in probabilities.enumerated() {
      try require(p >= 0 && p <= 1, "probabilities[\(i)]", p, "from 0 to 1")
    }
    let mass = probabilities.reduce(0, +)
    try require(abs(mass - 1) <= 1e-8, "sum of probabilities", mass, "1")

    let impossible = zip(counts, probabilities).contains { $0 > 0 && $1 == 0 }
    let expected = probabilities.map { $0 / mass * Double(total) }
    let cells = merged(expected, minimumExpected)
    var statistic = impossible ? Double.infinity : 0
    for cell in cells where !impossible {
      let observed = Double(counts[cell].reduce(0, +))
      let mean = expected[cell].reduce(0, +)
      statistic += (observed - mean) * (observed - mean) / mean
    }
    return chiSquared("chi-squared test", statistic, degrees: cells.count - 1, count: total)
  }

  /// Whether several samples are of one law, by their counts in the same cells: the chi-squared test of
  /// homogeneity, with (samples - 1) (cells - 1) degrees of freedom. Neighbouring cells are merged where the
  /// smallest sample's expected count is below `minimumExpected`.
  ///
  /// - Throws: `StatisticsError` for fewer than two samples, for tables that are not of one length, and for
  ///   negative counts or a sample without any.
  public static func homogeneity(
    counts: [[Int]], minimumExpected: Double = minimumExpectedCount
  ) throws(StatisticsError) -> StatisticalTest {
    guard counts.count >= 2 else { throw .tooFew(of: "samples", counts.count, expected: 2) }
    var totals: [Double] = []
    for sample in counts {
      guard sample.count == counts[0].count else {
        throw .wrongCount(of: "cells", sample.count, expected: counts[0].count)
      }
      totals.append(Double(try requireCounts(sample)))
    }
    let all = totals.reduce(0, +)
    let pooled = counts[0].indices.map { cell in Double(counts.reduce(0) { $0 + $1[cell] }) / all }
    let smallest = totals.min() ?? 0
    let cells = merged(pooled.map { $0 * smallest }, minimumExpected)
    var statistic = 0.0
    for cell in cells {
      let share = pooled[cell].reduce(0, +)
      for (sample, total) in zip(counts, totals) where share > 0 {
        let difference = Double(sample[cell].reduce(0, +)) - share * total
        statistic += difference * difference / (share * total)
      }
    }
    let degrees = (counts.count - 1) * (cells.count - 1)
    return chiSquared("chi-squared test of homogeneity", statistic, degrees: degrees, count: Int(all))
  }

  /// Which numbers of successes speak against a probability.
  public enum Tail: Hashable, Sendable { case lower, upper, both }

  /// Whether successes in independent trials have a probability: the exact binomial test. `lower` is the
  /// probability of so few successes, `upper` of so many, `both` twice the smaller one.
  ///
  /// - Throws: `StatisticsError` unless 0 <= successes <= trials, trials > 0, and the probability is one.
  public static func binomial(
    successes: Int, trials: Int, probability: Double, tail: Tail = .both
  ) throws(StatisticsError) -> StatisticalTest {
    guard trials >= 1 else { throw .tooFew(of: "trials", trials, expected: 1) }
    try require((0...trials).contains(successes), "successes", Double(successes), "from 0 to \(trials)")
    try require(probability >= 0 && probability <= 1, "probability", probability, "from 0 to 1")
    let law = BinomialTails(trials: trials, probability: probability)
    let (lower, upper) = (law.lower(successes), law.upper(successes))
    let p =
      switch tail {
      case .lower: lower
      case .upper: upper
      case .both: 2 * min(lower, upper)
      }
    return StatisticalTest(
      method: "binomial test", symbol: "successes", statistic: Double(successes), pValue: p, count: trials)
  }

  /// The p-value of a statistic that has the chi-squared law.
  package static func chiSquared(
    _ method: String, _ statistic: Double, degrees: Int, count: Int
  ) -> StatisticalTest {
    let p: Double
    if statistic == 0 || degrees == 0 && statistic < .infinity {
      p = 1
    } else {
      p = statistic < .infinity ? regularizedGammaQ(0.5 * Double(degrees), 0.5 * statistic) : 0
    }
    return StatisticalTest(
      method: method, symbol: "chi2", statistic: statistic, pValue: p, count: count,
      degreesOfFreedom: Double(degrees))
  }

  private static func requireCounts(_ counts: [Int]) throws(StatisticsError) -> Int {
    for (i, count) in counts.enumerated() { try require(count >= 0, "counts[\(i)]", Double(count), ">= 0") }
    let total = counts.reduce(0, +)
    guard total > 0 else { throw .tooFew(of: "observations", 0, expected: 1) }
    return total
  }

  /// Runs of neighbours that are as short as they can be with expected counts that reach a minimum; what is
  /// left at the end joins the last one.
  private static func merged(_ expected: [Double], _ minimum: Double) -> [Range<Int>] {
    var cells: [Range<Int>] = []
    var (first, sum) = (0, 0.0)
    for i in expected.indices {
      sum += expected[i]
      if sum > 0, sum >= minimum {
        cells.append(first..<(i + 1))
        (first, sum) = (i + 1, 0)
      }
    }
    guard first < expected.count else { return cells }
    return cells.dropLast() + [(cells.last?.lowerBound ?? 0)..<expected.count]
  }
}

/// The tails of a binomial law, by the incomplete beta function.
struct BinomialTails {
  let trials: Int
  let probability: Double

  /// P(X <= k).
  func lower(_ k: Int) -> Double {
    if k < 0 { return 0 }
    if k >= trials { return 1 }
    return regularizedBeta(Double(trials - k), Double(k + 1), 1 - probability)
  }

  /// P(X >= k).
  func upper(_ k: Int) -> Double {
    if k <= 0 { return 1 }
    if k > trials { return 0 }
    return regularizedBeta(Double(k), Double(trials - k + 1), probability)
  }
}
