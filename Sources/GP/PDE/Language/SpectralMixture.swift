/// A covariance along one axis of a domain, stationary, with a spectrum of densities of equal width:
///
///     k(x, x') = m(|x - x'|) sum_q w_q cos(2 pi f_q (x - x'))
///
/// with an envelope m of length scale l that is the squared exponential, Cauchy's or Matern's (`Family`).
///
/// The covariance of u is the product over the axes, times a factor that is estimated.
public struct SpectralMixture: Sendable, Equatable {
  public struct Component: Sendable, Equatable {
    /// f_q, in cycles per unit, distinct and not negative; 0 is the trend.
    public var frequency: Double
    /// w_q, positive.
    public var variance: Double

    public init(frequency: Double, variance: Double) {
      (self.frequency, self.variance) = (frequency, variance)
    }
  }
  /// Of the densities that the spectrum is a mixture of.
  public enum Family: Sendable, Equatable, CaseIterable {
    /// The envelope is the squared exponential, exp(-r^2 / (2 l^2)): for smooth functions.
    case gaussian
    /// Cauchy's, 1 / (1 + r^2 / l^2), whose spectrum is an exponential, as a sum of waves up to the highest frequency of
    /// the grid: for functions that are smooth with layers of thickness l, or whose frequency changes.
    case cauchy
    /// Matern's of order 5/2, (1 + b r + b^2 r^2 / 3) exp(-b r) with b = sqrt(5) / l, as a sum of waves up to the
    /// highest frequency of the grid: for functions with two derivatives and no more.
    case studentT
  }
  public var family: Family
  /// l, in the axis's units: at least 1/64 of its length.
  public var lengthScale: Double
  public var components: [Component]

  public init(_ family: Family = .gaussian, lengthScale: Double, components: [Component]) {
    (self.family, self.lengthScale, self.components) = (family, lengthScale, components)
  }

  init(_ basis: EnvelopeBasis) {
    (family, lengthScale) = (basis.family, basis.lengthScale)
    components = basis.components.map { Component(frequency: $0.frequency, variance: $0.weight) }
  }

  /// - Throws: `invalidCovariance`.
  func basis(on points: [Double], axis: Int) throws(PDEError) -> EnvelopeBasis {
    let (lower, upper) = (points[0], points[points.count - 1])
    guard lengthScale.isFinite, lengthScale >= Self.shortest * (upper - lower) else {
      throw .invalidCovariance(
        axis: axis, reason: "length scale \(lengthScale), expected at least \(Self.shortest * (upper - lower))")
    }
    guard !components.isEmpty else { throw .invalidCovariance(axis: axis, reason: "no components") }
    for (q, c) in components.enumerated() {
      guard c.variance > 0, c.variance.isFinite, c.frequency >= 0, c.frequency.isFinite,
        components[..<q].allSatisfy({ $0.frequency != c.frequency })
      else {
        throw .invalidCovariance(
          axis: axis,
          reason: """
            component \(q) of variance \(c.variance) and frequency \(c.frequency), expected a positive variance and \
            distinct frequencies that are not negative
            """)
      }
    }
    return EnvelopeBasis(
      on: points, lengthScale: lengthScale,
      components: components.map { .init(weight: $0.variance, frequency: $0.frequency) }, family: family)
  }

  /// Of an interval: the basis grows with the square of its length over the scale, and at half of this the envelope is
  /// below the smallest number at the ends.
  private static let shortest = 1.0 / 64
}
