#!/usr/bin/python3
"""unlike_table.py - error of the output after calibration on data that do not represent, over that on mixed draws of the same size.

  unlike_table.py SET=trials.csv... --table FILE.csv     SET: mixed, class0 ... class9, negative

Prints a Markdown table; writes the numbers as csv. Standard library only.
"""
# SPDX-License-Identifier: GPL-3.0-or-later
import argparse
import csv
from statistics import mean, median

import trials


def markdown(of):
    print("The output's relative squared error over the mean of eight disjoint mixed draws of 256 images: those draws (least to largest),")
    print("256 images of one class (median of ten, the class that is worst), eight draws of negatives (least to largest).\n")
    print("| network | format | calibration | mixed: error | mixed | one class: median | worst | negatives |")
    print("|---|---|---|---:|---:|---:|---:|---:|")
    for key, by in of.items():
        goal = mean(by["mixed"])
        mixed, negative = ([x / goal for x in by[name]] for name in ("mixed", "negative"))
        ones = {name[5:]: x[0] / goal for name, x in by.items() if name.startswith("class")}
        worst = max(ones, key=ones.get)
        print(f"| {' | '.join(key)} | {goal:.3g} | {min(mixed):.2f} to {max(mixed):.2f} | {median(ones.values()):.2f} | "
              f"{ones[worst]:.2f} (class {worst}) | {min(negative):.2f} to {max(negative):.2f} |")


def table(of, path):
    with open(path, "w", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["network", "format", "calibration", "data", "draws", "output_error", "least", "largest"])
        for key, by in of.items():
            for name, x in by.items():
                out.writerow([*key, name, len(x), f"{mean(x):.9g}", f"{min(x):.9g}", f"{max(x):.9g}"])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", metavar="SET=trials.csv")
    parser.add_argument("--table")
    args = parser.parse_args()
    of = {key: by for key, by in trials.read(args.files).items() if "class0" in by}  # strategies asked of every set
    markdown(of)
    if args.table:
        table(of, args.table)


main()
