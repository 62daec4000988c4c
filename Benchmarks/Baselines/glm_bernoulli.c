double program(const double *restrict q, double *restrict g) {
  static double eta[1000], u[1000], e[1000], l[1000], d[1000];
  const double alpha = q[at_alpha], *beta = q + at_beta;
  cblas_dgemv(102, 111, 1000, 20, 1, X, 1000, beta, 1, 0, eta, 1);
#pragma omp simd
  for (int i = 0; i < 1000; i++) {
    // The logit with the sign of the failure: log density -log(1 + exp(u)).
    u[i] = (1 - 2 * y[i]) * (alpha + eta[i]);
    e[i] = -fabs(u[i]);
  }
  borel_vexp(1000, e, e);
  borel_vlog1p(1000, e, l);
  double value = 0, dalpha = 0;
#pragma omp simd reduction(+ : value, dalpha)
  for (int i = 0; i < 1000; i++) {
    value -= (u[i] < 0 ? 0 : u[i]) + l[i];
    d[i] = (2 * y[i] - 1) * (u[i] < 0 ? e[i] : 1) / (1 + e[i]);
    dalpha += d[i];
  }
  double prior = 0;
  for (int j = 0; j < 20; j++) {
    prior += beta[j] * beta[j];
    g[at_beta + j] = -beta[j];
  }
  cblas_dgemv(102, 112, 1000, 20, 1, X, 1000, d, 1, 1, g + at_beta, 1);
  g[at_alpha] = dalpha - alpha / 25;
  return value - 0.5 * (prior + alpha * alpha / 25) - 21 * 0.918938533204672742 - log(5);
}
