import Foundation
import PPL

/// One chain's draws.
struct ParticleMarginalChain: Sendable {
  private(set) var rows = ChainRows()
  private(set) var logTargets: [Double] = []
  private(set) var accepted = 0

  mutating func append(_ state: ParticleState, isAccepted: Bool) {
    accepted += isAccepted ? 1 : 0
    logTargets.append(state.logTarget)
    if let values = state.values { rows.append(values) }
  }
}

/// Draws of a posterior by particle marginal Metropolis-Hastings, chain after chain.
public struct ParticleMarginalPosterior: Sendable {
  /// All sites that are recorded, and the returned values: of each draw, one particle.
  public let draws: Draws
  /// The estimate of the log target at each draw: of the density of the walk's coordinates and the data.
  public let logTargets: [Double]
  /// The share of proposals that were accepted after the warm-up, by chain.
  public let acceptanceRates: [Double]
  private let particles: Int

  init(_ chains: [ParticleMarginalChain], particles: Int) throws {
    let chains = chains.filter { !$0.logTargets.isEmpty }
    guard !chains.isEmpty else { throw InferenceError.noDraws }
    draws = try Draws(chains.map(\.rows), counts: chains.map(\.logTargets.count))
    logTargets = chains.flatMap(\.logTargets)
    acceptanceRates = chains.map { Double($0.accepted) / Double($0.logTargets.count) }
    self.particles = particles
  }

  public func summary(probabilities: [Double] = [0.05, 0.5, 0.95]) -> Summary {
    Summary(draws, probabilities: probabilities)
  }

  /// What is wrong with the chains, and what to do about it; empty where nothing is.
  public var warnings: [String] {
    acceptanceRates.enumerated().filter { $1 < 0.02 }.map { chain, rate in
      "chain \(chain + 1) accepted \(String(format: "%.1f", 100 * rate))% of its proposals: raise the number of particles "
        + "above \(particles)"
    }
  }
}
