import Foundation
import NumericCore

/// How new parameters are proposed, on their unconstrained coordinates.
public enum ParameterProposal: Sendable {
  /// x' = x + s L z with z standard normal and L L' the covariance of the weighted particles before they are resampled; s is
  /// 2.38 / sqrt(n) unless it is given.
  case learnedWalk(scale: Double? = nil)
  /// The same with a covariance that is given before, which leaves the evidence estimate unbiased.
  case walk(covariance: Matrix, scale: Double? = nil)
  /// x' = m + L z, whatever x is, with the mean and the covariance of the weighted particles (section 3.3 of Chopin, Jacob
  /// and Papaspiliopoulos, 2013).
  case learnedNormal

  /// The proposal for particles of these moments; nil where it has to be told them and is not.
  ///
  /// - Throws: `InferenceError.invalidSetting` for a scale that is not positive, or a covariance of another dimension;
  ///   `LinearAlgebraError` for one that is not symmetric and positive definite.
  func fitted(to moments: PositionMoments?, dimension: Int) throws -> FittedProposal? {
    let best = 2.38 / Double(max(dimension, 1)).squareRoot()
    func checked(_ scale: Double?) throws -> Double {
      if let scale, !(scale > 0 && scale < .infinity) {
        throw InferenceError.invalidSetting(name: "scale", value: scale, expected: "> 0 and finite")
      }
      return scale ?? best
    }
    if case .walk(let covariance, let scale) = self {
      let law = try NormalLaw(mean: Array(repeating: 0, count: covariance.rows), covariance: covariance)
      guard law.dimension == dimension else {
        throw InferenceError.invalidSetting(
          name: "the dimension of the covariance", value: Double(law.dimension), expected: "\(dimension), as the sites have")
      }
      return FittedProposal(law: law, walkScale: try checked(scale))
    }
    var walkScale: Double?
    if case .learnedWalk(let scale) = self { walkScale = try checked(scale) }
    // Without parameters there is nothing to learn.
    let nothing = dimension == 0 ? PositionMoments(mean: [], covariance: Matrix(rows: 0, columns: 0)) : nil
    return (moments ?? nothing).map { FittedProposal(law: NormalLaw($0), walkScale: walkScale) }
  }
}

/// A proposal whose normal law is known.
struct FittedProposal: Sendable {
  let law: NormalLaw
  /// Nil where it does not depend on the position.
  let walkScale: Double?

  /// A new position, and log q(x | x') / q(x' | x).
  func propose(from x: [Double], using stream: inout RandomStream) -> (position: [Double], logRatio: Double) {
    let z = x.map { _ in stream.normal() }
    var proposed = x
    law.spread(z, scale: walkScale ?? 1, from: walkScale == nil ? nil : x, to: &proposed, lanes: 1)
    return (proposed, walkScale == nil ? logDensity(x) - logDensity(proposed) : 0)
  }

  /// Of the independent law, but for its normalisation.
  private func logDensity(_ x: [Double]) -> Double {
    var z = x
    law.whiten(x, to: &z, lanes: 1)
    return -0.5 * z.reduce(0) { $0 + $1 * $1 }
  }
}
