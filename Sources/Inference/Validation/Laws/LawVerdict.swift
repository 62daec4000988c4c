import Foundation

/// What came of checking laws: a row for each law and case.
public struct LawVerdict: Sendable, CustomStringConvertible {
  public struct Check: Sendable {
    public let law: InferenceLaw
    /// What it was checked on: a model, with the number of particles or the like.
    public let subject: String
    /// What was compared, such as the function that was integrated; empty where nothing was.
    public let quantity: String
    /// For laws that hold in the mean, the mean; for those of every run, the largest deviation.
    public let estimate: Double?
    public let exact: Double?
    /// Where the law is one of means or distributions.
    public let test: StatisticalTest?
    /// What is wrong, where the law is one of every run.
    public let problem: String?

    public init(
      _ law: InferenceLaw, _ subject: String, _ quantity: String = "", estimate: Double? = nil,
      exact: Double? = nil,
      test: StatisticalTest? = nil, problem: String? = nil
    ) {
      (self.law, self.subject, self.quantity, self.estimate) = (law, subject, quantity, estimate)
      (self.exact, self.test, self.problem) = (exact, test, problem)
    }
  }

  public let checks: [Check]
  /// The tests of all laws that hold in the mean or in distribution, together.
  public let family: TestFamily

  /// - Throws: `StatisticsError` for an error rate that is not above 0 and below 1.
  public init(_ checks: [Check], errorRate: Double = TestFamily.defaultErrorRate) throws(StatisticsError) {
    self.checks = checks
    var family = try TestFamily(errorRate: errorRate)
    for check in checks {
      if let test = check.test { family.add(test, named: "\(check)") }
    }
    self.family = family
  }

  /// Whether all laws hold: something was checked, in every run, and no test is rejected at the family's
  /// error rate.
  public var passes: Bool { !checks.isEmpty && failures.isEmpty }

  /// What does not hold.
  public var failures: [Check] { checks.filter(isFailure) }

  /// Whether one of the checks fails.
  public func isFailure(_ check: Check) -> Bool {
    check.problem != nil || check.test?.isRejected(at: family.level) == true
  }

  /// The laws that were checked, in their order.
  public var laws: [InferenceLaw] { InferenceLaw.allCases.filter { law in checks.contains { $0.law == law } } }

  /// The smallest p-value of a law's tests times the number of tests of all laws, 1 at the most; nil where it
  /// has none.
  public func adjustedPValue(of law: InferenceLaw) -> Double? {
    let values = checks.filter { $0.law == law }.compactMap { $0.test?.pValue }
    return values.min().map { min(1, $0 * Double(family.members.count)) }
  }

  /// One line for each check: law, subject, quantity, estimate, exact value, statistic, p-value.
  public var table: String { Self.table(checks.map { ($0, isFailure($0)) }) }

  /// A line on the whole, and those of the failures.
  public var description: String {
    let failures = failures
    let head = """
      \(passes ? "passes" : "fails"): \(failures.count) of \(checks.count) checks fail, for a family-wise error rate of \
      \(shortened(family.errorRate))
      """
    return failures.isEmpty ? head : head + "\n" + Self.table(failures.map { ($0, true) })
  }

  /// The p-values of the tests in order, against what as many independent uniform ones would be: what lies above the line
  /// of the level is rejected. Nil where all laws are of every run.
  public var plot: Plot? {
    let values = checks.compactMap { $0.test?.pValue }.map { -log10(max($0, .leastNormalMagnitude)) }.sorted(by: >)
    guard let largest = values.first else { return nil }
    let expected = values.indices.map { -log10((Double($0) + 0.5) / Double(values.count)) }
    let (end, level) = (expected[0], -log10(family.level))
    return Plot(
      title: "p-values", x: Plot.Axis("-log10 p, expected", lower: 0, upper: 1.05 * end),
      y: Plot.Axis("-log10 p", lower: 0, upper: 1.05 * max(largest, level)),
      layers: [
        Plot.Layer(.line(x: [0, end], y: [0, end]), name: "uniform", ink: .muted),
        Plot.Layer(.line(x: [0, 1.05 * end], y: [level, level]), name: "level", ink: .foreground, width: 1),
        Plot.Layer(.points(x: expected, y: values), name: "tests", ink: .series(0), width: 4),
      ])
  }

  /// What fails, the table, and the plot.
  public func report(title: String) -> Report {
    var report = Report(title: title, subtitle: "\(checks.count) checks")
    report.warnings(failures.map { "\($0): \($0.problem ?? "rejected")" })
    report.preformatted(table)
    if let plot { report.figures([Report.Figure(plot)]) }
    return report
  }

  private static func table(_ rows: [(check: Check, fails: Bool)]) -> String {
    let head = ["law", "of", "quantity", "estimate", "exact", "statistic", "p", ""]
    return aligned(
      [head]
        + rows.map { check, fails in
          [
            check.law.rawValue, check.subject, check.quantity, check.estimate.map(shortened) ?? "",
            check.exact.map(shortened) ?? "", check.test.map { "\($0.symbol) = \(shortened($0.statistic))" } ?? "",
            check.test.map { shortened($0.pValue) } ?? "", fails ? check.problem ?? "rejected" : "",
          ]
        })
  }
}

extension LawVerdict.Check: CustomStringConvertible {
  public var description: String { "\(law.rawValue): \(subject)" + (quantity.isEmpty ? "" : ", \(quantity)") }
}
