import Foundation
import NumericCore
import PPL

/// Importance sampling from the prior: each particle is a forward run, weighted by its scores. It takes any program of
/// the language.
public struct LikelihoodWeighting: Sendable {
  public var particles: Int
  /// Whether the draws of latents in scans are kept. Off, memory does not grow with the steps, unless the model returns
  /// their history.
  public var recordsSteps: Bool
  /// Whether runs keep latents as distributions as long as data are conjugate to them (`PopulationProgram`).
  public var delaysSampling: Bool
  /// The number of particles that a task runs.
  private static let block = 1024

  public init(particles: Int, recordsSteps: Bool = false, delaysSampling: Bool = false) {
    (self.particles, self.recordsSteps, self.delaysSampling) = (particles, recordsSteps, delaysSampling)
  }

  /// - Throws: `ModelError`; `InferenceError` for fewer than one particle. A cancelled run returns the blocks that are
  ///   finished.
  public func run<Value>(_ model: Model<Value>, seed: UInt64) async throws -> WeightedPosterior {
    try checkCount("particles", particles)
    let forward = try ForwardRun(model, recordsSteps: recordsSteps, delaysSampling: delaysSampling)
    let key = RandomKey(seed: seed)
    let (count, block) = (particles, Self.block)
    let blocks = try await runChains((count + block - 1) / block, limit: ProcessInfo.processInfo.activeProcessorCount) {
      number -> WeightedDraws? in
      let first = number * block
      if Task.isCancelled { return nil }
      return try forward.draws(count: min(block, count - first), key: key, first: first)
    }
    let finished = blocks.compactMap { $0 }
    guard let variables = finished.first?.draws.variables else { throw InferenceError.noDraws }
    let columns = finished[0].draws.columns.indices.map { column in finished.flatMap { $0.draws.columns[column] } }
    return WeightedPosterior(
      draws: VariableColumns(variables: variables, columns: columns), logWeights: finished.flatMap(\.logWeights))
  }
}

/// Weighted draws of a posterior.
public struct WeightedPosterior: Sendable {
  public let draws: VariableColumns
  public let logWeights: [Double]
  /// The weights, normalised to sum to 1; all 0 where every particle has weight 0.
  public let weights: [Double]
  /// The logarithm of the mean weight: an estimate of the evidence, whose exponential is unbiased.
  public let logEvidence: Double

  init(draws: VariableColumns, logWeights: [Double]) {
    (self.draws, self.logWeights) = (draws, logWeights)
    let logSum = logSumExp(logWeights)
    logEvidence = logSum - log(Double(logWeights.count))
    let isLost = Mutation.isActive(.importanceWeightsLost)
    weights = logWeights.map { isLost ? 1 / Double(logWeights.count) : logSum.isFinite ? exp($0 - logSum) : 0 }
  }

  /// 1 / (sum of squared weights): how many draws from the posterior the particles are worth; 0 where all weights are.
  public var effectiveSampleSize: Double {
    let squares = weights.reduce(0) { $0 + $1 * $1 }
    return squares > 0 ? 1 / squares : 0
  }

  /// The posterior mean of an element of a variable.
  ///
  /// - Throws: `InferenceError.unknownVariable`.
  public func mean(of name: String, element: Int = 0) throws -> Double {
    guard let columns = draws[name], columns.indices.contains(element) else {
      throw InferenceError.unknownVariable(name, known: draws.variables.map(\.name))
    }
    return zip(weights, columns[element]).reduce(0) { $0 + $1.0 * $1.1 }
  }
}
