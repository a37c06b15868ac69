#!/usr/bin/python3
"""named.py - orders that a rule gives, and independent noise, beside all orders of the same networks.

  named.py --named RUN... --null RUN... --data all-N.dat >OUT.md     (one run's folder for each seed, in the same sequence)

Appends to the violins' data, for each width and method, a block of each order's error over the median of gptq's orders: the
violins' own mark of forward times the error over forward's (geometric means over the draws of the named run). Prints two tables:
error over that of forward (geometric mean over seeds and draws, range over seeds), and the relative standard deviation of the
output's error under independent uniform noise of each rounding error's power, drawn 100 times. Standard library only.
"""
# SPDX-License-Identifier: GPL-3.0-or-later
import argparse
import csv
import math
import os
from statistics import mean


def rows(folder, table):
    with open(os.path.join(folder, "tables", table + ".csv"), newline="") as file:
        return list(csv.DictReader(file))


def named(folder):
    """-> {(format, method): {order: ln(error / forward's), mean over draws}}"""
    error = {}
    for r in rows(folder, "trials"):
        key = r["scheme_weights_format"], r["method"].partition("(")[0]
        error.setdefault(key, {}).setdefault(r["order"], {})[r["data_calibration_draws"]] = math.log(float(r["output_error"]))
    return {key: {o: mean(e[d] - of["forward"][d] for d in e) for o, e in of.items()} for key, of in error.items()}


def noise(folder):
    """-> {(format, method): (standard deviation / mean of the last node's error under noise, measured / that mean)}"""
    out = {}
    for r in rows(folder, "null_model"): # nodes in execution order: the last one stays
        if float(r["null"]) > 0:
            out[r["scheme_weights_format"], r["method"].partition("(")[0]] = (float(r["spread"]) / float(r["null"]), float(r["ratio"]))
    return out


def forward_marks(path, keys):
    """Forward's mark of each width and method, for each seed."""
    with open(path) as file:
        blocks = [b for b in file.read().split("\n\n\n") if b.startswith("# marks ")]
    out = {}
    for b in blocks:
        lines = b.strip().split("\n")
        out[tuple(lines[0].split(":")[0].split()[2:4])] = [float(x.split()[0]) for x in lines[1:]]
    assert set(out) == set(keys), (out.keys(), keys)
    return out


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--named", nargs="+", required=True)
    parser.add_argument("--null", nargs="+", required=True)
    parser.add_argument("--data", required=True)
    args = parser.parse_args()
    seeds, null = [named(f) for f in args.named], [noise(f) for f in args.null]
    keys = list(seeds[0])
    marks, orders = forward_marks(args.data, keys), list(seeds[0][keys[0]])
    print("Error over that of forward, geometric mean over seeds and draws (range over seeds):\n")
    print("| order | " + " | ".join(f"{f}, {m}" for f, m in keys) + " |\n|---|" + "---:|" * len(keys))
    for o in orders:
        cells = []
        for key in keys:
            x = [math.exp(s[key][o]) for s in seeds]
            cells.append(f"{math.exp(mean(map(math.log, x))):.2f} ({min(x):.2f} to {max(x):.2f})")
        print(f"| {o} | " + " | ".join(cells) + " |")
    print("\nIndependent noise in place of every rounding error: standard deviation of the output's error over its mean, 100 draws; and")
    print("measured error over that mean (all layers in the float context). Mean over seeds (range).\n")
    print("| weights, method | spread under noise | measured / noise |\n|---|---:|---:|")
    for key in null[0]:
        s, r = ([n[key][i] for n in null] for i in (0, 1))
        print(f"| {key[0]}, {key[1]} | {100 * mean(s):.1f} % ({100 * min(s):.1f} to {100 * max(s):.1f}) | "
              f"{mean(r):.2f} ({min(r):.2f} to {max(r):.2f}) |")
    with open(args.data, "a") as file:
        for key in keys:
            file.write(f"# named {key[0]} {key[1]}: " + ", ".join(orders) + "; for each seed\n")
            for i, seed in enumerate(seeds):
                file.write(" ".join(f"{marks[key][i] * math.exp(seed[key][o]):.6g}" for o in orders) + "\n")
            file.write("\n\n")


main()
