#ifndef CVECTORMATH_H
#define CVECTORMATH_H
#include <stddef.h>

// Elementwise mathematics over buffers: y[i] = f(x[i]) for i in 0..<n. x and y may be the same buffer.
void borel_vexp(size_t n, const double *x, double *y);
void borel_vlog(size_t n, const double *x, double *y);
void borel_vlog1p(size_t n, const double *x, double *y);
void borel_vexpm1(size_t n, const double *x, double *y);
void borel_verf(size_t n, const double *x, double *y);
void borel_verfc(size_t n, const double *x, double *y);
void borel_vsin(size_t n, const double *x, double *y);
void borel_vcos(size_t n, const double *x, double *y);
void borel_vtanh(size_t n, const double *x, double *y);
#endif
