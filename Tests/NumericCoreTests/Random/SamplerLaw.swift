import NumericCore
import Testing

/// An exact law, as a table, and the tests of a sample against it.
struct SamplerLaw {
  let mean, standardDeviation, kurtosis: Double
  /// What the chi-square statistic exceeds with probability 1e-4.
  let critical: Double
  let ends, probabilities: [Double]

  static let all: [String: SamplerLaw] = {
    var laws: [String: SamplerLaw] = [:]
    var record: [Substring] = []
    for line in (SamplerLawTable.text + "\n").split(separator: "\n", omittingEmptySubsequences: false) {
      if !line.isEmpty {
        record.append(line)
        continue
      }
      let fields = record.joined(separator: " ").split(separator: "|")
      let numbers = fields.dropFirst().map { $0.split(separator: " ").map { Double($0) ?? .nan } }
      let name = fields[0].split(separator: " ").joined(separator: " ")
      laws[name] = SamplerLaw(
        mean: numbers[0][0], standardDeviation: numbers[0][1], kurtosis: numbers[0][2],
        critical: numbers[1][0], ends: numbers[2], probabilities: numbers[3])
      record = []
    }
    return laws
  }()

  /// Expects that nothing is found against the law of that name.
  static func check(_ sample: [Double], against name: String) throws {
    let law = try #require(all[name], "\(name)")
    #expect(law.findings(in: sample) == [], "\(name)")
  }

  /// What speaks against the law: chi-square over the bins and Kolmogorov's distance at their ends, each with
  /// probability 1e-4 of a false alarm; mean and variance not within 4.5 standard errors.
  func findings(in sample: [Double]) -> [String] {
    if sample.contains(where: \.isNaN) { return ["NaN"] }
    var findings: [String] = []
    let n = Double(sample.count)
    var counts = [Int](repeating: 0, count: probabilities.count)
    for x in sample { counts[ends.partitioningIndex { x <= $0 }] += 1 }
    var (statistic, distance, observed, expected) = (0.0, 0.0, 0.0, 0.0)
    for (count, probability) in zip(counts, probabilities) {
      let difference = Double(count) - n * probability
      statistic += difference * difference / (n * probability)
      observed += Double(count) / n
      expected += probability
      distance = max(distance, (observed - expected).magnitude)
    }
    if !(statistic < critical) { findings.append("chi-square \(statistic), counts \(counts)") }
    // 2.2253: what sqrt(n) times Kolmogorov's distance exceeds with probability 1e-4
    if !(distance * n.squareRoot() < 2.2253) { findings.append("distance \(distance)") }

    guard standardDeviation.isFinite else { return findings }
    // relative to the mean, so that a large one costs no digits
    let scaled = sample.map { ($0 - self.mean) / standardDeviation }
    let mean = scaled.reduce(0, +) / n
    let variance = scaled.reduce(0) { $0 + $1 * $1 } / n
    if !(mean.magnitude < 4.5 / n.squareRoot()) { findings.append("mean off by \(mean) standard deviations") }
    // 1e-12: of a fair coin the squares do not vary
    let standardError = ((kurtosis + 2) / n).squareRoot()
    if !((variance - 1).magnitude < 4.5 * standardError + 1e-12) { findings.append("variance x \(variance)") }
    return findings
  }
}

extension [Double] {
  /// The first index whose element, like all after it, belongs to the second part.
  fileprivate func partitioningIndex(where belongsToSecond: (Double) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if belongsToSecond(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
