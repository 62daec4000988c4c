import Foundation
import Inference
import NumericCore
import PPL
import Testing

/// The code of docs/Validation.md.
@Suite struct ValidationGuideTests {
  static let twoCoins = Model {
    let first = Latent("first", Bernoulli(0.3))
    let second = Latent("second", Bernoulli(first.choose(Random<Double>(0.8), else: Random<Double>(0.4))))
    Observe(true, from: Bernoulli(second.choose(Random<Double>(0.9), else: Random<Double>(0.5))), as: "y")
    Return(second)
  }

  static let model = Model {
    let mu = Latent("mu", Normal(0, 1))
    let sigma = Latent("sigma", Gamma(shape: 3, rate: 3))
    Observe([0.2, 1.1, -0.4], from: Normal(mu, sigma), as: "y")
    Return(mu)
  }

  /// A transformer that is written with the public interface alone passes, and drops in between the library's own.
  @Test func transformers() async throws {
    var laws = try PopulationLaws()
    laws.repetitions = 500
    let verdict = try await laws.verdict(on: ParticleGuideTests.ResampleByRoot(), seed: 1)
    #expect(verdict.passes, "\(verdict)")
    struct Composed: PopulationKernel {
      func apply(to population: PPL.Population, key: RandomKey) throws {
        try Resample(.systematic, when: .effectiveSampleFraction(below: 0.5)).apply(to: population, key: key.child(0))
        try ParticleGuideTests.ResampleByRoot().apply(to: population, key: key.child(1))
        try Resample(.residual).apply(to: population, key: key.child(2))
      }
    }
    let composed = try await laws.verdict(on: Composed(), seed: 1)
    #expect(composed.passes, "\(composed)")
    laws.secondMoment = .atMostMultinomial
    laws.models.append(try FiniteModel("two coins", Self.twoCoins))
    let resampled = try await laws.verdict(on: Resample(.stratified), seed: 1)
    #expect(resampled.passes && resampled.checks.contains { $0.quantity.hasPrefix("second moment") }, "\(resampled)")
    #expect(resampled.table.contains("two coins"))
    #expect(resampled.report(title: "laws").blocks.contains(.preformatted(resampled.table)))
  }

  @Test func schemes() throws {
    #expect(try ResamplingLaws(claim: .roundedCounts).verdict(on: SystematicResampling(), seed: 1).passes)
  }

  @Test func kernels() async throws {
    var laws = KernelLaws(Self.model)
    (laws.repetitions, laws.steps) = (1_000, 200)
    let verdict = try await laws.verdict(on: InferenceValidationTests.Independence(), seed: 1)
    #expect(verdict.passes, "\(verdict)")
    let discrete = try await FiniteKernelLaws(Self.twoCoins).verdict(on: InferenceValidationTests.Independence(), seed: 1)
    #expect(discrete.passes, "\(discrete)")
  }

  @Test func inferences() async throws {
    let calibration = SimulationBasedCalibration(Self.model, dataSets: 60)
    let result = try await calibration.run(NoUTurnSampler(chains: 1, warmup: 200, draws: 320), seed: 1)
    #expect(result.verdict.passes, "\(result.verdict)")
    #expect(try !result.report(title: "NUTS").blocks.isEmpty)
    let known = try PosteriorLaws([ReferenceModel(enumerating: "two coins", Self.twoCoins)])
    #expect(try await known.verdict(on: LikelihoodWeighting(particles: 2_000), seed: 1).passes)
  }
}
