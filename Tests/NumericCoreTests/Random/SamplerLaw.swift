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

  /// Chi-square over the bins and Kolmogorov's distance at their ends, each with probability 1e-4 of a false
  /// alarm; mean and variance within 4.5 standard errors.
  static func check(_ sample: [Double], against name: String) throws {
    let law = try #require(all[name], "\(name)")
    let n = Double(sample.count)
    var counts = [Int](repeating: 0, count: law.probabilities.count)
    for x in sample {
      try #require(!x.isNaN, "\(name)")
      var (low, high) = (0, law.ends.count)
      while low < high {
        let middle = (low + high) / 2
        if x <= law.ends[middle] { high = middle } else { low = middle + 1 }
      }
      counts[low] += 1
    }
    var (statistic, distance, observed, expected) = (0.0, 0.0, 0.0, 0.0)
    for (count, probability) in zip(counts, law.probabilities) {
      let difference = Double(count) - n * probability
      statistic += difference * difference / (n * probability)
      observed += Double(count) / n
      expected += probability
      distance = max(distance, (observed - expected).magnitude)
    }
    #expect(statistic < law.critical, "\(name): chi-square, counts \(counts)")
    // 2.2253: what sqrt(n) times Kolmogorov's distance exceeds with probability 1e-4
    #expect(distance * n.squareRoot() < 2.2253, "\(name): Kolmogorov")

    guard law.standardDeviation.isFinite else { return }
    // relative to the mean, so that a large one costs no digits
    let shifted = sample.map { ($0 - law.mean) / law.standardDeviation }
    let mean = shifted.reduce(0, +) / n
    let variance = shifted.reduce(0) { $0 + $1 * $1 } / n
    #expect(mean.magnitude < 4.5 / n.squareRoot(), "\(name): mean")
    // 1e-12: of a fair coin the squares do not vary
    let standardError = ((law.kurtosis + 2) / n).squareRoot()
    #expect((variance - 1).magnitude < 4.5 * standardError + 1e-12, "\(name): variance")
  }
}
