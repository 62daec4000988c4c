import Foundation
import PPL

/// What happened at one inverse temperature.
public struct TemperedStep: Sendable {
  public let inverseTemperature: Double
  /// Of the weights that led here.
  public let effectiveSampleSize: Double
  /// The logarithm of the estimate of the evidence at this inverse temperature.
  public let logEvidence: Double
  /// Of the moves at this inverse temperature; nil at the last one, where there are none.
  public internal(set) var acceptanceRate: Double?
}

/// One population's way, and where it ended: the particles have the last step's weights.
public struct TemperedIsland: Sendable {
  public let steps: [TemperedStep]
  /// Particle after particle, on the unconstrained space.
  public let positions: [Double]
  /// The evidence estimate is the mean of the weights.
  public let logWeights: [Double]
  public var logEvidence: Double { steps.last?.logEvidence ?? -.infinity }
  public var schedule: [Double] { steps.map(\.inverseTemperature) }
}

/// Weighted draws of a posterior that tempering led to, and what happened on the way.
public struct TemperedPosterior: Sendable {
  public let weighted: WeightedPosterior
  public let islands: [TemperedIsland]
  /// Whether E exp(`logEvidence`) is the evidence: with a fixed schedule and a kernel that does not adapt to the particles.
  public let isEvidenceUnbiased: Bool

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

  /// What is wrong with the populations, and what to do about it; empty where nothing is.
  public var warnings: [String] {
    if logEvidence == -.infinity {
      return ["all particles have likelihood 0: raise their number, or widen what the model says of the data"]
    }
    var result: [String] = []
    let steps = islands.flatMap(\.steps)
    if let low = steps.min(by: { $0.effectiveSampleSize < $1.effectiveSampleSize }), low.effectiveSampleSize < 20 {
      result.append(
        "the effective sample size is \(Int(low.effectiveSampleSize)) at the inverse temperature "
          + "\(low.inverseTemperature): raise the number of particles, or take smaller steps there")
    }
    if let stuck = steps.filter({ ($0.acceptanceRate ?? 1) < 0.05 }).max(by: { $0.inverseTemperature < $1.inverseTemperature }) {
      result.append(
        "the kernel hardly moves at the inverse temperature \(stuck.inverseTemperature): repeat it more often, or take "
          + "another one")
    }
    if let warning = islandEvidence.warning { result.append(warning) }
    return result
  }
}
