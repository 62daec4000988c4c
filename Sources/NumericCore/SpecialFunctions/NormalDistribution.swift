import CGSL

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Phi(x), the standard normal distribution function; its lower tail keeps its relative accuracy.
public func normalCDF(_ x: Double) -> Double { 0.5 * erfc(-x * 0.5.squareRoot()) }

/// log Phi(x), finite as far as -1e150.
public func normalLogCDF(_ x: Double) -> Double {
  x > -5 ? log(normalCDF(x)) : logErfc(-x * 0.5.squareRoot()) - 0.693147180559945309
}

/// log erfc(x) (GSL).
public func logErfc(_ x: Double) -> Double { GSL.value { gsl_sf_log_erfc_e(x, $0) } }

/// The standard normal quantile of p: infinite at 0 and 1, NaN outside (GSL: Wichura's AS 241, with one step of
/// Newton's method where the density allows it).
public func normalQuantile(_ p: Double) -> Double {
  guard p > 0, p < 1 else { return p == 0 ? -.infinity : p == 1 ? .infinity : .nan }
  return p < 0.5 ? gsl_cdf_ugaussian_Pinv(p) : -gsl_cdf_ugaussian_Pinv(1 - p)
}
