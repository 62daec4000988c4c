import Foundation
import PPL

extension Posterior {
  fileprivate var sample: PosteriorSample { PosteriorSample(draws: draws.asColumns, counts: draws.counts) }
}

extension NoUTurnSampler: PosteriorSampler {
  public func posteriorSample<Value>(of model: Model<Value>, seed: UInt64) async throws -> PosteriorSample {
    try await run(model, seed: seed).sample
  }
}

extension HamiltonianMonteCarlo: PosteriorSampler {
  public func posteriorSample<Value>(of model: Model<Value>, seed: UInt64) async throws -> PosteriorSample {
    try await run(model, seed: seed).sample
  }
}

extension ParticleMarginalMetropolisHastings: PosteriorSampler {
  public func posteriorSample<Value>(of model: Model<Value>, seed: UInt64) async throws -> PosteriorSample {
    let draws = try await run(model, seed: seed).draws
    return PosteriorSample(draws: draws.asColumns, counts: draws.counts)
  }
}

extension TraceMarkovChain: PosteriorSampler {
  public func posteriorSample<Value>(of model: Model<Value>, seed: UInt64) async throws -> PosteriorSample {
    let draws = try await run(model, seed: seed).draws
    return PosteriorSample(draws: draws.asColumns, counts: draws.counts)
  }
}

extension GibbsSampler: PosteriorSampler {
  public func posteriorSample<Value>(of model: Model<Value>, seed: UInt64) async throws -> PosteriorSample {
    let draws = try await run(model, seed: seed).draws
    return PosteriorSample(draws: draws.asColumns, counts: draws.counts)
  }
}

/// Its particles are independent.
extension LikelihoodWeighting: PosteriorSampler {
  public func posteriorSample<Value>(of model: Model<Value>, seed: UInt64) async throws -> PosteriorSample {
    let posterior = try await run(model, seed: seed)
    return PosteriorSample(
      draws: posterior.draws, counts: posterior.logWeights.map { _ in 1 },
      logWeights: posterior.weights.map {
        log($0 * Double(posterior.weights.count)) + posterior.logEvidence
      })
  }
}

/// Its islands are independent.
extension SequentialMonteCarlo: PosteriorSampler {
  public func posteriorSample<Value>(of model: Model<Value>, seed: UInt64) async throws -> PosteriorSample {
    let posterior = try await run(model, seed: seed)
    return PosteriorSample(
      draws: posterior.draws, counts: posterior.islands.map(\.logWeights.count), logWeights: posterior.logWeights)
  }
}

/// Its islands are independent.
extension SequentialMonteCarloSquared: PosteriorSampler {
  public func posteriorSample<Value>(of model: Model<Value>, seed: UInt64) async throws -> PosteriorSample {
    let posterior = try await run(model, seed: seed)
    return PosteriorSample(
      draws: posterior.draws, counts: posterior.islands.map(\.logWeights.count), logWeights: posterior.logWeights)
  }
}

/// Its islands are independent.
extension TemperedSequentialMonteCarlo: PosteriorSampler {
  public func posteriorSample<Value>(of model: Model<Value>, seed: UInt64) async throws -> PosteriorSample {
    try await run(model, seed: seed).sample
  }
}

/// Its islands are independent.
extension WasteFreeSequentialMonteCarlo: PosteriorSampler {
  public func posteriorSample<Value>(of model: Model<Value>, seed: UInt64) async throws -> PosteriorSample {
    try await run(model, seed: seed).sample
  }
}

extension TemperedPosterior {
  fileprivate var sample: PosteriorSample {
    PosteriorSample(draws: draws, counts: islands.map(\.logWeights.count), logWeights: logWeights)
  }
}

/// All runs, with the weights that make their mean the evidence.
extension ExactEnumeration: PosteriorSampler {
  public func posteriorSample<Value>(of model: Model<Value>, seed: UInt64) async throws -> PosteriorSample {
    let posterior = try run(model)
    let count = posterior.logWeights.count
    return PosteriorSample(
      draws: posterior.runs, counts: count > 0 ? [count] : [],
      logWeights: posterior.logWeights.map { $0 + log(Double(count)) }, isExact: true)
  }
}
