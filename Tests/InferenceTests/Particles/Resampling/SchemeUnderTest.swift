import Inference
import NumericCore
import Testing

/// A scheme, and the law it should have.
struct SchemeUnderTest: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let scheme: any ConditionalResamplingScheme
  /// Of shares that sum to the number of offspring.
  let law: @Sendable (_ shares: [Double], _ offspring: Int) -> OffspringLaw

  static let all = [
    SchemeUnderTest(testDescription: "multinomial", scheme: .multinomial) {
      ExactOffspring.multinomial($0, count: $1)
    },
    SchemeUnderTest(testDescription: "stratified", scheme: .stratified) { shares, _ in
      ExactOffspring.stratified(shares)
    },
    SchemeUnderTest(testDescription: "systematic", scheme: .systematic) { shares, _ in
      ExactOffspring.systematic(shares)
    },
    SchemeUnderTest(testDescription: "residual", scheme: .residual) { shares, _ in
      ExactOffspring.residual(shares)
    },
  ]

  private init<Scheme: ConditionalResamplingScheme>(
    testDescription: String, scheme: Scheme, law: @escaping @Sendable ([Double], Int) -> OffspringLaw
  ) {
    (self.testDescription, self.scheme, self.law) = (testDescription, scheme, law)
  }
}

/// Weights and a number of offspring.
struct Population: Sendable, CustomTestStringConvertible {
  let weights: [Double]
  let offspring: Int
  var testDescription: String { "\(weights) -> \(offspring)" }

  var shares: [Double] {
    let total = weights.reduce(0, +)
    return weights.map { $0 / total * Double(offspring) }
  }

  /// Small enough for exact laws of counts.
  static let small = [
    Population(weights: [0.5, 0.2, 0.3], offspring: 3),
    Population(weights: [0.1, 0.6, 0.05, 0.25], offspring: 4),
    Population(weights: [3, 0, 1, 2.5], offspring: 2),
    Population(weights: [0.15, 0.35, 0.5], offspring: 5),
    Population(weights: [1, 1, 1, 1], offspring: 4),
    Population(weights: [1, 2, 1], offspring: 4),
    Population(weights: [2], offspring: 3),
    Population(weights: [0.02, 0.9, 0.08], offspring: 1),
  ]
}

/// How often each particle is an ancestor.
func offspringCounts(_ ancestors: [Int], particles: Int) -> [Int] {
  ancestors.reduce(into: Array(repeating: 0, count: particles)) { $0[$1] += 1 }
}

/// Whether vectors of counts have a law: the chi-squared test on the vectors.
func lawTest(_ seen: [[Int]: Int], _ law: OffspringLaw) throws -> StatisticalTest {
  let keys = law.keys.sorted { law[$0, default: 0] > law[$1, default: 0] }
  let impossible = seen.filter { law[$0.key] == nil }.values.reduce(0, +)
  return try StatisticalTest.chiSquared(
    counts: keys.map { seen[$0, default: 0] } + [impossible], probabilities: keys.map { law[$0, default: 0] } + [0])
}
