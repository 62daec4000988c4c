"""Log densities to 50 digits, for Tests/PPLTests/Distributions/DistributionReference.swift.

Run: python3 Tests/Oracles/distributions.py > Tests/PPLTests/Distributions/DistributionReference.swift
"""
from mpmath import (
    mp, mpf, log, loggamma, pi, sqrt, exp, expm1, log1p, beta as beta_function, binomial, inf, cos, cosh, erfc, atan, besseli)

mp.dps = 50


def normal(x, m, s): return -((x - m) / s) ** 2 / 2 - log(s) - log(2 * pi) / 2
def student(x, nu, m, s):
    z = (x - m) / s
    return loggamma((nu + 1) / 2) - loggamma(nu / 2) - log(nu * pi) / 2 - log(s) - (nu + 1) / 2 * log1p(z * z / nu)
def cauchy(x, m, s): return -log(pi) - log(s) - log1p(((x - m) / s) ** 2)
def phi(z): return erfc(-z / sqrt(mpf(2))) / 2
def gumbel(x, m, s): return -(x - m) / s - exp(-(x - m) / s) - log(s)
def weibull(x, k, s): return log(k / s) + xlogy(k - 1, x / s) - (x / s) ** k
def pareto(x, m, a): return log(a) + a * log(m) - (a + 1) * log(x)
def laplace(x, m, s): return -abs(x - m) / s - log(2 * s)
def logistic(x, m, s): return -log(s) - 2 * log(2 * cosh((x - m) / s / 2))
def negative_binomial(k, m, d):
    return loggamma(k + d) - loggamma(d) - loggamma(k + 1) + xlogy(k, m / (m + d)) + d * log(d / (m + d))


def truncated(density, cdf):
    """With the ends after the parameters."""
    def value(x, *p):
        mp.dps = 400
        mass = cdf(p[-1], *p[:-2]) - cdf(p[-2], *p[:-2])
        mp.dps = 50
        return density(x, *p[:-2]) - log(mass)
    return value


def normal_cdf(x, m, s): return phi((x - m) / s)
def cauchy_cdf(x, m, s): return atan((x - m) / s) / pi + mpf(1) / 2
def logistic_cdf(x, m, s): return 1 / (1 + exp(-(x - m) / s))
def laplace_cdf(x, m, s): return exp((x - m) / s) / 2 if x < m else 1 - exp(-(x - m) / s) / 2
def gumbel_cdf(x, m, s): return exp(-exp(-(x - m) / s))
def exponential_cdf(x, r): return -expm1(-r * x)
def lognormal_cdf(x, m, s): return phi((log(x) - m) / s)
def weibull_cdf(x, k, s): return -expm1(-(x / s) ** k)
def pareto_cdf(x, m, a): return 1 - (m / x) ** a


def xlogy(x, y): return mpf(0) if x == 0 else (-inf if y == 0 else x * log(y))


