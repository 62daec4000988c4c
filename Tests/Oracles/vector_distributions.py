"""Log densities to 60 digits, for Tests/PPLTests/Distributions/VectorDistributionReference.swift.

Run: python3 Tests/Oracles/vector_distributions.py > Tests/PPLTests/Distributions/VectorDistributionReference.swift
"""
from mpmath import mp, mpf, matrix, det, lu_solve, log, loggamma, pi, beta, cholesky

mp.dps = 60


def categorical(x, p):
    return log(p[int(x[0])])


def dirichlet(x, a):
    powers = sum(mpf(0) if ai == 1 else (ai - 1) * log(xi) for ai, xi in zip(a, x))
    return powers + loggamma(sum(a)) - sum(loggamma(ai) for ai in a)


def multinomial(x, p):
    """The number of trials, then the probabilities."""
    return loggamma(p[0] + 1) + sum((0 if k == 0 else k * log(q)) - loggamma(k + 1) for k, q in zip(x, p[1:]))


def lower_triangle(elements, n):
    """Column by column."""
    result, k = matrix(n, n), 0
    for j in range(n):
        for i in range(j, n):
            result[i, j] = elements[k]
            k += 1
    return result


def normal_by_covariance(x, p):
    n = len(x)
    covariance = lower_triangle(p[n:], n)
    for j in range(n):
        for i in range(j):
            covariance[i, j] = covariance[j, i]
    d = matrix([xi - mi for xi, mi in zip(x, p)])
    return -((d.T * lu_solve(covariance, d))[0] + log(det(covariance)) + n * log(2 * pi)) / 2


def normal_by_cholesky(x, p):
    n = len(x)
    l = lower_triangle(p[n:], n)
    d = matrix([xi - mi for xi, mi in zip(x, p)])
    z = lu_solve(l, d)
    return -(z.T * z)[0] / 2 - sum(log(l[i, i]) for i in range(n)) - n * log(2 * pi) / 2


def ordered_normal(x, p):
    return loggamma(len(x) + 1) + sum(
        -((xi - p[0]) / p[1]) ** 2 / 2 - log(p[1]) - log(2 * pi) / 2 for xi in x)


def ordered_cauchy(x, p):
    return loggamma(len(x) + 1) - sum(log(pi * p[1] * (1 + ((xi - p[0]) / p[1]) ** 2)) for xi in x)


def lkj_cholesky(x, p):
    """By the density of correlation matrices (Lewandowski, Kurowicka and Joe 2009, equation 17) and the Jacobian of
    L L^T; x by columns."""
    n, eta = int(len(x) ** 0.5 + 0.5), p[0]
    volume = sum(
        (2 * eta - 2 + n - k) * (n - k) * log(2)
        + (n - k) * log(beta(eta + mpf(n - k - 1) / 2, eta + mpf(n - k - 1) / 2)) for k in range(1, n))
    return sum((2 * (eta - 1) + n - 1 - i) * log(x[i + i * n]) for i in range(1, n)) - volume


def correlation_factor(*correlations):
    """By columns, as doubles: correlations below the diagonal, row by row."""
    n = int((1 + (1 + 8 * len(correlations)) ** 0.5) / 2)
    result, k = matrix(n, n), 0
    for i in range(n):
        result[i, i] = 1
        for j in range(i):
            result[i, j] = result[j, i] = mpf(correlations[k])
            k += 1
    factor = cholesky(result)
    return [float(factor[i, j]) for j in range(n) for i in range(n)]


