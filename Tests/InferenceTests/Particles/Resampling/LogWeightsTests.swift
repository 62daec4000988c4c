import Foundation
import Inference
import NumericCore
import Testing

@Suite struct LogWeightsTests {
  private static let tolerance = 1e-13

  private func normalize(_ x: [Double]) throws -> (summary: WeightSummary, weights: [Double]) {
    var weights = x
    let summary = try weights.withUnsafeMutableBufferPointer { weights in
      try x.withUnsafeBufferPointer { try LogWeights.normalize($0, into: weights) }
    }
    return (summary, weights)
  }

  private func conditional(_ x: [Double], _ increments: [Double], _ exponent: Double = 1) throws -> Double {
    try x.withUnsafeBufferPointer { x in
      try increments.withUnsafeBufferPointer {
        try LogWeights.conditionalEffectiveSampleSize(x, increments: $0, exponent: exponent)
      }
    }
  }

  /// Weights 1, 2, 3 and 0, in any unit.
  @Test(arguments: [0, 1, -700, -1e5, 1e5, 1e300])
  func ofFourParticles(_ shift: Double) throws {
    let x = [0, log(2), log(3), -.infinity].map { $0 + shift }
    let (summary, weights) = try normalize(x)
    let unit = max(1, abs(shift))
    #expect(abs(summary.logSum - (log(6) + shift)) < 1e-15 * unit)
    #expect(abs(summary.logMean - (log(1.5) + shift)) < 1e-15 * unit)
    // at 1e300 what tells the weights apart is lost: three weights of 1
    let exact = shift == 1e300 ? [1.0, 1, 1, 0].map { $0 / 3 } : [1.0, 2, 3, 0].map { $0 / 6 }
    // rounding of x is relative to the shift
    let tolerance = Self.tolerance + (shift == 1e300 ? 0 : 1e-15 * unit)
    for (weight, exact) in zip(weights, exact) { #expect(abs(weight - exact) < tolerance) }
    let size = 1 / exact.reduce(0) { $0 + $1 * $1 }
    #expect(abs(summary.effectiveSampleSize - size) < 10 * tolerance)
    let entropy = -exact.reduce(0) { $0 + ($1 > 0 ? $1 * log($1) : 0) }
    let perplexity = try x.withUnsafeBufferPointer { try LogWeights.perplexity(of: $0) }
    #expect(abs(perplexity - exp(entropy)) < 10 * tolerance)
  }

  /// Around the ends of blocks, against plain sums; both ways to a summary give the same bits.
  @Test(arguments: [1, 2, 3, 4, 5, 1023, 1024, 1025, 2048, 4099, 100_000])
  func ofManyParticles(_ count: Int) throws {
    let x = RandomKey(seed: 1).normals(count).map { 3 * $0 - 50 }
    let (summary, weights) = try normalize(x)
    let raw = x.map { exp($0 + 50) }
    let (sum, squares) = (raw.reduce(0, +), raw.reduce(0) { $0 + $1 * $1 })
    #expect(abs(summary.logSum - (log(sum) - 50)) < 1e-12)
    #expect(abs(summary.effectiveSampleSize / (sum * sum / squares) - 1) < 1e-11)
    #expect(zip(weights, raw).allSatisfy { abs($0 - $1 / sum) <= 1e-12 * $0 })
    #expect(try x.withUnsafeBufferPointer { try LogWeights.summary(of: $0) } == summary)
    let entropy = -raw.reduce(0) { $0 + $1 / sum * log($1 / sum) }
    let perplexity = try x.withUnsafeBufferPointer { try LogWeights.perplexity(of: $0) }
    #expect(abs(perplexity / exp(entropy) - 1) < 1e-11)
  }

  /// M offspring of equal weight have the mass that was there.
  @Test(arguments: [1, 7, 1000])
  func offspringKeepTheMass(_ offspring: Int) throws {
    let (summary, _) = try normalize(RandomKey(seed: 4).normals(50).map { 5 * $0 })
    let (after, _) = try normalize(
      Array(repeating: summary.logWeight(ofOffspring: offspring), count: offspring))
    #expect(abs(after.logSum - summary.logSum) < 1e-14)
    #expect(abs(after.effectiveSampleSize - Double(offspring)) < 1e-9)
  }

  @Test func conditionalSizeIsItsFormula() throws {
    let (x, v) = (RandomKey(seed: 6).normals(3000), RandomKey(seed: 7).normals(3000))
    for exponent in [0.1, 0.5, 1, 2.5] {
      let w = x.map { exp($0) }
      let powers = v.map { exp(exponent * 4 * $0) }
      let once = zip(w, powers).reduce(0) { $0 + $1.0 * $1.1 }
      let twice = zip(w, powers).reduce(0) { $0 + $1.0 * $1.1 * $1.1 }
      let exact = 3000 * once * once / twice / w.reduce(0, +)
      let size = try conditional(x.map { $0 - 900 }, v.map { 4 * $0 + 1e4 }, exponent)
      #expect(abs(size / exact - 1) < 1e-10)
    }
  }

  @Test func conditionalSizeAtItsEnds() throws {
    #expect(try conditional([0, 1, 2], [5, 5, 5]) == 3)
    #expect(try conditional([0, 1, 2], [5, -.infinity, 1], 0) == 3)
    // equal weights: the effective sample size of 1, 2, 3
    #expect(abs(try conditional([4, 4, 4], [0, log(2), log(3)]) - 36.0 / 14) < Self.tolerance)
    // one particle of three, with half of the mass, survives
    #expect(abs(try conditional([log(2), 0, 0], [7, -.infinity, -.infinity]) - 1.5) < Self.tolerance)
    // a particle of weight 0 does not count, and leaves no trace by its large increment
    #expect(abs(try conditional([0, 0, -.infinity], [-5, -5, 2000]) - 3) < Self.tolerance)
    #expect(throws: ResamplingError.allWeightsZero(particles: 2)) {
      try conditional([0, -.infinity], [-.infinity, 0])
    }
    #expect(throws: ResamplingError.invalidExponent(-1)) { try conditional([0], [0], -1) }
    #expect(throws: ResamplingError.wrongCount(of: "increments", 1, expected: 2)) { try conditional([0, 0], [0]) }
    #expect(throws: ResamplingError.self) { try conditional([0, 0], [0, .nan]) }
  }

