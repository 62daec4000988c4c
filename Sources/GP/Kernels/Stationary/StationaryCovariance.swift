import Foundation

/// A stationary covariance on the line, as a mixture in the spectrum:
///
///     k(r) = sum_q w_q m(r; l_q) cos(2 pi f_q r)
///
/// One component of frequency 0 is the squared exponential or Matern 5/2 covariance; several are the spectral
/// mixture of Wilson and Adams ('Gaussian process kernels for pattern discovery and extrapolation', ICML 2013),
/// with Gaussian or Student-t components in the spectrum (Fang et al., 'Solving high frequency and multi-scale
/// PDEs with Gaussian processes', ICLR 2024).
///
/// Unconstrained parameters are, component by component: log w, log l, f.
public struct StationaryCovariance: Sendable, Equatable {
  public struct Component: Sendable, Equatable {
    /// The variance w, positive.
    public var weight: Double
    /// l, positive, in the units of r.
    public var lengthScale: Double
    /// f, in cycles per unit of r.
    public var frequency: Double

    public init(weight: Double, lengthScale: Double, frequency: Double = 0) {
      (self.weight, self.lengthScale, self.frequency) = (weight, lengthScale, frequency)
    }
  }

  public let envelope: StationaryEnvelope
  public let components: [Component]

  /// The highest order of derivatives: twice what an equation of second order asks of the process.
  public static let highestDerivative = 4

  /// - Throws: `noComponents`, or `invalidComponent` for a weight or a length scale that is not positive and
  ///   finite, or a frequency that is not finite.
  public init(
    _ envelope: StationaryEnvelope, components: [Component]
  ) throws(StationaryCovarianceError) {
    guard !components.isEmpty else { throw .noComponents }
    for (q, c) in components.enumerated() {
      func check(
        _ name: String, _ value: Double, _ expected: String, _ holds: Bool
      ) throws(StationaryCovarianceError) {
        guard holds else { throw .invalidComponent(index: q, name: name, value: value, expected: expected) }
      }
      try check("weight", c.weight, "> 0 and finite", c.weight > 0 && c.weight.isFinite)
      try check("length scale", c.lengthScale, "> 0 and finite", c.lengthScale > 0 && c.lengthScale.isFinite)
      try check("frequency", c.frequency, "finite", c.frequency.isFinite)
    }
    (self.envelope, self.components) = (envelope, components)
  }

  /// variance exp(-r^2 / (2 l^2)).
  public static func squaredExponential(
    variance: Double = 1, lengthScale: Double
  ) throws(StationaryCovarianceError) -> Self {
    try Self(.squaredExponential, components: [Component(weight: variance, lengthScale: lengthScale)])
  }

  /// Matern with smoothness 5/2.
  public static func matern52(
    variance: Double = 1, lengthScale: Double
  ) throws(StationaryCovarianceError) -> Self {
    try Self(.matern52, components: [Component(weight: variance, lengthScale: lengthScale)])
  }

  /// S(f) with k(r) = integral S(f) exp(2 pi i f r) df: half of each component at its frequency, half at the
  /// mirrored one.
  public func spectralDensity(at f: Double) -> Double {
    components.reduce(0) { sum, c in
      sum + 0.5 * c.weight
        * (envelope.spectralDensity(at: f - c.frequency, lengthScale: c.lengthScale)
          + envelope.spectralDensity(at: f + c.frequency, lengthScale: c.lengthScale))
    }
  }

  /// log w, log l and f of each component, in turn.
  public var parameters: [Double] {
    components.flatMap { [log($0.weight), log($0.lengthScale), $0.frequency] }
  }

  /// The same envelope with other parameters.
  ///
  /// - Throws: `wrongParameterCount`, or as the initialiser does where exp overflows.
  public func withParameters(_ parameters: [Double]) throws(StationaryCovarianceError) -> Self {
    guard parameters.count == 3 * components.count else {
      throw .wrongParameterCount(parameters.count, expected: 3 * components.count)
    }
    return try Self(
      envelope,
      components: components.indices.map {
        Component(
          weight: exp(parameters[3 * $0]), lengthScale: exp(parameters[3 * $0 + 1]),
          frequency: parameters[3 * $0 + 2])
      })
  }
}
