"""Opens the draws of a run with ArviZ, and compares what it reads with the files' own numbers.

Run: python3 Tests/Oracles/read_stan_csv.py output/eight-schools/draws_*.csv [draws.json]
Needs arviz 0.23. The JSON file, where there is one, must hold the same draws.
"""
import csv
import json
import re
import sys

import arviz
import numpy as np

paths = sorted(p for p in sys.argv[1:] if p.endswith(".csv"))
data = arviz.from_cmdstan(posterior=paths)
original = {}
for chain, path in enumerate(paths):
    lines = open(path, encoding="utf-8").read().split("\n")
    for line in lines:
        if match := re.match(r"# name (\S+) = (.*)", line): original[match[1]] = json.loads(match[2])
    rows = list(csv.reader(line for line in lines if line and not line.startswith("#")))
    numbers = np.array(rows[1:], dtype=float)
    for column, name in enumerate(rows[0]):
        if name.endswith("__"): continue
        base, *indices = name.split(".")
        read = data.posterior[base].values[(chain, slice(None), *(int(i) - 1 for i in indices))]
        np.testing.assert_array_equal(read, numbers[:, column], err_msg=f"{path}: {name}")

for path in (p for p in sys.argv[1:] if p.endswith(".json")):
    other = arviz.from_json(path)
    for name in data.posterior:
        np.testing.assert_array_equal(
            data.posterior[name].values, other.posterior[original.get(name, name)].values, err_msg=name)
    for name in other.sample_stats:
        np.testing.assert_array_equal(
            data.sample_stats[name].values, other.sample_stats[name].values, err_msg=name)

print({name: data.posterior[name].shape for name in data.posterior})
print({name: data.sample_stats[name].shape for name in data.sample_stats})
print(arviz.summary(data, round_to=6))
