extension StatisticalTest {
  /// Simulation-based calibration by bins: whether ranks are uniform on the whole numbers from 0 to
  /// `largest`, as the rank of a parameter among `largest` independent posterior draws is (Talts, Betancourt,
  /// Simpson, Vehtari and Gelman 2018). The chi-squared test on bins of equal size, or whose sizes differ by
  /// one.
  ///
  /// - Throws: `StatisticsError` for no ranks, for one out of range, and for a number of bins that is not
  ///   from 2 to `largest` + 1.
  public static func ranks(_ ranks: [Int], largest: Int, bins: Int) throws(StatisticsError) -> StatisticalTest {
    try requireRanks(ranks, largest: largest)
    try require(bins >= 2 && bins <= largest + 1, "bins", Double(bins), "from 2 to \(largest + 1)")
    let values = largest + 1
    var (counts, sizes) = ([Int](repeating: 0, count: bins), [Int](repeating: 0, count: bins))
    for rank in ranks { counts[rank * bins / values] += 1 }
    for rank in 0..<values { sizes[rank * bins / values] += 1 }
    let test = try chiSquared(counts: counts, probabilities: sizes.map { Double($0) / Double(values) })
    return StatisticalTest(
      method: "chi-squared test of ranks", symbol: test.symbol, statistic: test.statistic, pValue: test.pValue,
      count: test.count, degreesOfFreedom: test.degreesOfFreedom)
  }

  /// Simulation-based calibration by the empirical distribution function: whether ranks are uniform on the
  /// whole numbers from 0 to `largest` (Säilynoja, Bürkner and Vehtari, 'Graphical test for discrete
  /// uniformity', 2022). gamma is the smallest two-sided binomial tail probability of the number of ranks
  /// below a point, over `points` points, and p the exact probability of a gamma as small: `RankBand` shows
  /// the band that goes with it.
  ///
  /// - Throws: `StatisticsError` for no ranks, for one out of range, and for no points.
  public static func rankDistribution(
    _ ranks: [Int], largest: Int, points: Int = RankBand.defaultPoints
  ) throws(StatisticsError) -> StatisticalTest {
    try requireRanks(ranks, largest: largest)
    let law = try RankDistributionLaw(count: ranks.count, largest: largest, points: points)
    let gamma = law.smallestTail(law.counts(ranks))
    return StatisticalTest(
      method: "test of the distribution of ranks", symbol: "gamma", statistic: gamma,
      pValue: law.probability(ofTailUpTo: gamma), count: ranks.count)
  }

  private static func requireRanks(_ ranks: [Int], largest: Int) throws(StatisticsError) {
    guard !ranks.isEmpty else { throw .tooFew(of: "ranks", 0, expected: 1) }
    try require(largest >= 1, "largest rank", Double(largest), ">= 1")
    for (i, rank) in ranks.enumerated() {
      try require((0...largest).contains(rank), "ranks[\(i)]", Double(rank), "from 0 to \(largest)")
    }
  }
}
