double program(const double *restrict q, double *restrict g) {
  enum { n = 1000 };
  const double mu = q[at_mu], L = 1 / (1 + exp(-q[at_phi])), phi = 2 * L - 1, sigma = exp(q[at_sigma]);
  const double inverse = 1 / sigma, *h = q + at_series_h;
  double *gh = g + at_series_h;
  double value = 0, squares = 0, dmu = 0, dphi = 0, before = mu;
  for (int t = 0; t < n; t++) {
    const double c = before - mu, r = (h[t] - mu - phi * c) * inverse, d = r * inverse, v = 0.5 * y[t] * y[t] * exp(-h[t]);
    value -= 0.5 * h[t] + v;
    squares += r * r;
    gh[t] = v - 0.5 - d;
    if (t > 0) gh[t - 1] += d * phi;
    dmu += t > 0 ? d * (1 - phi) : d;
    dphi += d * c;
    before = h[t];
  }
  const double m = mu / 10, s = sigma / 5;
  g[at_mu] = dmu - 2 * m / (10 * (1 + m * m));
  g[at_phi] = dphi * 2 * L * (1 - L) + 1 - 2 * L;
  g[at_sigma] = squares - n + 1 - 2 * s * s / (1 + s * s);
  return value - 0.5 * squares - n * q[at_sigma] + q[at_sigma] - q[at_phi] - 2 * log1p(exp(-q[at_phi])) - log1p(m * m)
         - log1p(s * s) - log(M_PI * 10) - log(M_PI * 5) + log(2) - 2 * n * 0.918938533204672742;
}
