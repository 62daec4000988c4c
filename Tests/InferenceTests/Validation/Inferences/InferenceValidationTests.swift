import Foundation
import Inference
import NumericCore
import PPL
import Testing

/// Right inferences pass, and wrong ones do not.
@Suite struct InferenceValidationTests {
  static func location() -> Model<Random<Double>> {
    Model {
      let mu = Latent("mu", Normal(0, 1))
      Observe([0.4, -0.3], from: Normal(mu, 1), as: "y")
      Return(mu)
    }
  }

  static func category() -> Model<Random<Int>> {
    Model {
      let x = Latent("x", Categorical([0.2, 0.5, 0.3]))
      Observe([true, false], from: Bernoulli([0.2, 0.5, 0.9][x]), as: "y")
      Return(x)
    }
  }

  /// Draws that are not the posterior's: the exact one of `location`, shifted, scaled, or with data left out.
  struct Conjugate: PosteriorSampler {
    var shift = 0.0
    var scale = 1.0
    /// What is drawn is the prior.
    var ignoresData = false

    func posteriorSample<Value>(of model: Model<Value>, seed: UInt64) async throws -> PosteriorSample {
      let run = try ConditionalRun(model)
      // the log likelihood at -1, 0 and 1 tells the sum of the data: its slope at 0
      let scores = try run.logScores(given: ["mu": [[-1, 1]]], count: 2)
      let sum = (scores[1] - scores[0]) / 2
      let (mean, sd) = ignoresData ? (0, 1) : (sum / 3, (1 / 3.0).squareRoot())
      let draws = RandomKey(seed: seed).normals(200).map { mean + shift + scale * sd * $0 }
      return PosteriorSample(
        draws: VariableColumns(variables: [Variable(name: "mu", shape: .scalar)], columns: [draws]), counts: [200])
    }
  }

  @Test func calibrationTellsRightFromWrong() async throws {
    let calibration = SimulationBasedCalibration(Self.location(), dataSets: 400)
    let right = try await calibration.run(Conjugate(), seed: 1)
    #expect(right.verdict.passes, "\(right.verdict)")
    #expect(right.ranks.map(\.name) == ["mu", "log likelihood"])
    for wrong in [Conjugate(shift: 0.4), Conjugate(scale: 0.6), Conjugate(scale: 1.6)] {
      #expect(try await !calibration.run(wrong, seed: 1).verdict.passes)
    }
    // ranks of the latent alone do not tell the prior from the posterior
    let prior = try await calibration.run(Conjugate(ignoresData: true), seed: 1)
    #expect(Set(prior.verdict.failures.map(\.subject)) == ["log likelihood"])
    let plots = try prior.plots()
    #expect(plots.count == 2 && plots[0].layers.count == 2)
    #expect(try prior.report(title: "prior").blocks.contains(.warnings(["The ranks are not uniform: log likelihood"])))
  }

  @Test func enumerationIsCalibrated() async throws {
    let calibration = SimulationBasedCalibration(Self.category(), dataSets: 300)
    let result = try await calibration.run(ExactEnumeration(), seed: 2)
    #expect(result.verdict.passes, "\(result.verdict)")
  }

  @Test func modelsThatAreNoJointLawAreErrors() async throws {
    let factor = Model {
      let x = Latent("x", Normal(0, 1))
      Factor(-0.5 * x)
      Return(x)
    }
    await #expect(throws: ModelError.self) {
      try await SimulationBasedCalibration(factor).run(LikelihoodWeighting(particles: 10), seed: 1)
    }
    await #expect(throws: InferenceError.self) {
      try await SimulationBasedCalibration(Self.location(), dataSets: 1).run(Conjugate(), seed: 1)
    }
  }

  @Test func knownPosteriorsTellRightFromWrong() async throws {
    let laws = PosteriorLaws([
      ReferenceModel(
        "location", Self.location(),
        expectations: [
          ReferenceModel.Expectation("mu", of: "mu", equals: 0.1 / 3),
          ReferenceModel.Expectation("mu^2", of: "mu", equals: 1 / 3.0 + 0.01 / 9) { $0 * $0 },
        ])
    ])
    #expect(try await laws.verdict(on: Conjugate(), seed: 3).passes)
    #expect(try await !laws.verdict(on: Conjugate(shift: 0.4), seed: 3).passes)
    #expect(try await !laws.verdict(on: Conjugate(scale: 2), seed: 3).passes)
    let finite = try PosteriorLaws([ReferenceModel(enumerating: "category", Self.category())])
    for sampler: any PosteriorSampler in [ExactEnumeration(), LikelihoodWeighting(particles: 2_000)] {
      let verdict = try await finite.verdict(on: sampler, seed: 1)
      #expect(verdict.passes && verdict.checks.contains { $0.quantity == "evidence" }, "\(verdict)")
    }
    let refused = try await finite.verdict(on: NoUTurnSampler(chains: 1, warmup: 10, draws: 10), seed: 1)
    #expect(!refused.passes && refused.description.contains("threw"))
  }

  /// Independent proposals from the prior, accepted by the ratio of likelihoods to the power of `power`: right where it is 1.
  struct Independence: MarkovKernel {
    var power = 1.0

    func step<Value>(
      of model: Model<Value>, from values: [String: [Double]], key: RandomKey
    ) throws -> [String: [Double]] {
      let run = try ConditionalRun(model)
      let drawn = try ForwardRun(model).draws(count: 1, key: key.child("proposal")).draws
      var proposal: [String: [Double]] = [:]
      for site in run.sites { proposal[site.name] = drawn[site.name]?.map { $0[0] } }
      func logLikelihood(_ values: [String: [Double]]) throws -> Double {
        try run.logScores(given: values.mapValues { $0.map { [$0] } }, count: 1)[0]
      }
      var stream = RandomStream(key.child("acceptance"))
      let logRatio = power * (try logLikelihood(proposal) - logLikelihood(values))
      return log(stream.uniform()) < logRatio ? proposal : values
    }
  }

  struct Throwing: MarkovKernel {
    func step<Value>(
      of model: Model<Value>, from values: [String: [Double]], key: RandomKey
    ) throws -> [String: [Double]] { throw InferenceError.noDraws }
  }

  @Test func kernelLawsTellRightFromWrong() async throws {
    var laws = KernelLaws(Self.location(), name: "location")
    (laws.repetitions, laws.steps) = (2_000, 200)
    let right = try await laws.verdict(on: Independence(), seed: 1)
    #expect(right.passes, "\(right)")
    #expect(right.laws == [.oneStep, .jointDistribution])
    for power in [0, 0.5, 2] {
      let wrong = try await laws.verdict(on: Independence(power: power), seed: 1)
      #expect(wrong.failures.contains { $0.law == .oneStep }, "power \(power)")
    }
    let throwing = try await laws.verdict(on: Throwing(), seed: 1)
    #expect(throwing.description.contains("a step ends in: the run was cancelled"))
  }

  @Test func finiteKernelLawsTellRightFromWrong() async throws {
    let laws = try FiniteKernelLaws(Self.category(), name: "category")
    let right = try await laws.verdict(on: Independence(), seed: 1)
    #expect(right.passes && right.laws == [.finiteInvariance], "\(right)")
    for power in [0, 0.5, 2] { #expect(try await !laws.verdict(on: Independence(power: power), seed: 1).passes) }
    #expect(try await !laws.verdict(on: Throwing(), seed: 1).passes)
  }
}
