import Foundation
import NumericCore
import PPL
import Testing

/// Lanes and continuations are two ways to keep one population.
@Suite struct PopulationTests {
  /// A model that scores outside of loops, in loops and in loops of loops, and returns histories, some of which are read
  /// later. With `isDynamic` a branch at the end makes it one that is run particle by particle.
  static func model(isDynamic: Bool) -> Model<(Random<Double>, Random<[Double]>, Random<[Double]>)> {
    Model {
      let a = Latent("a", Normal(0, 1))
      let b = Latent("b", Normal(a, 1))
      Observe(0.3, from: Normal(a, 1), as: "first")
      let z = Latent("z", Normal(b, 1), count: 3)
      let scan = Scan("s", over: z, [0.1, -0.5, 0.8], from: (b, Random<Double>(1))) { state, e, y in
        let x = Latent("x", Normal(0.8 * state.0 + e, 0.5))
        Observe(y, from: Normal(x, 0.7), as: "y")
        let inner = Scan("inner", over: [0.4, 0.2], from: x) { u, v in
          let w = Latent("w", Normal(u, 0.3))
          Observe(v, from: Normal(w, 1), as: "v")
          Return(0.5 * w + a)
        }
        inner
        let late = Latent("late", Normal(inner.final, 0.1))
        Factor(-square(late - inner.states[0]), as: "late score")
        Return((late, x * inner.states.sum))
      }
      scan
      Observe(1.0, from: Normal(scan.states.0.sum + b, 2), as: "after")
      let c = Latent("c", Normal(scan.final.1, 1))
      Factor(-abs(c), as: "last")
      let coin = Latent("coin", Bernoulli(0.5))
      let end = isDynamic ? coin.flatMap { $0 ? Random<Double>(1) : Random<Double>(2) } : a
      Factor(0 * end, as: "end")
      Return((c, scan.states.0, scan.states.1))
    }
  }

  /// Both ways, with the same resamplings after each score: the same weights and values, histories included.
  @Test(arguments: [0, 1, 3]) func lanesAgreeWithContinuations(every: Int) throws {
    let count = 24
    func run(isDynamic: Bool) throws -> ([[Double]], VariableColumns) {
      let program = try PopulationProgram(Self.model(isDynamic: isDynamic), recordsSteps: true)
      #expect(program.isDynamic == isDynamic)
      let population = try program.population(count, key: RandomKey(seed: 5))
      var weights: [[Double]] = []
      var stream = RandomStream(RandomKey(seed: 77))
      while let scores = try population.advance() {
        weights.append(scores)
        if every > 0, population.scores % every == 0 {
          try population.resample((0..<count).map { _ in try stream.uniformInteger(below: count) })
        }
      }
      return (weights + [population.logWeights], try population.values())
    }
    let (lanes, lanesValues) = try run(isDynamic: false)
    let (continuations, continuationsValues) = try run(isDynamic: true)
    #expect(lanes.count == 1 + 3 * (1 + 2 + 1) + 3 + 1)
    #expect(lanes.count == continuations.count)
    for (a, b) in zip(lanes.flatMap { $0 }, continuations.flatMap { $0 }) { #expect(abs(a - b) < 1e-9) }
    for name in ["a", "b", "z", "s/x", "s/inner/w", "s/late", "c", "0", "1", "2"] {
      guard let a = lanesValues[name] else { continue }
      let b = try #require(continuationsValues[name])
      #expect(a.count == b.count)
      for (x, y) in zip(a.flatMap { $0 }, b.flatMap { $0 }) { #expect(abs(x - y) < 1e-9, "\(name)") }
    }
    #expect(lanesValues["s/inner/w"] != nil)
  }

  /// 2,000 particles in several blocks on all cores: the same numbers, run by run.
  @Test func blocksOfLanesAreOnePopulation() throws {
    let program = try PopulationProgram(Self.model(isDynamic: false), recordsSteps: true)
    func run() throws -> [[Double]] {
      let population = try program.population(2_000, key: RandomKey(seed: 5))
      while try population.advance() != nil {
        try population.resample((0..<2_000).map { ($0 * 7 + population.scores) % 2_000 })
      }
      return try population.values().columns
    }
    let first = try run()
    #expect(try run() == first)
  }

  @Test func scoresThatAreNoNumbersNameTheirSite() throws {
    let model = Model {
      let s = Latent("s", Normal(0, 1))
      Observe(1.0, from: Normal(0, s), as: "y")
      Return(s)
    }
    let population = try PopulationProgram(model).population(64, key: RandomKey(seed: 1))
    do {
      _ = try population.advance()
      Issue.record("no error")
    } catch { #expect("\(error)".contains("the score of `y`"), "\(error)") }
    #expect(throws: ModelError.self) { try PopulationProgram(model).population(0, key: RandomKey(seed: 1)) }
    #expect(throws: ModelError.self) { try population.resample([1, 2]) }
    #expect(throws: ModelError.self) { try population.values() }
  }

  @Test func rowsOfMatricesFollowAState() throws {
    let P = try Matrix(rowsOf: [[0.1, 0.4, 0.5], [0.2, 0.6, 0.2]])
    let model = Model {
      let s = Latent("s", Bernoulli(0.5)).map { $0 ? 1 : 0 }
      let t = Latent("t", Categorical([0.2, 0.3, 0.5]))
      Return((s: s, row: P[row: s], column: P[column: t], outside: P[row: t], mean: [5.0, 6, 7][t]))
    }
    let draws = try model.prior(draws: 200, seed: 1)
    let (s, t) = (try #require(draws["s"])[0], try #require(draws["t"])[0])
    for i in 0..<200 {
      for j in 0..<3 { #expect(draws["row"]?[j][i] == P[Int(s[i]), j]) }
      for j in 0..<2 { #expect(draws["column"]?[j][i] == P[j, Int(t[i])]) }
      #expect(draws["mean"]?[0][i] == 5 + t[i])
      #expect(draws["outside"]?[0][i].isNaN == (t[i] == 2))
    }
  }
}
