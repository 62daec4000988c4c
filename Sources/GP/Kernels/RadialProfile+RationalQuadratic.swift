import Foundation
import NumericCore

extension RadialProfile {
  /// (2 pi)^(d/2) alpha^alpha / Gamma(alpha) 2 (q / (2 alpha))^(nu/2) K_nu(sqrt(2 alpha q)), nu = alpha -
  /// d/2; at 0 its limit, which is infinite for nu <= 0.
  static func rationalQuadraticDensity(_ alpha: Double, q: Double, dimension d: Double) -> Double {
    let nu = alpha - d / 2
    let logConstant: Double = d / 2 * log(2 * Double.pi) + alpha * log(alpha) - lgamma(alpha)
    guard q > 0 else { return nu > 0 ? exp(logConstant + lgamma(nu) - nu * log(alpha)) : .infinity }
    let power: Double = log(2.0) + nu / 2 * log(q / (2 * alpha))
    return exp(logConstant + power + logBesselK(nu.magnitude, (2 * alpha * q).squareRoot()))
  }

  /// d h / d log alpha of the rational quadratic profile.
  static func rationalQuadraticShapeSlope(_ alpha: Double, _ s: Double) -> Double {
    let u = s / (2 * alpha)
    let l = log1p(u)
    return alpha * exp(-alpha * l) * (u / (1 + u) - l)
  }
}
