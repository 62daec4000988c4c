"""Singular values of Hilbert matrices for Tests/NumericCoreTests/LinearAlgebra/SVDTests.swift, from 60-digit arithmetic."""
from mpmath import mp, mpf, matrix, eigsy

mp.dps = 60

for n in [3, 6, 10]:
    hilbert = matrix(n, n)
    for i in range(n):
        for j in range(n):
            hilbert[i, j] = mpf(1) / (i + j + 1)
    values = sorted(eigsy(hilbert, eigvals_only=True), reverse=True)
    print(f"    ({n}, [{', '.join(mp.nstr(v, 18) for v in values)}]),")
