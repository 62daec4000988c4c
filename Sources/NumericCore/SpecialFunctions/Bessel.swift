import CGSL

/// J_nu(x), the Bessel function of the first kind, for nu >= 0 and x >= 0.
public func besselJ(_ nu: Double, _ x: Double) -> Double { GSL.value { gsl_sf_bessel_Jnu_e(nu, x, $0) } }
/// Y_nu(x), the Bessel function of the second kind, for nu >= 0 and x > 0.
public func besselY(_ nu: Double, _ x: Double) -> Double { GSL.value { gsl_sf_bessel_Ynu_e(nu, x, $0) } }
/// I_nu(x), the modified Bessel function of the first kind, for nu >= 0 and x >= 0.
public func besselI(_ nu: Double, _ x: Double) -> Double { GSL.value { gsl_sf_bessel_Inu_e(nu, x, $0) } }
/// exp(-x) I_nu(x): does not overflow.
public func scaledBesselI(_ nu: Double, _ x: Double) -> Double { GSL.value { gsl_sf_bessel_Inu_scaled_e(nu, x, $0) } }
/// K_nu(x), the modified Bessel function of the second kind, for nu >= 0 and x > 0.
public func besselK(_ nu: Double, _ x: Double) -> Double { GSL.value { gsl_sf_bessel_Knu_e(nu, x, $0) } }
/// log K_nu(x): does not underflow.
public func logBesselK(_ nu: Double, _ x: Double) -> Double { GSL.value { gsl_sf_bessel_lnKnu_e(nu, x, $0) } }