rows = {
    "Normal": (normal, [([0, 1], [0, 1, -3, 40]), ([2.5, 0.01], [2.5, 2.4, 3]), ([-1e6, 1e3], [-1e6, 0]), ([0, 1e-150], [1e-150]), ([1, 1e150], [5])]),
    "StudentT": (student, [([3, 0, 1], [0, 1, -5, 1e8]), ([0.1, 1, 2], [1, 50]), ([1e6, 0, 1], [0.5, 30]), ([1e3, -2, 0.1], [-2, -1.5]), ([1001, 0, 3], [1, 2]), ([5, 0, 1e-8], [1])]),
    "Cauchy": (cauchy, [([0, 1], [0, 1, -1e10]), ([3, 0.001], [3, 5]), ([-2, 1e5], [7])]),
    "HalfNormal": (lambda x, s: normal(x, 0, s) + log(2), [([1], [0, 1, 30]), ([1e-3], [1e-4]), ([50], [3])]),
    "HalfCauchy": (lambda x, s: cauchy(x, 0, s) + log(2), [([5], [0, 1, 1e9]), ([1e-4], [1])]),
    "HalfStudentT": (lambda x, nu, s: student(x, nu, 0, s) + log(2), [([3, 10], [0, 1, 1e5]), ([1, 0.5], [2])]),
    "LogNormal": (lambda x, m, s: normal(log(x), m, s) - log(x), [([0, 1], [1, 1e-10, 1e10]), ([-1, 0.5], [0.3]), ([700, 2], [1e300])]),
    "Exponential": (lambda x, r: log(r) - r * x, [([1], [0, 1, 700]), ([1e-8], [3]), ([1e6], [1e-5])]),
    "Gamma": (lambda x, a, b: a * log(b) - loggamma(a) + (a - 1) * log(x) - b * x, [([1, 2], [0.5, 1e-300]), ([0.01, 1], [1e-30, 5]), ([25, 4], [6, 60]), ([1e5, 10], [1e4, 1.1e4]), ([3, 1e-3], [2000])]),
    "InverseGamma": (lambda x, a, b: a * log(b) - loggamma(a) - (a + 1) * log(x) - b / x, [([2.5, 0.05], [0.01, 1, 1e6]), ([0.1, 3], [1e-3]), ([100, 100], [1])]),
    "Beta": (lambda x, a, b: (a - 1) * log(x) + (b - 1) * log1p(-x) - log(beta_function(a, b)), [([20, 1.5], [0.9, 1e-5]), ([0.5, 0.5], [0.5, 1e-20]), ([1, 1], [0.3]), ([1e4, 2e4], [0.33]), ([1e-3, 2], [0.5])]),
    "Uniform": (lambda x, a, b: -log(b - a), [([0, 1], [0, 0.5, 1]), ([-3, 1e6], [7])]),
    "Laplace": (lambda x, m, s: -abs(x - m) / s - log(2 * s), [([0, 1], [0, -2, 500]), ([4, 0.01], [4.1])]),
    "Logistic": (lambda x, m, s: -log(s) - 2 * log(2 * cosh((x - m) / s / 2)), [([0, 1], [0, 3, -800]), ([2, 0.1], [1.5]), ([0, 100], [5])]),
    "Gumbel": (gumbel, [([0, 1], [0, -5, 800]), ([2, 0.1], [1.9]), ([-3, 1e6], [5])]),
    "Weibull": (weibull, [([1.7, 2], [0.1, 3, 1e-100]), ([1, 1], [0, 2]), ([0.01, 5], [1e-30]), ([50, 3], [3.2])]),
    "Pareto": (pareto, [([1, 2.5], [1, 1.5, 1e100]), ([0.3, 1e-3], [7]), ([1e-200, 3], [1e-199])]),
    "SkewNormal": (lambda x, m, s, a: log(2) + normal(x, m, s) + log(phi(a * (x - m) / s)), [([0, 1, 0], [0.5]), ([1, 2, 4], [1, 3, -20]), ([0, 1, -30], [3]), ([-1, 0.01, 1e3], [-1.01])]),
    "VonMises": (lambda x, m, k: k * cos(x - m) - log(2 * pi * besseli(0, k)), [([0.5, 1.5], [0, 0.5, -3]), ([7, 0], [2]), ([0, 1e4], [0.01, 3]), ([1, 1e-9], [-1]), ([0, 1e9], [1e-5])]),
    "Truncated Normal": (truncated(normal, normal_cdf), [([0, 1, -0.5, 2], [-0.5, 0, 2]), ([0, 1, 30, 31], [30.1]), ([0, 1, -40, -39], [-39.5]), ([0, 1, -1e-6, 1e-6], [0]), ([3, 0.1, -50, 80], [3])]),
    "Normal from below": (lambda x, m, s, a: normal(x, m, s) - log(phi((m - a) / s)), [([0, 1, 0], [0.5]), ([0, 1, 38], [38.01]), ([5, 2, -100], [5])]),
    "Normal to above": (lambda x, m, s, b: normal(x, m, s) - log(phi((b - m) / s)), [([0, 1, 0.3], [0.2, -8]), ([1, 2, -75], [-75.1])]),
    "Truncated Cauchy": (truncated(cauchy, cauchy_cdf), [([0, 1, -1, 5], [0, 4.5]), ([2, 0.5, 1e6, 2e6], [1.5e6]), ([0, 1, -1e12, -1e11], [-2e11])]),
    "Truncated Logistic": (truncated(logistic, logistic_cdf), [([0, 1, -1, 5], [0, 4.5]), ([0, 1, 600, 601], [600.5]), ([0, 1, -50, -40], [-41])]),
    "Truncated Laplace": (truncated(laplace, laplace_cdf), [([0, 1, -1, 2.5], [0, 2]), ([0, 1, 300, 301], [300.5]), ([0, 1, -50, -40], [-41])]),
    "Truncated Gumbel": (truncated(gumbel, gumbel_cdf), [([0, 1, -1, 5], [0, 4]), ([0, 1, 50, 55], [51]), ([0, 1, -6, -5], [-5.1])]),
    "Truncated Exponential": (truncated(lambda x, r: log(r) - r * x, exponential_cdf), [([2, 0.1, 1.5], [0.1, 1]), ([1, 700, 710], [701]), ([1, 1e-9, 2e-9], [1.5e-9])]),
    "Truncated LogNormal": (truncated(lambda x, m, s: normal(log(x), m, s) - log(x), lognormal_cdf), [([0.3, 0.8, 0.5, 4], [0.6, 3]), ([0, 0.1, 20, 30], [21])]),
    "Truncated Weibull": (truncated(weibull, weibull_cdf), [([1.7, 2, 0.5, 4], [0.6, 3]), ([2, 1, 20, 21], [20.1])]),
    "Truncated Pareto": (truncated(pareto, pareto_cdf), [([0.5, 1.5, 0.8, 4], [0.9, 3]), ([1, 20, 1e10, 1e11], [2e10])]),
    "Truncated Uniform": (truncated(lambda x, a, b: -log(b - a), lambda x, a, b: (x - a) / (b - a)), [([-1, 3, 0, 2.5], [0, 1])]),
    "Bernoulli": (lambda k, p: xlogy(k, p) + xlogy(1 - k, 1 - p), [([0.3], [0, 1]), ([0], [0]), ([1], [1]), ([1e-12], [0, 1])]),
    "BernoulliLogit": (lambda k, t: k * t - log1p(exp(t)), [([0.4], [0, 1]), ([-800], [0, 1]), ([800], [0, 1]), ([-30], [0, 1])]),
    "Binomial": (lambda k, n, p: log(binomial(n, k)) + xlogy(k, p) + xlogy(n - k, 1 - p), [([10, 0.3], [0, 3, 10]), ([5, 0], [0]), ([5, 1], [5]), ([1000, 0.01], [12]), ([1000000, 0.5], [500100]), ([0, 0.5], [0])]),
    "BinomialLogit": (lambda k, n, t: log(binomial(n, k)) + k * t - n * log1p(exp(t)), [([10, -0.5], [0, 4, 10]), ([100, 40], [100, 99]), ([30, -700], [0, 1])]),
    "Poisson": (lambda k, r: xlogy(k, r) - r - loggamma(k + 1), [([3.5], [0, 2, 50]), ([0], [0]), ([1e6], [1000300]), ([1e-9], [1]), ([1e20], [3])]),
    "NegativeBinomial": (negative_binomial, [([3.5, 2], [0, 3, 100]), ([1e6, 0.5], [3, 2000000]), ([4, 1e12], [0, 6]), ([0, 3], [0]), ([1e-9, 1], [1]), ([50, 1e-4], [0, 7])]),
    "NegativeBinomialLog": (lambda k, t, d: negative_binomial(k, exp(t), d), [([1.2, 2], [0, 5]), ([-40, 3], [0, 1]), ([400, 3], [0, 7]), ([-800, 2], [0, 2]), ([13, 1e8], [442000])]),
    "BetaBinomial": (lambda k, n, a, b: log(binomial(n, k)) + log(beta_function(k + a, n - k + b)) - log(beta_function(a, b)), [([10, 2, 3.5], [0, 4, 10]), ([1000, 0.1, 0.2], [0, 500]), ([5, 1e6, 2e6], [2]), ([0, 1, 1], [0])]),
    "Geometric": (lambda k, p: log(p) + xlogy(k, 1 - p), [([0.3], [0, 5]), ([1], [0]), ([1e-9], [1000])]),
    "PoissonLog": (lambda k, t: k * t - exp(t) - loggamma(k + 1), [([1.2], [0, 5]), ([-40], [0, 1]), ([13], [442000]), ([60], [3])]),
}


def exact(v): return mpf(v)


print("// Made by Tests/Oracles/distributions.py: log densities from 50-digit arithmetic.")
print("struct DensityPoint: Sendable {")
print("  let distribution: String\n  let parameters: [Double]\n  let x: Double\n  let logDensity: Double\n}\n")
print("let densityPoints: [DensityPoint] = [")
for name, (f, cases) in rows.items():
    for parameters, xs in cases:
        for x in xs:
            value = f(exact(x), *[exact(p) for p in parameters])
            text = "0.0" if abs(value) < mpf("1e-300") else mp.nstr(value, 20)
            ps = ", ".join(repr(float(p)) for p in parameters)
            print(f'  DensityPoint(distribution: "{name}", parameters: [{ps}], x: {float(x)!r}, logDensity: {text}),')
print("]")
