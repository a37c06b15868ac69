#!/usr/bin/python3
"""components.py - what decides the final error, over all orders, draws of calibration data and training seeds.

  components.py --data OUT.dat RUN... >OUT.md     (RUN: one run's folder for each seed)

For each width and method: ln(output error) on the evaluation data is a full layout order x draw x seed, one value a cell. Its
variance is split into components by the expected mean squares of the three-way analysis of variance with random effects; an
estimate may come out below 0 and is then printed as such. In brackets the standard error by the jackknife over draws (of the
variance, unclipped; shown for its root), or, where the estimate is below twice its error, the upper end of its interval. Then: how
many of the other orders forward and backward beat (mean over draws, each seed), how well the order that is best on the
calibration data of one draw does on the evaluation data under the other draws (it is chosen and scored on disjoint data), and
the rank correlation (Spearman) of orders between two draws. Needs python3-numpy.
"""
# SPDX-License-Identifier: GPL-3.0-or-later
import argparse
import csv
import itertools
import math
import os

import numpy as np

NAMES = ("order", "draw", "seed", "order x draw", "order x seed", "draw x seed", "rest")


def read(folder):
    """-> {(format, method): (orders, calibration error [draw][order], evaluation error [draw][order])}"""
    of = {}
    with open(os.path.join(folder, "tables", "orders.csv"), newline="") as file:
        for row in csv.DictReader(file):
            key = row["scheme_weights_format"], row["method"].partition("(")[0]
            draw = of.setdefault(key, {}).setdefault(int(row["data_calibration_draws"]), ([], [], []))
            draw[0].append(row["permutation"])
            draw[1].append(float(row["calibration_error"]))
            draw[2].append(float(row["evaluation_error"]))
    out = {}
    for key, draws in of.items():
        orders = draws[min(draws)][0]
        assert all(d[0] == orders for d in draws.values())
        out[key] = orders, *(np.array([draws[d][k] for d in sorted(draws)]) for k in (1, 2))
    return out


def components(y):
    """y[seed][draw][order] -> the seven components, in the order of NAMES."""
    c, b, a = y.shape
    mean = y.mean()
    o, d, s = y.mean((0, 1)) - mean, y.mean((0, 2)) - mean, y.mean((1, 2)) - mean
    od = y.mean(0) - mean - o[None, :] - d[:, None]
    os_ = y.mean(1) - mean - o[None, :] - s[:, None]
    ds = y.mean(2) - mean - d[None, :] - s[:, None]
    rest = y - mean - o[None, None] - d[None, :, None] - s[:, None, None] - od[None] - os_[:, None] - ds[:, :, None]
    ms = {"o": b * c * (o ** 2).sum() / (a - 1), "d": a * c * (d ** 2).sum() / (b - 1), "s": a * b * (s ** 2).sum() / (c - 1),
          "od": c * (od ** 2).sum() / ((a - 1) * (b - 1)), "os": b * (os_ ** 2).sum() / ((a - 1) * (c - 1)),
          "ds": a * (ds ** 2).sum() / ((b - 1) * (c - 1)), "e": (rest ** 2).sum() / ((a - 1) * (b - 1) * (c - 1))}
    return np.array([(ms["o"] - ms["od"] - ms["os"] + ms["e"]) / (b * c), (ms["d"] - ms["od"] - ms["ds"] + ms["e"]) / (a * c),
                     (ms["s"] - ms["os"] - ms["ds"] + ms["e"]) / (a * b), (ms["od"] - ms["e"]) / c, (ms["os"] - ms["e"]) / b,
                     (ms["ds"] - ms["e"]) / a, ms["e"]])


def shown(variance, error):
    """A variance of logarithms as a standard deviation in per cent, with its error; below 0: said so."""
    text = f"{100 * math.sqrt(variance):.1f}" if variance >= 0 else "< 0"
    if variance < 2 * error:
        return f"{text} (at most {100 * math.sqrt(max(0, variance + 1.96 * error)):.1f})"
    return f"{text} ({100 * error / (2 * math.sqrt(variance)):.1f})"


def jackknife(y):
    """Standard errors of the variances over draws."""
    n = y.shape[1]
    left = np.array([components(np.delete(y, i, 1)) for i in range(n)])
    return np.sqrt((n - 1) / n * ((left - left.mean(0)) ** 2).sum(0))


def percentile(values, one):
    """Per cent of the others that are worse."""
    return 100 * (values > one).sum() / (len(values) - 1)


