#ifndef CGSL_SHIM_H
#define CGSL_SHIM_H
// Single headers: gsl_sf.h as a whole brings GSL's own declarations of CBLAS, which clash with OpenBLAS's.
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_integration.h>
#include <gsl/gsl_odeiv2.h>
#include <gsl/gsl_sf_bessel.h>
#include <gsl/gsl_sf_erf.h>
#include <gsl/gsl_sf_gamma.h>
#include <gsl/gsl_sf_lambert.h>
#include <gsl/gsl_sf_zeta.h>

// GSL's step types are variables, which Swift 6 does not read; these are their values.
static inline const gsl_odeiv2_step_type *borel_step_rkf45(void) { return gsl_odeiv2_step_rkf45; }
static inline const gsl_odeiv2_step_type *borel_step_rk8pd(void) { return gsl_odeiv2_step_rk8pd; }
static inline const gsl_odeiv2_step_type *borel_step_msadams(void) { return gsl_odeiv2_step_msadams; }
#endif
