"""trials.py - output errors out of several runs' tables. Standard library only."""
# SPDX-License-Identifier: GPL-3.0-or-later
import csv
import os


def read(pairs):
    """NAME=trials.csv... -> {(network, format, strategy): {NAME: [error of each draw]}}"""
    of = {}
    for pair in pairs:
        name, _, path = pair.partition("=")
        with open(path, newline="") as file:
            for row in csv.DictReader(file):
                network = os.path.splitext(os.path.basename(row["network"]))[0]
                key = network, row["scheme_activations_format"], row["calibration_activations"]
                of.setdefault(key, {}).setdefault(name, []).append(float(row["output_error"]))
    return of
