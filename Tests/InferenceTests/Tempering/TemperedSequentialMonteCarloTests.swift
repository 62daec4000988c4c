import Foundation
import Inference
import NumericCore
import PPL
import Testing

/// Evidence and posterior of tempering, against the closed form of a conjugate normal model.
@Suite struct TemperedSequentialMonteCarloTests {
  private static let data = [1.3, 0.2, 2.1, 0.9]

  private static let model = Model {
    let mu = Latent("mu", Normal(0, 2))
    Observe(data, from: Normal(mu, 0.5), as: "y")
    Return(mu)
  }

  /// y ~ N(0, 0.25 I + 4 11'), by one datum after the other.
  private static let exact: (logEvidence: Double, mean: Double, variance: Double) = {
    var (mean, variance, logEvidence) = (0.0, 4.0, 0.0)
    for y in data {
      let total = variance + 0.25
      let z = (y - mean) / total.squareRoot()
      logEvidence -= 0.5 * (log(2 * Double.pi * total) + z * z)
      let gain = variance / total
      (mean, variance) = (mean + gain * (y - mean), variance * (1 - gain))
    }
    return (logEvidence, mean, variance)
  }()

  private func expectUnbiased(_ run: (UInt64) async throws -> TemperedPosterior) async throws {
    var (masses, integrals) = ([Double](), [Double]())
    for seed in 0..<1_000 {
      let posterior = try await run(UInt64(seed))
      #expect(posterior.isEvidenceUnbiased)
      masses.append(exp(posterior.logEvidence - Self.exact.logEvidence) - 1)
      let mean = try posterior.mean(of: "mu")
      integrals.append(exp(posterior.logEvidence - Self.exact.logEvidence) * (mean - Self.exact.mean))
    }
    #expect(abs(score(masses)) < 4.5)
    #expect(abs(score(integrals)) < 4.5)
  }

  /// E[Z-hat] = Z and E[Z-hat m-hat] = Z m with few particles: 1,000 runs, seeds from 0, 4.5 standard errors.
  @Test func evidenceIsUnbiased() async throws {
    let walk = try RandomWalkMetropolis(covariance: .diagonal([0.2]))
    try await expectUnbiased { seed in
      try await TemperedSequentialMonteCarlo(particles: 20, kernel: walk, schedule: .fixed([0.02, 0.1, 0.4, 1]))
        .run(Self.model, seed: seed)
    }
  }

  @Test func evidenceOfWasteFreeTemperingIsUnbiased() async throws {
    let walk = try RandomWalkMetropolis(covariance: .diagonal([0.2]))
    try await expectUnbiased { seed in
      try await WasteFreeSequentialMonteCarlo(
        chains: 8, length: 5, kernel: walk, schedule: .fixed([0.02, 0.1, 0.4, 1]), resampling: MultinomialResampling()
      ).run(Self.model, seed: seed)
    }
  }

  /// 16 islands, seed 5: evidence within 4.5 of its standard errors, moments within 5%.
  @Test func adaptiveTemperingAgrees() async throws {
    let (standard, wasteFree) = (
      TemperedSequentialMonteCarlo(particles: 500, islands: 16, kernel: try RandomWalkMetropolis().repeated(5)),
      WasteFreeSequentialMonteCarlo(chains: 100, length: 10, islands: 16)
    )
    for posterior in [try await standard.run(Self.model, seed: 5), try await wasteFree.run(Self.model, seed: 5)] {
      let error = try #require(posterior.logEvidenceError)
      #expect(error < 0.1 && abs(posterior.logEvidence - Self.exact.logEvidence) < 4.5 * error)
      #expect(!posterior.isEvidenceUnbiased && posterior.warnings.isEmpty)
      let mean = try posterior.mean(of: "mu")
      let draws = posterior.draws["mu"]?[0] ?? []
      var variance = 0.0
      for (weight, x) in zip(posterior.weighted.weights, draws) { variance += weight * (x - mean) * (x - mean) }
      #expect(abs(mean - Self.exact.mean) < 0.05 * Self.exact.variance.squareRoot())
      #expect(abs(variance / Self.exact.variance - 1) < 0.05)
      for island in posterior.islands {
        #expect(island.schedule.last == 1 && zip(island.schedule, island.schedule.dropFirst()).allSatisfy { $0 < $1 })
        for step in island.steps.dropLast() {
          #expect(abs(step.effectiveSampleSize / Double(island.logWeights.count) - 0.5) < 1e-3)
          #expect((0.1...0.9).contains(step.acceptanceRate ?? 0))
        }
      }
    }
  }

  @Test func theSameSeedGivesTheSameResult() async throws {
    let smc = TemperedSequentialMonteCarlo(particles: 200, islands: 3, kernel: RandomWalkMetropolis())
    let (a, b) = (try await smc.run(Self.model, seed: 1), try await smc.run(Self.model, seed: 1))
    #expect(a.logWeights == b.logWeights && a.draws.columns == b.draws.columns)
    #expect(a.islands.map(\.logEvidence) == b.islands.map(\.logEvidence))
    #expect(Set(a.islands.map(\.logEvidence)).count == 3)
  }

  @Test func wrongSettingsAreErrors() async throws {
    let walk = RandomWalkMetropolis()
    for schedule in [TemperingSchedule.fixed([]), .fixed([0.5, 0.4, 1]), .fixed([0.5]), .adaptive(effectiveSampleFraction: 1)] {
      await #expect(throws: InferenceError.self) {
        try await TemperedSequentialMonteCarlo(particles: 10, kernel: walk, schedule: schedule).run(Self.model, seed: 1)
      }
    }
    await #expect(throws: InferenceError.self) {
      try await TemperedSequentialMonteCarlo(particles: 0, kernel: walk).run(Self.model, seed: 1)
    }
    await #expect(throws: InferenceError.self) {
      try await WasteFreeSequentialMonteCarlo(chains: 10, length: 1).run(Self.model, seed: 1)
    }
  }
}
