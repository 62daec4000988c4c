import Foundation
import NumericCore
import PPL
import Testing

/// A copy of a population stands where the population stands, and goes its own way.
@Suite struct PopulationCopyTests {
  enum Runs: CaseIterable, Sendable { case lanes, continuations, traces }

  static let count = 24
  static let key = RandomKey(seed: 5)

  static func program(_ runs: Runs) throws -> PopulationProgram {
    try PopulationProgram(
      PopulationTests.model(isDynamic: runs == .continuations), recordsSteps: true, keepsTraces: runs == .traces)
  }

  /// The ancestors that are taken after a score: after every second one.
  static func ancestors(after score: Int) -> [Int]? {
    score % 2 == 0 ? (0..<count).map { ($0 * 7 + score * score) % count } : nil
  }

  /// A population that stands after so many scores, all of them resampled but the last.
  static func population(_ program: PopulationProgram, after scores: Int) throws -> Population {
    let population = try program.population(count, key: key)
    for score in 0..<scores {
      if let ancestors = ancestors(after: score), score > 0 { try population.resample(ancestors) }
      _ = try population.advance()
    }
    return population
  }

  /// Goes on to the end; all scores, weights and values.
  static func finish(_ population: Population, resampling: Bool = true) throws -> [[Double]] {
    var result = [population.logWeights]
    while true {
      if resampling, let ancestors = ancestors(after: population.scores) { try population.resample(ancestors) }
      guard let scores = try population.advance() else { break }
      result.append(scores)
    }
    return try result + [population.logWeights] + population.values().columns
  }

