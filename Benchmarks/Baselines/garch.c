double program(const double *restrict q, double *restrict g) {
  enum { n = 200 };
  double variance[n];
  const double mu = q[at_mu], alpha0 = exp(q[at_alpha0]), alpha1 = 1 / (1 + exp(-q[at_alpha1]));
  const double L = 1 / (1 + exp(-q[at_beta1])), beta1 = (1 - alpha1) * L;
  double value = 0, v = 0.25;
  for (int t = 0; t < n; t++) {
    variance[t] = v;
    const double r = y[t] - mu;
    value -= 0.5 * (log(v) + r * r / v);
    v = alpha0 + alpha1 * r * r + beta1 * v;
  }
  double dmu = 0, dalpha0 = 0, dalpha1 = 0, dbeta1 = 0, dv = 0;
  for (int t = n - 1; t >= 0; t--) {
    const double r = y[t] - mu, inverse = 1 / variance[t];
    dmu -= 2 * alpha1 * r * dv;
    dalpha0 += dv;
    dalpha1 += r * r * dv;
    dbeta1 += variance[t] * dv;
    dmu += r * inverse;
    dv = beta1 * dv + 0.5 * inverse * (r * r * inverse - 1);
  }
  g[at_mu] = dmu;
  g[at_alpha0] = dalpha0 * alpha0 + 1;
  g[at_alpha1] = (dalpha1 - dbeta1 * L) * alpha1 * (1 - alpha1) - alpha1 + 1 - 2 * alpha1;
  g[at_beta1] = dbeta1 * (1 - alpha1) * L * (1 - L) + 1 - 2 * L;
  return value - n * 0.918938533204672742 + q[at_alpha0] + log1p(-alpha1) - q[at_alpha1] - 2 * log1p(exp(-q[at_alpha1]))
         - q[at_beta1] - 2 * log1p(exp(-q[at_beta1]));
}