def transfer(calibration, evaluation):
    """The best order by the calibration data of a draw, scored under each other draw: per cent of the orders that it beats."""
    n = len(calibration)
    return np.mean([percentile(evaluation[j], evaluation[j][calibration[i].argmin()])
                    for i in range(n) for j in range(n) if i != j])


def spearman(y):
    rank = np.argsort(np.argsort(y, axis=1), axis=1).astype(float)
    r = np.corrcoef(rank)
    return np.mean([r[i, j] for i, j in itertools.combinations(range(len(y)), 2)])


def spread(values):
    return f"{np.mean(values):.0f} ({min(values):.0f} to {max(values):.0f})"


def rows(seeds, keys):
    print("| weights, method | " + " | ".join(NAMES) + " |\n|---|" + "---:|" * len(NAMES))
    for key in keys:
        y = np.log(np.array([s[key][2] for s in seeds]))
        cells = [shown(v, e) for v, e in zip(components(y), jackknife(y))]
        print(f"| {key[0]}, {key[1]} | " + " | ".join(cells) + " |")
    print("\n| weights, method | worst / best order | forward beats | backward beats | best of one draw beats | rank correlation |")
    print("|---|---:|---:|---:|---:|---:|")
    for key in keys:
        ratio, forward, backward, best, rho = [], [], [], [], []
        for s in seeds:
            orders, calibration, evaluation = s[key]
            mean = np.log(evaluation).mean(0)
            ratio.append(math.exp(mean.max() - mean.min()))
            forward.append(percentile(mean, mean[0]))
            backward.append(percentile(mean, mean[len(orders) - 1]))
            best.append(transfer(calibration, evaluation))
            rho.append(spearman(evaluation))
        print(f"| {key[0]}, {key[1]} | {np.mean(ratio):.2f} ({min(ratio):.2f} to {max(ratio):.2f}) | {spread(forward)} % | "
              f"{spread(backward)} % | {spread(best)} % | {np.mean(rho):.2f} ({min(rho):.2f} to {max(rho):.2f}) |")


def density(x, points=60):
    """Gaussian kernels, Silverman's width: (value, density with maximum 1)."""
    width = 0.9 * min(x.std(), (np.quantile(x, .75) - np.quantile(x, .25)) / 1.34) * len(x) ** -0.2 or 1e-3
    at = np.linspace(x.min() - 2 * width, x.max() + 2 * width, points)
    p = np.exp(-0.5 * ((at[:, None] - x[None]) / width) ** 2).sum(1)
    return at, p / p.max()


def violins(seeds, keys, path):
    """One block a violin: error over the median of gptq's orders of that width and seed, as an outline (half width, error); then marks."""
    with open(path, "w") as file:
        for key in keys:
            for s, seed in enumerate(seeds):
                mid = np.median(np.log(seed[key[0], "gptq"][2]).mean(0))
                x = np.log(seed[key][2]).mean(0) - mid
                file.write(f"# {key[0]} {key[1]} seed {s + 1}\n")
                side = [(math.exp(v), p) for v, p in zip(*density(x))]
                for v, p in side + [(v, -p) for v, p in reversed(side)]: # an outline
                    file.write(f"{p:.4f} {v:.6g}\n")
                file.write("\n\n")
        for key in keys:
            file.write(f"# marks {key[0]} {key[1]}: forward, backward, best by calibration data (mean over draws), for each seed\n")
            for seed in seeds:
                mid = np.median(np.log(seed[key[0], "gptq"][2]).mean(0))
                x = np.exp(np.log(seed[key][2]).mean(0) - mid)
                chosen = np.exp(np.mean([np.log(seed[key][2][j][seed[key][1][i].argmin()]) for i in range(len(seed[key][1]))
                                         for j in range(len(seed[key][1])) if i != j]) - mid)
                file.write(f"{x[0]:.6g} {x[-1]:.6g} {chosen:.6g}\n")
            file.write("\n\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runs", nargs="+", metavar="RUN")
    parser.add_argument("--data", required=True, metavar="FILE.dat")
    args = parser.parse_args()
    seeds = [read(run) for run in args.runs]
    keys = list(seeds[0])
    orders, draws = len(seeds[0][keys[0]][0]), len(seeds[0][keys[0]][1])
    print(f"{orders:,} orders x {draws} draws x {len(seeds)} seeds. Components of ln(output error) as standard deviations, per cent; in")
    print("brackets their standard error by the jackknife over draws, or the upper end of a 95 % interval where it reaches 0. Then per cent")
    print("of the other orders that one beats; ranges are over the seeds.\n")
    rows(seeds, keys)
    violins(seeds, keys, args.data)


if __name__ == "__main__":
    main()
