import Inference
import PPL
import Testing

struct PosteriorTests {
  private static let sampler = NoUTurnSampler(chains: 3, warmup: 150, draws: 40)

  private func posterior() async throws -> Posterior<(a: Random<Double>, b: Random<[Double]>)> {
    let model = Model {
      let a = Latent("a", Normal(0, 1))
      let b = Latent("b", Normal(a, 1), count: 2)
      Observe(0.5, from: Normal(a, 1))
      Return((a: a, b: b))
    }
    return try await Self.sampler.run(model, seed: 11)
  }

  @Test func holdsWhatTheRunWas() async throws {
    let posterior = try await posterior()
    #expect(posterior.draws.counts == [40, 40, 40])
    #expect(posterior.warmup == 150)
    #expect(posterior.isComplete)
    let statistics = posterior.statistics
    #expect(statistics.available == SamplerStatistic.allCases)
    #expect(statistics.counts == posterior.draws.counts)
    #expect(statistics.stepSizes == posterior.chains.map(\.stepSize))
    #expect(statistics.chains(of: .energy) == posterior.chains.map(\.energies))
    // 120 draws cannot be worth 300.
    #expect(
      posterior.report.warnings.contains {
        if case .fewEffectiveDraws(_, _, 300) = $0 { true } else { false }
      })
    #expect(posterior.warnings == posterior.report.warnings.map(\.description))
  }

  @Test func filesHoldTheDraws() async throws {
    let posterior = try await posterior()
    try withTemporaryFolder { folder in
      let read = try StanCSV(contentsOf: try posterior.writeStanCSV(to: folder, name: "draws"))
      #expect(read.draws.scalarNames == posterior.draws.scalarNames)
      #expect(read.draws.scalarColumns == posterior.draws.scalarColumns)
      #expect(read.statistics.inverseMetrics == posterior.chains.map(\.inverseMetric))
      #expect(read.statistics[.logDensity] == posterior.statistics[.logDensity])
      #expect((read.warmup, read.seed) == (150, 11))
      // What is read is judged like what was drawn.
      let report = SamplingReport(read.draws, statistics: read.statistics, maximumTreeDepth: 10)
      #expect(report.warnings == posterior.report.warnings)
      #expect(Summary(read.draws).table() == posterior.summary().table())
    }
  }
}
