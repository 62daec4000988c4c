"""Values to 40 digits, for Tests/NumericCoreTests/SpecialFunctions/SpecialFunctionReference.swift.

Run: python3 Tests/Oracles/special_functions.py > Tests/NumericCoreTests/SpecialFunctions/SpecialFunctionReference.swift
"""
from mpmath import (
    mp, mpf, loggamma, digamma, psi, log, log1p, exp, sqrt, beta, gammainc, betainc, hyp1f1, ncdf, besselj, bessely,
    besseli, besselk, erfc, erfinv, findroot, lambertw, linspace, quad, binomial, workdps)

mp.dps = 40


def row(name, arguments, value):
    text = "0.0" if abs(value) < mpf("1e-305") else mp.nstr(value, 18)
    print(f'  ("{name}", [{", ".join(repr(float(a)) for a in arguments)}], {text}),')


print("// Made by Tests/Oracles/special_functions.py: values from 40-digit arithmetic.")
print("let specialFunctionPoints: [(name: String, arguments: [Double], value: Double)] = [")
for x in [1e-10, 0.3, 1, 1.5, 2, 7.2, 50, 1e5, 1e12]:
    row("logGamma", [x], loggamma(mpf(x)))
for x in [1e-6, 0.3, 1, 3.7, 25, 1e6, -0.5, -7.3]:
    row("digamma", [x], digamma(mpf(x)))
for x in [1e-4, 0.3, 1, 3.7, 25, 1e6, -0.5]:
    row("trigamma", [x], psi(1, mpf(x)))
for a, b in [(0.1, 0.2), (3, 5), (1e-3, 400), (1e5, 2e5)]:
    row("logBeta", [a, b], log(beta(mpf(a), mpf(b))))
for x, n in [(0.3, 0), (0.3, 7), (12, 500), (16, 1), (1e6, 5), (1e12, 1000), (20, 1e9)]:
    row("logRisingFactorial", [x, n], loggamma(mpf(x) + mpf(n)) - loggamma(mpf(x)))
for a, x in [(0.5, 0.1), (3, 2.5), (40, 60), (1e3, 980)]:
    row("regularizedGammaP", [a, x], gammainc(mpf(a), 0, mpf(x), regularized=True))
    row("regularizedGammaQ", [a, x], gammainc(mpf(a), mpf(x), mp.inf, regularized=True))
for a, b, x in [(0.5, 0.5, 0.2), (3, 7, 0.4), (100, 50, 0.7)]:
    row("regularizedBeta", [a, b, x], betainc(mpf(a), mpf(b), 0, mpf(x), regularized=True))
for x in [-30, -5, -1, 0, 0.5, 3]:
    row("normalCDF", [x], ncdf(mpf(x)))
for x in [-1e100, -1000, -40, -5, -1]:
    row("normalLogCDF", [x], log(erfc(-mpf(x) / sqrt(2)) / 2) if x > -1e10 else -mpf(x) ** 2 / 2)
for x in [0.5, 2, 10]:
    row("normalLogCDF", [x], log1p(-erfc(mpf(x) / sqrt(2)) / 2))
for p in [1e-300, 1e-10, 0.02, 0.7, 0.999]:
    start = {1e-300: -37, 1e-10: -6.3, 0.02: -2, 0.7: 0.5, 0.999: 3}[p]
    row("normalQuantile", [p], findroot(lambda z: log(erfc(-z / sqrt(2)) / 2) - log(mpf(p)), start))
for nu, x in [(0, 1.5), (2.5, 4), (10, 20)]:
    row("besselJ", [nu, x], besselj(mpf(nu), mpf(x)))
    row("besselY", [nu, x], bessely(mpf(nu), mpf(x)))
    row("besselI", [nu, x], besseli(mpf(nu), mpf(x)))
    row("besselK", [nu, x], besselk(mpf(nu), mpf(x)))
    row("scaledBesselI", [nu, x], besseli(mpf(nu), mpf(x)) * exp(-mpf(x)))
row("logBesselK", [1.5, 900], log(besselk(mpf(1.5), 900)))
for n, k in [(10, 3), (1000, 499), (5, 0)]:
    row("logBinomialCoefficient", [n, k], log(binomial(n, k)))
for x in [0.5, 3, 16, 1e4]:
    X = mpf(x)
    row("stirlingError", [x], loggamma(X + 1) - ((X + mpf(1) / 2) * log(X) - X + log(2 * mp.pi) / 2))
for x in [-26.5, -3, -1e-8, 0, 0.4, 5, 20, 24.9, 25.1, 100, 1e10, 1e200]:
    X = mpf(x)
    row("scaledErfc", [x], exp(X * X) * erfc(X) if x < 1e3 else (1 - 1 / (2 * X * X)) / (X * sqrt(mp.pi)))
