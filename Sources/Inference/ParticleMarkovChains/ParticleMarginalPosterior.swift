import Foundation
import PPL

/// One chain's draws.
struct ParticleMarginalChain: Sendable {
  private(set) var variables: [Variable] = []
  private(set) var columns: [[Double]] = []
  private(set) var logTargets: [Double] = []
  private(set) var accepted = 0

  mutating func append(_ state: ParticleState, isAccepted: Bool) {
    accepted += isAccepted ? 1 : 0
    logTargets.append(state.logTarget)
    guard let values = state.values else { return }
    if columns.isEmpty { (variables, columns) = (values.variables, values.columns.map { _ in [] }) }
    for (i, column) in values.columns.enumerated() { columns[i].append(column[0]) }
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
    guard let first = chains.first else { throw InferenceError.noDraws }
    let columns = first.columns.indices.map { i in chains.flatMap { $0.columns[i] } }
    draws = try Draws(
      VariableColumns(variables: first.variables, columns: columns), counts: chains.map(\.logTargets.count))
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
