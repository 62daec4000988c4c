// The kernels of sums of Gaussians pair by pair, written once for any vector width: see Lanes.h.
//   INSTALL_PAIRS   the name of the function that puts the kernels into a table
#include "Lanes.h"

// Of arguments within +-709, to a unit in the last place or two: 2^n exp(r) with |r| <= log(2) / 2, by the Taylor
// series to the twelfth power. What is not a number stays so.
INLINE reals exponential(reals x) {
  // Added to a number, it leaves the nearest integer in the last bits.
  const reals rounder = splat(0x1.8p52);
  const reals shifted = x * splat(0x1.71547652b82fep0) + rounder, n = shifted - rounder;
  const reals r = (x - n * splat(0x1.62e42feep-1)) - n * splat(0x1.a39ef35793c76p-33);
  const reals r2 = r * r, r4 = r2 * r2;
  const reals lowest = (1 + r) + (splat(1.0 / 2) + splat(1.0 / 6) * r) * r2;
  const reals low = (splat(1.0 / 24) + splat(1.0 / 120) * r) + (splat(1.0 / 720) + splat(1.0 / 5040) * r) * r2;
  const reals high = (splat(1.0 / 40320) + splat(1.0 / 362880) * r) +
    (splat(1.0 / 3628800) + splat(1.0 / 39916800) * r) * r2 + splat(1.0 / 479001600) * r4;
  const reals mantissa = lowest + (low + high * r4) * r4;
  return select(x == x, (reals)((masks)mantissa + ((masks)shifted << 52)), x);
}

INLINE struct borel_pair_sums sums_of(
  size_t n, struct borel_point p, struct borel_points others, struct borel_potentials added) {
  reals sum = {0}, x = {0}, y = {0};
  masks left;
  for (int k = 0; k < WIDTH; k++) left[k] = (int64_t)n - k;
  for (size_t k = 0; k < n; k += WIDTH, left -= WIDTH) {
    const reals dx = splat(p.x) - load(others.x + k), dy = splat(p.y) - load(others.y + k);
    reals exponent = (splat(p.exponent) + load(others.exponents + k)) - (dx * dx + dy * dy);
    exponent = select(exponent < splat(-700), splat(-700), exponent);
    exponent = select(exponent > splat(709), splat(709), exponent);
    const reals value = select(left > 0, exponential(exponent), splat(0));
    const reals hx = value * dx, hy = value * dy;
    sum += value;
    x += hx;
    y += hy;
    store(added.values + k, load(added.values + k) + value);
    store(added.by_x + k, load(added.by_x + k) - hx);
    store(added.by_y + k, load(added.by_y + k) - hy);
  }
  return (struct borel_pair_sums){total(sum), total(x), total(y)};
}

INLINE struct borel_points points_from(size_t k, struct borel_points all) {
  return (struct borel_points){all.x + k, all.y + k, all.exponents + k};
}

INLINE struct borel_potentials potentials_from(size_t k, struct borel_potentials all) {
  return (struct borel_potentials){all.values + k, all.by_x + k, all.by_y + k};
}

TARGET static struct borel_pair_sums pair_sums(
  size_t first, size_t last, struct borel_point p, struct borel_points points, struct borel_potentials added) {
  return sums_of(last - first, p, points_from(first, points), potentials_from(first, added));
}

TARGET static double row_sums(
  size_t first, size_t last, size_t split, size_t n, struct borel_points points, struct borel_potentials added) {
  double sum = 0;
  for (size_t i = first; i < last; i++) {
    const size_t next = i < split ? split : i + 1;
    const struct borel_point p = {points.x[i], points.y[i], points.exponents[i]};
    const struct borel_pair_sums own = sums_of(n - next, p, points_from(next, points), potentials_from(next, added));
    sum += own.value;
    added.values[i] += own.value;
    added.by_x[i] += own.x;
    added.by_y[i] += own.y;
  }
  return sum;
}

void INSTALL_PAIRS(struct borel_kernels *table) {
  table->pair_sums = pair_sums;
  table->row_sums = row_sums;
}
