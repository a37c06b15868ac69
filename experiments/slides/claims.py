#!/usr/bin/python3
"""claims.py - the lecture's claims, one row each: claims.py HALFSTEP WORK OUT writes OUT/claims.csv and claims.md

HALFSTEP is the program, WORK holds the runs that run.sh made. Verdicts are conclusions from the numbers, but for what was timed
(run.sh writes the times elsewhere) and for what nothing here can measure. Standard library only.
"""
# SPDX-License-Identifier: GPL-3.0-or-later
import csv
import os
import sys

# in the order of the lecture: each adds its claims
import why  # noqa: F401
import codes  # noqa: F401
import mapping  # noqa: F401
from look import FAILS, HOLDS, MODEL, PARTLY, Looks, claims


def main():
    see, folder = Looks(sys.argv[1], sys.argv[2], os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")), sys.argv[3]
    head = ["number", "slide", "claim", "command", "measured", "verdict", "condition"]
    rows = []
    for i, (slide, text, command, measure) in enumerate(claims, 1):
        rows.append([str(i), slide, text, command, *measure(see)])
    with open(os.path.join(folder, "claims.csv"), "w", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([head] + rows)
    with open(os.path.join(folder, "claims.md"), "w") as file:
        file.write("| " + " | ".join(["", *head[1:-1], "condition, or source"]) + " |\n|--:" + "|---" * (len(head) - 1) + "|\n")
        for r in rows:
            r[3], r[5] = f"`{r[3]}`", f"**{r[5]}**"
            file.write("| " + " | ".join(r) + " |\n")
        file.write("\n" + "; ".join(f"{v}: {sum(r[5].strip('*') == v for r in rows)}" for v in (HOLDS, PARTLY, FAILS, MODEL)) + ".\n")


if __name__ == "__main__":
    main()
