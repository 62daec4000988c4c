import Inference
import NumericCore
import Testing

@Suite struct AdaptationTests {
  /// The mean acceptance of 8 chains after warm-up is the one that was asked for, within 0.05; seed 2.
  @Test(arguments: [MetricKind.unit, .diagonal, .dense], [0.6, 0.8, 0.95])
  func theStepSizeReachesTheTarget(metric: MetricKind, target: Double) async throws {
    let density = Gaussian(dimension: 10)
    let starts = uniformStarts(8, dimension: 10, seed: 4)
    func mean(_ chains: [ChainDraws]) -> Double {
      let rates = chains.flatMap { $0.infos.map(\.acceptanceRate) }
      return rates.reduce(0, +) / Double(rates.count)
    }
    let noUTurn = mean(
      try await NoUTurnSampler(chains: 8, targetAcceptance: target, metric: metric)
        .sample(density, from: starts, key: RandomKey(seed: 2)))
    #expect(abs(noUTurn - target) < 0.05)
    let fixed = mean(
      try await HamiltonianMonteCarlo(chains: 8, targetAcceptance: target, metric: metric)
        .sample(density, from: starts, key: RandomKey(seed: 2)))
    #expect(abs(fixed - target) < 0.05)
  }

  @Test func aHigherTargetGivesASmallerStep() async throws {
    var steps: [Double] = []
    for target in [0.6, 0.8, 0.95, 0.99] {
      let chains = try await NoUTurnSampler(chains: 1, draws: 1, targetAcceptance: target)
        .sample(Gaussian.standard(10), from: [Array(repeating: 0, count: 10)], key: RandomKey(seed: 2))
      steps.append(chains[0].stepSize)
    }
    #expect(zip(steps, steps.dropFirst()).allSatisfy { $0 > $1 })
  }

  /// From step sizes far off, the search and the adaptation come to the same size.
  @Test func theFirstStepSizeDoesNotMatter() async throws {
    var steps: [Double] = []
    for first in [1e-6, 1, 1e6] {
      let chains = try await NoUTurnSampler(chains: 1, draws: 1, initialStepSize: first)
        .sample(Gaussian.standard(10), from: [Array(repeating: 0.5, count: 10)], key: RandomKey(seed: 9))
      steps.append(chains[0].stepSize)
    }
    #expect(steps.max()! / steps.min()! < 1.5)
  }
}
