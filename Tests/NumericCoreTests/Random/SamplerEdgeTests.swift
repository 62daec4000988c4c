import Foundation
import NumericCore
import Testing

/// Gives one word for ever.
private struct ConstantGenerator: RandomNumberGenerator {
  let word: UInt64
  func next() -> UInt64 { word }
}

@Suite struct SamplerEdgeTests {
  /// Quantiles by mpmath of the uniform that a word stands for.
  @Test(arguments: [
    (0x0000_0000_0000_0000, -8.209536151601387), (0x0000_0000_0000_1000, -8.076571004130125),
    (0x0000_0000_0119_7000, -7.0344869100478356), (0x0000_10C6_F7A0_B000, -4.753424308817087),
    (0x0041_8937_4BC6_A000, -3.090232306167813), (0x051E_B851_EB85_1000, -2.053748910631825),
    (0x1333_3185_B409_8000, -1.4395321773759004), (0x1333_34E0_B25C_D000, -1.4395307645017303),
    (0x3333_3333_3333_3000, -0.841621233572914), (0x7FF9_7247_4538_F000, -0.0002506628300877292),
    (0x9999_9999_9999_9000, 0.2533471031357997), (0xEE14_7AE1_47AE_1000, 1.475791028179171),
    (0xFFBE_76C8_B439_5000, 3.090232306167813), (0xFFFF_FE52_80D6_5000, 5.199337582290661),
    (0xFFFF_FFFF_FFFF_F000, 8.209536151601387),
  ] as [(UInt64, Double)])
  func normalIsTheQuantileOfTheUniform(_ word: UInt64, _ quantile: Double) {
    var generator = ConstantGenerator(word: word)
    #expect((generator.normal() - quantile).magnitude <= 4 * quantile.ulp)
  }

