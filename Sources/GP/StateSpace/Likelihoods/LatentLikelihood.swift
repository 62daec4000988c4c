import Foundation
import NumericCore

/// The law of an observation given the value f of a latent process.
public enum LatentLikelihood: Sendable, Equatable {
  /// Counts of mean exposure * exp(f); the exposure is a time, an area, a population.
  case poisson(exposure: Double)
  /// 0 or 1, which has probability 1 / (1 + exp(-f)).
  case bernoulli
  /// f plus Student t noise, for outliers. The scale is a hyper-parameter.
  case studentT(degreesOfFreedom: Double, scale: Double)

  /// The value of f that an observation alone would suggest, and how precisely: a start.
  func guess(_ y: Double) -> (value: Double, precision: Double) {
    switch self {
    case .poisson(let exposure): (log((y + 0.5) / exposure), y + 0.5)
    // A quarter is the largest precision that a logistic curve has.
    case .bernoulli: (y > 0 ? 1 : -1, 0.25)
    case .studentT(_, let scale): (y, 1 / (scale * scale))
    }
  }

  func validate() throws(RegressionError) {
    func check(_ name: String, _ value: Double) throws(RegressionError) {
      guard value > 0, value.isFinite else {
        throw .invalidSetting(name: name, value: value, expected: "> 0 and finite")
      }
    }
    switch self {
    case .poisson(let exposure): try check("exposure", exposure)
    case .bernoulli: break
    case .studentT(let nu, let scale):
      try check("degreesOfFreedom", nu)
      try check("scale", scale)
    }
  }

  /// Throws where a value is none that this law has.
  func validate(_ y: [Double]) throws(RegressionError) {
    for (index, value) in y.enumerated() {
      switch self {
      case .poisson where value < 0 || value != value.rounded():
        throw .invalidSetting(name: "value \(index)", value: value, expected: "a count, 0, 1, 2, ...")
      case .bernoulli where value != 0 && value != 1:
        throw .invalidSetting(name: "value \(index)", value: value, expected: "0 or 1")
      default: break
      }
    }
  }
}

/// A lower bound of E log p(y | f) over f ~ N(m, v): equal to it but for Student t.
struct LikelihoodExpectation {
  let value: Double
  /// d value / dm.
  let slope: Double
  /// -2 d value / dv: never negative.
  let precision: Double
}

extension LatentLikelihood {
  /// For Student t, a normal law whose precision is gamma distributed: the bound that the best law of that precision
  /// gives, which is the log density with the expectation of (y - f)^2 in the place of (y - f)^2 (Tipping and
  /// Lawrence, 'Variational inference for Student-t models', 2005).
  func expectation(of y: Double, mean m: Double, variance v: Double) -> LikelihoodExpectation {
    switch self {
    case .poisson(let exposure):
      let rate = exposure * exp(m + 0.5 * v)
      return LikelihoodExpectation(
        value: y * (m + log(exposure)) - rate - logGamma(y + 1), slope: y - rate, precision: rate)
    case .bernoulli:
      let sign = y > 0 ? 1.0 : -1
      let logistic = LogisticExpectation(mean: sign * m, variance: v)
      return LikelihoodExpectation(
        value: logistic.logarithm, slope: sign * logistic.complement, precision: logistic.slope)
    case .studentT(let nu, let scale):
      let square = scale * scale
      let expected = ((y - m) * (y - m) + v) / (nu * square)
      let constant = logGamma(0.5 * (nu + 1)) - logGamma(0.5 * nu) - 0.5 * log(nu * .pi * square)
      let precision = (nu + 1) / (nu * square * (1 + expected))
      return LikelihoodExpectation(
        value: constant - 0.5 * (nu + 1) * log1p(expected), slope: precision * (y - m), precision: precision)
    }
  }

  /// The derivative of the expectation in the logarithm of the square of Student t's scale; 0 for the others.
  func scaleSlope(of y: Double, mean m: Double, variance v: Double) -> Double {
    guard case .studentT(let nu, let scale) = self else { return 0 }
    let square = (y - m) * (y - m) + v
    return -0.5 + 0.5 * (nu + 1) * square / (nu * scale * scale + square)
  }

  /// E y over f ~ N(m, v).
  func response(mean m: Double, variance v: Double) -> Double {
    switch self {
    case .poisson(let exposure): return exposure * exp(m + 0.5 * v)
    case .bernoulli: return 1 - LogisticExpectation(mean: m, variance: v).complement
    case .studentT: return m
    }
  }
}
