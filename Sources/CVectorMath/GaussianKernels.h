// The kernels of sums of Gaussians in the plane, written once for any vector width. A file that includes this defines
//   WIDTH     how many doubles a vector has, 2 or 4
//   TARGET    the attribute that allows the instructions
//   INSTALL   the name of the function that puts the kernels into a table
//
// Products and sums may be contracted, and each lane sums on its own: results of different widths agree within the
// rounding of sums of as many terms. Vectors of eight doubles were measured, and are no faster here: windows are
// short, and lie across the lines of the cache.
#include "Kernels.h"
#include <string.h>

typedef double reals __attribute__((vector_size(8 * WIDTH)));
typedef int64_t masks __attribute__((vector_size(8 * WIDTH)));

enum { most_vectors = borel_most_window / WIDTH };

#define INLINE TARGET static inline __attribute__((always_inline))
#define UNROLLED _Pragma("clang loop unroll(full)")

INLINE reals splat(double value) { return value - (reals){0}; }

INLINE reals load(const double *p) {
  reals value;
  memcpy(&value, p, sizeof value);
  return value;
}

INLINE void store(double *p, reals value) { memcpy(p, &value, sizeof value); }

// Of a number that is not one, itself.
INLINE reals atLeast(reals value, double least) {
  const masks below = value < splat(least);
  return (reals)(((masks)splat(least) & below) | ((masks)value & ~below));
}

INLINE double total(reals value) {
#if WIDTH == 4
  return (value[0] + value[2]) + (value[1] + value[3]);
#else
  return value[0] + value[1];
#endif
}

INLINE reals steps(double spacing) {
  reals value;
  for (int k = 0; k < WIDTH; k++) value[k] = spacing * k;
  return value;
}

// out[k] = -2 (offset - k spacing)^2 for k in 0..<size.
INLINE void exponents(const size_t size, double spacing, double offset, double *out) {
  const reals first = splat(offset) - steps(spacing);
  UNROLLED for (size_t k = 0; k < size; k += WIDTH) {
    const reals d = first - splat(spacing * (double)k);
    store(out + k, splat(-2) * d * d);
  }
}

// The derivatives of exp(-2 d^2) by d = offset - k spacing.
INLINE void derivatives(const size_t size, double spacing, double offset, const double *window, double *out) {
  const reals first = splat(offset) - steps(spacing);
  UNROLLED for (size_t k = 0; k < size; k += WIDTH)
    store(out + k, splat(-4) * (first - splat(spacing * (double)k)) * load(window + k));
}

INLINE double product(const size_t size, const double *a, const double *b) {
  reals sum = {0};
  UNROLLED for (size_t k = 0; k < size; k += WIDTH) sum += load(a + k) * load(b + k);
  return total(sum);
}

INLINE void spread_one(const size_t size, const struct borel_windows *w, size_t i, double *grid) {
  const double *x = w->values + 2 * size * i, *y = x + size;
  reals columns[most_vectors];
  UNROLLED for (size_t c = 0; c < size / WIDTH; c++) columns[c] = splat(w->weights[i]) * load(x + c * WIDTH);
  double *line = grid + w->origins[i];
  for (size_t r = 0; r < size; r++, line += w->row) {
    const reals factor = splat(y[r]);
    UNROLLED for (size_t c = 0; c < size / WIDTH; c++)
      store(line + c * WIDTH, load(line + c * WIDTH) + factor * columns[c]);
  }
}

