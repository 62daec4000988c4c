import Foundation
import NumericCore

/// The random walk x' = x + s L z with z standard normal and L L' the covariance (Metropolis et al., 'Equation of state
/// calculations by fast computing machines', 1953).
///
/// s is 2.38 / sqrt(n) unless another one is given: the best scale for normal targets whose covariance this is (Roberts,
/// Gelman and Gilks, 'Weak convergence and optimal scaling of random walk Metropolis algorithms', 1997).
public struct RandomWalkMetropolis: PositionKernel {
  private let scale: Double?
  private let given: NormalLaw?
  private var learned: NormalLaw?

  /// A walk that takes its covariance from particles; the identity before that.
  public init() { (scale, given) = (nil, nil) }

  /// - Throws: `LinearAlgebraError` for a covariance that is not symmetric and positive definite;
  ///   `InferenceError.invalidSetting` for a scale that is not positive.
  public init(covariance: Matrix, scale: Double? = nil) throws {
    if let scale, !(scale > 0 && scale < .infinity) {
      throw InferenceError.invalidSetting(name: "scale", value: scale, expected: "> 0 and finite")
    }
    self.scale = scale
    given = try NormalLaw(mean: Array(repeating: 0, count: covariance.rows), covariance: covariance)
  }

  public var adapts: Bool { given == nil }

  public mutating func adapt(to moments: PositionMoments) {
    if adapts { learned = NormalLaw(moments) }
  }

  public func step(_ block: PositionBlock, key: RandomKey) throws -> Acceptance {
    let (n, lanes) = (block.dimension, block.lanes)
    let size = scale ?? 2.38 / Double(max(n, 1)).squareRoot()
    block.drawNoise(key)
    if let law = given ?? learned {
      try block.require("RandomWalkMetropolis", dimension: law.dimension)
      law.spread(
        block.noise, scale: size, from: block.state.positions, to: block.proposal.positions, lanes: lanes)
    } else {
      for i in 0..<(n * lanes) { block.proposal.positions[i] = block.state.positions[i] + size * block.noise[i] }
    }
    return block.metropolisHastings(key: key)
  }
}
