/// Named tests that are to hold together: where all their hypotheses do, one or more are rejected with a
/// probability of `errorRate` at the most, whatever their dependence. Each is tested at `errorRate` over
/// their number (Bonferroni).
public struct TestFamily: Sendable, CustomStringConvertible {
  public struct Member: Sendable {
    public let name: String
    public let test: StatisticalTest
  }

  /// Conventional: for one two-sided z-test |z| < 4.9, for a hundred |z| < 5.7. Fixed seeds make a false
  /// alarm a thing that happens once, when a test is written.
  public static let defaultErrorRate = 1e-6

  public let errorRate: Double
  public private(set) var members: [Member] = []

  /// - Throws: `StatisticsError.invalidParameter` for a rate that is not above 0 and below 1.
  public init(errorRate: Double = defaultErrorRate) throws(StatisticsError) {
    try require(errorRate > 0 && errorRate < 1, "error rate", errorRate, "above 0 and below 1")
    self.errorRate = errorRate
  }

  public mutating func add(_ test: StatisticalTest, named name: String) {
    members.append(Member(name: name, test: test))
  }

  /// The level of each test.
  public var level: Double { errorRate / Double(max(members.count, 1)) }

  /// Those that are rejected, the smallest p-value first.
  public var failures: [Member] {
    members.filter { $0.test.isRejected(at: level) }.sorted { $0.test.pValue < $1.test.pValue }
  }

  /// The probability of a p-value as small as the smallest one, at the most: the p-value of the family.
  public var pValue: Double {
    let smallest = members.map(\.test.pValue).reduce(1) { $0 <= $1 ? $0 : $1 }
    return smallest.isNaN ? .nan : min(1, smallest * Double(members.count))
  }

  /// Tests were made, and none is rejected.
  public var passes: Bool { !members.isEmpty && failures.isEmpty }

  public var description: String {
    let failures = failures
    let head = """
      \(failures.count) of \(members.count) tests rejected at \(shortened(level)), \
      for a family-wise error rate of \(shortened(errorRate))
      """
    return ([head] + failures.map { "  \($0.name): \($0.test)" }).joined(separator: "\n")
  }
}
