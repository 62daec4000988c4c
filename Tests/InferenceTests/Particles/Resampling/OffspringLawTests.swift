import Inference
import NumericCore
import Testing

/// The numbers of offspring have the exact law of their scheme, which implies that they are unbiased. 20,000
/// populations each, seed 3; chi-squared tests at a family-wise error rate of 1e-6.
@Suite struct OffspringLawTests {
  private static let repetitions = 20_000

  @Test(arguments: SchemeUnderTest.all)
  func countsHaveTheLawOfTheScheme(_ row: SchemeUnderTest) throws {
    #expect(try Self.unconditional(row.scheme, row.law).passes)
  }

  private static func unconditional(
    _ scheme: any ResamplingScheme, _ law: ([Double], Int) -> OffspringLaw
  ) throws -> TestFamily {
    var family = try TestFamily()
    for (number, population) in Population.small.enumerated() {
      let key = RandomKey(seed: 3).child(UInt64(number))
      var seen: [[Int]: Int] = [:]
      for repetition in 0..<repetitions {
        let ancestors = try scheme.ancestors(
          weights: population.weights, count: population.offspring, key: key.child(UInt64(repetition)))
        seen[offspringCounts(ancestors, particles: population.weights.count), default: 0] += 1
      }
      family.add(
        try lawTest(seen, law(population.shares, population.offspring)), named: population.testDescription)
    }
    return family
  }

  /// The exact laws themselves: probabilities sum to 1, and E[count_i] = M W_i.
  @Test(arguments: SchemeUnderTest.all, Population.small)
  func theExactLawsAreUnbiased(_ row: SchemeUnderTest, _ population: Population) {
    let law = row.law(population.shares, population.offspring)
    #expect(abs(law.values.reduce(0, +) - 1) < 1e-12)
    for (i, share) in population.shares.enumerated() {
      #expect(abs(law.reduce(0) { $0 + $1.value * Double($1.key[i]) } - share) < 1e-12)
    }
  }

  /// Given each ancestor of the retained offspring, counts have the scheme's law weighted by its count, and
  /// the retained one is uniform among its own.
  @Test(arguments: SchemeUnderTest.all)
  func conditionalCountsHaveTheConditionalLaw(_ row: SchemeUnderTest) throws {
    #expect(try Self.conditional(row.scheme, row.law).passes)
  }

  private static func conditional(
    _ scheme: any ConditionalResamplingScheme, _ law: ([Double], Int) -> OffspringLaw
  ) throws -> TestFamily {
    var family = try TestFamily()
    for (number, population) in Population.small.enumerated() {
      let particles = population.weights.count
      for retained in 0..<particles where population.weights[retained] > 0 {
        let key = RandomKey(seed: 3).child("conditional").child(UInt64(number)).child(UInt64(retained))
        var seen: [[Int]: Int] = [:]
        // by the number of siblings, how often each is retained
        var places = (0...population.offspring).map { Array(repeating: 0, count: max($0, 1)) }
        for repetition in 0..<repetitions {
          let (ancestors, place) = try scheme.ancestors(
            weights: population.weights, retaining: retained, count: population.offspring,
            key: key.child(UInt64(repetition)))
          #expect(ancestors[place] == retained)
          #expect(zip(ancestors, ancestors.dropFirst()).allSatisfy { $0 <= $1 })
          let counts = offspringCounts(ancestors, particles: particles)
          seen[counts, default: 0] += 1
          let first = ancestors.firstIndex(of: retained) ?? place
          places[counts[retained]][place - first] += 1
        }
        let exact = ExactOffspring.conditional(law(population.shares, population.offspring), on: retained)
        let name = "\(population.testDescription), retaining \(retained)"
        family.add(try lawTest(seen, exact), named: name)
        for (siblings, counts) in places.enumerated() where siblings > 1 && counts.contains(where: { $0 > 0 }) {
          let uniform = counts.map { _ in 1 / Double(counts.count) }
          family.add(
            try .chiSquared(counts: counts, probabilities: uniform), named: "\(name): place of \(siblings)")
        }
      }
    }
    return family
  }

  /// Where the retained ancestor is drawn with probability W, the conditional laws make the scheme's own:
  /// exactly.
  @Test(arguments: SchemeUnderTest.all, Population.small)
  func theConditionalLawsMixToTheLaw(_ row: SchemeUnderTest, _ population: Population) {
    let law = row.law(population.shares, population.offspring)
    var mixture: OffspringLaw = [:]
    for (b, share) in population.shares.enumerated() where share > 0 {
      for (counts, p) in ExactOffspring.conditional(law, on: b) {
        mixture[counts, default: 0] += share / Double(population.offspring) * p
      }
    }
    #expect(mixture.count == law.count)
    for (counts, p) in law { #expect(abs(mixture[counts, default: 0] - p) < 1e-12) }
  }

  /// The tests see schemes that are wrong: one that gives an offspring of each population to a neighbour, one
  /// that is right in the mean but not in the law, and one that puts the retained particle in a fixed place.
  @Test func wrongSchemesAreSeen() throws {
    let wrong = try Self.unconditional(ShiftedByOne()) { shares, _ in ExactOffspring.systematic(shares) }
    #expect(wrong.failures.count >= 5)
    let other = try Self.unconditional(MultinomialResampling.multinomial) { shares, _ in
      ExactOffspring.stratified(shares)
    }
    #expect(other.failures.count >= 4)
    let forced = try Self.conditional(Overwriting()) { shares, _ in ExactOffspring.systematic(shares) }
    #expect(forced.failures.count >= 5)
  }
}

/// Systematic resampling whose first offspring has the next particle for an ancestor.
private struct ShiftedByOne: ResamplingScheme {
  func drawAncestors(
    weights: UnsafeBufferPointer<Double>, total: Double, into ancestors: UnsafeMutableBufferPointer<Int>,
    key: RandomKey
  ) {
    SystematicResampling().drawAncestors(weights: weights, total: total, into: ancestors, key: key)
    ancestors[0] = min(ancestors[0] + 1, weights.count - 1)
  }
}

/// A conditional scheme that runs the scheme and overwrites an offspring.
private struct Overwriting: ConditionalResamplingScheme {
  func drawAncestors(
    weights: UnsafeBufferPointer<Double>, total: Double, into ancestors: UnsafeMutableBufferPointer<Int>,
    key: RandomKey
  ) {
    SystematicResampling().drawAncestors(weights: weights, total: total, into: ancestors, key: key)
  }

  func drawAncestors(
    weights: UnsafeBufferPointer<Double>, total: Double, retaining retained: Int,
    into ancestors: UnsafeMutableBufferPointer<Int>, key: RandomKey
  ) -> Int {
    drawAncestors(weights: weights, total: total, into: ancestors, key: key)
    if let place = ancestors.firstIndex(of: retained) { return place }
    let place = ancestors.firstIndex { $0 > retained } ?? ancestors.count - 1
    ancestors[place] = retained
    return place
  }
}
