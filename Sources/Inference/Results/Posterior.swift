import NumericCore
import PPL

/// The draws of a model's posterior, with what the sampler reports of itself.
public struct Posterior<Value: Sendable>: Sendable {
  public let model: CompiledModel<Value>
  /// All sites, and the returned values.
  public let draws: Draws
  /// For each chain, what its transitions did.
  public let chains: [ChainDraws]
  public let maximumTreeDepth: Int
  /// The number of iterations of each chain before its first draw.
  public let warmup: Int
  public let seed: UInt64

  /// False where the run was cancelled before its end.
  public var isComplete: Bool { chains.allSatisfy(\.isComplete) }

  public func summary(probabilities: [Double] = [0.05, 0.5, 0.95]) -> Summary {
    Summary(draws, probabilities: probabilities)
  }

  /// The draws of an expression of the model's random values, chain after chain: `posterior.values { $0.mu +
  /// 1 }`.
  public func values(of select: (Value) -> Random<Double>) throws -> [Double] {
    try model.values(of: select, given: draws.asColumns, count: draws.count, key: RandomKey(seed: seed))[0]
  }

  /// The draws of a vector of the model's random values: for each element, a number for each draw.
  public func values(of select: (Value) -> Random<[Double]>) throws -> [[Double]] {
    try model.values(of: select, given: draws.asColumns, count: draws.count, key: RandomKey(seed: seed))
  }

  /// Draws of the data that the model would see, one for each posterior draw.
  public func predictive(seed: UInt64) throws -> VariableColumns {
    try model.predictive(given: draws.asColumns, count: draws.count, key: RandomKey(seed: seed))
  }

  /// Draws of the data that another model of the same sites would see: new covariates, or `Predict` in place
  /// of data.
  public func predictive<Other>(of other: Model<Other>, seed: UInt64) throws -> VariableColumns {
    let compiled = try CompiledModel(other)
    return try compiled.predictive(given: draws.asColumns, count: draws.count, key: RandomKey(seed: seed))
  }

  /// The log density of each datum under each draw.
  public func logLikelihood() throws -> VariableColumns {
    try model.logLikelihood(given: draws.asColumns, count: draws.count)
  }

  /// What the sampler reports of each draw.
  public var statistics: SamplerStatistics { SamplerStatistics(chains) }

  /// What is wrong with the draws, with figures; its warnings are empty where nothing is.
  public var report: SamplingReport {
    SamplingReport(
      draws, statistics: statistics, maximumTreeDepth: maximumTreeDepth == .max ? nil : maximumTreeDepth,
      isComplete: isComplete)
  }

  /// What is wrong with the draws, and what to do about it; empty where nothing is.
  public var warnings: [String] { report.warnings.map(\.description) }
}

extension NoUTurnSampler {
  /// Draws from a model's posterior.
  ///
  /// - Parameters:
  ///   - seed: the same seed gives the same draws, on any number of threads.
  ///   - start: where the chains begin.
  ///   - progress: is told now and then how far the chains have come.
  /// - Throws: `ModelError` where the model is ill-formed or no start was found; `InferenceError`. A cancelled
  ///   run returns what was drawn.
  public func run<Value: Sendable>(
    _ model: Model<Value>, seed: UInt64, start: Start = .random, progress: ProgressHandler? = nil
  ) async throws -> Posterior<Value> {
    try await run(CompiledModel(model), seed: seed, start: start, progress: progress)
  }

  /// Draws from the posterior of a model that was compiled before: once for many data sets, with
  /// `CompiledModel.binding`.
  public func run<Value: Sendable>(
    _ compiled: CompiledModel<Value>, seed: UInt64, start: Start = .random, progress: ProgressHandler? = nil
  ) async throws -> Posterior<Value> {
    try await compiled.posterior(
      chains: chains, seed: seed, start: start, warmup: warmup, maximumTreeDepth: maximumTreeDepth
    ) {
      try await sample(compiled.density, from: $0, key: $1, progress: progress)
    }
  }
}

extension HamiltonianMonteCarlo {
  /// Draws from a model's posterior, as `NoUTurnSampler.run`.
  public func run<Value: Sendable>(
    _ model: Model<Value>, seed: UInt64, start: Start = .random, progress: ProgressHandler? = nil
  ) async throws -> Posterior<Value> {
    let compiled = try CompiledModel(model)
    return try await compiled.posterior(
      chains: chains, seed: seed, start: start, warmup: warmup, maximumTreeDepth: .max
    ) {
      try await sample(compiled.density, from: $0, key: $1, progress: progress)
    }
  }
}

extension CompiledModel {
  /// Finds starts, samples, and gives the draws their names.
  fileprivate func posterior(
    chains: Int, seed: UInt64, start: Start, warmup: Int, maximumTreeDepth: Int,
    sample: ([[Double]], RandomKey) async throws -> [ChainDraws]
  ) async throws -> Posterior<Value> {
    let key = RandomKey(seed: seed)
    try checkChainCount(chains)
    let starts = try (0..<chains).map {
      try self.start(start, key: key.child("start").child(UInt64($0)))
    }
    let results = try await sample(starts, key.child("chains"))
    guard results.contains(where: { $0.count > 0 }) else { throw InferenceError.noDraws }
    let columns = try generate(
      positions: results.flatMap(\.positions), count: results.reduce(0) { $0 + $1.count },
      key: key.child("generated"))
    return Posterior(
      model: self, draws: try Draws(columns.withUniqueNames, counts: results.map(\.count)), chains: results,
      maximumTreeDepth: maximumTreeDepth, warmup: warmup, seed: seed)
  }
}

extension VariableColumns {
  /// A finished run is not lost to two values that were returned under one name: the second one is numbered.
  fileprivate var withUniqueNames: VariableColumns {
    var taken: Set<String> = []
    let unique = variables.map { variable in
      var (name, number) = (variable.name, 1)
      while !taken.insert(name).inserted {
        number += 1
        name = "\(variable.name)(\(number))"
      }
      return Variable(name: name, shape: variable.shape, kind: variable.kind)
    }
    return VariableColumns(variables: unique, columns: columns)
  }
}
