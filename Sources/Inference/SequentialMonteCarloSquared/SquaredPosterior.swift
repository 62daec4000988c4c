import Foundation
import PPL

/// What happened at one score.
public struct SquaredStep: Sendable {
  /// Of the parameters, before they are resampled; 0 where all weights were.
  public let effectiveSampleSize: Double
  /// The logarithm of the estimate of the evidence of all scores so far.
  public let logEvidence: Double
  /// The number of particles that have offspring, where they were resampled.
  public internal(set) var uniqueAncestors: Int?
  /// The share of the moves that were accepted; nil where there were none.
  public internal(set) var acceptanceRate: Double?
  /// The size of the inner populations afterwards.
  public internal(set) var innerParticles: Int
  /// The posterior of the parameters given the scores so far, where that is kept.
  public let parameters: WeightedPosterior?

  init(effectiveSampleSize: Double, logEvidence: Double, innerParticles: Int, parameters: WeightedPosterior?) {
    (self.effectiveSampleSize, self.logEvidence) = (effectiveSampleSize, logEvidence)
    (self.innerParticles, self.parameters) = (innerParticles, parameters)
  }

  public var isResampled: Bool { uniqueAncestors != nil }
}

/// One island's particles, and what happened on their way.
public struct SquaredIsland: Sendable {
  /// For each particle its parameters, and what one run of its population gives.
  public let draws: VariableColumns
  /// The estimate of the evidence is the sum of the weights.
  public let logWeights: [Double]
  public let steps: [SquaredStep]
  /// The number of different parameters in the end; nil where there are none.
  public let uniqueParameters: Int?

  public var logEvidence: Double { logSumExp(logWeights) }
}

/// Weighted draws of the posterior of parameters and runs, and what happened on the way.
public struct SquaredPosterior: Sendable {
  /// An effective sample size below it tells little: conventional.
  private static let fewest = 20.0
  /// Moves that are accepted more rarely hardly move: conventional.
  private static let lowestAcceptance = 0.05

  public let weighted: WeightedPosterior
  public let islands: [SquaredIsland]
  /// Whether E exp(`logEvidence`) is the evidence: whether nothing that moved depended on the particles.
  public let isEvidenceUnbiased: Bool

  init(_ islands: [SquaredIsland], isEvidenceUnbiased: Bool) {
    (self.islands, self.isEvidenceUnbiased) = (islands, isEvidenceUnbiased)
    // Weights by which the mean is the evidence: the mean over islands of the sums of their weights.
    let logWeights = islands.flatMap { island in island.logWeights.map { $0 + log(Double(island.logWeights.count)) } }
    let columns = islands[0].draws.columns.indices.map { column in islands.flatMap { $0.draws.columns[column] } }
    weighted = WeightedPosterior(
      draws: VariableColumns(variables: islands[0].draws.variables, columns: columns), logWeights: logWeights)
  }

  public var draws: VariableColumns { weighted.draws }
  public var logWeights: [Double] { weighted.logWeights }
  public var logEvidence: Double { weighted.logEvidence }

  /// The standard error of the log evidence, from the spread of the islands; nil with one, and where the evidence is 0.
  public var logEvidenceError: Double? { islandEvidence.error }

  private var islandEvidence: IslandEvidence {
    IslandEvidence(islands.map(\.logEvidence), logEvidence: logEvidence)
  }

  /// The posterior mean of an element of a variable.
  ///
  /// - Throws: `InferenceError.unknownVariable`.
  public func mean(of name: String, element: Int = 0) throws -> Double { try weighted.mean(of: name, element: element) }

  /// What is wrong with the particles, and what to do about it; empty where nothing is.
  public var warnings: [String] {
    let dead = islands.filter { $0.logEvidence == -.infinity }
    if let first = dead.first {
      let step = first.steps.firstIndex { $0.logEvidence == -.infinity } ?? 0
      let which = islands.count == 1 ? "all particles" : "all particles of \(dead.count) of \(islands.count) islands"
      return [
        "\(which) have weight 0 from score \(step + 1) on: raise the number of particles or of inner ones, or widen what "
          + "the model says of the data there"
      ]
    }
    var result: [String] = []
    let steps = islands.flatMap { $0.steps.enumerated().map { (score: $0.offset + 1, step: $0.element) } }
    if let low = steps.min(by: { $0.step.effectiveSampleSize < $1.step.effectiveSampleSize }),
      low.step.effectiveSampleSize < Self.fewest
    {
      result.append(
        "the effective sample size of the parameters is \(Int(low.step.effectiveSampleSize)) at score \(low.score): raise "
          + "the number of particles")
    }
    let moved = steps.filter { $0.step.acceptanceRate != nil }
    if let stuck = moved.min(by: { $0.step.acceptanceRate ?? 1 < $1.step.acceptanceRate ?? 1 }),
      let rate = stuck.step.acceptanceRate, rate < Self.lowestAcceptance
    {
      result.append(
        "\(String(format: "%.1f", 100 * rate))% of the moves at score \(stuck.score) were accepted: raise the number of inner "
          + "particles above \(stuck.step.innerParticles), or let them grow")
    }
    if let fewest = islands.compactMap(\.uniqueParameters).min(), Double(fewest) < Self.fewest {
      result.append("an island ends with \(fewest) different parameters: raise the number of moves, or of particles")
    }
    if let warning = islandEvidence.warning { result.append(warning) }
    return result
  }
}
