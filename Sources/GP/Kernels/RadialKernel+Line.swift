import Foundation

extension RadialProfile {
  /// Whether k(x, y) on the line has derivatives of order 3 and 4 in all.
  var isTwiceDifferentiable: Bool {
    switch self {
    case .squaredExponential, .matern52, .rationalQuadratic: true
    case .matern12, .matern32: false
    }
  }

  /// The derivative of order 3 or 4 of h(r^2) in r, a signed distance in length scales.
  func lineDerivative(_ order: Int, _ r: Double) -> Double {
    switch self {
    case .squaredExponential: return SpectralEnvelope.gaussian.derivative(order, r)
    case .matern52: return SpectralEnvelope.studentT.derivative(order, r)
    case .rationalQuadratic(let alpha):
      // By the derivatives of h in s, from h'' on.
      let s = r * r
      let inverse = 1 / (1 + s / (2 * alpha))
      let second = curvature(s)
      let third = -0.5 * (alpha + 2) / alpha * inverse * second
      let fourth = -0.5 * (alpha + 3) / alpha * inverse * third
      return order == 3 ? r * (12 * second + 8 * s * third) : 12 * second + s * (48 * third + 16 * s * fourth)
    case .matern12, .matern32: return .nan
    }
  }
}

extension RadialKernel {
  /// Derivatives of order 3 and 4 in all, of points of the line.
  func evaluateOnLine(
    _ derivative: KernelDerivative, _ pairs: PointPairs, into values: UnsafeMutablePointer<Double>
  ) {
    let order = derivative.total
    let inverse = 1 / lengthScales[0]
    let scale = (derivative.second[0] % 2 == 0 ? 1 : -1) * pow(inverse, Double(order))
    for i in 0..<pairs.count {
      values[i] = scale * profile.lineDerivative(order, pairs.difference(i, 0) * inverse)
    }
  }
}
