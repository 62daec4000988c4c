import CGSL

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

// Of real order nu >= 0, and NaN elsewhere: outside of their domains, and where GSL says that it has lost its accuracy.
// Relative error below 1e-12 for nu up to 100 and x from 1e-3 to 1e3, away from the roots of J and Y.

/// J_nu(x), the Bessel function of the first kind, for x >= 0 (GSL).
public func besselJ(_ nu: Double, _ x: Double) -> Double {
  guard nu >= 0 else { return .nan }
  if x == 0 { return nu == 0 ? 1 : 0 }
  return x == .infinity ? 0 : GSL.value { gsl_sf_bessel_Jnu_e(nu, x, $0) }
}

/// Y_nu(x), the Bessel function of the second kind, for x > 0 (GSL).
public func besselY(_ nu: Double, _ x: Double) -> Double {
  guard nu >= 0 else { return .nan }
  return x == .infinity ? 0 : GSL.value { gsl_sf_bessel_Ynu_e(nu, x, $0) }
}

/// I_nu(x), the modified Bessel function of the first kind, for x >= 0. Infinite where it overflows.
public func besselI(_ nu: Double, _ x: Double) -> Double {
  guard hankelSeriesConverges(nu, x) else { return GSL.value { gsl_sf_bessel_Inu_e(nu, x, $0) } }
  if x == .infinity { return x }
  let half = exp(0.5 * x)
  return half * scaledBesselI(nu, x) * half
}

/// exp(-x) I_nu(x), for x >= 0: does not overflow.
public func scaledBesselI(_ nu: Double, _ x: Double) -> Double {
  guard hankelSeriesConverges(nu, x) else { return GSL.value { gsl_sf_bessel_Inu_scaled_e(nu, x, $0) } }
  // Hankel's expansion (Abramowitz and Stegun 9.7.1), as GSL's continued fraction does not converge for large x.
  var (sum, term, k) = (1.0, 1.0, 1.0)
  while abs(term) > 0.1 * .ulpOfOne {
    let odd = 2 * k - 1
    term *= -(4 * nu * nu - odd * odd) / (8 * k * x)
    sum += term
    k += 1
  }
  return sum / (2 * .pi * x).squareRoot()
}

/// Whether the terms of Hankel's expansion fall below rounding before they grow.
private func hankelSeriesConverges(_ nu: Double, _ x: Double) -> Bool { nu >= 0 && x >= 30 && nu * nu <= x }

/// K_nu(x), the modified Bessel function of the second kind, for x > 0. Infinite where it overflows.
public func besselK(_ nu: Double, _ x: Double) -> Double { exp(-x) * scaledBesselK(nu, x) }

/// exp(x) K_nu(x), for x > 0 (GSL): does not underflow.
public func scaledBesselK(_ nu: Double, _ x: Double) -> Double {
  guard nu >= 0 else { return .nan }
  return x == .infinity ? 0 : GSL.value { gsl_sf_bessel_Knu_scaled_e(nu, x, $0) }
}

/// log K_nu(x), for x > 0 (GSL): neither overflows nor underflows.
public func logBesselK(_ nu: Double, _ x: Double) -> Double {
  guard nu >= 0 else { return .nan }
  return x == .infinity ? -x : GSL.value { gsl_sf_bessel_lnKnu_e(nu, x, $0) }
}
