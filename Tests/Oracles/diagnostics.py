"""ArviZ's diagnostics of draws that a small formula makes, for Tests/InferenceTests/Diagnostics.

Run: python3 Tests/Oracles/diagnostics.py > Tests/InferenceTests/Diagnostics/DiagnosticsReference.swift
Needs arviz 0.23. The draws are those of DiagnosticsDraws.swift: integers and IEEE arithmetic, the same in both.
"""
import logging
import warnings

import arviz
import numpy as np
from arviz.stats import diagnostics as d

logging.disable(logging.CRITICAL)
warnings.simplefilter("ignore")


class Numbers:
    """Knuth's linear congruential generator of 64 bits; the upper 53 as a uniform number."""

    def __init__(self, seed): self.state = seed

    def uniform(self):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (self.state >> 11) * 2.0**-53

    def normal(self):
        total = 0.0
        for _ in range(12): total += self.uniform()
        return total - 6.0


def walk(coefficient):
    def draw(r, chain, x): return coefficient * x + r.normal()
    return draw


# Each: chains, draws, and the next draw from the last one (0 at first).
cases = {
    "independent": (4, 1000, lambda r, c, x: r.normal()),
    "correlated": (4, 1000, walk(0.9)),
    "slow": (4, 300, walk(0.99)),
    "antithetic": (4, 500, walk(-0.7)),
    "heavy tails": (4, 1000, lambda r, c, x: r.normal() / r.normal()),
    "other means": (4, 250, lambda r, c, x: r.normal() + 0.5 * c),
    "other scales": (4, 250, lambda r, c, x: r.normal() * (c + 1.0)),
    "one chain stuck": (4, 200, lambda r, c, x: 0.25 if c == 0 else r.normal()),
    "all chains stuck": (3, 50, lambda r, c, x: float(c)),
    "constant": (2, 10, lambda r, c, x: 3.5),
    "odd": (3, 333, walk(0.5)),
    "ties": (4, 400, lambda r, c, x: float(int(5.0 * r.uniform()))),
    "rare": (4, 400, lambda r, c, x: 1.0 if r.uniform() < 0.02 else 0.0),
    "signs": (2, 100, lambda r, c, x: 1.0 if r.uniform() < 0.5 else -1.0),
    "four draws": (4, 4, lambda r, c, x: r.normal()),
    "five draws": (4, 5, lambda r, c, x: r.normal()),
    "seven draws": (2, 7, walk(0.5)),
    "one chain": (1, 1000, walk(0.7)),
    "one short chain": (1, 6, lambda r, c, x: r.normal()),
    "far away": (4, 200, lambda r, c, x: 1e6 + 1e-3 * r.normal()),
    "large": (2, 128, lambda r, c, x: 1e100 * r.normal()),
    "two chains": (2, 2048, walk(0.3)),
}


def draws(name):
    chains, count, step = cases[name]
    r = Numbers(sum(name.encode()))
    result = np.zeros((chains, count))
    for c in range(chains):
        x = 0.0
        for i in range(count):
            x = step(r, c, x)
            result[c, i] = x
    return result


def rhat(x):
    # ArviZ refuses one chain; posterior compares its halves, with these parts.
    halves = d._split_chains(x)
    bulk = d._rhat(d._z_scale(halves))
    tail = d._rhat(d._z_scale(abs(halves - np.median(halves))))
    value = max(bulk, tail)
    if x.shape[0] > 1: np.testing.assert_equal(value, d._rhat_rank(x))
    return value


functions = {
    "rHat": rhat,
    "bulkESS": lambda x: arviz.ess(x, method="bulk"),
    "tailESS": lambda x: arviz.ess(x, method="tail"),
    "meanESS": lambda x: arviz.ess(x, method="mean"),
    "standardDeviationESS": lambda x: arviz.ess(x, method="sd"),
    "medianESS": lambda x: arviz.ess(x, method="quantile", prob=0.5),
    "upperESS": lambda x: arviz.ess(x, method="quantile", prob=0.9),
    "meanMCSE": lambda x: arviz.mcse(x, method="mean"),
    "standardDeviationMCSE": lambda x: arviz.mcse(x, method="sd"),
    "medianMCSE": lambda x: arviz.mcse(x, method="quantile", prob=0.5),
    "lowerMCSE": lambda x: arviz.mcse(x, method="quantile", prob=0.1),
    "energyBFMI": lambda x: arviz.bfmi(x[:1])[0],
}


# NumPy's moments lose these digits or overflow. The same draws from another zero, or in another unit, are exact, and
# all but the standard errors, which have the unit, are the same.
exact = {"far away": (lambda x: x - 1e6, 1.0), "large": (lambda x: x * 2.0**-332, 2.0**332)}


def text(value):
    value = float(value)
    return ".nan" if np.isnan(value) else ".infinity" if np.isinf(value) else repr(value)


if __name__ == "__main__":
    print(f"// Made by Tests/Oracles/diagnostics.py with ArviZ {arviz.__version__}.")
    print("struct DiagnosticsReference: Sendable {")
    print("  let name: String\n  let chains: Int\n  let draws: Int\n  let sum: Double")
    for name in functions: print(f"  let {name}: Double")
    print("}\n\nlet diagnosticsReference: [DiagnosticsReference] = [")
    for name, (chains, count, _) in cases.items():
        x = draws(name)
        total = 0.0
        for value in x.ravel(): total += float(value)
        print(f'  DiagnosticsReference(\n    name: "{name}", chains: {chains}, draws: {count}, sum: {total!r},')
        transform, unit = exact.get(name, (lambda x: x, 1.0))
        x = transform(x)
        entries = [f"{key}: {text(f(x) * (unit if 'MCSE' in key else 1))}" for key, f in functions.items()]
        for i in range(0, len(entries), 2):
            print("    " + ", ".join(entries[i:i + 2]) + ("," if i + 2 < len(entries) else "),"))
    print("]")
