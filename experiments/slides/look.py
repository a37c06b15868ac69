"""look.py - how a claim is written down, and how it looks at tables of commands and of runs

A claim is a function of what can be looked at; it returns what was measured, the verdict, and the condition or source.
Standard library only.
"""
# SPDX-License-Identifier: GPL-3.0-or-later
import csv
import os
import subprocess
from math import exp, log
from statistics import mean

HOLDS, PARTLY, FAILS, MODEL = "holds", "holds with a condition", "does not hold", "cannot be measured here"
claims = []  # slide, claim, command, function; in the order of the lecture


def claim(slide, text, command):
    def add(measure):
        claims.append((slide, text, command, measure))
        return measure
    return add


def run(name, more=""):
    return f"halfstep run experiments/slides/{name}.yaml{more}"


def span(values, form="{:.3g}"):
    return f"{form.format(min(values))} to {form.format(max(values))}"


def geometric(values):
    return exp(mean(log(v) for v in values))


def number(cell):
    try:
        return float(cell)
    except ValueError:
        return cell


def sections(text):
    """Blocks of csv, each under a line '# name' (none: one block with the name ''), as lists of rows."""
    blocks, name = {}, ""
    for line in text.splitlines():
        if line.startswith("# "):
            name = line[2:]
        elif line:
            blocks.setdefault(name, []).append(line)
    return {n: [{k: number(v) for k, v in r.items()} for r in csv.DictReader(lines)] for n, lines in blocks.items()}


class Looks:
    def __init__(self, halfstep, work, experiments):
        self.halfstep, self.work, self.experiments, self.kept = halfstep, work, experiments, {}

    def network(self, name):
        return os.path.join(self.experiments, "networks", name + ".h5")

    def rows(self, table, *words):
        """Rows of one table of a command's csv."""
        if words not in self.kept:
            done = subprocess.run([self.halfstep, *words, "--output", "csv"], stdout=subprocess.PIPE, check=True, text=True)
            self.kept[words] = sections(done.stdout)
        return self.kept[words][table]

    def file_rows(self, path, table=""):
        with open(os.path.join(self.work, path)) as file:
            return sections(file.read())[table]

    def rows_of(self, run, table):
        return self.file_rows(os.path.join(run, "tables", table + ".csv"))

    def trials(self, run):
        return self.rows_of(run, "trials")

    @staticmethod
    def one(rows, **want):
        """The row with these cells; an error unless there is exactly one."""
        (row,) = [r for r in rows if all(r[k] == v for k, v in want.items())]
        return row
