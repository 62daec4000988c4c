#ifndef CVECTORMATH_H
#define CVECTORMATH_H
#include <stddef.h>
#include <stdint.h>

// Elementwise mathematics over buffers: y[i] = f(x[i]) for i in 0..<n. x and y may be the same buffer; they
// must not overlap otherwise. Nothing is allocated.
//
// Accuracy: 4 units in the last place. Special values (signed zeros, infinities, NaN, arguments outside the
// domain, subnormal numbers) are those of the scalar functions of C.
//
// On one machine y[i] depends on x[i] alone: not on n, not on i, not on the other elements. Machines with
// other instructions or another C library may differ in the last places.
void borel_vexp(size_t n, const double *x, double *y);
void borel_vlog(size_t n, const double *x, double *y);
void borel_vlog1p(size_t n, const double *x, double *y);
void borel_vexpm1(size_t n, const double *x, double *y);
void borel_verf(size_t n, const double *x, double *y);
void borel_verfc(size_t n, const double *x, double *y);
void borel_vsin(size_t n, const double *x, double *y);
void borel_vcos(size_t n, const double *x, double *y);
void borel_vtanh(size_t n, const double *x, double *y);

// s[i] = sin x[i] and c[i] = cos x[i], the same numbers as borel_vsin and borel_vcos give. x may be s or c.
void borel_vsincos(size_t n, const double *x, double *s, double *c);

// Threefry-2x64 with 20 rounds under the key (k0, k1): (out[2 i], out[2 i + 1]) is the block at (first + i,
// stream), for i in 0..<n. out has 2 n words.
void borel_threefry_fill(
  uint64_t k0, uint64_t k1, uint64_t stream, uint64_t first, size_t n, uint64_t *out);

// The element j of a stream of random numbers belongs to the word j % 2 of the block at (j / 2, stream);
// out[i] is the element first + i, for i in 0..<n, whatever n is. Only correctly rounded operations are used:
// the numbers are the same, bit by bit, on every machine.
//
// Uniform: the centre of one of 2^52 equal cells of (0, 1). Normal: the elements 2 k and 2 k + 1 are the
// cosine and the sine of Box and Muller (1958) for the uniforms of one block.
void borel_uniform_fill(uint64_t k0, uint64_t k1, uint64_t stream, uint64_t first, size_t n, double *out);
void borel_normal_fill(uint64_t k0, uint64_t k1, uint64_t stream, uint64_t first, size_t n, double *out);

// Points of the plane, each with an exponent: a pair has the value exp(e + e' - |p - p'|^2). Arrays, and those of the
// potentials, have room for 7 more elements than there are, finite ones.
struct borel_point { double x, y, exponent; };
struct borel_points { const double *x, *y, *exponents; };
struct borel_pair_sums { double value, x, y; };

// Points of the plane, each with a window of `size` columns and as many lines of a grid: its first cell is
// origins[i], the next line is `row` cells on. The offsets are those of the point from the first column and the
// first line; values are exp(-2 d^2) for its distances d from the columns, then the lines, 2 size of a point.
enum { borel_most_window = 32 };
struct borel_windows {
  size_t size;  // 8, 12, 16, 24 or 32
  double spacing;
  ptrdiff_t row;
  const ptrdiff_t *origins;
  const double *x_offsets, *y_offsets, *weights;
  double *values;
};

// Of each point, a sum over others and its derivatives.
struct borel_potentials { double *values, *by_x, *by_y; };

// The kernels for each set of instructions: what the functions above are made of, and sums of Gaussians.
enum borel_instructions { borel_baseline = 0, borel_avx2 = 1, borel_avx512 = 2 };

typedef void (*borel_function)(size_t, const double *, double *);
typedef void (*borel_fill)(uint64_t, uint64_t, uint64_t, uint64_t, size_t, double *);

struct borel_kernels {
  borel_function exp, log, log1p, expm1, erf, erfc, sin, cos, tanh;
  void (*sincos)(size_t, const double *, double *, double *);
  void (*threefry)(uint64_t, uint64_t, uint64_t, uint64_t, size_t, uint64_t *);
  borel_fill uniform, normal;
  // Of the points first..<last: writes the values of their windows, start ratio^k decays[k] with start and ratio of
  // the columns, then of the lines, 4 factors of a point; adds their weights times windows to a grid; writes `factor`
  // times their weights times the grid's sum over their windows, without what they themselves gave to it where
  // leaves_out is not 0.
  void (*windows)(
    const struct borel_windows *, size_t first, size_t last, const double *decays, const double *factors);
  void (*spread)(const struct borel_windows *, size_t first, size_t last, double *grid);
  void (*potentials)(
    const struct borel_windows *, size_t first, size_t last, const double *grid, double factor, int leaves_out,
    struct borel_potentials);
  // Of a point with the points first..<last, the sums of the pairs' values v and of v (p - p'); to the potentials of
  // these points are added v and -v (p - p'). Exponents count as -700 where they are less, and as 709 where they are
  // more.
  struct borel_pair_sums (*pair_sums)(
    size_t first, size_t last, struct borel_point, struct borel_points, struct borel_potentials);
  // The same of all pairs of a point i in first..<last and a later one below n, beginning with `split` where i is below
  // that; adds to the potentials of both.
  double (*row_sums)(
    size_t first, size_t last, size_t split, size_t n, struct borel_points, struct borel_potentials);
};

// The kernels of one set of instructions; NULL where this machine lacks it.
const struct borel_kernels *borel_kernels_of(enum borel_instructions instructions);

// The set in use: the widest one of this machine.
enum borel_instructions borel_instructions_in_use(void);
#endif
