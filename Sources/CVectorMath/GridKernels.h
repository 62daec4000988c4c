// The kernels of sums of Gaussians by a grid of the plane, written once for any vector width: see Lanes.h.
//   INSTALL_GRID   the name of the function that puts the kernels into a table
//
// Vectors of eight doubles were measured, and are no faster here: windows are short, and lie across the lines of the
// cache.
#include "Lanes.h"

enum { most_vectors = borel_most_window / WIDTH };

INLINE reals steps(double spacing) {
  reals value;
  for (int k = 0; k < WIDTH; k++) value[k] = spacing * k;
  return value;
}

// out[k] = start ratio^k decays[k] for k in 0..<size.
INLINE void window(const size_t size, double start, double ratio, const double *decays, double *out) {
  reals powers = {0};
  double power = start, step = 1;
  for (int k = 0; k < WIDTH; k++, power *= ratio, step *= ratio) powers[k] = power;
  UNROLLED for (size_t k = 0; k < size; k += WIDTH) {
    store(out + k, powers * load(decays + k));
    powers *= splat(step);
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
    case 8: statement(8) break; \
    case 12: statement(12) break; \
    case 16: statement(16) break; \
    case 24: statement(24) break; \
    default: statement(32) break; \
  }

TARGET static void windows(
  const struct borel_windows *w, size_t first, size_t last, const double *decays, const double *factors) {
#define WINDOWS(size) \
  for (size_t i = first; i < last; i++, factors += 4) { \
    window(size, factors[0], factors[1], decays, w->values + 2 * size * i); \
    window(size, factors[2], factors[3], decays, w->values + 2 * size * i + size); \
  }
  FOR_SIZE(WINDOWS)
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

void INSTALL_GRID(struct borel_kernels *table) {
  table->windows = windows;
  table->spread = spread;
  table->potentials = potentials;
}
