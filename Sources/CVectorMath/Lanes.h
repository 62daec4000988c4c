// Vectors of doubles, for kernels that are written once for any width. A file that includes kernels defines
//   WIDTH     how many doubles a vector has, 2, 4 or 8
//   TARGET    the attribute that allows the instructions
//
// Products and sums may be contracted, and each lane sums on its own: results of different widths agree within the
// rounding of sums of as many terms.
#ifndef BOREL_LANES_H
#define BOREL_LANES_H
#include "Kernels.h"
#include <string.h>

typedef double reals __attribute__((vector_size(8 * WIDTH)));
typedef int64_t masks __attribute__((vector_size(8 * WIDTH)));

#define INLINE TARGET static inline __attribute__((always_inline))
#define UNROLLED _Pragma("clang loop unroll(full)")

INLINE reals splat(double value) { return value - (reals){0}; }

INLINE reals load(const double *p) {
  reals value;
  memcpy(&value, p, sizeof value);
  return value;
}

INLINE void store(double *p, reals value) { memcpy(p, &value, sizeof value); }

INLINE reals select(masks condition, reals yes, reals no) {
  return (reals)(((masks)yes & condition) | ((masks)no & ~condition));
}

INLINE double total(reals value) {
  double lanes[WIDTH];
  store(lanes, value);
  for (int half = WIDTH / 2; half > 0; half /= 2)
    for (int k = 0; k < half; k++) lanes[k] += lanes[k + half];
  return lanes[0];
}
#endif
