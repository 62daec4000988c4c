import CGSL

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// log |Gamma(x)|. Infinity at 0 and the negative whole numbers. Thread-safe; the C library's, within 2 ulp for x > 0.
public func logGamma(_ x: Double) -> Double {
  var sign: Int32 = 0
  return lgamma_r(x, &sign)
}

/// The derivative of log Gamma: recurrence up to 10, then the asymptotic series (Abramowitz and Stegun 6.3.18), and
/// reflection below 0. NaN at 0 and the negative whole numbers. Relative error about 1e-14 away from its roots.
public func digamma(_ x: Double) -> Double {
  guard x > 0 else {
    if x == x.rounded() || x.isNaN { return .nan }
    return digamma(1 - x) - .pi / tan(.pi * x)
  }
  guard x < 1e300 else { return log(x) }
  var (x, shift) = (x, 0.0)
  while x < 10 {
    shift -= 1 / x
    x += 1
  }
  let r = 1 / (x * x)
  // B_2k / (2k)
  let series = r * (1.0 / 12 - r * (1.0 / 120 - r * (1.0 / 252 - r * (1.0 / 240 - r * (1.0 / 132
    - r * (691.0 / 32760 - r * (1.0 / 12)))))))
  return log(x) - 0.5 / x - series + shift
}

/// The second derivative of log Gamma: recurrence up to 12, then the asymptotic series (Abramowitz and Stegun 6.4.12),
/// and reflection below 0. NaN at 0 and the negative whole numbers.
public func trigamma(_ x: Double) -> Double {
  guard x > 0 else {
    if x == x.rounded() || x.isNaN { return .nan }
    let s = sin(.pi * x)
    return .pi * .pi / (s * s) - trigamma(1 - x)
  }
  var (x, shift) = (x, 0.0)
  while x < 12 {
    shift += 1 / (x * x)
    x += 1
  }
  let r = 1 / (x * x)
  // B_2k
  let series = r * (1.0 / 6 - r * (1.0 / 30 - r * (1.0 / 42 - r * (1.0 / 30 - r * (5.0 / 66
    - r * (691.0 / 2730 - r * (7.0 / 6)))))))
  return (1 + 0.5 / x + series) / x + shift
}

/// The n-th derivative of digamma, for whole n >= 0 and x > 0: (-1)^(n + 1) n! zeta(n + 1, x), with Hurwitz's zeta
/// function (GSL). NaN for n >= 1 unless x > 0; infinite where it overflows. Relative error below 1e-13 for n up to 20.
public func polygamma(_ n: Int, _ x: Double) -> Double {
  switch n {
  case ..<0: return .nan
  case 0: return digamma(x)
  case 1 where x > 0: return trigamma(x)
  default:
    guard x > 0 else { return .nan }
    let magnitude = n <= 20
      ? (1...n).reduce(GSL.value { gsl_sf_hzeta_e(Double(n + 1), x, $0) }) { $0 * Double($1) }
      : exp(logGamma(Double(n) + 1) + log(GSL.value { gsl_sf_hzeta_e(Double(n + 1), x, $0) }))
    return n.isMultiple(of: 2) ? -magnitude : magnitude
  }
}

/// log B(a, b), without the cancellation of three large log Gammas (GSL's `lnbeta`). NaN unless a, b > 0.
public func logBeta(_ a: Double, _ b: Double) -> Double { GSL.value { gsl_sf_lnbeta_e(a, b, $0) } }

/// log of the binomial coefficient, for real n >= k >= 0.
public func logBinomialCoefficient(_ n: Double, _ k: Double) -> Double {
  guard k >= 0, n >= k else { return n.isNaN || k.isNaN ? .nan : -.infinity }
  return k == 0 || k == n ? 0 : -log1p(n) - logBeta(n - k + 1, k + 1)
}

/// log(Gamma(x + n) / Gamma(x)), the logarithm of x (x + 1) ... (x + n - 1), for x > 0 and a count n, without the
/// cancellation of two large log Gammas. NaN unless x > 0.
public func logRisingFactorial(_ x: Double, _ n: Double) -> Double {
  guard x > 0 else { return .nan }
  if x <= 15 { return n == 0 ? 0 : logGamma(x + n) - logGamma(x) }
  return (x + n - 0.5) * log1p(n / x) + n * (log(x) - 1) + stirlingError(x + n) - stirlingError(x)
}

/// log x! - ((x + 1/2) log x - x + log(2 pi) / 2), the error of Stirling's formula, for x > 0 (Loader 2000). Log
/// probabilities of counts that are written with it do not cancel.
public func stirlingError(_ x: Double) -> Double {
  guard x > 15 else {
    return logGamma(x + 1) - (x + 0.5) * log(x) + x - 0.918938533204672742
  }
  let r = 1 / (x * x)
  return (1.0 / 12 - r * (1.0 / 360 - r * (1.0 / 1260 - r * (1.0 / 1680 - r * (1.0 / 1188))))) / x
}
