import CGSL

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// P(a, x), the regularised lower incomplete gamma function. NaN unless a > 0 and x >= 0.
public func regularizedGammaP(_ a: Double, _ x: Double) -> Double {
  x == .infinity && a > 0 && a < x ? 1 : GSL.value { gsl_sf_gamma_inc_P_e(a, x, $0) }
}

/// Q(a, x) = 1 - P(a, x), relatively accurate where it is small. NaN unless a > 0 and x >= 0.
public func regularizedGammaQ(_ a: Double, _ x: Double) -> Double {
  guard a > 0 else { return .nan }
  // GSL's series for small a and x is good to 1e-11 only.
  if a < 0.5, x < 3 {
    let p = regularizedGammaP(a, x)
    if !(p > 0.999) { return 1 - p }
  }
  return x == .infinity && a < x ? 0 : GSL.value { gsl_sf_gamma_inc_Q_e(a, x, $0) }
}

/// log P(a, x), finite where P underflows. NaN unless a > 0 and x >= 0.
public func logRegularizedGammaP(_ a: Double, _ x: Double) -> Double {
  guard a > 0, x >= 0, a.isFinite else { return .nan }
  if x == 0 { return -.infinity }
  if x > a { return log1p(-regularizedGammaQ(a, x)) }
  // Abramowitz and Stegun 6.5.29, divided by its first term: 1 + x / (a + 1) + x^2 / ((a + 1) (a + 2)) + ...
  let p = regularizedGammaP(a, x)
  guard p < 1e-100 else { return log(p) }
  var (sum, term, k) = (1.0, 1.0, 1.0)
  while term > sum * 0.1 * .ulpOfOne {
    term *= x / (a + k)
    sum += term
    k += 1
  }
  return logGammaTerm(a, x) + log(sum)
}

/// log Q(a, x), finite where Q underflows. NaN unless a > 0 and x >= 0.
public func logRegularizedGammaQ(_ a: Double, _ x: Double) -> Double {
  guard a > 0, x >= 0, a.isFinite else { return .nan }
  if x < a { return log1p(-regularizedGammaP(a, x)) }
  let q = regularizedGammaQ(a, x)
  guard q < 1e-100, x.isFinite else { return log(q) }
  // The continued fraction of DLMF 8.9.2 in its contracted form, by Lentz's method as modified by Thompson and Barnett.
  var (b, k) = (x + 1 - a, 1.0)
  var (c, d) = (Double.infinity, 1 / b)
  var fraction = d
  var change = 0.0
  while abs(change - 1) > .ulpOfOne {
    let numerator = k * (a - k)
    b += 2
    d = 1 / (numerator * d + b)
    c = b + numerator / c
    change = c * d
    fraction *= change
    k += 1
  }
  return logGammaTerm(a, x) + log(a * fraction)
}

/// log(x^a e^-x / Gamma(a + 1)), in Loader's form (2000), which does not cancel for large a.
private func logGammaTerm(_ a: Double, _ x: Double) -> Double {
  guard a > 10 else { return a * log(x) - x - logGamma(a + 1) }
  let u = (x - a) / a
  let deviance = abs(u) < 0.5 ? a * (u - log1p(u)) : x - a - a * log(x / a)
  return -deviance - stirlingError(a) - 0.5 * log(2 * .pi * a)
}
