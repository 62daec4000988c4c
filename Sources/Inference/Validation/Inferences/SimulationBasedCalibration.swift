import Foundation
import NumericCore
import PPL

/// Simulation-based calibration: whether an inference gives the posterior of a model, whatever it is.
///
/// Latents are drawn from the prior, data given them, and then the inference is run on the data; the rank of
/// what was drawn among posterior draws is uniform if these are independent draws of the posterior (Talts,
/// Betancourt, Simpson, Vehtari and Gelman, 'Validating Bayesian inference algorithms with simulation-based
/// calibration', 2018).
///
///     let calibration = SimulationBasedCalibration(model)
///     let result = try await calibration.run(NoUTurnSampler(chains: 2, draws: 500), seed: 1)
///     result.verdict.passes
///     try result.report(title: "NUTS").write(to: "output/calibration.html")
///
/// Ranks of latents alone are uniform too for an inference that returns the prior, or forgets a part of the
/// data. So the log likelihood, a quantity that depends on the data, is ranked as well (Modrák et al.,
/// 'Simulation-based calibration checking for Bayesian computation: the choice of test quantities shapes
/// sensitivity', 2023), for static models.
///
/// The model has to be a joint law of latents and data: no `Factor`, proper priors, no observations in
/// continuations. Draws of chains are thinned to `draws`: give the sampler so many that those are nearly
/// independent. Cost: `dataSets` runs.
public struct SimulationBasedCalibration<Value: Sendable>: Sendable {
  public let model: Model<Value>
  public var dataSets: Int
  /// The posterior draws that are ranked among: ranks go from 0 to this number.
  public var draws: Int
  public var errorRate = TestFamily.defaultErrorRate
  /// The elements of a variable that are ranked, the first ones.
  public var elements = 4

  public init(_ model: Model<Value>, dataSets: Int = 200, draws: Int = 63) {
    (self.model, self.dataSets, self.draws) = (model, dataSets, draws)
  }

  /// - Throws: `InferenceError.invalidSetting`; `ModelError` as for a model that is no joint law; what the
  ///   sampler throws.
  public func run(_ sampler: some PosteriorSampler, seed: UInt64) async throws -> CalibrationResult {
    try checkCount("data sets", dataSets, from: 10)
    try checkCount("draws", draws)
    let key = RandomKey(seed: seed)
    let simulator = try JointSimulator(model)
    let truths = try simulator.draws(count: dataSets, key: key.child("joint"))
    let quantities = simulator.quantities.flatMap { variable in
      (0..<min(variable.shape.count, elements)).map { (variable, $0) }
    }
    let (model, draws, hasLikelihood) = (model, draws, (try? ConditionalRun(model)) != nil)
    let limit = ProcessInfo.processInfo.activeProcessorCount
    let ranks = try await runChains(dataSets, limit: limit) { number -> [Int] in
      let key = key.child("data").child(UInt64(number))
      let observed = model.observing(truths.values(of: simulator.observations, draw: number))
      let sample = try await sampler.posteriorSample(of: observed, seed: key.child("sampler").words.0)
      let chosen = try sample.chosen(draws, key: key.child("chosen"))
      var stream = RandomStream(key.child("ties"))
      var ranks = try quantities.map { variable, element in
        guard let column = sample.draws[variable.name]?[element],
          let truth = truths[variable.name]?[element][number]
        else {
          throw InferenceError.unknownVariable(variable.name, known: sample.draws.variables.map(\.name))
        }
        return rank(of: truth, among: chosen.map { column[$0] }, using: &stream)
      }
      guard hasLikelihood else { return ranks }
      let conditional = try ConditionalRun(observed)
      let truth = try conditional.logScores(
        given: truths.values(of: conditional.sites, draw: number).asColumns, count: 1)[0]
      let likelihoods = try conditional.logScores(
        given: Dictionary(
          uniqueKeysWithValues: conditional.sites.map { site in
            (site.name, (sample.draws[site.name] ?? []).map { column in chosen.map { column[$0] } })
          }), count: draws)
      ranks.append(rank(of: truth, among: likelihoods, using: &stream))
      return ranks
    }
    let names = quantities.map { $0.elementNames[$1] } + (hasLikelihood ? [CalibrationResult.logLikelihood] : [])
    return try CalibrationResult(
      ranks: names.enumerated().map { i, name in (name, ranks.map { $0[i] }) }, largest: draws, errorRate: errorRate)
  }
}

/// How many numbers are smaller; equal ones count or not by fair chance, all ranks among them alike.
private func rank(of x: Double, among others: [Double], using stream: inout RandomStream) -> Int {
  let (below, equal) = (others.count { $0 < x }, others.count { $0 == x })
  return below + (equal > 0 ? Int.random(in: 0...equal, using: &stream) : 0)
}
