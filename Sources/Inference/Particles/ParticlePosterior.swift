import Foundation
import NumericCore
import PPL

/// What a population's weights amount to, at one moment.
struct PopulationWeights {
  let effectiveSampleSize: Double
  let logMass: Double

  init(_ population: Population) {
    let summary = population.logWeights.withUnsafeBufferPointer { try? LogWeights.summary(of: $0) }
    (effectiveSampleSize, logMass) = (summary?.effectiveSampleSize ?? 0, summary?.logSum ?? -.infinity)
  }
}

/// What happened at one score.
public struct ParticleStep: Sendable {
  /// Before the kernels; 0 where all weights were.
  public let effectiveSampleSize: Double
  /// The logarithm of the estimate of the evidence of all scores so far.
  public let logEvidence: Double
  public let isResampled: Bool
  /// The number of particles that have offspring, where they were resampled.
  public let uniqueAncestors: Int?
  /// What kernels proposed and accepted, by site.
  public let moves: MoveTally

  init(_ weights: PopulationWeights, ancestors: [Int]?, moves: MoveTally) {
    self.moves = moves
    (effectiveSampleSize, logEvidence) = (weights.effectiveSampleSize, weights.logMass)
    (isResampled, uniqueAncestors) = (ancestors != nil, ancestors.map { $0.distinctCount })
  }
}

/// One population, and what happened on its way.
public struct ParticleIsland: Sendable {
  public let draws: VariableColumns
  /// The mass of the population is the sum of the weights.
  public let logWeights: [Double]
  public let steps: [ParticleStep]
  /// For each particle, its ancestor in the first generation.
  public let founders: [Int]
  public let resamplings: Int

  /// The logarithm of the mass.
  public var logEvidence: Double { logSumExp(logWeights) }

  public var uniqueFounders: Int { founders.distinctCount }
}

/// Weighted draws of a posterior from one population or several, and what happened on the way.
public struct ParticlePosterior: Sendable {
  public let weighted: WeightedPosterior
  public let islands: [ParticleIsland]

  init(_ islands: [ParticleIsland]) {
    self.islands = islands
    // Weights by which the mean is the evidence: the mean over islands of the sums of their weights.
    let logWeights = islands.flatMap { island in
      island.logWeights.map { $0 + log(Double(island.logWeights.count)) }
    }
    let columns = islands[0].draws.columns.indices.map { column in islands.flatMap { $0.draws.columns[column] } }
    weighted = WeightedPosterior(
      draws: VariableColumns(variables: islands[0].draws.variables, columns: columns), logWeights: logWeights)
  }

  public var draws: VariableColumns { weighted.draws }
  public var logWeights: [Double] { weighted.logWeights }
  /// The logarithm of the evidence estimate, whose exponential is unbiased.
  public var logEvidence: Double { weighted.logEvidence }

  /// The standard error of the log evidence: the relative standard error of the mean of the islands' estimates. Nil with
  /// one island, and where the mass is 0.
  public var logEvidenceError: Double? { islandEvidence.error }

  private var islandEvidence: IslandEvidence {
    IslandEvidence(islands.map(\.logEvidence), logEvidence: logEvidence)
  }

  /// The posterior mean of an element of a variable.
  ///
  /// - Throws: `InferenceError.unknownVariable`.
  public func mean(of name: String, element: Int = 0) throws -> Double {
    try weighted.mean(of: name, element: element)
  }

  /// What is wrong with the populations, and what to do about it; empty where nothing is.
  public var warnings: [String] {
    let dead = islands.filter { $0.logEvidence == -.infinity }
    if let first = dead.first {
      let step = first.steps.firstIndex { $0.logEvidence == -.infinity } ?? 0
      let which =
        islands.count == 1 ? "all particles" : "all particles of \(dead.count) of \(islands.count) islands"
      return [
        "\(which) have weight 0 from score \(step + 1) on: raise the number of particles, or widen what the model says "
          + "of the data there"
      ]
    }
    var result: [String] = []
    if weighted.effectiveSampleSize < 0.01 * Double(logWeights.count) {
      result.append(
        "the particles are worth \(Int(weighted.effectiveSampleSize)) draws: resample on the way, or raise their number"
      )
    }
    let founders = islands.map(\.uniqueFounders).min() ?? 0
    if islands.contains(where: { $0.resamplings > 0 }), founders < 10 {
      result.append(
        "the particles of an island descend from \(founders) of its first generation: what was drawn early is known "
          + "poorly")
    }
    if let warning = islandEvidence.warning { result.append(warning) }
    return result
  }
}

extension [Int] {
  /// The number of different particles, each from 0 and below the number of elements.
  fileprivate var distinctCount: Int {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: count) { isSeen in
      isSeen.initialize(repeating: 0)
      for particle in self { isSeen[particle] = 1 }
      return isSeen.reduce(0) { $0 &+ Int($1) }
    }
  }
}
