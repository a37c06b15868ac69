#!/usr/bin/python3
"""summary.py - error of the output by the number of calibration samples: mean and spread over disjoint draws.

  summary.py N=trials.csv... [--table FILE.csv] [--data FILE.dat]

Prints a Markdown table; writes the numbers as csv, and as gnuplot data (one block a network, format and strategy: samples,
mean, least and largest error over the draws, relative to the mean of the largest draws). Standard library only.
"""
# SPDX-License-Identifier: GPL-3.0-or-later
import argparse
import csv
from statistics import mean, stdev

import trials

NEAR = 1.05  # "enough": no draw is more than 5 % worse than the mean of the largest draws, nor is any larger draw


def enough(sizes):
    """The least number of samples from which on every draw is near the mean of the largest draws; None: never."""
    goal, found = mean(sizes[max(sizes)]), None
    for n in sorted(sizes, reverse=True):
        if max(sizes[n]) > NEAR * goal:
            break
        found = n
    return found


def markdown(of):
    sizes = sorted({n for s in of.values() for n in s})
    print("Mean of the output's relative squared error over disjoint draws, over that with the most samples; in brackets its")
    print("largest value among the draws. Enough: from here on no draw is more than 5 % above.\n")
    print("| network | format | calibration | error with the most | " + " | ".join(f"{n:,}" for n in sizes) + " | enough |")
    print("|---|---|---|---:|" + "---:|" * len(sizes) + "---:|")
    for (network, form, strategy), by in of.items():
        goal, least = mean(by[max(by)]), enough(by)
        cells = [f"{mean(by[n]) / goal:.2f} ({max(by[n]) / goal:.2f})" if n in by else "" for n in sizes]
        print(f"| {network} | {form} | {strategy} | {goal:.3g} | " + " | ".join(cells) + f" | {least or 'none':,} |"
              if least else f"| {network} | {form} | {strategy} | {goal:.3g} | " + " | ".join(cells) + " | - |")


def table(of, path):
    with open(path, "w", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["network", "format", "calibration", "samples", "draws", "output_error", "sd", "least", "largest"])
        for key, by in of.items():
            for n, x in sorted(by.items()):
                spread = f"{stdev(x):.9g}" if len(x) > 1 else ""
                out.writerow([*key, n, len(x), f"{mean(x):.9g}", spread, f"{min(x):.9g}", f"{max(x):.9g}"])


def data(of, path):
    with open(path, "w") as file:
        for key, by in of.items():
            goal = mean(by[max(by)])
            file.write(f"# {' '.join(key)}\n")
            for n, x in sorted(by.items()):
                file.write(f"{n} {mean(x) / goal:.6g} {min(x) / goal:.6g} {max(x) / goal:.6g}\n")
            file.write("\n\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", metavar="N=trials.csv")
    parser.add_argument("--table")
    parser.add_argument("--data")
    args = parser.parse_args()
    of = {key: {int(n): x for n, x in by.items()} for key, by in trials.read(args.files).items()}
    markdown(of)
    if args.table:
        table(of, args.table)
    if args.data:
        data(of, args.data)


main()
