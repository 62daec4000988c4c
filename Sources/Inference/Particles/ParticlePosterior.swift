import Foundation
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

  init(_ weights: PopulationWeights, ancestors: [Int]?) {
    (effectiveSampleSize, logEvidence) = (weights.effectiveSampleSize, weights.logMass)
    (isResampled, uniqueAncestors) = (ancestors != nil, ancestors.map { Set($0).count })
  }
}

/// Weighted draws of a posterior from a population, and what happened on the way.
public struct ParticlePosterior: Sendable {
  public let weighted: WeightedPosterior
  public let steps: [ParticleStep]
  /// For each particle, its ancestor in the first generation.
  public let founders: [Int]

  init(_ weighted: WeightedPosterior, steps: [ParticleStep], ancestors: [[Int]]) {
    (self.weighted, self.steps) = (weighted, steps)
    founders = ancestors.reversed().reduce(Array(weighted.logWeights.indices)) { map, ancestors in
      map.map { ancestors[$0] }
    }
    resamplings = ancestors.count
  }

  private let resamplings: Int

  public var draws: VariableColumns { weighted.draws }
  public var logWeights: [Double] { weighted.logWeights }
  /// The logarithm of the evidence estimate, whose exponential is unbiased.
  public var logEvidence: Double { weighted.logEvidence }
  public var uniqueFounders: Int { Set(founders).count }

  /// The standard error of the log evidence, from the one run: the square root of 1 - (N / (N - 1))^(r + 1) (1 - sum of
  /// squared founder weights), r the number of resamplings (Lee and Whiteley, 'Variance estimation in the particle
  /// filter', 2018, equation 5, with weights in place of counts). It is made for multinomial resampling, and on the large
  /// side for schemes of less variance. With few founders it is rough; nil where one is left, or the mass is 0: then only
  /// several runs tell.
  public var logEvidenceError: Double? {
    let count = founders.count
    guard uniqueFounders > 1, logEvidence > -.infinity else { return nil }
    var shares = Array(repeating: 0.0, count: count)
    for (founder, weight) in zip(founders, weighted.weights) { shares[founder] += weight }
    let concentration = shares.reduce(0) { $0 + $1 * $1 }
    let n = Double(count)
    let variance = 1 - pow(n / (n - 1), Double(resamplings + 1)) * (1 - concentration)
    return variance > 0 ? variance.squareRoot() : nil
  }

  /// The posterior mean of an element of a variable.
  ///
  /// - Throws: `InferenceError.unknownVariable`.
  public func mean(of name: String, element: Int = 0) throws -> Double { try weighted.mean(of: name, element: element) }

  /// What is wrong with the population, and what to do about it; empty where nothing is.
  public var warnings: [String] {
    if logEvidence == -.infinity {
      let step = steps.firstIndex { $0.logEvidence == -.infinity } ?? 0
      return [
        "all particles have weight 0 from score \(step + 1) on: raise the number of particles, or widen what the model "
          + "says of the data there"
      ]
    }
    var result: [String] = []
    let count = Double(founders.count)
    if weighted.effectiveSampleSize < 0.01 * count {
      result.append(
        "the particles are worth \(Int(weighted.effectiveSampleSize)) draws: resample on the way, or raise their number")
    }
    if resamplings > 0, uniqueFounders < 10 {
      result.append(
        "all particles descend from \(uniqueFounders) of the first generation: what was drawn early is known poorly, and "
          + "the error of the evidence is not")
    }
    return result
  }
}