  /// After each score, in the middle of scans and between them: the population goes on bit by bit as one that was not
  /// copied, whatever becomes of the copy; and so does the copy once it draws by the same keys, which resampling sees to.
  @Test(arguments: Runs.allCases) func bothGoOnFromWhereTheyStand(runs: Runs) throws {
    let program = try Self.program(runs)
    let scores = try Self.finish(Self.population(program, after: 0)).count
    for k in 0..<16 where k < scores {
      let expected = try Self.finish(Self.population(program, after: k))
      let population = try Self.population(program, after: k)
      let other = population.copy(key: RandomKey(seed: 99))
      let same = population.copy(key: Self.key)
      #expect(same.logWeights == population.logWeights && same.scores == k && same.founders == population.founders)
      _ = try Self.finish(other)
      #expect(try Self.finish(population) == expected, "score \(k)")
      if k % 2 == 0, k > 0 { #expect(try Self.finish(same) == expected, "score \(k)") }
    }
  }

  /// Lanes, continuations and traces are copied alike, copies of copies too.
  @Test(arguments: [Runs.continuations, .traces]) func lanesAgreeWithOthers(runs: Runs) throws {
    func run(_ runs: Runs) throws -> (weights: [Double], values: VariableColumns) {
      let program = try Self.program(runs)
      defer { withExtendedLifetime(program) {} }
      let population = try Self.population(program, after: 6)
      let copy = population.copy(key: RandomKey(seed: 8))
      for _ in 0..<3 { _ = try copy.advance() }
      let second = copy.copy(key: RandomKey(seed: 9))
      _ = try Self.finish(second)
      return (second.logWeights, try second.values())
    }
    let (lanes, others) = (try run(.lanes), try run(runs))
    for (a, b) in zip(lanes.weights, others.weights) { #expect(abs(a - b) < 1e-9) }
    for name in ["a", "b", "z", "s/x", "s/inner/w", "s/late", "c", "0", "1", "2"] {
      let (a, b) = (try #require(lanes.values[name]), try #require(others.values[name]))
      #expect(a.count == b.count)
      for (x, y) in zip(a.flatMap { $0 }, b.flatMap { $0 }) { #expect(abs(x - y) < 1e-9, "\(name)") }
    }
  }

  /// What was drawn before is shared; nothing that is drawn after the copy is.
  @Test(arguments: Runs.allCases) func copiesShareNoFuture(runs: Runs) throws {
    let program = try Self.program(runs)
    let population = try Self.population(program, after: 6)
    let copy = population.copy(key: RandomKey(seed: 3))
    _ = try Self.finish(population, resampling: false)
    _ = try Self.finish(copy, resampling: false)
    let (own, other) = (try population.values(), try copy.values())
    for name in ["a", "b", "z"] { #expect(own[name] == other[name], "\(name)") }
    let (paths, otherPaths) = (try #require(own["s/x"]), try #require(other["s/x"]))
    #expect(paths.first == otherPaths.first)
    for (x, y) in zip(try #require(paths.last), try #require(otherPaths.last)) { #expect(x != y) }
    for (x, y) in zip(try #require(own["c"])[0], try #require(other["c"])[0]) { #expect(x != y) }
  }

  /// A finished population is copied with its values.
  @Test(arguments: Runs.allCases) func finishedPopulationsAreCopied(runs: Runs) throws {
    let program = try Self.program(runs)
    defer { withExtendedLifetime(program) {} }
    let population = try Self.population(program, after: 0)
    _ = try Self.finish(population)
    let copy = population.copy(key: RandomKey(seed: 1))
    #expect(try copy.isFinished && copy.advance() == nil)
    #expect(try copy.values().columns == population.values().columns)
  }

  /// Several blocks of lanes, the last one not full.
  @Test func blocksOfLanesAreCopied() throws {
    let program = try Self.program(.lanes)
    let population = try program.population(1_100, key: Self.key)
    for _ in 0..<4 { _ = try population.advance() }
    try population.resample((0..<1_100).map { ($0 * 3) % 1_100 })
    let copies = [population.copy(key: RandomKey(seed: 2)), population.copy(key: RandomKey(seed: 2))]
    let results = try copies.map { copy in
      while try copy.advance() != nil { try copy.resample((0..<1_100).map { ($0 * 7) % 1_100 }) }
      return try copy.values().columns
    }
    #expect(results[0] == results[1])
    #expect(try population.copy(key: RandomKey(seed: 4)).advance() != nil)
  }

  /// Both stand for the measure, and their futures are independent given their past: E[mass] = E[w v], and E[mass mass'] =
  /// E[w^2 E[v | x]^2], for one particle with the scores w(x) and v(y). 4,000 runs, 4.5 standard errors.
  @Test(arguments: [false, true]) func copiesRepresentTheSameMeasure(isDynamic: Bool) throws {
    let model: Model<Random<Bool>> = Model {
      let x = Latent("x", Bernoulli(0.5))
      Factor(x.choose(Random<Double>(log(0.2)), else: Random<Double>(log(0.6))))
      let y = isDynamic
        ? x.flatMap { Latent("y", Bernoulli($0 ? 0.3 : 0.8)) }
        : Latent("y", Bernoulli(x.choose(Random<Double>(0.3), else: Random<Double>(0.8))))
      Factor(y.choose(Random<Double>(log(0.9)), else: Random<Double>(log(0.1))))
      Return(y)
    }
    let program = try PopulationProgram(model)
    #expect(program.isDynamic == isDynamic)
    let (one, zero) = (0.3 * 0.9 + 0.7 * 0.1, 0.8 * 0.9 + 0.2 * 0.1)
    let mean = 0.5 * (0.2 * one + 0.6 * zero)
    let product = 0.5 * (0.04 * one * one + 0.36 * zero * zero)
    var samples = [[Double]](repeating: [], count: 3)
    for seed in 0..<4_000 {
      let key = RandomKey(seed: UInt64(seed))
      let first = try program.population(1, key: key.child("first"))
      _ = try first.advance()
      let second = first.copy(key: key.child("second"))
      let masses = try [first, second].map { population in
        _ = try population.advance()
        return exp(population.logWeights[0])
      }
      samples[0].append(masses[0])
      samples[1].append(masses[1])
      samples[2].append(masses[0] * masses[1])
    }
    for (sample, exact) in zip(samples, [mean, mean, product]) {
      let estimate = sample.reduce(0, +) / 4_000
      let variance: Double = sample.reduce(0) { $0 + ($1 - estimate) * ($1 - estimate) } / 3_999
      #expect(abs(estimate - exact) < 4.5 * (variance / 4_000).squareRoot(), "\(estimate), expected \(exact)")
    }
  }
}
