#!/usr/bin/python3
"""kinds.py - which kinds of layers are sensitive: kinds.py NAME=FOLDER..., folders of runs with one-in tables

For each kind of operator, the geometric mean of the output errors that its layers cause, each alone, over that of all other
layers; with several draws of calibration data, their geometric mean and its 95 % t interval. `by chance`: the share of all
choices of as many layers whose mean is at least as large - the null model in which kinds say nothing. For weights also the gain:
the same with each error over the relative squared error of the layer's own weights. Standard library only.
"""
# SPDX-License-Identifier: GPL-3.0-or-later
import csv
import math
import random
import sys
from collections import defaultdict
from itertools import combinations
from statistics import mean, stdev

T = {2: 4.302652730}  # 97.5 % quantile of Student's t by degrees of freedom
KINDS = {"position_embedding": "embedding"}


def rows(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def ratio(error, chosen):
    """Logarithm of the geometric mean of the chosen layers' errors over that of the others."""
    return mean(error[k] for k in chosen) - mean(v for k, v in error.items() if k not in chosen)


def by_chance(error, chosen):
    seen, n, layers = sum(error[k] for k in chosen), len(chosen), list(error.values())
    if math.comb(len(layers), n) <= 100000:
        sums = [sum(c) for c in combinations(layers, n)]
    else:
        draw = random.Random(1)
        sums = [seen] + [sum(draw.sample(layers, n)) for _ in range(20000)]
    return sum(s >= seen - 1e-9 for s in sums) / len(sums)


def interval(x):
    if len(x) == 1:
        return f"{math.exp(x[0]):.2g}"
    half = T[len(x) - 1] * stdev(x) / math.sqrt(len(x))
    return f"{math.exp(mean(x)):.2g} [{math.exp(mean(x) - half):.2g}, {math.exp(mean(x) + half):.2g}]"


def study(name, trials, kind, own):
    """trials: by draw, layer -> logarithm of the error; own: layer -> of its weight's relative error, or empty."""
    average = {k: mean(t[k] for t in trials.values()) for k in next(iter(trials.values()))}
    whole = sum(math.exp(v) for v in average.values())
    order = sorted(average, key=average.get, reverse=True)
    for k in dict.fromkeys(kind.values()):
        chosen = {layer for layer in average if kind[layer] == k}
        if len(chosen) == len(average):
            continue
        gain = {layer: average[layer] - own[layer] for layer in average if layer in own}
        print(f"| {name} | {k} | {len(chosen)} | {interval([ratio(t, chosen) for t in trials.values()])} | "
              f"{by_chance(average, chosen):.2g} | {100 * sum(math.exp(average[c]) for c in chosen) / whole:.0f} % | "
              f"{', '.join(str(order.index(c) + 1) for c in sorted(chosen, key=order.index)[:3])} of {len(order)} | "
              f"{f'{math.exp(ratio(gain, chosen)):.2g}' if gain else ''} |")


def main(folders):
    print("| what is quantized | kind | layers | error / others' | by chance | share of the sum | first ranks | gain / others' |")
    print("|---|---|---:|---:|---:|---:|---:|---:|")
    for name, folder in (f.split("=") for f in folders):
        studies, kinds, own = defaultdict(lambda: defaultdict(dict)), {}, defaultdict(dict)
        of = {}
        for r in rows(f"{folder}/tables/one_in.csv"):
            w, a = r.get("scheme_weights_format", "none"), r.get("scheme_activations_format", "none")
            key = " ".join(filter(None, [r.get("network", name), f"weights {w}" if w != "none" else f"activations {a}",
                                         f"a scale a {r['scheme_weights_granularity']}" if w != "none" else ""]))
            draw = r.get("data_calibration_draws", "0")
            if float(r["error"]) > 0:
                studies[key][draw][r["layer"]] = math.log(float(r["error"]))
            kinds[key, r["layer"]] = KINDS.get(r["operator"], r["operator"])
            of[r["trial"]] = key
        for r in rows(f"{folder}/tables/layers.csv"):
            if r["site"] in ("weight", "gamma") and float(r["error"] or 0) > 0:
                own[of[r["trial"]]][r["layer"]] = math.log(float(r["error"]))
        for key, trials in studies.items():
            study(key, trials, {layer: kinds[key, layer] for layer in next(iter(trials.values()))}, own[key])


main(sys.argv[1:])
