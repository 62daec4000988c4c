// The kernels of random numbers, written once for any vector width. A file that includes this defines
//   WIDTH     how many 64-bit lanes a vector has
//   TARGET    the attribute that allows the instructions
//   INSTALL   the name of the function that puts the kernels into a table
//
// Threefry-2x64-20: Salmon, Moraes, Dror, Shaw, 'Parallel random numbers: as easy as 1, 2, 3', SC 2011.
//
// A value must not depend on the instructions: products and sums are not contracted, and the elementary
// functions are the polynomials below (from FDLIBM: Sun Microsystems, 1993), which use + - * / and the square
// root alone.
#include "Kernels.h"
#include <string.h>

#pragma STDC FP_CONTRACT OFF

typedef uint64_t words __attribute__((vector_size(8 * WIDTH)));
typedef double reals __attribute__((vector_size(8 * WIDTH)));

// Vectors that go through the cipher side by side, to hide the latency of its rounds.
enum { ways = 4 };

// The elements of one vector of blocks, and of the `ways` of them that make a batch.
enum { small = 2 * WIDTH, large = 2 * WIDTH * ways };

#define INLINE TARGET static inline __attribute__((always_inline))

INLINE words splat(uint64_t value) { return value - (words){0}; }
INLINE reals splatReal(double value) { return value - (reals){0}; }
INLINE reals choose(words mask, reals a, reals b) { return (reals)(((words)a & mask) | ((words)b & ~mask)); }

// Blocks first, first + 1, ... of the stream: w0 and w1 take the two words of `count` vectors of blocks.
INLINE void cipher(
  uint64_t k0, uint64_t k1, uint64_t stream, uint64_t first, int count, words *w0, words *w1) {
  const uint64_t key[3] = {k0, k1, 0x1BD11BDAA9FC1A22 ^ k0 ^ k1};
  static const int rotations[8] = {16, 42, 12, 31, 16, 32, 24, 21};
  words lanes = {0};
  for (int i = 0; i < WIDTH; i++) lanes[i] = (uint64_t)i;
  for (int j = 0; j < count; j++) {
    w0[j] = lanes + splat(first + (uint64_t)(j * WIDTH) + k0);
    w1[j] = splat(stream + k1);
  }
#pragma clang loop unroll(full)
  for (int round = 0; round < 20; round++) {
    const int r = rotations[round % 8];
    for (int j = 0; j < count; j++) {
      w0[j] += w1[j];
      w1[j] = ((w1[j] << r) | (w1[j] >> (64 - r))) ^ w0[j];
    }
    if (round % 4 == 3) {
      const int s = round / 4 + 1;
      for (int j = 0; j < count; j++) {
        w0[j] += splat(key[s % 3]);
        w1[j] += splat(key[(s + 1) % 3] + (uint64_t)s);
      }
    }
  }
}

// The centre of the cell of (0, 1) that the upper 52 bits name; exact.
INLINE reals toUniform(words w) {
  reals value = (reals)((w >> 12) | splat(0x3FF0000000000000)) - splatReal(1);
  return value + splatReal(0x1p-53);
}

// log u for a normal number u > 0.
INLINE reals logarithm(reals u) {
  const uint64_t rootHalf = 0x3FE6A09E667F3BCD;  // bits of sqrt(1/2): u = 2^k m with m from there to sqrt 2
  words bits = (words)u + splat(0x3FF0000000000000 - rootHalf);
  // k as a number: its bits in the last places of 1.5 * 2^52, exponent bias taken off
  reals k = (reals)((bits >> 52) + splat(0x4338000000000000 - 0x3FF)) - splatReal(0x1.8p52);
  reals f = (reals)((bits & splat(0x000FFFFFFFFFFFFF)) + splat(rootHalf)) - splatReal(1);
  reals s = f / (splatReal(2) + f);
  reals z = s * s, w = z * z;
  reals odd = splatReal(3.999999999940941908e-01)
    + w * (splatReal(2.222219843214978396e-01) + w * splatReal(1.531383769920937332e-01));
  reals even = splatReal(6.666666666666735130e-01)
    + w * (splatReal(2.857142874366239149e-01)
      + w * (splatReal(1.818357216161805012e-01) + w * splatReal(1.479819860511658591e-01)));
  reals half = splatReal(0.5) * f * f;
  reals correction = s * (half + (w * odd + z * even)) + k * splatReal(1.90821492927058770002e-10);
  return k * splatReal(6.93147180369123816490e-01) - ((half - correction) - f);
}

