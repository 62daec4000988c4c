import Foundation
import NumericCore

/// The laws of a resampling scheme, on fixed weights (Douc, Cappé and Moulines, 'Comparison of resampling
/// schemes for particle filtering', 2005; Gerber, Chopin and Whiteley, 'Negative association, ordering and
/// convergence of resampling methods', 2019):
///
/// - ancestors come in increasing order, one for each offspring, none of weight 0; weights that are all 0 are
///   an error;
/// - particle i has M W_i offspring in the mean;
/// - the variance of a mean over the offspring is at most that of multinomial ones, or each count is M W_i,
///   rounded down or up, as is claimed;
/// - a conditional scheme whose retained ancestor is drawn by its weight gives the same means, and each of
///   the retained particle's offspring is retained with the same probability (Chopin and Singh, 'On particle
///   Gibbs sampling', 2015).
///
///     let verdict = try ResamplingLaws().verdict(on: MyScheme(), seed: 1)
public struct ResamplingLaws: Sendable {
  /// What a scheme claims of its counts.
  public enum Claim: Sendable {
    case none
    /// No mean over the offspring has a larger variance than with independent ancestors.
    case atMostMultinomialVariance
    /// Each count is the expected one, rounded down or up.
    case roundedCounts
  }

  public var claim = Claim.none
  public var repetitions = 4_000
  public var errorRate = TestFamily.defaultErrorRate

  /// Weights, and numbers of offspring: equal and unequal ones, with zeros, whole expected counts, and more
  /// or fewer offspring than particles.
  private static let cases: [(weights: [Double], offspring: Int)] = [
    ([1], 3), ([0.5, 0.5], 2), ([0.3, 0, 1.1, 0.6], 4), ([2, 1, 1, 0], 4), ([0.05, 0.9, 0.05], 3),
    ([0.1, 0.2, 0.3, 0.25, 0.15], 7), ([0.4, 0.1, 0.2, 0.7, 0.9, 0.3], 2),
  ]

  public init(claim: Claim = .none) { self.claim = claim }

  /// - Throws: `InferenceError.invalidSetting` for fewer than 100 repetitions; `StatisticsError` for an error
  ///   rate that is none. What the scheme throws is in the verdict.
  public func verdict(on scheme: some ResamplingScheme, seed: UInt64) throws -> LawVerdict {
    guard repetitions >= 100 else {
      throw InferenceError.invalidSetting(name: "repetitions", value: Double(repetitions), expected: ">= 100")
    }
    var checks = [refusal(scheme)]
    for (number, (weights, count)) in Self.cases.enumerated() {
      let key = RandomKey(seed: seed).child(UInt64(number))
      checks += try Trial(weights, count, claim, repetitions, "").checks {
        try scheme.ancestors(weights: weights, count: count, key: key.child(UInt64($0)))
      }
      guard let conditional = scheme as? any ConditionalResamplingScheme else { continue }
      checks += try conditionalChecks(conditional, weights, count, key: key.child("conditional"))
    }
    return try LawVerdict(checks, errorRate: errorRate)
  }

  private func refusal(_ scheme: some ResamplingScheme) -> LawVerdict.Check {
    let weights = [0.0, 0, 0]
    let ancestors = try? scheme.ancestors(weights: weights, count: 3, key: RandomKey(seed: 0))
    return LawVerdict.Check(
      .resampling, "weights \(weights)", "refused", problem: ancestors.map { "gave the ancestors \($0)" })
  }

  private func conditionalChecks(
    _ scheme: some ConditionalResamplingScheme, _ weights: [Double], _ count: Int, key: RandomKey
  ) throws -> [LawVerdict.Check] {
    var centred: [Double] = []
    var problem: String?
    let trial = Trial(weights, count, .none, repetitions, "conditional, ")
    var checks = try trial.checks { repetition in
      let key = key.child(UInt64(repetition))
      var stream = RandomStream(key.child("retained"))
      let retained = try stream.categorical(weights: weights)
      let (ancestors, place) = try scheme.ancestors(
        weights: weights, retaining: retained, count: count, key: key.child("others"))
      let own = ancestors.indices.filter { ancestors[$0] == retained }
      guard let rank = own.firstIndex(of: place) else {
        problem = "the retained offspring's ancestor is not \(retained)"
        return ancestors
      }
      centred.append(Double(rank) - Double(own.count - 1) / 2)
      return ancestors
    }
    let test = centred.count > 1 ? try StatisticalTest.mean(of: centred, equals: 0) : nil
    checks.append(
      trial.check("the retained one's place", estimate: Diagnostics.mean(centred), exact: 0, test, problem))
    return checks
  }
}

