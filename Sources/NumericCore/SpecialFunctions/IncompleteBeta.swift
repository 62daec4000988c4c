import CGSL

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// I_x(a, b), the regularised incomplete beta function. NaN unless a, b > 0 and finite, and x lies in [0, 1]. Relative
/// error below 1e-12 for a and b up to 1e3, and below 1e-9 up to 1e7; the cost grows as sqrt(max(a, b)).
public func regularizedBeta(_ a: Double, _ b: Double, _ x: Double) -> Double {
  guard a > 0, b > 0, a.isFinite, b.isFinite, x >= 0, x <= 1 else { return .nan }
  // GSL's continued fraction cancels, and ends too early, for large a and b.
  guard min(a, b) > 100, x > 0, x < 1 else { return GSL.value { gsl_sf_beta_inc_e(a, b, x, $0) } }
  return x < a / (a + b) ? continuedFraction(a, b, x, 1 - x) : 1 - continuedFraction(b, a, 1 - x, x)
}

/// I_x(a, b) for x below its mean, y = 1 - x: the continued fraction of Didonato and Morris (1992, (9)), whose terms do
/// not cancel, by Lentz's method.
private func continuedFraction(_ a: Double, _ b: Double, _ x: Double, _ y: Double) -> Double {
  let excess = y * a - x * b
  func denominator(_ n: Double) -> Double {
    n + n * (b - n) * x / (a + 2 * n - 1) + (a + n) / (a + 2 * n + 1) * (excess + 1 + n * (1 + y))
  }
  var c = denominator(0)
  var (d, fraction) = (0.0, 1 / c)
  var (n, change) = (1.0, 0.0)
  while abs(change - 1) > .ulpOfOne && n < 100 + 10 * max(a, b).squareRoot() {
    let r = x / (a + 2 * n - 1)
    let numerator = (a + n - 1) * r * (a + b + n - 1) * r * n * (b - n)
    d = 1 / (denominator(n) + numerator * d)
    c = denominator(n) + numerator / c
    // The fraction is 1 over what Lentz's method finds.
    change = 1 / (c * d)
    fraction *= change
    n += 1
  }
  // x^a y^b / B(a, b) in Loader's form (2000), which does not cancel.
  let (u, v) = (-excess / a, excess / b)
  let deviance = a * (u - log1p(u)) + b * (v - log1p(v))
  let correction = stirlingError(a + b) - stirlingError(a) - stirlingError(b)
  return exp(correction - deviance) * (a / (a + b) * b / (2 * .pi)).squareRoot() * fraction
}

/// The x at which I_x(a, b) = p, for p in [0, 1], by bisection (GSL's own inverse has no answer for some large a and
/// b). NaN unless a, b > 0.
public func inverseRegularizedBeta(_ a: Double, _ b: Double, _ p: Double) -> Double {
  guard a > 0, b > 0, p >= 0, p <= 1 else { return .nan }
  var (low, high) = (0.0, 1.0)
  while true {
    let middle = 0.5 * (low + high)
    guard middle > low, middle < high else { return middle }
    if regularizedBeta(a, b, middle) < p { low = middle } else { high = middle }
  }
}
