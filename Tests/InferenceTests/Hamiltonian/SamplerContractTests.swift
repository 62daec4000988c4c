import Foundation
import Inference
import NumericCore
import Testing

/// What samplers promise of seeds, threads, thinning and their own report.
@Suite struct SamplerContractTests {
  let density = Gaussian(dimension: 5, correlation: 0.5)
  let starts = uniformStarts(4, dimension: 5, seed: 8)

  private func noUTurn(seed: UInt64, concurrentChains: Int? = nil) async throws -> [ChainDraws] {
    try await NoUTurnSampler(warmup: 200, draws: 200, concurrentChains: concurrentChains)
      .sample(density, from: starts, key: RandomKey(seed: seed))
  }

  private func fixedTime(seed: UInt64, concurrentChains: Int? = nil) async throws -> [ChainDraws] {
    try await HamiltonianMonteCarlo(warmup: 200, draws: 200, concurrentChains: concurrentChains)
      .sample(density, from: starts, key: RandomKey(seed: seed))
  }

  private func areSame(_ a: [ChainDraws], _ b: [ChainDraws]) -> Bool {
    a.count == b.count
      && zip(a, b).allSatisfy {
        $0.positions.map(\.bitPattern) == $1.positions.map(\.bitPattern) && $0.infos == $1.infos
          && $0.stepSize == $1.stepSize && $0.logDensities == $1.logDensities && $0.inverseMetric == $1.inverseMetric
      }
  }

  @Test func theSameSeedGivesTheSameDrawsOnAnyNumberOfThreads() async throws {
    let (first, second) = (try await noUTurn(seed: 1), try await fixedTime(seed: 1))
    for limit in [1, 2, 3, 100, nil] {
      #expect(areSame(try await noUTurn(seed: 1, concurrentChains: limit), first))
      #expect(areSame(try await fixedTime(seed: 1, concurrentChains: limit), second))
    }
  }

  @Test func otherSeedsAndOtherChainsGiveOtherDraws() async throws {
    let draws = try await noUTurn(seed: 1) + noUTurn(seed: 2) + fixedTime(seed: 1) + fixedTime(seed: 2)
    #expect(Set(draws.map { $0.positions }).count == draws.count)
    // Chains that begin at one place go their own ways, too.
    let together = try await NoUTurnSampler(warmup: 50, draws: 50)
      .sample(density, from: Array(repeating: starts[0], count: 4), key: RandomKey(seed: 1))
    #expect(Set(together.map { $0.positions }).count == 4)
  }

  @Test func thinningKeepsEveryThirdDraw() async throws {
    let all = try await NoUTurnSampler(warmup: 100, draws: 300)
      .sample(density, from: starts, key: RandomKey(seed: 1))
    let thinned = try await NoUTurnSampler(warmup: 100, draws: 100, thinning: 3)
      .sample(density, from: starts, key: RandomKey(seed: 1))
    for (chain, kept) in zip(all, thinned) {
      #expect(kept.count == 100 && kept.isComplete)
      for draw in 0..<100 {
        let third = 3 * draw + 2
        #expect(kept.infos[draw] == chain.infos[third])
        #expect(kept.logDensities[draw] == chain.logDensities[third])
        #expect(
          Array(kept.positions[(5 * draw)..<(5 * draw + 5)]) == Array(chain.positions[(5 * third)..<(5 * third + 5)]))
      }
    }
  }

  @Test func logDensitiesAreThoseOfThePositions() async throws {
    for chain in try await noUTurn(seed: 1) + fixedTime(seed: 1) {
      for draw in 0..<chain.count {
        var nothing: Void = ()
        let position = Array(chain.positions[(5 * draw)..<(5 * draw + 5)])
        #expect(density.logDensity(at: position.span, workspace: &nothing) == chain.logDensities[draw])
      }
    }
  }

  /// A tree of depth d took 2^d - 1 steps, and fewer than 2^d more in the half that was given up.
  @Test(arguments: [1, 2, 3, 10]) func stepsGoWithTheDepth(maximum: Int) async throws {
    let chains = try await NoUTurnSampler(chains: 1, warmup: 0, draws: 500, maximumTreeDepth: maximum)
      .sample(Gaussian(dimension: 20, correlation: 0.95), from: [Array(repeating: 0, count: 20)], key: RandomKey(seed: 6))
    for info in chains[0].infos {
      #expect(info.treeDepth <= maximum)
      #expect(info.leapfrogSteps >= 1 << info.treeDepth - 1 && info.leapfrogSteps < 2 << info.treeDepth)
      #expect(info.leapfrogSteps < 1 << maximum)
      #expect(info.acceptanceRate >= 0 && info.acceptanceRate <= 1)
    }
    #expect(chains[0].infos.contains { $0.treeDepth == maximum } == (maximum < 10))
  }

  @Test func divergencesAreReported() async throws {
    let starts = uniformStarts(4, dimension: 10, seed: 3)
    let funnel = try await NoUTurnSampler().sample(Funnel(), from: starts, key: RandomKey(seed: 1))
    #expect(funnel.contains { $0.infos.contains { $0.isDivergent } })
    let normal = try await NoUTurnSampler().sample(Gaussian.standard(10), from: starts, key: RandomKey(seed: 1))
    #expect(normal.allSatisfy { $0.infos.allSatisfy { !$0.isDivergent } })
    // A step over the edge of the support has an infinite energy error.
    let edge = KnownStepSize(base: OnTheLine { x in abs(x) < 1 ? (0, 0) : (-.infinity, 0) })
    let flat = try await HamiltonianMonteCarlo(
      chains: 1, warmup: 0, draws: 200, trajectoryLength: 1, initialStepSize: 0.5
    ).sample(edge, from: [[0]], key: RandomKey(seed: 1))
    let (crossing, staying) = (flat[0].infos.filter(\.isDivergent), flat[0].infos.filter { !$0.isDivergent })
    #expect(!crossing.isEmpty && crossing.allSatisfy { $0.acceptanceRate == 0 })
    #expect(!staying.isEmpty && staying.allSatisfy { $0.acceptanceRate == 1 })
    #expect(flat[0].positions.allSatisfy { abs($0) < 1 })
  }

  @Test func aDensityWithoutCoordinatesHasItsOneDraw() async throws {
    let chains = try await NoUTurnSampler(chains: 2, draws: 7)
      .sample(Nowhere(), from: [[], []], key: RandomKey(seed: 1))
    let fixed = try await HamiltonianMonteCarlo(chains: 1, draws: 7)
      .sample(Nowhere(), from: [[]], key: RandomKey(seed: 1))
    for chain in chains + fixed {
      #expect(chain.positions.isEmpty && chain.logDensities == Array(repeating: -1.5, count: 7))
      #expect(chain.count == 7 && chain.isComplete)
    }
  }
}
