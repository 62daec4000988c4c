import Foundation
import Inference
import NumericCore
import Testing

/// What holds for each realisation, in large and in extreme populations. Seed 5.
@Suite struct ResamplingTests {
  private static let key = RandomKey(seed: 5)

  private static let extreme: [(String, [Double])] = [
    ("one has all", [0, 0, 1, 0]), ("the first has all", [1, 0, 0]), ("the last has all", [0, 0, 1]),
    ("one particle", [0.3]), ("1e-300 beside 1", [1e-300, 1, 1e-300]), ("all 1e-290", [1e-290, 2e-290, 1e-290]),
    ("300 orders", (0..<31).map { pow(10, -10 * Double($0)) }), ("tenths", Array(repeating: 0.1, count: 10)),
    ("thirds", Array(repeating: 1.0 / 3, count: 3)),
    ("exponential weights", key.child("weights").uniforms(1000).map { -log($0) }),
  ]

  @Test(arguments: SchemeUnderTest.all)
  func ancestorsAreInOrderAndHaveWeight(_ row: SchemeUnderTest) throws {
    for (name, weights) in Self.extreme {
      for count in [0, 1, 2, weights.count, 3 * weights.count + 1] {
        for repetition in 0..<20 {
          let key = Self.key.child(name).child(UInt64(count)).child(UInt64(repetition))
          let ancestors = try row.scheme.ancestors(weights: weights, count: count, key: key)
          #expect(ancestors.count == count)
          #expect(zip(ancestors, ancestors.dropFirst()).allSatisfy { $0 <= $1 }, "\(name)")
          #expect(ancestors.allSatisfy { weights[$0] > 0 }, "\(name)")
          #expect(try ancestors == row.scheme.ancestors(weights: weights, count: count, key: key))
        }
      }
    }
  }

  /// Retained particles of any positive weight stay, even of 1e-300 of the whole.
  @Test(arguments: SchemeUnderTest.all)
  func theRetainedParticleStays(_ row: SchemeUnderTest) throws {
    for (name, weights) in Self.extreme {
      for retained in weights.indices.prefix(40) where weights[retained] > 0 {
        for count in [1, 2, weights.count, 2 * weights.count + 1] {
          let key = Self.key.child(name).child(UInt64(count)).child(UInt64(retained))
          let (ancestors, place) = try row.scheme.ancestors(
            weights: weights, retaining: retained, count: count, key: key)
          #expect(ancestors[place] == retained, "\(name)")
          #expect(zip(ancestors, ancestors.dropFirst()).allSatisfy { $0 <= $1 }, "\(name)")
          #expect(ancestors.allSatisfy { weights[$0] > 0 }, "\(name)")
        }
      }
    }
  }

  /// Expected numbers that are whole but for rounding are kept: equal weights resample to the same
  /// population.
  @Test(arguments: [1, 3, 10, 49, 1000, 1_000_000])
  func equalWeightsKeepEveryParticle(_ count: Int) throws {
    for weight in [1.0, 0.1, 1.0 / 3, 1e-7] {
      let weights = Array(repeating: weight, count: count)
      for repetition in 0..<(count > 1000 ? 1 : 100) {
        let key = Self.key.child(UInt64(count)).child(UInt64(repetition))
        for scheme in [.systematic, .stratified, .residual] as [any ResamplingScheme] {
          let ancestors = try scheme.ancestors(weights: weights, count: count, key: key)
          #expect(ancestors.elementsEqual(0..<count), "\(scheme)")
        }
      }
    }
  }

  /// Systematic: counts are the expected ones rounded down or up. Residual: not below the one rounded down.
  @Test(arguments: [10, 1000, 1_000_000])
  func countsAreNearTheirMeans(_ count: Int) throws {
    let weights = Self.key.child("gamma").uniforms(count).map { -log($0) }
    let total = weights.reduce(0, +)
    for offspring in [count / 2, count, 2 * count + 1] {
      let shares = weights.map { $0 / total * Double(offspring) }
      let key = Self.key.child(UInt64(offspring))
      let systematic = offspringCounts(
        try SystematicResampling.systematic.ancestors(weights: weights, count: offspring, key: key),
        particles: count)
      let residual = offspringCounts(
        try ResidualResampling.residual.ancestors(weights: weights, count: offspring, key: key),
        particles: count)
      // no share of this seed lies within 1e-9 of a whole number that its rounding could cross
      #expect(zip(systematic, shares).allSatisfy { abs(Double($0) - $1) < 1 + 1e-9 })
      #expect(zip(residual, shares).allSatisfy { Double($0) > $1 - 1 - 1e-9 })
    }
  }

  @Test func fromLogWeights() throws {
    let logWeights = [-1000, -1001, -Double.infinity, -1000.5]
    let weights = logWeights.map { exp($0 + 1000) }
    for row in SchemeUnderTest.all {
      for repetition in 0..<50 {
        let key = Self.key.child(UInt64(repetition))
        #expect(
          try row.scheme.ancestors(logWeights: logWeights, count: 6, key: key)
            == row.scheme.ancestors(weights: weights, count: 6, key: key))
      }
    }
  }

  struct Refusal: Sendable, CustomTestStringConvertible {
    let weights: [Double]
    let error: ResamplingError
    var testDescription: String { "\(weights)" }
  }

  private static let number = "a finite number >= 0"

  @Test(arguments: [
    Refusal(weights: [], error: .noParticles),
    Refusal(weights: [0, 0, 0], error: .allWeightsZero(particles: 3)),
    Refusal(weights: [1, -0.5], error: .invalidWeight(particle: 1, value: -0.5, expected: number)),
    Refusal(weights: [.infinity, 1], error: .invalidWeight(particle: 0, value: .infinity, expected: number)),
    Refusal(
      weights: [0, .leastNonzeroMagnitude],
      error: .invalidTotal(
        .leastNonzeroMagnitude, expected: "one that is not near the ends of the range; normalise the weights")),
  ])
  func refusesWhatAreNoWeights(_ refusal: Refusal) {
    for row in SchemeUnderTest.all {
      #expect(throws: refusal.error) {
        try row.scheme.ancestors(weights: refusal.weights, count: 3, key: Self.key)
      }
      #expect(throws: refusal.error) {
        try row.scheme.ancestors(weights: refusal.weights, retaining: 1, count: 3, key: Self.key)
      }
    }
  }

  @Test func refusesWhatCannotBeRetainedOrCounted() {
    let scheme = SystematicResampling.systematic
    #expect(throws: ResamplingError.invalidRetained(particle: 2, expected: "from 0 to 1")) {
      try scheme.ancestors(weights: [1, 2], retaining: 2, count: 2, key: Self.key)
    }
    #expect(throws: ResamplingError.invalidRetained(particle: 0, expected: "one whose weight is not 0")) {
      try scheme.ancestors(weights: [0, 2], retaining: 0, count: 2, key: Self.key)
    }
    #expect(throws: ResamplingError.wrongCount(of: "offspring", -1, expected: 1)) {
      try scheme.ancestors(weights: [1], count: -1, key: Self.key)
    }
    #expect(throws: ResamplingError.self) { try scheme.ancestors(weights: [.nan, 1], count: 1, key: Self.key) }
    #expect(throws: ResamplingError.allWeightsZero(particles: 2)) {
      try scheme.ancestors(logWeights: [-.infinity, -.infinity], count: 2, key: Self.key)
    }
  }
}
