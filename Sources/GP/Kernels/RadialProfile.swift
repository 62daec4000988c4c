import Foundation
import NumericCore

/// A correlation as a function h(s) of the squared distance s = r^2 in length scales, positive definite in
/// every dimension, with h(0) = 1.
public enum RadialProfile: Sendable, Equatable {
  /// exp(-s / 2).
  case squaredExponential
  /// exp(-r).
  case matern12
  /// (1 + sqrt(3) r) exp(-sqrt(3) r).
  case matern32
  /// (1 + sqrt(5) r + 5 s / 3) exp(-sqrt(5) r).
  case matern52
  /// (1 + s / (2 alpha))^-alpha; alpha is a hyper-parameter, `shape`.
  case rationalQuadratic(shape: Double)

  static let root3 = 3.0.squareRoot()
  static let root5 = 5.0.squareRoot()

  /// Overwrites each s by h(s).
  func evaluate(_ s: UnsafeMutablePointer<Double>, count: Int) {
    switch self {
    case .squaredExponential:
      for i in 0..<count { s[i] *= -0.5 }
      VectorMath.exp(s, s, count: count)
    case .matern12:
      for i in 0..<count { s[i] = -s[i].squareRoot() }
      VectorMath.exp(s, s, count: count)
    case .matern32:
      Self.timesExponential(s, count, rate: Self.root3) { 1 + $0 }
    case .matern52:
      Self.timesExponential(s, count, rate: Self.root5) { 1 + $0 + $0 * $0 / 3 }
    case .rationalQuadratic(let alpha): Self.power(s, count, -alpha, alpha)
    }
  }

  /// Overwrites each s by h'(s); minus infinity at 0 where the process is not differentiable.
  func evaluateSlope(_ s: UnsafeMutablePointer<Double>, count: Int) {
    switch self {
    case .squaredExponential:
      evaluate(s, count: count)
      for i in 0..<count { s[i] *= -0.5 }
    case .matern12: Self.timesExponential(s, count, rate: 1) { -0.5 / $0 }
    case .matern32: Self.timesExponential(s, count, rate: Self.root3) { _ in -1.5 }
    case .matern52: Self.timesExponential(s, count, rate: Self.root5) { -5.0 / 6 * (1 + $0) }
    case .rationalQuadratic(let alpha):
      Self.power(s, count, -(alpha + 1), alpha)
      for i in 0..<count { s[i] *= -0.5 }
    }
  }

  /// Overwrites each s by p(a) exp(-a), a = rate sqrt(s).
  @inline(__always) private static func timesExponential(
    _ s: UnsafeMutablePointer<Double>, _ count: Int, rate: Double, _ p: (Double) -> Double
  ) {
    precondition(count <= PointPairs.blockSize, "a block of \(count)")
    withUnsafeTemporaryAllocation(of: Double.self, capacity: PointPairs.blockSize) { room in
      guard let room = room.baseAddress else { return }
      for i in 0..<count { room[i] = -rate * s[i].squareRoot() }
      VectorMath.exp(room, s, count: count)
      for i in 0..<count { s[i] *= p(-room[i]) }
    }
  }

  /// Overwrites each s by (1 + s / (2 alpha))^power.
  private static func power(_ s: UnsafeMutablePointer<Double>, _ count: Int, _ power: Double, _ alpha: Double)
  {
    for i in 0..<count { s[i] *= 0.5 / alpha }
    VectorMath.log1p(s, s, count: count)
    for i in 0..<count { s[i] *= power }
    VectorMath.exp(s, s, count: count)
  }

  /// h'(s); minus infinity at 0 where the process is not differentiable.
  @inline(__always) func slope(_ s: Double) -> Double {
    switch self {
    case .squaredExponential: return -0.5 * exp(-0.5 * s)
    case .matern12:
      let r = s.squareRoot()
      return -0.5 * exp(-r) / r
    case .matern32: return -1.5 * exp(-Self.root3 * s.squareRoot())
    case .matern52:
      let a = Self.root5 * s.squareRoot()
      return -5.0 / 6 * (1 + a) * exp(-a)
    case .rationalQuadratic(let alpha): return -0.5 * exp(-(alpha + 1) * log1p(s / (2 * alpha)))
    }
  }

  /// h''(s), for profiles with `isDifferentiable`; at 0 of Matern 3/2, where it is infinite, 0: it stands
  /// beside products of coordinates of x - y, which are 0 there.
  @inline(__always) func curvature(_ s: Double) -> Double {
    switch self {
    case .squaredExponential: return 0.25 * exp(-0.5 * s)
    case .matern12: return .nan
    case .matern32:
      let r = s.squareRoot()
      return r > 0 ? 0.75 * Self.root3 * exp(-Self.root3 * r) / r : 0
    case .matern52: return 25.0 / 12 * exp(-Self.root5 * s.squareRoot())
    case .rationalQuadratic(let alpha):
      return 0.25 * (alpha + 1) / alpha * exp(-(alpha + 2) * log1p(s / (2 * alpha)))
    }
  }

  /// Whether the process has a derivative in mean square.
  var isDifferentiable: Bool { self != .matern12 }

  /// The spectral density at a frequency of squared length q (radians a length scale) in d dimensions.
  ///
  /// Rasmussen and Williams (2006), equations 4.7 and 4.15; the rational quadratic is a mixture of squared
  /// exponentials by a gamma law of the precision, whose integral is a Bessel function.
  func spectralDensity(q: Double, dimension d: Double) -> Double {
    func matern(_ nu: Double) -> Double {
      let order = nu + d / 2
      let gammas: Double = lgamma(order) - lgamma(nu)
      let volume: Double = d / 2 * log(4 * Double.pi)
      return exp(volume + gammas + nu * log(2 * nu) - order * log(2 * nu + q))
    }
    switch self {
    case .squaredExponential: return exp(d / 2 * log(2 * Double.pi) - q / 2)
    case .matern12: return matern(0.5)
    case .matern32: return matern(1.5)
    case .matern52: return matern(2.5)
    case .rationalQuadratic(let alpha): return Self.rationalQuadraticDensity(alpha, q: q, dimension: d)
    }
  }
}
