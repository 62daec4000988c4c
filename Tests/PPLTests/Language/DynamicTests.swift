import Foundation
import Inference
import NumericCore
import PPL
import Testing

@Suite struct DynamicTests {
  /// The number of failures before the first success.
  static func geometric(_ p: Double) -> Random<Int> {
    Latent(Bernoulli(p)).flatMap { heads in heads ? 0 : geometric(p).map { $0 + 1 } }
  }

  /// Against the exact probabilities; 20,000 particles, seed 5, 4.5 standard errors.
  @Test func recursionFollowsTheGeometricLaw() async throws {
    let n = 20_000
    let result = try await LikelihoodWeighting(particles: n).run(Model { Return(Self.geometric(0.3)) }, seed: 5)
    let draws = try #require(result.draws["value"])[0]
    for k in 0..<6 {
      let p = 0.3 * pow(0.7, Double(k))
      let share = Double(draws.filter { $0 == Double(k) }.count) / Double(n)
      #expect(abs(share - p) < 4.5 * (p * (1 - p) / Double(n)).squareRoot())
    }
  }

  /// A continuation that scores, against the exact evidence: two models of one datum.
  @Test func continuationsScore() async throws {
    let model = Model {
      let isWide = Latent("isWide", Bernoulli(0.25))
      let mean = Latent("mean", Normal(0, 1))
      let branch = try Submodel(
        "branch",
        isWide.flatMap { wide -> Model<Random<Double>> in
          Model {
            if wide {
              let scale = Latent("scale", Uniform(1, 3))
              Observe(2.0, from: Normal(mean, scale))
              Return(scale)
            } else {
              Observe(2.0, from: Normal(mean, 0.5))
              Return(Random<Double>(0.5))
            }
          }
        })
      branch
      Return((isWide: isWide, scale: branch.value))
    }
    let result = try await LikelihoodWeighting(particles: 40_000).run(model, seed: 8)
    func density(_ variance: Double) -> Double { exp(-2 / variance) / (2 * Double.pi * variance).squareRoot() }
    let wide = 0.25 * (0..<2000).reduce(0.0) { sum, i in
      let scale = 1 + 2 * (Double(i) + 0.5) / 2000
      return sum + density(1 + scale * scale) / 2000
    }
    let narrow = 0.75 * density(1.25)
    let weights = result.logWeights.map { exp($0) }
    let error = Diagnostics.standardDeviation(weights) / Double(weights.count).squareRoot()
    #expect(abs(exp(result.logEvidence) - (wide + narrow)) < 4.5 * error)
    let share = wide / (wide + narrow)
    #expect(abs(try result.mean(of: "isWide") - share) < 4.5 * error / (wide + narrow))
  }

  /// A chain of 10^5 binds inside of a task: no overflow, on the way there or in the release, and a cost that grows
  /// with the depth, not with its square.
  @Test func recursionIsDeep() async throws {
    @Sendable func count(_ n: Int) -> Random<Int> {
      n == 0 ? 0 : Latent(Bernoulli(0.5)).flatMap { _ in count(n - 1).map { $0 + 1 } }
    }
    let task = Task {
      try await LikelihoodWeighting(particles: 1).run(Model { Return(count(100_000)) }, seed: 1)
    }
    #expect(try await task.value.draws["value"]?[0] == [100_000])
  }

  /// A walk whose steps refer to the step before: arenas that hold arenas.
  @Test func deepChainsOfArenasAreReleased() async throws {
    @Sendable func walk(_ x: Random<Double>, _ n: Int) -> Random<Double> {
      n == 0 ? x : Latent(Bernoulli(0.5)).flatMap { up in walk(x + (up ? 1.0 : -1.0), n - 1) }
    }
    let task = Task {
      try await LikelihoodWeighting(particles: 1).run(Model { Return(walk(0, 100_000)) }, seed: 2)
    }
    let end = try #require(try await task.value.draws["value"]?[0][0])
    #expect(abs(end) < 4.5 * 100_000.0.squareRoot() && end.truncatingRemainder(dividingBy: 2) == 0)
  }

  @Test func gradientsThroughContinuationsAreRefused() throws {
    let model = Model {
      let x = Latent("x", Normal(0, 1))
      let mean: Random<Double> = x.flatMap { value in value > 0 ? 1 : 2 }
      Observe(1.0, from: Normal(mean, 1))
      Return(x)
    }
    #expect(throws: ModelError.self) { try CompiledModel(model) }
  }

  @Test func gradientsThroughClosuresAreRefused() throws {
    let model = Model {
      let x = Latent("x", Normal(0, 1))
      Observe(1.0, from: Normal(x.map { $0 * $0 }, 1), as: "y")
      Return(x)
    }
    do {
      _ = try CompiledModel(model)
      Issue.record("a closure has no derivative")
    } catch let error as ModelError {
      #expect("\(error)".contains("`y`"))
    }
  }

  @Test func sharedLatentsOfContinuationsAreOneDraw() throws {
    let model = Model {
      let x = Latent("x", Normal(0, 1))
      let same = Latent(Bernoulli(0.5)).flatMap { _ in x }
      Return((x: x, same: same))
    }
    let draws = try model.forwardDraws(count: 50, key: RandomKey(seed: 4)).draws
    #expect(draws["x"] == draws["same"])
  }
}
