double program(const double *restrict q, double *restrict g) {
  const double mu = q[at_mu], tau = exp(q[at_tau]), *z = q + at_z;
  double squares = 0, dmu = 0, dtau = 0;
#pragma omp simd reduction(+ : squares, dmu, dtau)
  for (int i = 0; i < 8; i++) {
    const double r = (y[i] - mu - tau * z[i]) * inverse[i];
    const double d = r * inverse[i];
    squares += r * r + z[i] * z[i];
    dmu += d;
    dtau += d * z[i];
    g[at_z + i] = d * tau - z[i];
  }
  const double m = mu / 5, t = tau / 5;
  g[at_mu] = dmu - m / 5;
  g[at_tau] = 1 + tau * (dtau - 2 * t / (5 * (1 + t * t)));
  return constant[0] - 0.5 * (squares + m * m) - log1p(t * t) + q[at_tau];
}