points = {
    "Multinomial": (multinomial, [
        ([5, 0.2, 0.5, 0.3], [[1, 3, 1], [0, 0, 5]]), ([0, 0.5, 0.5], [[0, 0]]), ([3, 1, 0], [[3, 0]]),
        ([100, 0.25, 0.75], [[25, 75], [90, 10]])]),
    "LKJCholesky": (lkj_cholesky, [
        ([1], [correlation_factor(0.3)]), ([2.5], [correlation_factor(-0.9)]),
        ([0.7], [correlation_factor(0.2, -0.4, 0.5)]), ([3], [correlation_factor(0.2, -0.4, 0.5)]),
        ([1.5], [correlation_factor(0.1, 0.2, 0.4, 0.3, 0.5, 0.6)]), ([4], [[1]])]),
    "Categorical": (categorical, [
        ([0.2, 0.5, 0.3], [[0], [1], [2]]), ([1], [[0]]), ([0, 1], [[1]]), ([1e-12, 1 - 1e-12], [[0], [1]]),
        ([1e-300, 1], [[0]])]),
    "Dirichlet": (dirichlet, [
        ([1, 1], [[0.5, 0.5], [0, 1], [1, 0]]), ([2, 3, 1.5], [[0.25, 0.5, 0.25], [1e-10, 0.5, 0.5 - 1e-10]]),
        ([1, 2, 3], [[0, 0.25, 0.75]]), ([1e-3, 1e-3], [[0.5, 0.5], [1e-300, 1]]),
        ([1e-3, 1e-3, 1e-3], [[0.25, 0.25, 0.5]]),
        ([1e4, 1e4, 1e4], [[0.375, 0.3125, 0.3125], [0.25, 0.5, 0.25]]),
        ([1e-3, 1e4], [[1e-5, 1 - 1e-5], [0.25, 0.75]]), ([5], [[1]]), ([1e4] * 8, [[0.125] * 8])]),
    "MultivariateNormal by covariance": (normal_by_covariance, [
        ([0, 1], [[0], [1], [40]]), ([3, 1e-200], [[3]]), ([-2, 4e6], [[1e4]]),
        ([0, 0, 1, 0.6, 2], [[0, 0], [1, -1], [30, -40]]),
        ([1, 2, 1, 0.999999, 1], [[1, 2], [1.5, 2.5], [1, 2.01]]), ([0, 0, 1e-12, 0, 1e12], [[1e-6, 1e6]]),
        ([1, -1, 0.5, 2, 0.5, 0.25, 3, -0.75, 1], [[0, 0, 0], [1, 2, -3]])]),
    "MultivariateNormal by Cholesky": (normal_by_cholesky, [
        ([0, 1], [[0], [-3]]), ([5, 1e-100], [[5]]), ([0, 0, 1, 0.5, 2], [[0, 0], [1, -1], [30, -40]]),
        ([1, 2, 1, 0.999999, 1.4142131e-3], [[1, 2], [1.5, 2.5], [1, 2.01]]),
        ([0, 0, 1e-8, 1e8, 1e-8], [[1e-8, 1e8]]),
        ([1, -1, 0.5, 1.5, 0.5, 0.25, 2, -0.75, 1], [[0, 0, 0], [1, 2, -3]])]),
    "Ordered Normal": (ordered_normal, [
        ([0, 1], [[0], [-1, 1], [-40, 40], [-1, 0, 2], [0, 1e-15]]), ([5, 1e-3], [[5, 5.001]]),
        ([-1, 1e4], [[-1e5, 0, 1e5]]),
        ([0, 1], [[-2, -1.5, -1, -0.5, 0, 0.5, 1, 1.5, 2, 2.5]])]),
    "Ordered Cauchy": (ordered_cauchy, [([0, 1], [[0, 1], [-1e10, 1e10]]), ([3, 0.01], [[2, 3, 4]])]),
}

print("// Made by Tests/Oracles/vector_distributions.py: log densities from 60-digit arithmetic.")
print("struct VectorDensityPoint: Sendable {")
print("  let distribution: String\n  let parameters: [Double]\n  let x: [Double]")
print("  let logDensity: Double\n}\n")
print("let vectorDensityPoints: [VectorDensityPoint] = [")
for name, (f, cases) in points.items():
    for parameters, xs in cases:
        for x in xs:
            value = f([mpf(xi) for xi in x], [mpf(p) for p in parameters])
            text = "0.0" if abs(value) < mpf("1e-300") else mp.nstr(value, 20)
            print(f'  VectorDensityPoint(\n    distribution: "{name}",')
            print(f"    parameters: {[float(p) for p in parameters]},")
            print(f"    x: {[float(xi) for xi in x]}, logDensity: {text}),")
print("]")
