import Foundation
import NumericCore
import PPL

/// SMC^2: particles of parameters, each of which has a population of the model's runs that holds them (Chopin, Jacob and
/// Papaspiliopoulos, 'SMC^2: an efficient algorithm for sequential analysis of state space models', 2013).
///
///     let smc2 = SequentialMonteCarloSquared(
///       over: ["phi", "sigma"], particles: 200,
///       inner: SequentialMonteCarlo(particles: 100) { Resample(.systematic, when: .effectiveSampleFraction(below: 0.5)) })
///     let posterior = try await smc2.run(volatility, seed: 1)
///
/// At each score the inner populations run on, and the weight of the parameters takes the increment of their estimate of
/// the evidence. Where the rule says so, parameters are resampled with copies of their populations, and moved by steps of
/// particle marginal Metropolis-Hastings that leave their posterior given the data so far invariant. So the evidence, and
/// the posterior of parameters and states, come after each score.
///
/// The posterior is consistent in the number of parameters' particles for any number of inner ones, 1 included. The evidence
/// estimate is unbiased for any numbers of both where nothing that moves depends on the particles: with a proposal that is
/// given, no growth, and the rule `.always`. A proposal that is learned from the particles, a rule that looks at their
/// effective sample size before it moves them, and growth by the acceptance rate make it consistent, with a bias of the
/// order of 1 / `particles`; without `moves` the rule is free. `SquaredPosterior.isEvidenceUnbiased` tells.
///
/// Cost: a run of all inner populations, and as many again, from the first score to the present one, for each move. Memory:
/// that of all inner populations, with the ancestors of their resamplings.
public struct SequentialMonteCarloSquared: Sendable {
  /// Continuous sites that each draw once, whose prior depends on no others: the parameters. Without any, populations
  /// themselves are resampled, and moved by proposals of new ones.
  public var sites: [String]
  /// The number of particles of an island, each with its population.
  public var particles: Int
  /// How the populations run. Its islands are not used.
  public var inner: SequentialMonteCarlo
  public var islands: Int
  /// Steps of Metropolis-Hastings for each particle after a resampling.
  public var moves: Int
  public var proposal: ParameterProposal
  public var growth: InnerGrowth
  public var resampling: any ResamplingScheme
  /// When parameters are resampled and moved.
  public var rule: ResamplingRule
  /// Whether the weighted parameters after each score are kept.
  public var recordsParameters: Bool

  public init(
    over sites: [String], particles: Int, inner: SequentialMonteCarlo, islands: Int = 1, moves: Int = 3,
    proposal: ParameterProposal = .learnedWalk(), growth: InnerGrowth = .never,
    resampling: some ResamplingScheme = SystematicResampling(),
    when rule: ResamplingRule = .effectiveSampleFraction(below: 0.5), recordsParameters: Bool = false
  ) {
    (self.sites, self.particles, self.inner, self.islands) = (sites, particles, inner, islands)
    (self.moves, self.proposal, self.growth) = (moves, proposal, growth)
    (self.resampling, self.rule, self.recordsParameters) = (resampling, rule, recordsParameters)
  }

  /// The same seed gives the same result on any number of cores.
  ///
  /// - Parameter progress: is told after each score, from the islands' tasks.
  /// - Throws: `ModelError`, `unknownSite` and `unsupportedSite` for sites that cannot be parameters among them;
  ///   `InferenceError` for a setting out of range; `LinearAlgebraError` for a covariance that is none; `CancellationError`
  ///   where the task is cancelled before the end.
  public func run<Value>(
    _ model: Model<Value>, seed: UInt64, progress: PopulationProgressHandler? = nil
  ) async throws -> SquaredPosterior {
    try check()
    let space = try SiteSpace(model, sites: sites)
    let moving = try proposal.fitted(to: nil, dimension: space.dimension)
    let program = try inner.program(of: model, holding: sites)
    let target = ParameterTarget(program, space, inner)
    let key = RandomKey(seed: seed)
    let results = try await runChains(islands, limit: ProcessInfo.processInfo.activeProcessorCount) { number in
      var run = SquaredRun(self, target, key: key.child("island").child(UInt64(number)))
      return try await run.finish { progress?(PopulationProgress(island: number, islands: islands, scores: $0)) }
    }
    let isFixed = rule == .always && growth == .never && moving != nil
    return SquaredPosterior(results, isEvidenceUnbiased: moves == 0 || rule == .never || isFixed)
  }

  private func check() throws {
    try checkCount("particles", particles)
    try checkCount("inner particles", inner.particles)
    try checkCount("islands", islands)
    try checkCount("moves", moves, from: 0)
    try rule.validate()
    try growth.check(inner.particles)
    guard Set(sites).count == sites.count else {
      throw InferenceError.invalidSetting(
        name: "sites", value: Double(sites.count), expected: "each site once: \(Set(sites).count)")
    }
  }
}
