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

  /// Each kind of thing in one call, in small; the types have to be told apart by the compiler.
  @Test func inOneCall() async throws {
    let effort = 0.05
    let coins = try ReferenceModel(enumerating: "two coins", Self.twoCoins)
    let verdicts = [
      try await validate(ParticleGuideTests.ResampleByRoot(), effort: effort),
      try validate(SystematicResampling(), claim: .roundedCounts, effort: effort),
      try await validate(SingleSiteMetropolis(), on: [FiniteModel("two coins", Self.twoCoins)], effort: effort),
      try await validate(InferenceValidationTests.Independence(), on: Self.twoCoins, effort: effort),
      try await validate(SingleSiteSlice(width: 2), on: Self.model, effort: effort),
      try await validate(
        ConditionalUpdate(of: ["mu", "sigma"], by: SliceSampling()), on: Self.model, effort: effort),
      try await validate(ParticleGibbs(particles: 2), on: Self.twoCoins, effort: effort),
      try await validate(RandomWalkMetropolis(), on: Self.model, effort: effort),
      try await validate(NoUTurnSampler(chains: 1, warmup: 200, draws: 320), on: Self.model, effort: effort).verdict,
      try await validate(LikelihoodWeighting(particles: 2_000), on: [coins]),
    ]
    for verdict in verdicts { #expect(verdict.passes, "\(verdict)") }
    // Of a finite model the exact posterior too.
    #expect(verdicts[3].laws == [.finiteInvariance, .oneStep, .jointDistribution])
    let plot = try #require(verdicts[4].plot)
    #expect(verdicts[4].report(title: "slice").blocks.contains(.figures([Report.Figure(plot)])))
  }

  /// Redraws a choice, and keeps it whatever the data say.
  struct Forgetful: TraceKernel {
    func move(_ trace: inout Trace, key: RandomKey) throws -> MoveTally {
      let choice = try trace.choice(0)
      _ = try trace.propose(.redraw(choice), key: key)
      return MoveTally(choice.name, isAccepted: true)
    }
  }

  /// What forgets the data is noticed, on finite programs and on a model of the user.
  @Test func wrongKernelsAreNoticed() async throws {
    let onPrograms = try await validate(Forgetful(), effort: 0.2)
    #expect(!onPrograms.passes)
    let onModel = try await validate(Forgetful(), on: Self.model, effort: 0.1)
    #expect(!onModel.passes)
    #expect(try #require(onModel.plot).layers.count == 3)
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
