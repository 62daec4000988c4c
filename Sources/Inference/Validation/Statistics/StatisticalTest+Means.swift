import Foundation

extension StatisticalTest {
  /// Whether an estimate with a normal error is that of an exact value: z = (estimate - expected) / standard
  /// error, two-sided. An estimate without error is either right or infinitely wrong.
  ///
  /// - Throws: `StatisticsError` for what is not finite, and for a negative error.
  public static func estimate(
    _ estimate: Double, equals expected: Double, standardError: Double, count: Int
  ) throws(StatisticsError) -> StatisticalTest {
    try z("z-test", estimate, expected, standardError, count)
  }

  /// Whether independent draws have a mean. Their standard deviation is estimated, and the mean is taken to be
  /// normal: that asks for some dozens of draws of light tails at the least, and for more where p-values are
  /// small. Draws that are all equal are taken to be without error.
  ///
  /// - Throws: `StatisticsError` for fewer than two draws, and for what is not finite.
  public static func mean(of x: [Double], equals expected: Double) throws(StatisticsError) -> StatisticalTest {
    try requireFinite(x, "draws", atLeast: 2)
    let error = Diagnostics.standardDeviation(x) / Double(x.count).squareRoot()
    return try z("z-test of a mean", Diagnostics.mean(x), expected, error, x.count)
  }

  /// Whether independent draws of two laws have the same mean, whatever their variances.
  ///
  /// - Throws: `StatisticsError` for fewer than two draws of each, and for what is not finite.
  public static func means(of x: [Double], and y: [Double]) throws(StatisticsError) -> StatisticalTest {
    try requireFinite(x, "first draws", atLeast: 2)
    try requireFinite(y, "second draws", atLeast: 2)
    let (a, b) = (Diagnostics.standardDeviation(x), Diagnostics.standardDeviation(y))
    let error = hypot(a / Double(x.count).squareRoot(), b / Double(y.count).squareRoot())
    return try z("z-test of two means", Diagnostics.mean(x), Diagnostics.mean(y), error, x.count + y.count)
  }

  /// Whether the draws of Markov chains in equilibrium have a mean. The standard error takes their
  /// autocorrelation into account (`Diagnostics.meanMCSE`).
  ///
  /// - Throws: `StatisticsError` for a chain with fewer than four draws, and for what is not finite.
  public static func mean(
    ofChains chains: [[Double]], equals expected: Double
  ) throws(StatisticsError) -> StatisticalTest {
    let (mean, error, count) = try meanAndError(chains, "draws")
    return try z("z-test of a mean of chains", mean, expected, error, count)
  }

  /// Whether the draws of Markov chains have the same mean as independent draws: Geweke's joint test
  /// ('Getting it right', 2004), for one function of parameters and data, drawn by each of his two
  /// simulators.
  ///
  /// - Throws: as `mean(ofChains:equals:)`.
  public static func means(
    of x: [Double], andChains chains: [[Double]]
  ) throws(StatisticsError) -> StatisticalTest {
    try requireFinite(x, "independent draws", atLeast: 2)
    let (mean, error, count) = try meanAndError(chains, "draws of a chain")
    let own = Diagnostics.standardDeviation(x) / Double(x.count).squareRoot()
    return try z(
      "z-test of means of draws and chains", Diagnostics.mean(x), mean, hypot(own, error), x.count + count)
  }

  private static func meanAndError(
    _ chains: [[Double]], _ what: String
  ) throws(StatisticsError) -> (mean: Double, error: Double, count: Int) {
    guard !chains.isEmpty else { throw .tooFew(of: "chains", 0, expected: 1) }
    for chain in chains { try requireFinite(chain, what, atLeast: 4) }
    // the error is that of chains of one length
    let length = chains.map(\.count).min() ?? 0
    let draws = chains.flatMap { $0.prefix(length) }
    return (Diagnostics.mean(draws), Diagnostics.meanMCSE(chains), draws.count)
  }

  private static func z(
    _ method: String, _ estimate: Double, _ expected: Double, _ error: Double, _ count: Int
  ) throws(StatisticsError) -> StatisticalTest {
    try require(estimate.isFinite, "estimate", estimate, "a finite number")
    try require(expected.isFinite, "expected value", expected, "a finite number")
    try require(error >= 0 && error < .infinity, "standard error", error, "a finite number >= 0")
    let difference = estimate - expected
    let z = difference == 0 ? 0 : difference / error
    let p = erfc(abs(z) * 0.5.squareRoot())
    return StatisticalTest(method: method, symbol: "z", statistic: z, pValue: p, count: count)
  }
}
