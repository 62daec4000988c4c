import Foundation

/// What a covariance on the line decays by: m(r) with m(0) = 1 and a length scale l.
public enum StationaryEnvelope: Sendable, Equatable, CaseIterable {
  /// exp(-r^2 / (2 l^2)); its spectrum is a Gaussian.
  case squaredExponential
  /// (1 + b a + b^2 a^2 / 3) exp(-b a) with a = |r|, b = sqrt(5) / l; its spectrum is a Student-t density.
  case matern52
}

extension StationaryEnvelope {
  /// How many derivatives `derivatives` gives, counting the function itself: of orders 0 to 5.
  static let orders = 6

  /// Writes m, m', ..., m^(5) at r. The fifth derivative of Matern 5/2 jumps at 0, where 0 is written.
  func derivatives(at r: Double, lengthScale l: Double, into m: UnsafeMutablePointer<Double>) {
    switch self {
    case .squaredExponential:
      // m' = -r m / l^2, differentiated n times.
      let precision = 1 / (l * l)
      m[0] = exp(-0.5 * r * r * precision)
      m[1] = -r * precision * m[0]
      for n in 1..<Self.orders - 1 { m[n + 1] = -precision * (r * m[n] + Double(n) * m[n - 1]) }
    case .matern52:
      let b = 5.0.squareRoot() / l
      let s = b * r.magnitude
      let decay = exp(-s)
      let sign = r > 0 ? 1.0 : r < 0 ? -1 : 0
      let (b2, b4) = (b * b, b * b * b * b)
      m[0] = (1 + s + s * s / 3) * decay
      m[1] = -sign * b / 3 * s * (1 + s) * decay
      m[2] = -b2 / 3 * (1 + s - s * s) * decay
      m[3] = sign * b2 * b / 3 * s * (3 - s) * decay
      m[4] = b4 / 3 * (3 - 5 * s + s * s) * decay
      m[5] = sign * b4 * b / 3 * (-8 + 7 * s - s * s) * decay
    }
  }

  /// S(f) with m(r) = integral S(f) exp(2 pi i f r) df.
  func spectralDensity(at f: Double, lengthScale l: Double) -> Double {
    let omega = 2 * Double.pi * f
    switch self {
    case .squaredExponential: return (2 * Double.pi).squareRoot() * l * exp(-0.5 * omega * omega * l * l)
    case .matern52:
      let b = 5.0.squareRoot() / l
      let q = b / (b * b + omega * omega)
      return 16.0 / 3 * b * b * q * q * q
    }
  }
}