  @Test func refusesWhatAreNoLogWeights() {
    let expected = "a log weight below infinity"
    #expect(throws: ResamplingError.noParticles) { try normalize([]) }
    #expect(throws: ResamplingError.allWeightsZero(particles: 2)) { try normalize([-.infinity, -.infinity]) }
    #expect(throws: ResamplingError.invalidWeight(particle: 1, value: .infinity, expected: expected)) {
      try normalize([0, .infinity])
    }
    #expect {
      try normalize([0, 1, .nan])
    } throws: { error in
      guard case .invalidWeight(particle: 2, let value, _)? = error as? ResamplingError else { return false }
      return value.isNaN
    }
    #expect(throws: ResamplingError.wrongCount(of: "places for weights", 1, expected: 2)) {
      var room = [0.0]
      try room.withUnsafeMutableBufferPointer { room in
        _ = try [0.0, 1].withUnsafeBufferPointer { try LogWeights.normalize($0, into: room) }
      }
    }
  }

  @Test func errorsSayWhatWasFound() {
    let invalid = ResamplingError.invalidWeight(particle: 3, value: -1, expected: "a finite number >= 0")
    #expect(invalid.description == "the weight of particle 3 is -1.0, expected a finite number >= 0")
    #expect(ResamplingError.allWeightsZero(particles: 7).description == "all 7 particles have weight 0")
  }
}
