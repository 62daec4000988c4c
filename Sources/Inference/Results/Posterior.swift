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
  public let seed: UInt64

  /// False where the run was cancelled before its end.
  public var isComplete: Bool { chains.allSatisfy(\.isComplete) }

  public func summary(probabilities: [Double] = [0.05, 0.5, 0.95]) -> Summary {
    Summary(draws, probabilities: probabilities)
  }

  /// The draws of an expression of the model's random values, chain after chain: `posterior.values { $0.mu + 1 }`.
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

  /// Draws of the data that another model of the same sites would see: new covariates, or `Predict` in place of data.
  public func predictive<Other>(of other: Model<Other>, seed: UInt64) throws -> VariableColumns {
    try CompiledModel(other).predictive(given: draws.asColumns, count: draws.count, key: RandomKey(seed: seed))
  }

  /// The log density of each datum under each draw.
  public func logLikelihood() throws -> VariableColumns {
    try model.logLikelihood(given: draws.asColumns, count: draws.count)
  }

  /// What is wrong with the draws, and what to do about it; empty where nothing is.
  public var warnings: [String] {
    var result: [String] = []
    let infos = chains.flatMap(\.infos)
    if !isComplete { result.append("the run was cancelled: \(draws.count) draws were kept") }
    let divergent = infos.filter(\.isDivergent).count
    if divergent > 0 {
      result.append(
        "\(divergent) of \(infos.count) transitions diverged: the draws may miss a part of the posterior. "
          + "Raise targetAcceptance (to 0.95, say), or write the model with non-centred latents.")
    }
    let deep = infos.filter { $0.treeDepth >= maximumTreeDepth }.count
    if deep > 0 {
      result.append(
        "\(deep) of \(infos.count) trajectories reached the maximum depth of \(maximumTreeDepth): the draws are right "
          + "but costly. Scale the predictors, try a dense metric, or raise maximumTreeDepth.")
    }
    let fractions = chains.map { Diagnostics.energyBFMI($0.energies) }.filter { $0 < 0.3 }
    if let lowest = fractions.min() {
      result.append(
        "E-BFMI is \((lowest * 1000).rounded() / 1000) in \(fractions.count) of \(chains.count) chains, expected 0.3 or more: "
          + "the tails are explored slowly. Write the model with other latents.")
    }
    let summary = summary()
    let apart = summary.rows.filter { $0.rHat > 1.01 }.map(\.name)
    if !apart.isEmpty {
      result.append("R-hat exceeds 1.01 for \(Self.listed(apart)): the chains disagree. Run longer.")
    }
    let few = summary.rows.filter { min($0.bulkESS, $0.tailESS) < 100 * Double(chains.count) }.map(\.name)
    if !few.isEmpty {
      result.append("the effective sample size is below 100 a chain for \(Self.listed(few)): run longer.")
    }
    return result
  }

  private static func listed(_ names: [String]) -> String {
    names.count <= 5
      ? names.joined(separator: ", ")
      : names.prefix(5).joined(separator: ", ") + " and \(names.count - 5) more"
  }
}

extension NoUTurnSampler {
  /// Draws from a model's posterior.
  ///
  /// - Parameters:
  ///   - seed: the same seed gives the same draws, on any number of threads.
  ///   - start: where the chains begin.
  ///   - progress: is told now and then how far the chains have come.
  /// - Throws: `ModelError` where the model is ill-formed or no start was found; `InferenceError`. A cancelled run
  ///   returns what was drawn.
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
    try await compiled.posterior(chains: chains, seed: seed, start: start, maximumTreeDepth: maximumTreeDepth) {
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
    return try await compiled.posterior(chains: chains, seed: seed, start: start, maximumTreeDepth: .max) {
      try await sample(compiled.density, from: $0, key: $1, progress: progress)
    }
  }
}

extension CompiledModel {
  /// Finds starts, samples, and gives the draws their names.
  fileprivate func posterior(
    chains: Int, seed: UInt64, start: Start, maximumTreeDepth: Int,
    sample: ([[Double]], RandomKey) async throws -> [ChainDraws]
  ) async throws -> Posterior<Value> {
    let key = RandomKey(seed: seed)
    let starts = try (0..<max(chains, 0)).map {
      try self.start(start, key: key.child("start").child(UInt64($0)))
    }
    let results = try await sample(starts, key.child("chains"))
    guard results.contains(where: { $0.count > 0 }) else { throw InferenceError.noDraws }
    let columns = try generate(
      positions: results.flatMap(\.positions), count: results.reduce(0) { $0 + $1.count },
      key: key.child("generated"))
    return Posterior(
      model: self, draws: Draws(columns, counts: results.map(\.count)), chains: results,
      maximumTreeDepth: maximumTreeDepth, seed: seed)
  }
}
