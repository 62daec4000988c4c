import CGSL

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Phi(x), the standard normal distribution function; its lower tail keeps its relative accuracy.
public func normalCDF(_ x: Double) -> Double { 0.5 * erfc(-x * 0.5.squareRoot()) }

/// log Phi(x), with its relative accuracy in both tails; finite as far as -1e154.
public func normalLogCDF(_ x: Double) -> Double {
  if x > 0 { return log1p(-normalCDF(-x)) }
  if x > -5 { return log(normalCDF(x)) }
  // x^2 / 2 apart from what is left: the square of x / sqrt(2) would be rounded twice.
  return log(scaledErfc(-x * 0.5.squareRoot())) - 0.693147180559945309 - 0.5 * x * x
}

/// The standard normal quantile of p: infinite at 0 and 1, NaN outside (GSL: Wichura's AS 241, with one step of
/// Newton's method where the density allows it).
public func normalQuantile(_ p: Double) -> Double {
  guard p > 0, p < 1 else { return p == 0 ? -.infinity : p == 1 ? .infinity : .nan }
  return p < 0.5 ? gsl_cdf_ugaussian_Pinv(p) : -gsl_cdf_ugaussian_Pinv(1 - p)
}