for x in [-5, -0.3, -1e-10, 1e-20, 0.7, 3, 30]:
    row("logErfc", [x], log(erfc(mpf(x))) if abs(x) > 1e-5 else log1p(-mp.erf(mpf(x))))
for y in [1e-300, 1e-8, -0.3, 0.49, 0.51, -0.9, 0.999999]:
    row("inverseErf", [y], erfinv(mpf(y)))
for q in [1e-307, 1e-250, 1e-20, 0.01, 0.49, 0.51, 0.9, 1.2, 1.6, 1.99]:
    with workdps(360):
        start = sqrt(-log(mpf(q))) if q < 0.4 else erfinv(1 - mpf(q))
        row("inverseErfc", [q], findroot(lambda z: log(erfc(z)) - log(mpf(q)), start))
for n, x in [(0, 2.5), (1, 2.5), (2, 0.01), (2, 1), (3, 7.5), (5, 1e3), (10, 0.3), (20, 40), (25, 3)]:
    row("polygamma", [n, x], psi(n, mpf(x)))
for a, x in [(0.015, 1.4), (0.165, 0.204), (0.183, 0.954), (0.19, 1.372), (1e-3, 1e-3), (0.45, 2.9)]:
    Q = gammainc(mpf(a), mpf(x), mp.inf, regularized=True)
    row("regularizedGammaP", [a, x], 1 - Q)
    row("regularizedGammaQ", [a, x], Q)
    row("logRegularizedGammaP", [a, x], log(1 - Q))
    row("logRegularizedGammaQ", [a, x], log(Q))
for a, x in [(3, 1e-120), (5, 0.5), (50, 1e-8), (0.5, 1e-300), (900, 100), (1e4, 3e3), (1e5, 5e4)]:
    A, X = mpf(a), mpf(x)
    row("logRegularizedGammaP", [a, x], A * log(X) - X - loggamma(A + 1) + log(hyp1f1(1, A + 1, X)))
for a, x in [(1e-3, 800), (0.5, 1e3), (1, 1e6), (3, 1e8), (20.5, 900), (1e3, 5e3), (1e5, 2e5)]:
    A, X = mpf(a), mpf(x)
    fraction = mpf(0)
    for k in range(3000, 0, -1):
        fraction = k * (A - k) / (X + 2 * k + 1 - A + fraction)
    row("logRegularizedGammaQ", [a, x], A * log(X) - X - loggamma(A) - log(X + 1 - A + fraction))
for a, b, x in [
        (150, 300, 0.3), (150, 300, 0.4), (500, 1e3, 0.2), (2e5, 3e5, 0.4001), (1e6, 3e6, 0.2501), (1e10, 2e10, 0.33333)]:
    A, B, X = mpf(a), mpf(b), mpf(x)
    s = sqrt(A * B / (A + B) ** 3)
    norm = loggamma(A) + loggamma(B) - loggamma(A + B)
    density = lambda t: exp((A - 1) * log(t) + (B - 1) * log1p(-t) - norm)
    row("regularizedBeta", [a, b, x], quad(density, linspace(max(A / (A + B) - 24 * s, X / 100), X, 40)))
for nu, x in [(0, 0.01), (0, 29), (0, 31), (0, 325), (0.3, 650), (1.5, 900), (6, 37), (30, 1), (80, 300)]:
    N, X = mpf(nu), mpf(x)
    if x < 700:
        row("besselI", [nu, x], besseli(N, X))
        row("besselK", [nu, x], besselk(N, X))
    row("scaledBesselI", [nu, x], besseli(N, X) * exp(-X))
    row("scaledBesselK", [nu, x], besselk(N, X) * exp(X))
    row("logBesselK", [nu, x], log(besselk(N, X)))
for x in [-0.36787944117144, -0.36787, -0.3678, -0.35, -0.1, -1e-10, 1e-20, 0.5, 1, 30, 1e10, 1e300]:
    row("lambertW", [x], lambertw(mpf(x)).real)
for x in [-0.36787944117144, -0.36787, -0.3678, -0.35, -0.25, -0.1, -1e-3, -6.4e-15, -1e-100, -1e-307]:
    row("lambertWMinusOne", [x], lambertw(mpf(x), -1).real)
for x in [-1e-300, -1e-9, -0.5, -0.7, -3, -50]:
    row("log1mExp", [x], log1p(-exp(mpf(x))) if x < -1e-5 else log(-mp.expm1(mpf(x))))
print("]")
