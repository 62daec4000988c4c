// Apple's vForce. It has no erf and erfc: those stay scalar.
#include "Kernels.h"

#if defined(__APPLE__)
#include <Accelerate/Accelerate.h>
#include <string.h>

// vForce does not say that an element is independent of the length and the alignment of its buffer, so it
// only ever sees one length and one alignment.
enum { block = 16 };

#define KERNEL(name) \
  static void accelerate_##name(size_t n, const double *x, double *y) { \
    _Alignas(64) double argument[block], value[block]; \
    const int length = block; \
    for (size_t i = 0; i < n; i += block) { \
      size_t count = n - i < block ? n - i : block; \
      for (size_t j = count; j < block; j++) argument[j] = 0.5; \
      memcpy(argument, x + i, count * sizeof(double)); \
      vv##name(value, argument, &length); \
      memcpy(y + i, value, count * sizeof(double)); \
    } \
  }

KERNEL(exp)
KERNEL(log)
KERNEL(log1p)
KERNEL(expm1)
KERNEL(sin)
KERNEL(cos)
KERNEL(tanh)

static void accelerate_sincos(size_t n, const double *x, double *s, double *c) {
  double argument[block];
  for (size_t i = 0; i < n; i += block) {
    size_t count = n - i < block ? n - i : block;
    memcpy(argument, x + i, count * sizeof(double));
    accelerate_sin(count, argument, s + i);
    accelerate_cos(count, argument, c + i);
  }
}

void borel_install_accelerate(struct borel_kernels *table) {
  table->exp = accelerate_exp;
  table->log = accelerate_log;
  table->log1p = accelerate_log1p;
  table->expm1 = accelerate_expm1;
  table->sin = accelerate_sin;
  table->cos = accelerate_cos;
  table->tanh = accelerate_tanh;
  table->sincos = accelerate_sincos;
}

#else
void borel_install_accelerate(struct borel_kernels *table) { (void)table; }
#endif
