import Foundation
import NumericCore

/// The moments of the intensity of a pair of nodes over a bin of constant velocities:
/// M_k = integral from 0 to w of s^k exp(bias - |delta + s u|^2) ds, k = 0, 1, 2.
///
/// Celikkanat, Nakis and Morup (2022), 'Piecewise-Velocity Model for Learning Continuous-time Dynamic Node
/// Representations', section 3. Their closed form subtracts error functions and loses all its digits for far
/// pairs and small velocities; here each case has a form without cancellation:
/// - |u| w of at most 1: Gauss-Legendre of 16 points, whose error is below 1e-16 of the largest value;
/// - the nearest point outside of the bin: scaled complementary error functions;
/// - the nearest point inside: a sum of two error functions.
///
/// The relative error of `zeroth` is of the order of 1e-15 (1 + |exponent|), the exponent's own rounding.
/// Cost: O(1).
public struct PairIntegral: Sendable, Equatable {
  public let zeroth, first, second: Double

  private static let rule = GaussLegendre(16)

  /// - Parameters:
  ///   - bias: the sum of the biases of both nodes.
  ///   - delta: the difference of positions at the bin's start.
  ///   - velocity: the difference of velocities.
  ///   - width: the bin's width, >= 0.
  public init(bias: Double, delta: SIMD2<Double>, velocity: SIMD2<Double>, width w: Double) {
    let speed = (velocity.x * velocity.x + velocity.y * velocity.y).squareRoot()
    if speed * w <= 1 {
      var moments = (0.0, 0.0, 0.0)
      for (node, weight) in zip(Self.rule.nodes, Self.rule.weights) {
        let s = w * node
        let at = delta + s * velocity
        let value = w * weight * exp(bias - (at.x * at.x + at.y * at.y))
        moments.0 += value
        moments.1 += s * value
        moments.2 += s * s * value
      }
      (zeroth, first, second) = moments
      return
    }
    let direction = velocity / speed
    let along = delta.x * direction.x + delta.y * direction.y
    let across = delta.x * direction.y - delta.y * direction.x
    let (z0, z1) = (along, along + speed * w)
    let end = delta + w * velocity
    let e0 = exp(bias - (delta.x * delta.x + delta.y * delta.y))
    let e1 = exp(bias - (end.x * end.x + end.y * end.y))
    let factor = Double.pi.squareRoot() / (2 * speed)
    if z0 > 0 {
      zeroth = factor * (e0 * scaledErfc(z0) - e1 * scaledErfc(z1))
    } else if z1 < 0 {
      zeroth = factor * (e1 * scaledErfc(-z1) - e0 * scaledErfc(-z0))
    } else {
      zeroth = factor * exp(bias - across * across) * (erf(z1) + erf(-z0))
    }
    let square = speed * speed
    first = -((e1 - e0) / 2 + along * speed * zeroth) / square
    second = (zeroth - w * e1 - 2 * along * speed * first) / (2 * square)
  }
}
