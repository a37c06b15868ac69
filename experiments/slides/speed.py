#!/usr/bin/python3
"""speed.py - how many times faster than float32: speed.py INTEGER.CSV HOST.TXT, of halfstep bench integer, best of its turns

Standard library only.
"""
# SPDX-License-Identifier: GPL-3.0-or-later
import csv
import sys

KINDS = {"int8 x int8 -> int32": "int8", "int8 x int4 -> int32": "int4 weights", "float32 x float16": "float16 weights"}


def main():
    with open(sys.argv[1], newline="") as file:
        rows = list(csv.DictReader(file))
    with open(sys.argv[2]) as file:
        day, *model = [line.strip() for line in file]
    times = {(r["note"].split(":")[0], r["variant"], r["what"]): float(r["best_ms"]) for r in rows}
    print(f"float32's time over that of the others, one thread, best of the turns; {day}, "
          f"{model[0].split(':')[1].strip() if model else 'unknown processor'}.\n")
    print("| product | instructions | " + " | ".join(KINDS.values()) + " |\n|---|---|" + "--:|" * len(KINDS))
    ratios = {name: {} for name in KINDS.values()}
    for shape, isa in dict.fromkeys(k[:2] for k in times):
        cells = []
        for what, name in KINDS.items():
            if (shape, isa, what) in times:
                ratios[name][shape, isa] = times[shape, isa, "float32 x float32"] / times[shape, isa, what]
            cells.append(f"{ratios[name][shape, isa]:.2f}" if (shape, isa) in ratios[name] else "")
        print(f"| {shape} | {isa} | " + " | ".join(cells) + " |")
    int8, int4 = ratios["int8"], ratios["int4 weights"]
    both = [k for k in int8 if k in int4]
    print(f"\nint8 is 2 to 4 times as fast in {sum(2 <= r <= 4 for r in int8.values())} of {len(int8)} cases "
          f"({min(int8.values()):.2f} to {max(int8.values()):.2f}); int4 weights are faster than int8 in "
          f"{sum(int4[k] > int8[k] for k in both)} of {len(both)}.")


if __name__ == "__main__":
    main()