// `own` is the weight of the point's own share of the grid, which is taken off.
INLINE void potential_at(
  const size_t size, const struct borel_windows *w, size_t i, double own, double factor, const double *grid,
  struct borel_potentials out) {
  const double *x = w->values + 2 * size * i, *y = x + size;
  double xSlopes[borel_most_window], ySlopes[borel_most_window];
  derivatives(size, w->spacing, w->x_offsets[i], x, xSlopes);
  derivatives(size, w->spacing, w->y_offsets[i], y, ySlopes);
  // Of each column, the sums over lines of the grid times the window, and times its derivative.
  reals sums[most_vectors], inclines[most_vectors];
  const double square = -own * product(size, y, y), bend = -own * product(size, y, ySlopes);
  UNROLLED for (size_t c = 0; c < size / WIDTH; c++) {
    sums[c] = splat(square) * load(x + c * WIDTH);
    inclines[c] = splat(bend) * load(x + c * WIDTH);
  }
  const double *line = grid + w->origins[i];
  for (size_t r = 0; r < size; r++, line += w->row) {
    const reals value = splat(y[r]), slope = splat(ySlopes[r]);
    UNROLLED for (size_t c = 0; c < size / WIDTH; c++) {
      const reals f = load(line + c * WIDTH);
      sums[c] += value * f;
      inclines[c] += slope * f;
    }
  }
  reals value = {0}, byX = {0}, byY = {0};
  UNROLLED for (size_t c = 0; c < size / WIDTH; c++) {
    value += load(x + c * WIDTH) * sums[c];
    byX += load(xSlopes + c * WIDTH) * sums[c];
    byY += load(x + c * WIDTH) * inclines[c];
  }
  out.values[i] = factor * total(value);
  out.by_x[i] = factor * total(byX);
  out.by_y[i] = factor * total(byY);
}

// A statement with a constant size for each of those in use.
#define FOR_SIZE(statement) \
  switch (w->size) { \
    case 12: statement(12) break; \
    case 16: statement(16) break; \
    case 24: statement(24) break; \
    default: statement(32) break; \
  }

TARGET static void window_exponents(const struct borel_windows *w, size_t first, size_t last) {
#define EXPONENTS(size) \
  for (size_t i = first; i < last; i++) { \
    exponents(size, w->spacing, w->x_offsets[i], w->values + 2 * size * i); \
    exponents(size, w->spacing, w->y_offsets[i], w->values + 2 * size * i + size); \
  }
  FOR_SIZE(EXPONENTS)
}

TARGET static void spread(const struct borel_windows *w, size_t first, size_t last, double *grid) {
#define SPREAD(size) \
  for (size_t i = first; i < last; i++) spread_one(size, w, i, grid);
  FOR_SIZE(SPREAD)
}

TARGET static void potentials(
  const struct borel_windows *w, size_t first, size_t last, const double *grid, double factor, int leaves_out,
  struct borel_potentials out) {
#define POTENTIALS(size) \
  for (size_t i = first; i < last; i++) \
    potential_at(size, w, i, leaves_out ? w->weights[i] : 0, factor * w->weights[i], grid, out);
  FOR_SIZE(POTENTIALS)
}

// The exponential of what is below -700 is slow, and nothing beside that.
TARGET static void pair_exponents(size_t n, struct borel_point p, struct borel_points others, double *out) {
  for (size_t k = 0; k < n; k += WIDTH) {
    const reals dx = splat(p.x) - load(others.x + k), dy = splat(p.y) - load(others.y + k);
    const reals exponent = (splat(p.exponent) + load(others.exponents + k)) - (dx * dx + dy * dy);
    store(out + k, atLeast(exponent, -700));
  }
}

TARGET static struct borel_pair_sums pair_sums(
  size_t n, struct borel_point p, struct borel_points others, const double *values, struct borel_potentials added) {
  reals sum = {0}, x = {0}, y = {0};
  for (size_t k = 0; k < n; k += WIDTH) {
    const reals value = load(values + k);
    const reals hx = value * (splat(p.x) - load(others.x + k)), hy = value * (splat(p.y) - load(others.y + k));
    sum += value;
    x += hx;
    y += hy;
    store(added.values + k, load(added.values + k) + value);
    store(added.by_x + k, load(added.by_x + k) - hx);
    store(added.by_y + k, load(added.by_y + k) - hy);
  }
  return (struct borel_pair_sums){total(sum), total(x), total(y)};
}

void INSTALL(struct borel_kernels *table) {
  table->window_exponents = window_exponents;
  table->spread = spread;
  table->potentials = potentials;
  table->pair_exponents = pair_exponents;
  table->pair_sums = pair_sums;
}
