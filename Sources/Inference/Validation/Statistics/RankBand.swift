/// A band that the empirical distribution function of uniform ranks leaves nowhere with a stated probability:
/// what the ranks of simulation-based calibration are drawn against (Säilynoja, Bürkner and Vehtari,
/// 'Graphical test for discrete uniformity', 2022), with the exact joint probability.
public struct RankBand: Equatable, Sendable {
  /// Conventional.
  public static let defaultPoints = 50

  /// Where the function is looked at: `counts` are those of ranks below each of the points.
  public let points: [Int]
  /// The expected share of the ranks below each point.
  public let expected: [Double]
  /// The least and the largest number of ranks below each point that are within the band.
  public let counts: [ClosedRange<Int>]
  /// The probability that the function stays within the band, at least what was asked for: numbers are whole.
  public let coverage: Double

  /// The narrowest band with at least that coverage among those that cut the same binomial tail probability
  /// at each point.
  ///
  /// - Parameters:
  ///   - count: how many ranks there are.
  ///   - largest: the number of posterior draws that each is a rank among.
  /// - Throws: `StatisticsError` for no ranks or points, and for a coverage that is not above 0 and below 1.
  public init(
    count: Int, largest: Int, coverage: Double = 0.95, points: Int = defaultPoints
  ) throws(StatisticsError) {
    try require(coverage > 0 && coverage < 1, "coverage", coverage, "above 0 and below 1")
    let law = try RankDistributionLaw(count: count, largest: largest, points: points)
    // gamma, on the scale of logarithms; Bonferroni's band is wide enough
    var (low, high) = ((1 - coverage) / Double(law.points.count), 1.0)
    for _ in 0..<40 {
      let middle = (low * high).squareRoot()
      if law.probability(ofTailUpTo: middle) <= 1 - coverage { low = middle } else { high = middle }
    }
    self.points = law.points
    expected = law.points.map(law.probability(below:))
    counts = law.bounds(low).map { $0 ?? 0...count }
    self.coverage = 1 - law.probability(ofTailUpTo: low)
  }
}
