double program(const double *restrict q, double *restrict g) {
  static double eta[1000], d[1000];
  const double alpha = q[at_alpha], *beta = q + at_beta, sigma = exp(q[at_sigma]), inverse = 1 / sigma;
  cblas_dgemv(102, 111, 1000, 20, 1, X, 1000, beta, 1, 0, eta, 1);
  double squares = 0, dalpha = 0;
#pragma omp simd reduction(+ : squares, dalpha)
  for (int i = 0; i < 1000; i++) {
    const double z = (y[i] - alpha - eta[i]) * inverse;
    squares += z * z;
    d[i] = z * inverse;
    dalpha += d[i];
  }
  double prior = 0;
  for (int j = 0; j < 20; j++) {
    prior += beta[j] * beta[j];
    g[at_beta + j] = -beta[j];
  }
  cblas_dgemv(102, 112, 1000, 20, 1, X, 1000, d, 1, 1, g + at_beta, 1);
  g[at_alpha] = dalpha - alpha / 25;
  g[at_sigma] = squares - 1000 - sigma * sigma / 4 + 1;
  const double halfLog2Pi = 0.918938533204672742;
  return -0.5 * (squares + prior + alpha * alpha / 25 + sigma * sigma / 4) - 1000 * q[at_sigma] + q[at_sigma]
         - 1021 * halfLog2Pi - log(5) - 0.5 * log(M_PI / 2) - log(2);
}
