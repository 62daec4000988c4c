// The scalar kernels, the choice of kernels when the program starts, and the entry points.
#include "Kernels.h"
#include <math.h>

#define SCALAR(name) \
  static void scalar_##name(size_t n, const double *x, double *y) { \
    for (size_t i = 0; i < n; i++) y[i] = name(x[i]); \
  }

SCALAR(exp)
SCALAR(log)
SCALAR(log1p)
SCALAR(expm1)
SCALAR(erf)
SCALAR(erfc)
SCALAR(sin)
SCALAR(cos)
SCALAR(tanh)

static void scalar_sincos(size_t n, const double *x, double *s, double *c) {
  for (size_t i = 0; i < n; i++) {
    double value = x[i];
    s[i] = sin(value);
    c[i] = cos(value);
  }
}

#define SCALAR_MATHEMATICS \
  .exp = scalar_exp, .log = scalar_log, .log1p = scalar_log1p, .expm1 = scalar_expm1, .erf = scalar_erf, \
  .erfc = scalar_erfc, .sin = scalar_sin, .cos = scalar_cos, .tanh = scalar_tanh, .sincos = scalar_sincos

static struct borel_kernels tables[3] = {{SCALAR_MATHEMATICS}, {SCALAR_MATHEMATICS}, {SCALAR_MATHEMATICS}};
static enum borel_instructions widest = borel_baseline;
static struct borel_kernels active = {SCALAR_MATHEMATICS};

// Runs once, before main and before other constructors, so before there are threads. The tables do not change
// after that.
__attribute__((constructor(101))) static void choose_kernels(void) {
  borel_install_accelerate(&tables[borel_baseline]);
  borel_install_random_baseline(&tables[borel_baseline]);
  borel_install_grid_baseline(&tables[borel_baseline]);
  borel_install_pairs_baseline(&tables[borel_baseline]);
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
    widest = borel_avx2;
    tables[borel_avx2] = tables[borel_baseline];
    borel_install_libmvec_avx2(&tables[borel_avx2]);
    borel_install_random_avx2(&tables[borel_avx2]);
    borel_install_grid_avx2(&tables[borel_avx2]);
    borel_install_pairs_avx2(&tables[borel_avx2]);
    if (__builtin_cpu_supports("avx512f")) {
      widest = borel_avx512;
      tables[borel_avx512] = tables[borel_avx2];
      borel_install_libmvec_avx512(&tables[borel_avx512]);
      borel_install_random_avx512(&tables[borel_avx512]);
      borel_install_pairs_avx512(&tables[borel_avx512]);
    }
  }
#endif
  active = tables[widest];
}

const struct borel_kernels *borel_kernels_of(enum borel_instructions instructions) {
  return instructions <= widest ? &tables[instructions] : NULL;
}

enum borel_instructions borel_instructions_in_use(void) { return widest; }

#define ENTRY(name) \
  void borel_v##name(size_t n, const double *x, double *y) { active.name(n, x, y); }

ENTRY(exp)
ENTRY(log)
ENTRY(log1p)
ENTRY(expm1)
ENTRY(erf)
ENTRY(erfc)
ENTRY(sin)
ENTRY(cos)
ENTRY(tanh)

void borel_vsincos(size_t n, const double *x, double *s, double *c) { active.sincos(n, x, s, c); }

void borel_threefry_fill(
  uint64_t k0, uint64_t k1, uint64_t stream, uint64_t first, size_t n, uint64_t *out) {
  active.threefry(k0, k1, stream, first, n, out);
}

void borel_uniform_fill(uint64_t k0, uint64_t k1, uint64_t stream, uint64_t first, size_t n, double *out) {
  active.uniform(k0, k1, stream, first, n, out);
}

void borel_normal_fill(uint64_t k0, uint64_t k1, uint64_t stream, uint64_t first, size_t n, double *out) {
  active.normal(k0, k1, stream, first, n, out);
}
