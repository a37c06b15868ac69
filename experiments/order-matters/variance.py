#!/usr/bin/python3
"""variance.py - what the order of the layers adds to the final error, beside what the draw of calibration data adds.

  variance.py tables/trials.csv

For each method: the two-way layout order x draw of ln(output error), one value a cell, split into components by the
expected mean squares of the analysis of variance (orders, draws, and what is left: their interaction). And an order is
chosen on one draw and scored on the others: its percentile among all orders there. Standard library only.
"""
# SPDX-License-Identifier: GPL-3.0-or-later
import csv
import math
import sys
from collections import defaultdict
from statistics import mean


def components(table):
    """table[order][draw] -> variances of order, draw, rest (negative estimates are printed as they are)."""
    a, b = len(table), len(table[0])
    all_of = mean(x for row in table for x in row)
    rows, columns = [mean(row) for row in table], [mean(c) for c in zip(*table)]
    between_rows = b * sum((r - all_of) ** 2 for r in rows) / (a - 1)
    between_columns = a * sum((c - all_of) ** 2 for c in columns) / (b - 1)
    rest = sum((table[i][j] - rows[i] - columns[j] + all_of) ** 2 for i in range(a) for j in range(b)) / ((a - 1) * (b - 1))
    return (between_rows - rest) / b, (between_columns - rest) / a, rest


def percentile(values, one):
    """Share of the others that are strictly better."""
    return 100 * sum(v < one for v in values) / (len(values) - 1)


def tau(x, y):
    pairs = [(i, j) for i in range(len(x)) for j in range(i)]
    return sum(math.copysign(1, (x[i] - x[j]) * (y[i] - y[j])) for i, j in pairs) / len(pairs)


def main(path):
    cells = defaultdict(dict)
    for row in csv.DictReader(open(path)):
        cells[row["method"]][row["order"], int(row["data_calibration_draws"])] = float(row["output_error"])
    print("| method | orders | draws | sd of order | sd of draw | sd of the rest | worst / best order | forward better than "
          "| backward better than | best on one draw, elsewhere better than | tau between draws |")
    print("|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|")
    for method, error in cells.items():
        orders, draws = sorted({o for o, _ in error}), sorted({d for _, d in error})
        table = [[error[o, d] for d in draws] for o in orders]
        parts = components([[math.log(x) for x in row] for row in table])
        sd = ["%.1f %%" % (100 * math.sqrt(v)) if v >= 0 else "< 0" for v in parts]
        spread = mean(max(row[j] for row in table) / min(row[j] for row in table) for j in range(len(draws)))
        better = {name: 100 - mean(percentile([row[j] for row in table], table[orders.index(name)][j]) for j in range(len(draws)))
                  for name in ("forward", "backward")}
        chosen = []
        for j in range(len(draws)):
            best = min(range(len(orders)), key=lambda i: table[i][j])
            chosen += [100 - percentile([row[k] for row in table], table[best][k]) for k in range(len(draws)) if k != j]
        taus = [tau([row[j] for row in table], [row[k] for row in table]) for j in range(len(draws)) for k in range(j)]
        print(f"| {method} | {len(orders)} | {len(draws)} | {sd[0]} | {sd[1]} | {sd[2]} | {spread:.2f} | {better['forward']:.0f} % "
              f"| {better['backward']:.0f} % | {mean(chosen):.0f} % | {mean(taus):.2f} |")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
