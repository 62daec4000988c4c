import Foundation
import Inference
import NumericCore
import PPL

/// What the particles say, and what a Markov chain says beside them.
struct Results: Encodable {
  struct Parameter: Encodable {
    let name: String
    let mean, standardDeviation, lower, upper: Double
    /// Of the mean, from the spread of the islands; nil with one.
    let standardError: Double?
    /// By particle marginal Metropolis-Hastings, where it was asked for.
    let chainMean, chainError: Double?
  }
  struct Year: Encodable {
    let year: Int
    /// Of all islands.
    let logEvidence: Double
    // Of the first island.
    let effectiveSampleSize: Double
    let acceptance: Double?
    let innerParticles: Int
  }
  let parameters: [Parameter]
  let logEvidence: Double
  let logEvidenceError: Double?
  /// Of all parameters at the end.
  let effectiveSampleSize: Double
  let years: [Year]

  /// - Parameter chains: draws of the same posterior.
  init(_ posterior: SquaredPosterior, parameters names: [String], beside chains: ParticleMarginalPosterior?) throws
  {
    (logEvidence, logEvidenceError) = (posterior.logEvidence, posterior.logEvidenceError)
    effectiveSampleSize = posterior.weighted.effectiveSampleSize
    years = posterior.islands[0].steps.enumerated().map { year, step in
      let islands = posterior.islands.map { $0.steps[year].logEvidence }
      return Year(
        year: year + 1, logEvidence: logSumExp(islands) - log(Double(islands.count)),
        effectiveSampleSize: step.effectiveSampleSize,
        acceptance: step.acceptanceRate, innerParticles: step.innerParticles)
    }
    let draws = try posterior.weighted.equallyWeighted(count: 4_000)
    parameters = try names.map { name in
      let mean = try posterior.mean(of: name)
      let sorted = (draws[name] ?? [[]])[0].sorted()
      // The error of a ratio of means, by the delta method.
      let residuals = posterior.islands.map { island in
        zip(island.logWeights, (island.draws[name] ?? [[]])[0]).reduce(0) {
          $0 + exp($1.0 - posterior.logEvidence) * ($1.1 - mean)
        }
      }
      let chain = try chains?.draws.chains(of: name)
      return Parameter(
        name: name, mean: mean, standardDeviation: Diagnostics.standardDeviation(sorted),
        lower: sorted[sorted.count / 20], upper: sorted[sorted.count - 1 - sorted.count / 20],
        standardError: residuals.count > 1
          ? Diagnostics.standardDeviation(residuals) / Double(residuals.count).squareRoot() : nil,
        chainMean: chain.map { Diagnostics.mean($0.flatMap { $0 }) }, chainError: chain.map(Diagnostics.meanMCSE))
    }
  }
}

extension WeightedPosterior {
  /// So many draws of equal weight, by systematic resampling.
  func equallyWeighted(count: Int) throws -> VariableColumns {
    let chosen = try SystematicResampling().ancestors(weights: weights, count: count, key: RandomKey(seed: 1))
    return VariableColumns(
      variables: draws.variables, columns: draws.columns.map { column in chosen.map { column[$0] } })
  }
}
