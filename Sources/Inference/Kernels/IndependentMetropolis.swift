import NumericCore

/// Proposals that do not depend on the state, x' ~ Normal(m, C) (Hastings, 'Monte Carlo sampling methods using Markov
/// chains and their applications', 1970; Tierney 1994, section 2.3.3).
///
/// It mixes at a geometric rate only where target / proposal is bounded: give it wider tails than the target's.
public struct IndependentMetropolis: PositionKernel {
  private let given: NormalLaw?
  private var learned: NormalLaw?

  /// Proposals with the moments of particles; standard normal ones before that.
  public init() { given = nil }

  /// - Throws: `LinearAlgebraError` for a covariance that is not symmetric and positive definite;
  ///   `InferenceError.invalidSetting` for a mean of another length.
  public init(mean: [Double], covariance: Matrix) throws { given = try NormalLaw(mean: mean, covariance: covariance) }

  public var adapts: Bool { given == nil }

  public mutating func adapt(to moments: PositionMoments) { if adapts { learned = NormalLaw(moments) } }

  public func step(_ block: PositionBlock, key: RandomKey) throws -> Acceptance {
    let (lanes, before, after) = (block.lanes, block.room(0), block.room(1))
    let law =
      try given ?? learned ?? NormalLaw(
        mean: Array(repeating: 0, count: block.dimension), scales: Array(repeating: 1, count: block.dimension))
    try block.require("IndependentMetropolis", dimension: law.dimension)
    block.drawNoise(key)
    law.spread(block.noise, scale: 1, from: nil, to: block.proposal.positions, lanes: lanes)
    law.squares(of: block.noise, to: after, lanes: lanes)
    law.whiten(block.state.positions, to: block.coordinates, lanes: lanes)
    law.squares(of: block.coordinates, to: before, lanes: lanes)
    return block.metropolisHastings(logCorrection: { 0.5 * (after[$0] - before[$0]) }, key: key)
  }
}
