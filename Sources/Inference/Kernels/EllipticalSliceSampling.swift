import Foundation
import NumericCore

/// Elliptical slice sampling: an ellipse through the state and a draw of a normal law, on which an angle is drawn from the
/// slice under the likelihood (Murray, Adams and MacKay, 'Elliptical slice sampling', 2010, figure 2).
///
/// The law is that of the prior where that is normal. With any other one it is right too: the likelihood is target / law.
public struct EllipticalSliceSampling: PositionKernel {
  /// More halvings of an angle than a number has bits: then the slice is smaller than rounding, and the state stays.
  private static let mostShrinkages = 1100
  private let law: NormalLaw

  /// - Throws: `LinearAlgebraError` for a covariance that is not symmetric and positive definite;
  ///   `InferenceError.invalidSetting` for a mean of another length.
  public init(mean: [Double], covariance: Matrix) throws { law = try NormalLaw(mean: mean, covariance: covariance) }

  /// Independent coordinates with these scales.
  ///
  /// - Throws: `InferenceError.invalidSetting` for scales that are not as many, or not positive and finite.
  public init(mean: [Double], scales: [Double]) throws { law = try NormalLaw(mean: mean, scales: scales) }

  public func step(_ block: PositionBlock, key: RandomKey) throws -> Acceptance {
    try block.require("EllipticalSliceSampling", dimension: law.dimension)
    let (lanes, z, squares) = (block.lanes, block.coordinates, block.room(0))
    let (level, lower, upper, angle) = (block.room(1), block.room(2), block.room(3), block.room(4))
    var stream = RandomStream(key, number: 2)
    block.drawNoise(key)
    law.whiten(block.state.positions, to: z, lanes: lanes)
    law.squares(of: z, to: squares, lanes: lanes)
    for l in 0..<lanes {
      level[l] = block.logTarget(l, in: block.state) + 0.5 * squares[l] - stream.exponential()
      angle[l] = 2 * .pi * stream.uniform()
      (lower[l], upper[l]) = (angle[l] - 2 * .pi, angle[l])
    }
    // The level of a walker that has moved is infinite.
    var (proposals, left) = (0, lanes)
    for _ in 0..<Self.mostShrinkages where left > 0 {
      turn(z, by: angle, to: block.moreCoordinates, block)
      law.squares(of: block.moreCoordinates, to: squares, lanes: lanes)
      law.spread(block.moreCoordinates, scale: 1, from: nil, to: block.proposal.positions, lanes: lanes)
      block.evaluateProposals()
      for l in 0..<lanes where level[l] < .infinity {
        if l < block.count { proposals += 1 }
        if block.logTarget(l, in: block.proposal) + 0.5 * squares[l] > level[l] {
          block.accept(l)
          level[l] = .infinity
          left -= 1
        } else {
          if angle[l] < 0 { lower[l] = angle[l] } else { upper[l] = angle[l] }
          angle[l] = lower[l] + (upper[l] - lower[l]) * stream.uniform()
        }
      }
    }
    return Acceptance(sum: Double(block.count), count: proposals)
  }

  /// z cos(angle) + noise sin(angle), lane by lane.
  private func turn(
    _ z: UnsafePointer<Double>, by angle: UnsafePointer<Double>, to turned: UnsafeMutablePointer<Double>,
    _ block: PositionBlock
  ) {
    let lanes = block.lanes
    for l in 0..<lanes {
      let (cosine, sine) = (cos(angle[l]), sin(angle[l]))
      for i in 0..<block.dimension {
        turned[i * lanes + l] = cosine * z[i * lanes + l] + sine * block.noise[i * lanes + l]
      }
    }
  }
}
