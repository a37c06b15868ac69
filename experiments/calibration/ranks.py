#!/usr/bin/python3
"""ranks.py - strategies over networks and formats: mean rank, and how far from the best in each case.

  ranks.py trials.csv calibration_weights

A case is a network with a format. Prints a Markdown table: mean rank over the cases (1 is best, ties share), the geometric mean
and the largest of the ratio of the output's squared error to the best strategy's of the case; and the Friedman test in Iman and
Davenport's form (1980), which asks whether the strategies differ at all beyond chance. Standard library only.
"""
# SPDX-License-Identifier: GPL-3.0-or-later
import csv
import math
import os
import sys
from collections import defaultdict


def ranks(values):
    """Mean ranks of a dict, 1 for the least."""
    order, out = sorted(values, key=values.get), {}
    i = 0
    while i < len(order):
        j = i
        while j + 1 < len(order) and values[order[j + 1]] == values[order[i]]:
            j += 1
        for k in range(i, j + 1):
            out[order[k]] = (i + j) / 2 + 1
        i = j + 1
    return out


def iman_davenport(table):
    """table: one dict of ranks a case -> F and its degrees of freedom (ties are not corrected for)."""
    n, names = len(table), list(table[0])
    k = len(names)
    mean = [sum(t[s] for t in table) / n for s in names]
    chi2 = 12 * n / (k * (k + 1)) * (sum(m * m for m in mean) - k * (k + 1) ** 2 / 4)
    return (n - 1) * chi2 / (n * (k - 1) - chi2), k - 1, (k - 1) * (n - 1)


def main(path, factor):
    side = factor.split("_")[1]
    cases = defaultdict(dict)
    with open(path, newline="") as file:
        for row in csv.DictReader(file):
            network = os.path.splitext(os.path.basename(row["network"]))[0]
            cases[network, row[f"scheme_{side}_format"]][row[factor]] = float(row["output_error"])
    table = [ranks(values) for values in cases.values()]
    f, a, b = iman_davenport(table)
    print(f"{side.capitalize()}: {len(cases)} cases (networks x formats). Iman and Davenport's F({a}, {b}) = {f:.2f}.\n")
    print("| calibration | mean rank | error / best, geometric mean | largest | best in |")
    print("|---|---:|---:|---:|---:|")
    names = sorted(table[0], key=lambda s: sum(t[s] for t in table))
    for s in names:
        ratio = [values[s] / min(values.values()) for values in cases.values()]
        print(f"| {s} | {sum(t[s] for t in table) / len(table):.2f} | "
              f"{math.exp(sum(math.log(r) for r in ratio) / len(ratio)):.2f} | {max(ratio):.1f} | {sum(t[s] == 1 for t in table)} |")


main(*sys.argv[1:])
