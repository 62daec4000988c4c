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
#endif
