import Foundation

/// What a component of a spectral mixture is multiplied with: an even function m of the distance r in length
/// scales, with m(0) = 1, whose spectrum is a density around 0.
public enum SpectralEnvelope: Sendable, Equatable, CaseIterable {
  /// exp(-r^2 / 2): a normal density of frequencies (the spectral mixture of Wilson and Adams 2013).
  case gaussian
  /// Matern 5/2: a Student t density of frequencies with 5 degrees of freedom, which has heavier tails (Fang
  /// et al. 2024).
  case studentT

  /// The highest order of derivatives of k(x, y), in both arguments together.
  static let highestOrder = 4

  /// The derivative of order n, up to 4, at a signed distance in length scales.
  func derivative(_ n: Int, _ r: Double) -> Double {
    switch self {
    case .gaussian:
      let m = exp(-0.5 * r * r)
      switch n {
      case 0: return m
      case 1: return -r * m
      case 2: return (r * r - 1) * m
      case 3: return (3 - r * r) * r * m
      default: return ((r * r - 6) * r * r + 3) * m
      }
    case .studentT:
      // With b = sqrt(5) and a = b |r|.
      let b = RadialProfile.root5
      let a = b * r.magnitude
      let m = exp(-a)
      switch n {
      case 0: return (1 + a + a * a / 3) * m
      case 1: return -b * b * r / 3 * (1 + a) * m
      case 2: return -b * b / 3 * (1 + a - a * a) * m
      case 3: return b * b * b * b * r / 3 * (3 - a) * m
      default: return b * b * b * b / 3 * (3 - 5 * a + a * a) * m
      }
    }
  }

  /// The spectral density at an angular frequency in radians a length scale.
  func spectralDensity(_ omega: Double) -> Double {
    let profile: RadialProfile = self == .gaussian ? .squaredExponential : .matern52
    return profile.spectralDensity(q: omega * omega, dimension: 1)
  }
}
