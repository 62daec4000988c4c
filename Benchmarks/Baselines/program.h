// What the C functions of the benchmark stand on: C's mathematics, the library's vector mathematics, and BLAS.
#include <math.h>
#include "CVectorMath.h"

void cblas_dgemv(
  int order, int transpose, int rows, int columns, double alpha, const double *a, int lda, const double *x, int incx,
  double beta, double *y, int incy);

// The value and, in g, the gradient at the unconstrained position q.
double program(const double *restrict q, double *restrict g);
