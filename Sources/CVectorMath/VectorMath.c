#include "CVectorMath.h"
#include <math.h>

#define SCALAR(name, function) \
  void name(size_t n, const double *x, double *y) { for (size_t i = 0; i < n; i++) y[i] = function(x[i]); }

SCALAR(borel_vexp, exp)
SCALAR(borel_vlog, log)
SCALAR(borel_vlog1p, log1p)
SCALAR(borel_vexpm1, expm1)
SCALAR(borel_verf, erf)
SCALAR(borel_verfc, erfc)
SCALAR(borel_vsin, sin)
SCALAR(borel_vcos, cos)
SCALAR(borel_vtanh, tanh)
