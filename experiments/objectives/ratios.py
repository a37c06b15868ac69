#!/usr/bin/python3
"""ratios.py - error with an objective over the error with objective tensor, draw by draw: ratios.py trials.csv objective_search.csv

Geometric mean of the ratios over the draws, with the 95 % t interval of their logarithms; held-out (evaluation) data, and for
the network objective the calibration data too, where no ratio may be above 1. Standard library only.
"""
# SPDX-License-Identifier: GPL-3.0-or-later
import csv
import math
import sys
from statistics import mean, stdev

T = {9: 2.262157163}  # 97.5 % quantile of Student's t by degrees of freedom


def interval(ratio):
    x = [math.log(r) for r in ratio]
    half = T[len(x) - 1] * stdev(x) / math.sqrt(len(x))
    return f"{math.exp(mean(x)):.3f} [{math.exp(mean(x) - half):.3f}, {math.exp(mean(x) + half):.3f}] | {max(ratio):.3f}"


def rows(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def main(trials, searches):
    error = {(r["network"], r["objective"], r["data_calibration_draws"]): float(r["output_error"]) for r in rows(trials)}
    print("| network | objective | data | error / that of objective tensor | largest of ten draws |\n|---|---|---|---:|---:|")
    for network in dict.fromkeys(k[0] for k in error):
        draws = [k[2] for k in error if k[:2] == (network, "tensor")]
        for objective in ("layer", "network"):
            print(f"| {network} | {objective} | held out | "
                  f"{interval([error[network, objective, d] / error[network, 'tensor', d] for d in draws])} |")
        print(f"| {network} | network | calibration | "
              f"{interval([float(r['after']) / float(r['before']) for r in rows(searches) if r['network'] == network])} |")


main(*sys.argv[1:])
