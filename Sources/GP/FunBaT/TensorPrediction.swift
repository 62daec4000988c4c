import NumericCore

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

extension FunctionalTensorFit {
  /// A value that is predicted: of an observation, noise included.
  ///
  /// With Student-t noise the value is taken to be Student-t around the mean, with s^2 + sigma^2 as the
  /// square of its scale, s the standard deviation of the signal and sigma the scale of the noise, and nu (1
  /// + s^2 / sigma^2)^2 degrees of freedom (Welch and Satterthwaite): exact for s = 0, and normal where the
  /// signal is what is uncertain.
  public struct Prediction: Sendable {
    public let mean: Double
    public let standardDeviation: Double
    private let law: PredictiveLaw

    init(mean: Double, _ law: PredictiveLaw) {
      (self.mean, self.law) = (mean, law)
      standardDeviation = law.variance.squareRoot()
    }

    /// The central interval with a probability, above 0 and below 1.
    public func interval(_ probability: Double) -> ClosedRange<Double> {
      let half = law.quantile(0.5 + 0.5 * probability)
      return (mean - half)...(mean + half)
    }

    /// The logarithm of the predictive density at a value.
    public func logDensity(of y: Double) -> Double { law.logDensity(y - mean) }
  }
}

/// The law of a sum of a normal error and of noise, both around 0.
package struct PredictiveLaw {
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
    self.degrees = degrees.map { $0 * (square / noise) * (square / noise) } ?? .infinity
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

  /// - Parameter p: at least 1/2.
  package func quantile(_ p: Double) -> Double {
    let normal = normalQuantile(p)
    guard degrees < 1e4, normal > 0 else { return scale * normal }
    // Newton's method on the distribution function, which is concave: it never steps beyond the root.
    var x = normal
    for _ in 0..<100 {
      let tail = 0.5 * regularizedBeta(0.5 * degrees, 0.5, degrees / (degrees + x * x))
      let step = (p - 1 + tail) / exp(logDensity(x * scale) + log(scale))
      x += step
      if abs(step) < 1e-12 * x { break }
    }
    return scale * x
  }
}