// Sine and cosine of the angle of 2 pi t, for t in [-1/2, 1/2].
INLINE void sincosTurns(reals t, reals *sine, reals *cosine) {
  // t = q / 4 + r with |r| <= 1/8, exactly; q is in the last places of a number near 1.5 * 2^52
  reals shifted = splatReal(4) * t + splatReal(0x1.8p52);
  words q = (words)shifted;
  reals r = t - splatReal(0.25) * (shifted - splatReal(0x1.8p52));
  reals x = splatReal(6.28318530717958647693) * r;
  reals z = x * x;
  reals sinTail = splatReal(8.33333333332248946124e-03)
    + z * (splatReal(-1.98412698298579493134e-04)
      + z * (splatReal(2.75573137070700676789e-06)
        + z * (splatReal(-2.50507602534068634195e-08) + z * splatReal(1.58969099521155010221e-10))));
  reals s = x + (z * x) * (splatReal(-1.66666666666666324348e-01) + z * sinTail);
  reals cosTail = splatReal(4.16666666666666019037e-02)
    + z * (splatReal(-1.38888888888741095749e-03)
      + z * (splatReal(2.48015872894767294178e-05)
        + z * (splatReal(-2.75573143513906633035e-07)
          + z * (splatReal(2.08757232129817482790e-09) + z * splatReal(-1.13596475577881948265e-11)))));
  reals c = splatReal(1) - (splatReal(0.5) * z - z * (z * cosTail));
  words isOdd = splat(0) - (q & splat(1));
  words sineSign = (q & splat(2)) << 62;
  words cosineSign = ((q + splat(1)) & splat(2)) << 62;
  *sine = (reals)((words)choose(isOdd, c, s) ^ sineSign);
  *cosine = (reals)((words)choose(isOdd, s, c) ^ cosineSign);
}

// Writes one vector of blocks, the two words of a block side by side.
INLINE void storePairs(words a, words b, void *out) {
#if WIDTH == 8
  words low = __builtin_shufflevector(a, b, 0, 8, 1, 9, 2, 10, 3, 11);
  words high = __builtin_shufflevector(a, b, 4, 12, 5, 13, 6, 14, 7, 15);
#elif WIDTH == 4
  words low = __builtin_shufflevector(a, b, 0, 4, 1, 5);
  words high = __builtin_shufflevector(a, b, 2, 6, 3, 7);
#else
  words low = __builtin_shufflevector(a, b, 0, 2);
  words high = __builtin_shufflevector(a, b, 1, 3);
#endif
  memcpy(out, &low, sizeof low);
  memcpy((char *)out + sizeof low, &high, sizeof high);
}

INLINE void storeUniforms(words w0, words w1, double *out) {
  storePairs((words)toUniform(w0), (words)toUniform(w1), out);
}

INLINE void storeNormals(words w0, words w1, double *out) {
  reals minusTwoLog = splatReal(-2) * logarithm(toUniform(w0));
  reals radius = __builtin_elementwise_sqrt(minusTwoLog);
  reals sine, cosine;
  sincosTurns(toUniform(w1) - splatReal(0.5), &sine, &cosine);
  storePairs((words)(radius * cosine), (words)(radius * sine), out);
}

// The `n` elements from the element `skip` (0 or 1) of a block on: a batch at a time, then a vector of blocks
// at a time; of the first and the last vector a part may be needed.
#define FILL(name, element, store) \
  INLINE void name##_vectors( \
    uint64_t k0, uint64_t k1, uint64_t stream, uint64_t block, int count, element *out) { \
    words w0[ways], w1[ways]; \
    cipher(k0, k1, stream, block, count, w0, w1); \
    for (int j = 0; j < count; j++) store(w0[j], w1[j], out + j * small); \
  } \
  TARGET static void name##_from( \
    uint64_t k0, uint64_t k1, uint64_t stream, uint64_t block, size_t skip, size_t n, element *out) { \
    element part[small]; \
    if (skip != 0 && n != 0) { \
      size_t count = n < small - skip ? n : small - skip; \
      name##_vectors(k0, k1, stream, block, 1, part); \
      memcpy(out, part + skip, count * sizeof(element)); \
      out += count, n -= count, block += WIDTH; \
    } \
    for (; n >= large; out += large, n -= large, block += ways * WIDTH) \
      name##_vectors(k0, k1, stream, block, ways, out); \
    for (; n >= small; out += small, n -= small, block += WIDTH) \
      name##_vectors(k0, k1, stream, block, 1, out); \
    if (n != 0) { \
      name##_vectors(k0, k1, stream, block, 1, part); \
      memcpy(out, part, n * sizeof(element)); \
    } \
  }

FILL(words, uint64_t, storePairs)
FILL(uniforms, double, storeUniforms)
FILL(normals, double, storeNormals)

TARGET static void threefry_fill(
  uint64_t k0, uint64_t k1, uint64_t stream, uint64_t first, size_t n, uint64_t *out) {
  words_from(k0, k1, stream, first, 0, 2 * n, out);
}

TARGET static void uniform_fill(
  uint64_t k0, uint64_t k1, uint64_t stream, uint64_t first, size_t n, double *out) {
  uniforms_from(k0, k1, stream, first / 2, first % 2, n, out);
}

TARGET static void normal_fill(
  uint64_t k0, uint64_t k1, uint64_t stream, uint64_t first, size_t n, double *out) {
  normals_from(k0, k1, stream, first / 2, first % 2, n, out);
}

void INSTALL(struct borel_kernels *table) {
  table->threefry = threefry_fill;
  table->uniform = uniform_fill;
  table->normal = normal_fill;
}
