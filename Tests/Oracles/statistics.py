"""Rows of Tests/InferenceTests/Validation/Statistics/StatisticsReference.swift, by SciPy (1.17.1 when written).

The data are dyadic numbers made by a formula, so that both languages test the same bits.
"""
import numpy as np
from scipy import stats, special

def draws(n, shift=0.0, scale=1.0):
    """The quantile-like numbers x_i = scale (2 frac(i phi) - 1)^3 + shift, with phi rounded to 20 bits."""
    i = np.arange(1, n + 1)
    u = (i * 648055 % 2**20) / 2**20
    return scale * (2 * u - 1) ** 3 + shift

def row(name, *values):
    print(f'    StatisticsRow("{name}", [{", ".join(repr(float(v)) for v in values)}]),')

# means
for n, mu in [(20, 0.0), (200, 0.1), (5000, -0.02)]:
    x = draws(n)
    z = (x.mean() - mu) / (x.std(ddof=1) / np.sqrt(n))
    row("mean", n, mu, z, 2 * stats.norm.sf(abs(z)))
for n, m, shift in [(30, 50, 0.1), (400, 300, -0.4)]:
    x, y = draws(n), draws(m, shift, 1.5)
    z = stats.ttest_ind(x, y, equal_var=False).statistic
    row("two means", n, m, shift, z, 2 * stats.norm.sf(abs(z)))
for z in [0.5, 4.5, 10.0, 37.0]:
    row("estimate", z, 2 * stats.norm.sf(z))

# chi-squared laws
for x, df in [(0.3, 1), (11.0, 9), (80.0, 9), (700.0, 19), (1200.0, 1000), (2500.0, 1000), (30.0, 99)]:
    row("chi-squared law", x, df, stats.chi2.sf(x, df))
obs = [18, 25, 30, 47, 80]
t = stats.chisquare(obs, np.array([0.1, 0.15, 0.2, 0.25, 0.3]) * 200)
row("chi-squared", t.statistic, t.pvalue)
table = np.array([[20, 35, 45, 10], [31, 40, 30, 19], [25, 25, 60, 40]])
t = stats.chi2_contingency(table, correction=False)
row("homogeneity", t.statistic, t.pvalue, t.dof)

# binomial tails
for k, n, p in [(3, 10, 0.5), (0, 20, 0.01), (20, 20, 0.3), (900, 1000, 0.5), (40, 100000, 0.0001),
                (510000, 1000000, 0.5), (499000, 1000000, 0.5)]:
    row("binomial", k, n, p, stats.binom.cdf(k, n, p), stats.binom.sf(k - 1, n, p))

# Kolmogorov's law: exact, by Simard and L'Ecuyer's algorithm; one-sided, by Smirnov's formula; the limit
for n in [1, 2, 5, 20, 100, 140]:
    for z in [0.3, 0.6, 0.9, 1.2, 1.6, 2.5, 5.0]:
        d = z / np.sqrt(n)
        if 1 / (2 * n) < d < 1:
            row("kolmogorov", n, d, stats.kstwo.sf(d, n))
for n in [141, 1000, 100000]:
    for z in [0.4, 0.7, 1.0, 1.4]:
        row("kolmogorov, large", n, z / np.sqrt(n), stats.kstwo.sf(z / np.sqrt(n), n))
    for z in [1.6, 3.0, 8.0]:
        row("kolmogorov", n, z / np.sqrt(n), stats.kstwo.sf(z / np.sqrt(n), n))
for z in [0.2, 0.5, 0.9, 1.01, 1.5, 3.0, 10.0]:
    row("kolmogorov limit", z, stats.kstwobign.sf(z))
for n, shift in [(15, 0.0), (60, 0.3), (500, 0.02)]:
    t = stats.ks_1samp(draws(n, shift), stats.norm(0, 0.4).cdf, method="exact")
    row("one sample", n, shift, t.statistic, t.pvalue)
for n, m, shift in [(7, 5, 0.1), (20, 31, 0.4), (200, 150, 0.05), (100, 100, 1.0)]:
    t = stats.ks_2samp(draws(n), draws(m, shift + 2.0**-24, 1.25), method="exact")
    row("two samples", n, m, shift, t.statistic, t.pvalue)