  @Test(arguments: [0, .max, 1 << 63, (1 << 63) - 1] as [UInt64]) func theInterval01IsOpen(_ word: UInt64) {
    var generator = ConstantGenerator(word: word)
    let u = generator.uniform()
    #expect(u > 0 && u < 1)
    var mirrored = ConstantGenerator(word: ~word)
    #expect(mirrored.uniform() == 1 - u)
    #expect(generator.normal().isFinite && generator.normal() == -mirrored.normal())
    #expect(generator.exponential() > 0 && generator.exponential() < 37)
    #expect(generator.cauchy().isFinite)
    // exact down to the last cell: 1 / (pi u)
    if word == 0 { #expect((generator.cauchy() * .pi * 0x1p-53 + 1).magnitude < 1e-15) }
  }

  @Test func uniformStaysInItsInterval() throws {
    for word in [0, UInt64.max] {
      var generator = ConstantGenerator(word: word)
      for (lower, upper) in [(1.0, 1.0.nextUp), (-1e308, 1e308), (-1, 0), (0, .leastNonzeroMagnitude)] {
        let value = try generator.uniform(from: lower, to: upper)
        #expect(value >= lower && value < upper)
      }
    }
    var stream = RandomStream(RandomKey(seed: 1))
    #expect(try stream.uniformInteger(below: 1) == 0)
    for _ in 0..<100 { #expect(try (0..<Int.max).contains(stream.uniformInteger(below: .max))) }
  }

  @Test func degenerateCountsAreExact() throws {
    var stream = RandomStream(RandomKey(seed: 2))
    for _ in 0..<1000 {
      #expect(try stream.poisson(rate: 0) == 0)
      #expect(try stream.poisson(rate: 1e-300) == 0)
      for trials in [0, 1, 7, 1000, 1 << 53] {
        #expect(try stream.binomial(trials: trials, probability: 0) == 0)
        #expect(try stream.binomial(trials: trials, probability: 1) == trials)
        #expect(try stream.binomial(trials: trials, probability: 1e-300) == 0)
        let count = try stream.binomial(trials: trials, probability: 0.37)
        #expect(count >= 0 && count <= trials)
      }
      #expect(try stream.geometric(probability: 1) == 0)
      #expect(try stream.geometric(probability: 1e-300) == Int.max)
      #expect(try !stream.bernoulli(probability: 0) && stream.bernoulli(probability: 1))
      #expect(try stream.categorical(weights: [0, 0, 3, 0]) == 2)
      #expect(try stream.categorical(logWeights: [-.infinity, 700, -.infinity]) == 1)
      #expect(try stream.multinomial(trials: 5, weights: [0, 2, 0]) == [0, 5, 0])
    }
    #expect(try stream.permutation(count: 0) == [])
    #expect(try stream.permutation(count: 1000).sorted() == Array(0..<1000))
  }

  /// Fails by hanging or by a crash, were the arithmetic to lose its way.
  @Test func hugeCountsComeBack() throws {
    var stream = RandomStream(RandomKey(seed: 3))
    for exponent in 0...62 {
      let rate = scalbn(1.0, exponent)
      for _ in 0..<200 {
        let count = Double(try stream.poisson(rate: rate))
        #expect((count - rate).magnitude <= 12 * rate.squareRoot() + 12)
      }
    }
    for exponent in 0...53 {
      let trials = 1 << exponent
      for probability in [1e-16, 1e-9, 0.01, 0.5, 1 - 1e-9] {
        for _ in 0..<50 {
          let count = Double(try stream.binomial(trials: trials, probability: probability))
          let mean = Double(trials) * probability
          let variance = mean * (1 - probability)
          #expect((count - mean).magnitude <= 12 * variance.squareRoot() + 12)
        }
      }
    }
  }

  @Test func extremeShapesComeBack() throws {
    var stream = RandomStream(RandomKey(seed: 4))
    for shape in [.leastNonzeroMagnitude, 1e-300, 1e-100, 1e-8, 1e8, 1e100, 1e300] {
      for _ in 0..<200 {
        #expect(try stream.gamma(shape: shape) >= 0)
        #expect(try !stream.logGammaVariate(shape: shape).isNaN)
        if shape >= 1e-300 { #expect(try stream.logGammaVariate(shape: shape).isFinite) }
        #expect(try (0...1).contains(stream.beta(shape, shape)))
        #expect(try (0...1).contains(stream.beta(1, shape)))
        #expect(try !stream.studentT(degrees: shape).isNaN)
        #expect(try stream.chiSquare(degrees: shape) >= 0)
        let simplex = try stream.dirichlet(concentrations: [shape, shape, shape])
        #expect((simplex.reduce(0, +) - 1).magnitude < 1e-14)
      }
    }
  }

  struct Refusal: Sendable, CustomTestStringConvertible {
    let message: String
    let draw: @Sendable (inout RandomStream) throws -> Void
    init<T>(_ message: String, _ draw: @escaping @Sendable (inout RandomStream) throws -> T) {
      self.message = message
      self.draw = { _ = try draw(&$0) }
    }
    var testDescription: String { message }
  }

  static let refusals = [
    Refusal("gamma: shape = -1.0, expected > 0 and finite") { try $0.gamma(shape: -1) },
    Refusal("gamma: shape = 0.0, expected > 0 and finite") { try $0.gamma(shape: 0) },
    Refusal("logGammaVariate: shape = nan, expected > 0 and finite") { try $0.logGammaVariate(shape: .nan) },
    Refusal("beta: a = inf, expected > 0 and finite") { try $0.beta(.infinity, 1) },
    Refusal("beta: b = 0.0, expected > 0 and finite") { try $0.beta(1, 0) },
    Refusal("chiSquare: degrees = -2.0, expected > 0 and finite") { try $0.chiSquare(degrees: -2) },
    Refusal("studentT: degrees = nan, expected > 0 and finite") { try $0.studentT(degrees: .nan) },
    Refusal("uniform: lower = -inf, expected finite") { try $0.uniform(from: -.infinity, to: 0) },
    Refusal("uniform: upper = 1.0, expected > 1.0 and finite") { try $0.uniform(from: 1, to: 1) },
    Refusal("uniformInteger: bound = 0.0, expected > 0") { try $0.uniformInteger(below: 0) },
    Refusal("poisson: rate = -1.0, expected from 0 to 2^62") { try $0.poisson(rate: -1) },
    Refusal("poisson: rate = nan, expected from 0 to 2^62") { try $0.poisson(rate: .nan) },
    Refusal("poisson: rate = inf, expected from 0 to 2^62") { try $0.poisson(rate: .infinity) },
    Refusal("binomial: trials = -1.0, expected from 0 to 2^53") {
      try $0.binomial(trials: -1, probability: 0.5)
    },
    Refusal("binomial: probability = 1.5, expected from 0 to 1") {
      try $0.binomial(trials: 3, probability: 1.5)
    },
    Refusal("binomial: probability = nan, expected from 0 to 1") {
      try $0.binomial(trials: 0, probability: .nan)
    },
    Refusal("geometric: probability = 0.0, expected > 0 and at most 1") { try $0.geometric(probability: 0) },
    Refusal("bernoulli: probability = -0.1, expected from 0 to 1") { try $0.bernoulli(probability: -0.1) },
    Refusal("categorical: weights[1] = -1.0, expected >= 0") { try $0.categorical(weights: [2, -1]) },
    Refusal("categorical: weights[0] = nan, expected >= 0") { try $0.categorical(weights: [.nan, 1]) },
    Refusal("categorical: sum of weights = 0.0, expected > 0 and finite") {
      try $0.categorical(weights: [0, 0])
    },
    Refusal("categorical: sum of weights = 0.0, expected > 0 and finite") { try $0.categorical(weights: []) },
    Refusal("categorical: logWeights[1] = nan, expected < infinity") {
      try $0.categorical(logWeights: [0, .nan])
    },
    Refusal("categorical: largest of logWeights = -inf, expected finite") {
      try $0.categorical(logWeights: [-.infinity])
    },
    Refusal("dirichlet: concentrations[1] = 0.0, expected > 0 and finite") {
      try $0.dirichlet(concentrations: [1, 0])
    },
    Refusal("dirichlet: number of concentrations = 0.0, expected > 0, and the room given: 0") {
      try $0.dirichlet(concentrations: [])
    },
    Refusal("multinomial: trials = -3.0, expected from 0 to 2^53") {
      try $0.multinomial(trials: -3, weights: [1])
    },
    Refusal("multinomial: weights[0] = -1.0, expected >= 0") {
      try $0.multinomial(trials: 3, weights: [-1, 2])
    },
    Refusal("permutation: count = -1.0, expected >= 0") { try $0.permutation(count: -1) },
  ]

  /// The message names the value and what was expected, and no word was taken.
  @Test(arguments: refusals) func refusesParametersOutsideOfTheDomain(_ refusal: Refusal) {
    var stream = RandomStream(RandomKey(seed: 6))
    let untouched = stream
    let error = #expect(throws: SamplingError.self) { try refusal.draw(&stream) }
    #expect(error?.description == refusal.message)
    #expect(stream == untouched)
  }
}
