import Foundation
import NumericCore
import Testing

/// A sampler at one setting, with the name of its law.
struct SamplerCase: Sendable, CustomTestStringConvertible {
  let law: String
  let draw: @Sendable (inout RandomStream) throws -> Double

  init(_ law: String, _ draw: @escaping @Sendable (inout RandomStream) throws -> Double) {
    (self.law, self.draw) = (law, draw)
  }

  var testDescription: String { law }
}

@Suite struct SamplerLawTests {
  static let continuous: [SamplerCase] =
    [
      SamplerCase("uniform") { $0.uniform() },
      SamplerCase("uniform -3 5") { try $0.uniform(from: -3, to: 5) },
      SamplerCase("normal") { $0.normal() },
      SamplerCase("exponential") { $0.exponential() },
      SamplerCase("cauchy") { $0.cauchy() },
      SamplerCase("dirichlet") { try $0.dirichlet(concentrations: [0.3, 1, 2])[0] },
      SamplerCase("logDirichlet 0.001") { stream in
        var logs = [0.0, 0.0]
        try [0.001, 0.001].withUnsafeBufferPointer { concentrations in
          try logs.withUnsafeMutableBufferPointer {
            try stream.logDirichlet(concentrations: concentrations, into: $0)
          }
        }
        return logs[0]
      },
    ]
    + [0.001, 0.1, 0.7, 1, 2.5, 50].map { shape in
      SamplerCase("logGamma \(name(shape))") { try $0.logGammaVariate(shape: shape) }
    }
    + [0.1, 0.7, 1, 2.5, 50, 1e6].map { shape in
      SamplerCase("gamma \(name(shape))") { try $0.gamma(shape: shape) }
    }
    + [(0.01, 0.02), (0.5, 0.5), (2, 3), (1e4, 20)].map { a, b in
      SamplerCase("beta \(name(a)) \(name(b))") { try $0.beta(a, b) }
    }
    + [0.5, 3].map { degrees in
      SamplerCase("chiSquare \(name(degrees))") { try $0.chiSquare(degrees: degrees) }
    }
    + [1, 2.5, 30].map { degrees in
      SamplerCase("studentT \(name(degrees))") { try $0.studentT(degrees: degrees) }
    }

  static let discrete: [SamplerCase] =
    [
      SamplerCase("uniformInteger 7") { Double(try $0.uniformInteger(below: 7)) },
      SamplerCase("categorical") { Double(try $0.categorical(weights: [0.5, 0, 2, 0.001, 4, 0.25])) },
      SamplerCase("categorical") {
        let logWeights = [0.5, 0, 2, 0.001, 4, 0.25].map { log($0) + 900 }
        return Double(try $0.categorical(logWeights: logWeights))
      },
      SamplerCase("multinomial") { Double(try $0.multinomial(trials: 50, weights: [1, 0, 3, 4, 2])[2]) },
      SamplerCase("permutation 4") {
        let order = try $0.permutation(count: 4)
        // its number in lexicographic order
        let inversions = (0..<4).map { i in order[(i + 1)...].count { $0 < order[i] } }
        return Double(6 * inversions[0] + 2 * inversions[1] + inversions[2])
      },
    ]
    + [("0.1", 0.1), ("3", 3), ("9.99", 9.99), ("10", 10), ("12.3", 12.3), ("100", 100), ("1000000.0", 1e6),
      ("1e15", 1e15)
    ].map { name, rate in SamplerCase("poisson \(name)") { Double(try $0.poisson(rate: rate)) } }
    + [("10 0.3", 10, 0.3), ("1 0.5", 1, 0.5), ("1000 0.004", 1000, 0.004), ("40 0.5", 40, 0.5),
      ("25 0.4", 25, 0.4), ("100 0.9", 100, 0.9), ("1000000 0.3", 1_000_000, 0.3),
      ("1e15 1e-15", 1_000_000_000_000_000, 1e-15), ("1e15 1e-13", 1_000_000_000_000_000, 1e-13),
      ("1e15 0.25", 1_000_000_000_000_000, 0.25),
    ].map { name, trials, probability in
      SamplerCase("binomial \(name)") { Double(try $0.binomial(trials: trials, probability: probability)) }
    }
    + [("0.5", 0.5), ("0.01", 0.01), ("1e-09", 1e-9)].map { name, probability in
      SamplerCase("geometric \(name)") { Double(try $0.geometric(probability: probability)) }
    }

  /// A parameter, as the table writes it.
  static func name(_ value: Double) -> String {
    value == value.rounded() && value < 1e3 ? String(Int(value)) : String(value)
  }

  /// 200,000 draws of seed 7, a child key a law.
  @Test(arguments: continuous + discrete) func drawsHaveTheirLaw(_ sampler: SamplerCase) throws {
    var stream = RandomStream(RandomKey(seed: 7).child(sampler.law))
    try SamplerLaw.check((0..<200_000).map { _ in try sampler.draw(&stream) }, against: sampler.law)
  }

  @Test func everyLawOfTheTableIsTested() {
    #expect(Set((Self.continuous + Self.discrete).map(\.law)) == Set(SamplerLaw.all.keys))
  }

  /// The harness itself: a sample of a slightly different law is found out.
  @Test func aWrongLawIsFound() throws {
    var stream = RandomStream(RandomKey(seed: 7))
    let sample = try (0..<200_000).map { _ in try stream.gamma(shape: 2.55) }
    let law = try #require(SamplerLaw.all["gamma 2.5"])
    #expect(law.findings(in: sample).count >= 3)
  }

  /// Counts of one multinomial draw add up, and have the covariance -n p q.
  @Test func multinomialCountsAreNegativelyCorrelated() throws {
    var stream = RandomStream(RandomKey(seed: 31))
    let draws = 100_000
    var covariance = 0.0
    for _ in 0..<draws {
      let counts = try stream.multinomial(trials: 20, weights: [1, 0, 2, 1])
      #expect(counts.reduce(0, +) == 20)
      #expect(counts[1] == 0)
      covariance += (Double(counts[0]) - 5) * (Double(counts[2]) - 10)
    }
    covariance /= Double(draws)
    // the product of the two has a variance below 2 Var Var = 2 * 3.75 * 5
    #expect((covariance + 20 * 0.25 * 0.5).magnitude < 4.5 * (2 * 3.75 * 5 / Double(draws)).squareRoot())
  }
}