/// Repeated resamplings by the same weights.
private struct Trial {
  let weights: [Double]
  let count: Int
  let claim: ResamplingLaws.Claim
  let repetitions: Int
  let prefix: String

  init(_ weights: [Double], _ count: Int, _ claim: ResamplingLaws.Claim, _ repetitions: Int, _ prefix: String) {
    (self.weights, self.count, self.claim, self.repetitions, self.prefix) = (weights, count, claim, repetitions, prefix)
  }

  func check(
    _ quantity: String, estimate: Double? = nil, exact: Double? = nil, _ test: StatisticalTest? = nil,
    _ problem: String? = nil
  ) -> LawVerdict.Check {
    LawVerdict.Check(
      .resampling, "\(prefix)weights \(weights), \(count) offspring", quantity, estimate: estimate, exact: exact,
      test: test, problem: problem)
  }

  func checks(_ ancestors: (_ repetition: Int) throws -> [Int]) throws -> [LawVerdict.Check] {
    let total = weights.reduce(0, +)
    let expected = weights.map { Double(count) * $0 / total }
    var counts = weights.map { _ in [Double]() }
    for repetition in 0..<repetitions {
      let drawn: [Int]
      do { drawn = try ancestors(repetition) } catch { return [check("ancestors", nil, "threw: \(error)")] }
      if let problem = problem(drawn, expected) { return [check("ancestors", nil, problem)] }
      for i in counts.indices { counts[i].append(Double(drawn.count { $0 == i })) }
    }
    var checks = [check("ancestors")]
    for (i, sample) in counts.enumerated() {
      let mean = Diagnostics.mean(sample)
      checks.append(
        check("offspring of \(i)", estimate: mean, exact: expected[i], try .mean(of: sample, equals: expected[i])))
    }
    if claim == .atMostMultinomialVariance { checks.append(try varianceCheck(counts, expected)) }
    return checks
  }

  private func problem(_ ancestors: [Int], _ expected: [Double]) -> String? {
    guard ancestors.count == count else { return "\(ancestors.count) ancestors, expected \(count)" }
    guard ancestors.allSatisfy(weights.indices.contains), ancestors == ancestors.sorted() else {
      return "the ancestors are \(ancestors), expected numbers of particles in increasing order"
    }
    if let dead = ancestors.first(where: { weights[$0] == 0 }) { return "particle \(dead) of weight 0 has offspring" }
    guard claim == .roundedCounts else { return nil }
    for (i, mean) in expected.enumerated() {
      let offspring = Double(ancestors.count { $0 == i })
      if abs(offspring - mean) >= 1 { return "particle \(i) has \(offspring) offspring, expected \(mean)" }
    }
    return nil
  }

  /// The squares of sum_i c_i (O_i - M W_i), with c_i = 1, 2, ... squared: their mean is at most M times the
  /// variance of c.
  private func varianceCheck(_ counts: [[Double]], _ expected: [Double]) throws -> LawVerdict.Check {
    let c = weights.indices.map { Double(($0 + 1) * ($0 + 1)) }
    let shares = expected.map { $0 / Double(count) }
    let mean = zip(shares, c).reduce(0) { $0 + $1.0 * $1.1 }
    let bound = Double(count) * zip(shares, c).reduce(0) { $0 + $1.0 * ($1.1 - mean) * ($1.1 - mean) }
    let squares = (0..<repetitions).map { repetition in
      let sum = c.indices.reduce(0) { $0 + c[$1] * (counts[$1][repetition] - expected[$1]) }
      return sum * sum
    }
    let estimate = Diagnostics.mean(squares)
    let test = try StatisticalTest.mean(of: estimate <= bound ? squares.map { _ in bound } : squares, equals: bound)
    return check("variance of a mean, at most", estimate: estimate, exact: bound, test)
  }
}
