import Foundation
import NumericCore

/// Expectations over f ~ N(m, v) of the logistic function p = 1 / (1 + exp(-f)), within rounding for all m and v.
///
/// By the trapezoidal rule, whose error falls exponentially for analytic functions. Up to a deviation of 1 its nodes
/// are those of the normal density, and beyond it those of the logistic one, with u of that density: 1 - p(f) =
/// P(u > f), and -log p(f) = E max(u - f, 0).
struct LogisticExpectation {
  /// E log p, E (1 - p), E p (1 - p).
  private(set) var logarithm = 0.0, complement = 0.0, slope = 0.0

  init(mean m: Double, variance v: Double) {
    let deviation = max(v, 0).squareRoot()
    if deviation > 1 {
      // Poles at i pi: the error is about exp(-2 pi^2 / step); the density is below rounding beyond 40.
      let step = 0.5
      for i in -80...80 {
        let u = step * Double(i)
        let e = exp(-abs(u))
        let weight = step * e / ((1 + e) * (1 + e))
        let z = (u - m) / deviation
        let below = normalCDF(z)
        let density = exp(-0.5 * z * z) / (2 * Double.pi).squareRoot()
        logarithm -= weight * deviation * (z * below + density)
        complement += weight * below
        slope += weight * density / deviation
      }
      return
    }
    // Poles at a distance of pi / deviation: the errors are about exp(-2 pi^2 / (step deviation)), and
    // exp(-2 pi^2 / step^2) of the density, which is below rounding beyond 8.5.
    let step = 0.53
    for i in -17...17 {
      let x = step * Double(i)
      let f = m + deviation * x
      let weight = step * exp(-0.5 * x * x) / (2 * Double.pi).squareRoot()
      let e = exp(-abs(f))
      let rest = (f > 0 ? e : 1) / (1 + e)
      logarithm += weight * (min(f, 0) - log1p(e))
      complement += weight * rest
      slope += weight * e / ((1 + e) * (1 + e))
    }
  }
}
