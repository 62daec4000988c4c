import Foundation

/// What came of checking laws: a row for each law and case.
public struct LawVerdict: Sendable, CustomStringConvertible {
  public enum Law: String, Sendable {
    case meaning, mass, weights
  }

  public struct Check: Sendable {
    public let law: Law
    public let model: String
    public let particles: Int
    /// What was integrated; empty where nothing was.
    public let function: String
    /// The mean of the runs; for the law of mass, its largest relative change.
    public let estimate: Double?
    public let exact: Double?
    /// Where the law is one of means.
    public let test: StatisticalTest?
    /// What is wrong, where the law is one of every run.
    public let problem: String?
  }

  public let checks: [Check]
  /// The tests of all laws of means together.
  public let family: TestFamily

  init(_ checks: [Check], errorRate: Double) throws(StatisticsError) {
    self.checks = checks
    var family = try TestFamily(errorRate: errorRate)
    for check in checks {
      if let test = check.test { family.add(test, named: "\(check)") }
    }
    self.family = family
  }

  /// Whether all laws hold: in every run, and, of means, none is rejected at the family's error rate.
  public var passes: Bool { family.passes && failures.isEmpty }

  /// What does not hold.
  public var failures: [Check] { checks.filter(isFailure) }

  private func isFailure(_ check: Check) -> Bool {
    check.problem != nil || check.test?.isRejected(at: family.level) == true
  }

  /// One line for each check: law, model, number of particles, function, estimate, exact value, z, p-value.
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

  private static func table(_ rows: [(check: Check, fails: Bool)]) -> String {
    let head = ["law", "model", "N", "function", "estimate", "exact", "z", "p", ""]
    let cells = rows.map { check, fails in
      [
        check.law.rawValue, check.model, "\(check.particles)", check.function, check.estimate.map(shortened) ?? "",
        check.exact.map(shortened) ?? "", check.test.map { shortened($0.statistic) } ?? "",
        check.test.map { shortened($0.pValue) } ?? "", fails ? check.problem ?? "rejected" : "",
      ]
    }
    let lines = [head] + cells
    let widths = head.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
    return lines.map { line in
      let padded = zip(line, widths).map { $0.padding(toLength: $1, withPad: " ", startingAt: 0) }.joined(separator: "  ")
      return String(padded.reversed().drop { $0 == " " }.reversed())
    }.joined(separator: "\n")
  }
}

extension LawVerdict.Check: CustomStringConvertible {
  public var description: String {
    "\(law) of \(model), \(particles) particles" + (function.isEmpty ? "" : ", \(function)")
  }
}
