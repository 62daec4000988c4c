// The vector functions of the GNU C library (libmvec) on x86_64.
//
// The library is looked up when the program starts, not linked: a program runs, with scalar functions where
// it must, on a system whose C library is older (exp, log, sin and cos came with 2.22, the others with 2.35)
// or another one.
#include "Kernels.h"

#if defined(__x86_64__) && defined(__linux__) && defined(__GLIBC__)
#include <dlfcn.h>
#include <immintrin.h>

#define AVX2 __attribute__((target("avx2,fma")))
#define AVX512 __attribute__((target("avx512f")))

typedef __m256d (*vector4)(__m256d);
typedef __m512d (*vector8)(__m512d);

// What fills up the last vector of a buffer: an argument without a slow path in any of the functions.
static const double filling = 0.5;

// The last `rest` (1 to 3) elements; libmvec works lane by lane, so the filling changes nothing.
static const int64_t masks4[4][4] = {{0}, {-1}, {-1, -1}, {-1, -1, -1}};

AVX2 static inline __m256i mask4(size_t rest) { return _mm256_loadu_si256((const __m256i *)masks4[rest]); }

AVX2 static inline __m256d load4(const double *x, __m256i mask) {
  __m256d value = _mm256_maskload_pd(x, mask);
  return _mm256_blendv_pd(_mm256_set1_pd(filling), value, _mm256_castsi256_pd(mask));
}

AVX512 static inline __m512d load8(const double *x, __mmask8 mask) {
  return _mm512_mask_loadu_pd(_mm512_set1_pd(filling), mask, x);
}

#define KERNELS(name) \
  static vector4 name##4; \
  static vector8 name##8; \
  AVX2 static void name##_avx2(size_t n, const double *x, double *y) { \
    vector4 f = name##4; \
    size_t i = 0; \
    for (; i + 4 <= n; i += 4) _mm256_storeu_pd(y + i, f(_mm256_loadu_pd(x + i))); \
    if (i < n) { \
      __m256i mask = mask4(n - i); \
      _mm256_maskstore_pd(y + i, mask, f(load4(x + i, mask))); \
    } \
  } \
  AVX512 static void name##_avx512(size_t n, const double *x, double *y) { \
    vector8 f = name##8; \
    size_t i = 0; \
    for (; i + 8 <= n; i += 8) _mm512_storeu_pd(y + i, f(_mm512_loadu_pd(x + i))); \
    if (i < n) { \
      __mmask8 mask = (__mmask8)((1u << (n - i)) - 1); \
      _mm512_mask_storeu_pd(y + i, mask, f(load8(x + i, mask))); \
    } \
  }

KERNELS(exp)
KERNELS(log)
KERNELS(log1p)
KERNELS(expm1)
KERNELS(erf)
KERNELS(erfc)
KERNELS(sin)
KERNELS(cos)
KERNELS(tanh)

AVX2 static void sincos_avx2(size_t n, const double *x, double *s, double *c) {
  size_t i = 0;
  for (; i + 4 <= n; i += 4) {
    __m256d value = _mm256_loadu_pd(x + i);
    _mm256_storeu_pd(s + i, sin4(value));
    _mm256_storeu_pd(c + i, cos4(value));
  }
  if (i < n) {
    __m256i mask = mask4(n - i);
    __m256d value = load4(x + i, mask);
    _mm256_maskstore_pd(s + i, mask, sin4(value));
    _mm256_maskstore_pd(c + i, mask, cos4(value));
  }
}

AVX512 static void sincos_avx512(size_t n, const double *x, double *s, double *c) {
  size_t i = 0;
  for (; i + 8 <= n; i += 8) {
    __m512d value = _mm512_loadu_pd(x + i);
    _mm512_storeu_pd(s + i, sin8(value));
    _mm512_storeu_pd(c + i, cos8(value));
  }
  if (i < n) {
    __mmask8 mask = (__mmask8)((1u << (n - i)) - 1);
    __m512d value = load8(x + i, mask);
    _mm512_mask_storeu_pd(s + i, mask, sin8(value));
    _mm512_mask_storeu_pd(c + i, mask, cos8(value));
  }
}

// The handle is never closed: the functions stay in use for as long as the program runs.
#define INSTALL(name, width, isa, prefix) \
  name##width = (vector##width)dlsym(library, prefix #name); \
  if (name##width) table->name = name##_##isa;

#define INSTALL_ALL(width, isa, prefix) \
  INSTALL(exp, width, isa, prefix) INSTALL(log, width, isa, prefix) INSTALL(log1p, width, isa, prefix) \
  INSTALL(expm1, width, isa, prefix) INSTALL(erf, width, isa, prefix) INSTALL(erfc, width, isa, prefix) \
  INSTALL(sin, width, isa, prefix) INSTALL(cos, width, isa, prefix) INSTALL(tanh, width, isa, prefix) \
  if (sin##width && cos##width) table->sincos = sincos_##isa;

void borel_install_libmvec_avx2(struct borel_kernels *table) {
  void *library = dlopen("libmvec.so.1", RTLD_LAZY | RTLD_LOCAL);
  if (!library) return;
  INSTALL_ALL(4, avx2, "_ZGVdN4v_")
}

void borel_install_libmvec_avx512(struct borel_kernels *table) {
  void *library = dlopen("libmvec.so.1", RTLD_LAZY | RTLD_LOCAL);
  if (!library) return;
  INSTALL_ALL(8, avx512, "_ZGVeN8v_")
}

#else
void borel_install_libmvec_avx2(struct borel_kernels *table) { (void)table; }
void borel_install_libmvec_avx512(struct borel_kernels *table) { (void)table; }
#endif
