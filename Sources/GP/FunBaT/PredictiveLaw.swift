import NumericCore

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The law of a sum of a normal error and of noise, both around 0: Student-t if the noise is, with the variance of the
/// sum and, as the square of its scale, the sum of s^2 and sigma^2. That takes 2 + (nu - 2) (1 + s^2 / sigma^2) degrees
/// of freedom: exact without the error, and normal where the error is all.
package struct PredictiveLaw: Sendable {
  package let variance: Double
  private let scale: Double
  /// Infinite where the law is normal.
  private let degrees: Double

  /// - Parameters:
  ///   - noise: its variance, or the square of its scale.
  ///   - degrees: of its freedom; nil if it is normal.
  package init(signalVariance: Double, noise: Double, degrees: Double?) {
    let square = signalVariance + noise
    scale = square.squareRoot()
    self.degrees = degrees.map { 2 + ($0 - 2) * (square / noise) } ?? .infinity
    variance = signalVariance + noise * (degrees.map { $0 / ($0 - 2) } ?? 1)
  }

  package func logDensity(_ x: Double) -> Double {
    let z = x / scale
    // Beyond which Student-t is normal to double precision, but for its far tails.
    guard degrees < 1e7 else { return -0.5 * (z * z + log(2 * .pi)) - log(scale) }
    let half = 0.5 * degrees
    return logGamma(half + 0.5) - logGamma(half) - 0.5 * log(.pi * degrees) - log(scale)
      - (half + 0.5) * log1p(z * z / degrees)
  }

  /// The probability of what is above x, at least 0.
  package func tail(_ x: Double) -> Double {
    let z = x / scale
    // As normal as far as any interval reaches.
    guard degrees < 1e4 else { return 0.5 * erfc(z * 0.5.squareRoot()) }
    return 0.5 * regularizedBeta(0.5 * degrees, 0.5, degrees / (degrees + z * z))
  }

  /// - Parameter p: at least 1/2.
  package func quantile(_ p: Double) -> Double {
    let normal = normalQuantile(p)
    guard degrees < 1e4, normal > 0 else { return scale * normal }
    // Newton's method on the distribution function, which is concave: it never steps beyond the root.
    var x = normal
    for _ in 0..<100 {
      let step = (p - 1 + tail(x * scale)) / exp(logDensity(x * scale) + log(scale))
      x += step
      if abs(step) < 1e-12 * x { break }
    }
    return scale * x
  }
}
