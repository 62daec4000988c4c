import Foundation
import NumericCore
import PPL

/// Particle marginal Metropolis-Hastings: a random walk over some sites, whose target is estimated by the mass of a
/// population that draws all others (Andrieu, Doucet and Holenstein, 'Particle Markov chain Monte Carlo methods', 2010,
/// section 4.4). The estimate is kept with the state, so that the chain leaves p(sites, others | data) invariant for any
/// number of particles; more of them make it move more often.
///
///     let pmmh = ParticleMarginalMetropolisHastings(
///       over: ["phi", "sigma"],
///       inner: SequentialMonteCarlo(particles: 128) { Resample(.systematic, when: .effectiveSampleFraction(below: 0.5)) })
///     let posterior = try await pmmh.run(volatility, seed: 1)
///
/// Without sites it is particle independent Metropolis-Hastings (section 4.2): each proposal is a new population.
public struct ParticleMarginalMetropolisHastings: Sendable {
  /// Continuous sites that each draw once.
  public var sites: [String]
  /// How a target is estimated. Its islands are not used.
  public var inner: SequentialMonteCarlo
  public var chains: Int
  public var warmup: Int
  public var draws: Int

  public init(
    over sites: [String], inner: SequentialMonteCarlo, chains: Int = 4, warmup: Int = 500, draws: Int = 1000
  ) {
    (self.sites, self.inner, self.chains, self.warmup, self.draws) = (sites, inner, chains, warmup, draws)
  }

  /// - Throws: `ModelError`, `unknownSite` and `unsupportedSite` for sites that cannot be walked over among them;
  ///   `initialisationFailed` where 100 draws of the prior have mass 0; `InferenceError` for a setting out of range. A
  ///   cancelled run returns what was drawn.
  public func run<Value>(
    _ model: Model<Value>, seed: UInt64, progress: ProgressHandler? = nil
  ) async throws -> ParticleMarginalPosterior {
    try check()
    let program = try inner.program(of: model, holding: sites)
    let (space, prior) = (try SiteSpace(model, sites: sites), try ForwardRun(model, recordsSteps: false))
    let key = RandomKey(seed: seed)
    let results = try await runChains(chains, limit: ProcessInfo.processInfo.activeProcessorCount) { number in
      let key = key.child("chain").child(UInt64(number))
      return try await chain(number, ParticleTarget(program, space, inner), prior, key: key, progress)
    }
    return try ParticleMarginalPosterior(results, particles: inner.particles)
  }

  private func check() throws {
    try checkChainCount(chains)
    try checkCount("warmup", warmup, from: 0)
    try checkCount("draws", draws)
    try checkCount("particles", inner.particles)
    guard Set(sites).count == sites.count else {
      throw InferenceError.invalidSetting(
        name: "sites", value: Double(sites.count), expected: "each site once: \(Set(sites).count)")
    }
  }

  private func chain(
    _ number: Int, _ target: ParticleTarget, _ prior: ForwardRun, key: RandomKey, _ progress: ProgressHandler?
  ) async throws -> ParticleMarginalChain {
    var stream = RandomStream(key.child("walk"))
    var state = try target.start(prior, key: key.child("start"))
    var walk = RandomWalk(dimension: state.position.count)
    var result = ParticleMarginalChain()
    let total = warmup + draws
    for iteration in 0..<total {
      if Task.isCancelled { break }
      await Task.yield()
      if Mutation.isActive(.estimateRefreshed) {
        state = try target.state(at: state.position, key: key.child("refreshed").child(UInt64(iteration)))
      }
      let position = walk.propose(from: state.position, using: &stream)
      let proposal = try target.state(at: position, key: key.child("iteration").child(UInt64(iteration)))
      let acceptance = exp(min(0, proposal.logTarget - state.logTarget))
      let isAccepted = stream.uniform() < acceptance
      if isAccepted { state = proposal }
      if iteration < warmup {
        try walk.learn(state.position, acceptance: acceptance)
      } else if isAccepted || !Mutation.isActive(.rejectedWalkStateDropped) {
        result.append(state, isAccepted: isAccepted)
      }
      progress?(
        SamplingProgress(
          chain: number, chains: chains, iteration: iteration + 1, iterations: total,
          phase: iteration < warmup ? .warmup : .sampling, divergences: 0))
    }
    return result
  }
}
