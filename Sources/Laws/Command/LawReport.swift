import Foundation
import Inference

/// What the command found, as text and as JSON.
struct LawReport: Encodable {
  struct Subject: Encodable {
    let name: String
    let passes: Bool
    /// For each law that applies, the smallest adjusted p-value; 1 where it holds in every run.
    let laws: [String: Double]
    let failedLaws: [String]
    let checks: Int
    let failures: [String]
  }

  struct Uniform: Encodable {
    let name: String
    let statistic: Double
    let pValue: Double
    let passes: Bool
    let test: String
  }

  struct Fault: Encodable {
    let name: String
    /// What noticed it, with the first seed that did.
    let law: String
    let check: String
    let noticed: Int
    let seeds: Int
    let passes: Bool
  }

  private(set) var subjects: [Subject] = []
  /// How often right code was checked with the small run that faults are looked for with, and what failed.
  private(set) var smallRuns = 0
  private(set) var falseAlarms: [String] = []
  private(set) var uniformity: [Uniform] = []
  private(set) var faults: [Fault] = []
  var seconds = 0.0

  var passes: Bool {
    !(subjects.isEmpty && uniformity.isEmpty && faults.isEmpty) && subjects.allSatisfy(\.passes)
      && falseAlarms.isEmpty && uniformity.allSatisfy(\.passes) && faults.allSatisfy(\.passes)
  }

  mutating func add(_ name: String, _ verdict: LawVerdict) {
    subjects.append(
      Subject(
        name: name, passes: verdict.passes,
        laws: Dictionary(uniqueKeysWithValues: verdict.laws.map { ($0.rawValue, verdict.adjustedPValue(of: $0) ?? 1) }),
        failedLaws: InferenceLaw.allCases.filter { law in verdict.failures.contains { $0.law == law } }.map(\.rawValue),
        checks: verdict.checks.count, failures: verdict.failures.map { "\($0)" + ($0.problem.map { ": \($0)" } ?? "") }))
  }

  mutating func addSmall(_ name: String, _ verdict: LawVerdict) {
    smallRuns += 1
    falseAlarms += verdict.failures.map { "\(name): \($0)" }
  }

  mutating func add(_ test: StatisticalTest, of name: String, level: Double) {
    uniformity.append(
      Uniform(
        name: name, statistic: test.statistic, pValue: test.pValue, passes: !test.isRejected(at: level), test: "\(test)"))
  }

  mutating func add(_ failures: [LawVerdict.Check?], named name: String, least share: Double) {
    let noticed = failures.compactMap { $0 }
    faults.append(
      Fault(
        name: name, law: noticed.first?.law.rawValue ?? "", check: noticed.first.map { "\($0)" } ?? "",
        noticed: noticed.count, seeds: failures.count,
        passes: Double(noticed.count) >= share * Double(failures.count)))
  }

  func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }

  var text: String {
    var parts: [String] = []
    if !subjects.isEmpty {
      let laws = InferenceLaw.allCases.filter { law in subjects.contains { $0.laws[law.rawValue] != nil } }
      let rows = subjects.map { subject in
        [subject.name, "\(subject.checks)"]
          + laws.map { law in
            guard let p = subject.laws[law.rawValue] else { return "." }
            return subject.failedLaws.contains(law.rawValue) ? "FAILS" : String(format: "%.2f", p)
          }
      }
      let missing = InferenceLaw.allCases.filter { law in law != .mutation && !laws.contains(law) }
      parts.append(
        "Laws: the smallest p-value, adjusted for the number of tests, 1 for what holds in every run\n\n"
          + aligned([["", "checks"] + laws.map { "\($0.number)" }] + rows) + "\n\n"
          + laws.map { "\($0.number) \($0.rawValue)" }.joined(separator: ", ")
          + (missing.isEmpty
            ? "" : "\nnot checked: " + missing.map { "\($0.number) \($0.rawValue)" }.joined(separator: ", ")))
    }
    let failures = subjects.flatMap { subject in subject.failures.map { "  \(subject.name): \($0)" } }
    if !failures.isEmpty { parts.append("Failures\n" + failures.joined(separator: "\n")) }
    if smallRuns > 0 {
      parts.append(
        (["False alarms of the small runs that faults are looked for with: \(falseAlarms.count) in \(smallRuns) runs"]
          + falseAlarms.map { "  \($0)" }).joined(separator: "\n"))
    }
    if !uniformity.isEmpty {
      parts.append(
        "p-values of right code, over seeds, are uniform\n\n"
          + aligned(uniformity.map { [$0.name, $0.test, $0.passes ? "" : "REJECTED"] }))
    }
    if !faults.isEmpty {
      parts.append(
        "18 mutation: faults in the code, and what noticed them\n\n"
          + aligned(
            [["fault", "noticed", "by law", "check"]]
              + faults.map { fault in
                let check = fault.passes ? fault.check : "NOT NOTICED  \(fault.check)"
                return [fault.name, "\(fault.noticed) of \(fault.seeds)", fault.law, check]
              }))
    }
    parts.append("\(passes ? "passes" : "FAILS"), \(Int(seconds)) s")
    return parts.joined(separator: "\n\n")
  }
}
