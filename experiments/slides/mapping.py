"""mapping.py - claims about how to set the mapping, and the recap"""
# SPDX-License-Identifier: GPL-3.0-or-later
from math import log10

from look import FAILS, HOLDS, MODEL, PARTLY, claim, geometric, run, span


@claim("how to set the mapping", "this is an area of active research", "halfstep list strategies")
def research(see):
    return (f"not a number; halfstep has {len(see.rows('', 'list', 'strategies'))} strategies, each with its source", MODEL,
            "survey: Gholami et al. 2021, arXiv:2103.13630")


@claim("how to set the mapping", "each layer has to be quantized", run("depth"))
def each(see):
    rows = [r for r in see.rows_of("depth", "layers") if r["site"] == "input"]
    scales = [r["scale"] for r in rows]
    return (f"{len(rows)} layers, a grid each: the inputs' largest scale is {max(scales) / min(scales):.1f} times the smallest",
            PARTLY if max(scales) > 2 * min(scales) else FAILS,
            "each needs a grid of its own; one may stay float, at its share of the memory")


@claim("how to set the mapping", "the error propagates", run("depth"))
def propagates(see):
    rows = see.rows_of("depth", "nodes")
    layers = [r for r in rows if r["fresh"] > 0]
    last, passed = layers[-1], [r["amplification"] for r in rows if r["amplification"] != "" and r["fresh"] == 0]
    return (f"behind layer {len(layers)} of a chain at int4 {100 * last['inherited'] / last['total']:.0f} % of the error is "
            f"inherited; total {100 * layers[0]['total']:.1f} % behind the first, {100 * last['total']:.1f} % behind the last; nodes "
            f"that are not quantized pass on {span(passed, '{:.2f}')} of what they get",
            HOLDS if last["inherited"] > last["fresh"] else FAILS,
            "shares of the values' power; where it goes from there: experiments/propagation")


@claim("how to set the mapping", "choose the quantization with the least overall error", run("objective"))
def overall(see):
    rows = see.trials("objective")
    pairs = {}
    for r in rows:
        pairs.setdefault(r["data_calibration_draws"], {})[r["objective"]] = r
    ratios = [p["network"]["output_error"] / p["tensor"]["output_error"] for p in pairs.values()]
    points = [100 * (p["network"]["accuracy"] - p["tensor"]["accuracy"]) for p in pairs.values()]
    return (f"scales for the least error of the network's output leave {span(ratios, '{:.2f}')} of the error, on other data, of scales "
            f"for the least error of each tensor (deep_mlp int4, {len(ratios)} draws); accuracy {span(points, '{:+.1f}')} points",
            HOLDS if max(ratios) < 1 and min(points) > 0 else PARTLY if max(ratios) < 1 else FAILS,
            "the output's error is what falls; accuracy need not follow")


@claim("how to set the mapping", "on representative data", run("samples", " --set data.calibration.samples=N"))
def data(see):
    error = {n: [r["output_error"] for r in see.trials(f"samples-{n}")] for n in (1, 16, 256)}
    base = geometric(error[256])
    spread = ", ".join(f"{n}: {geometric(e) / base:.1f} (largest {max(e) / base:.1f})" for n, e in error.items())
    return (f"output error over that with 256 images, mlp int8, min-max, 4 disjoint draws; images {spread}",
            HOLDS if geometric(error[1]) > 2 * base else FAILS, "how many are enough: experiments/representative-data")


@claim("how to set the mapping", "order matters", run("orders"))
def order(see):
    by = {}
    for r in see.rows_of("orders", "orders"):
        by.setdefault(r["method"], {}).setdefault(r["permutation"], []).append(r["evaluation_error"])
    worst = {}
    for method, orders in by.items():
        means = [geometric(e) for e in orders.values()]
        worst[method] = max(means) / min(means)
    cells = ", ".join(f"{m} {w:.2f}" for m, w in worst.items())
    return (f"all 120 orders of five layers, means over 4 draws, error of the worst over the best: {cells}",
            PARTLY if min(worst.values()) == 1 < max(worst.values()) else HOLDS if min(worst.values()) > 1 else FAILS,
            "only for methods that look at what earlier steps did; experiments/order-matters tells order from chance")


# ---- recap

@claim("recap", "modern models are big", "halfstep slides memory")
def big(see):
    rows = [r for r in see.rows("memory-models", "slides", "memory") if r["weights"] == "fp16"]
    return ("; ".join(f"{r['model']} {r['GB']:.0f} GB in fp16" for r in rows), MODEL,
            "computed from published shapes: Touvron et al. 2023, arXiv:2302.13971, 2307.09288")


@claim("recap", "quantization lets them run on smaller computers or phones", "halfstep slides memory")
def smaller(see):
    rows = see.rows("memory-models", "slides", "memory")
    fits = {w: [r["model"] for r in rows if r["weights"] == w and r["GB"] <= 8] for w in ("fp16", "int4, group 32, fp16 scale")}
    return ("in 8 GB: " + "; ".join(f"{w}: {', '.join(m) or 'none'}" for w, m in fits.items()), MODEL,
            "memory of the weights alone, by the same shapes; no phone was at hand")


@claim("recap", "accuracy falls, but a good choice keeps the loss small", run("accuracy"))
def strategic(see):
    pairs = {}
    for r in see.trials("accuracy"):
        pairs.setdefault(r["scheme_weights_format"], {})[r["calibration_weights"]] = r
    gains = {f: 100 * (p["mse"]["accuracy"] - p["minmax"]["accuracy"]) for f, p in pairs.items()}
    decibel = {f: 10 * log10(p["minmax"]["output_error"] / p["mse"]["output_error"]) for f, p in pairs.items()}
    cells = ", ".join(f"{f} {gains[f]:+.1f} points ({decibel[f]:+.1f} dB)" for f in pairs)
    return (f"cnn, mse in place of min-max: {cells}",
            HOLDS if min(decibel.values()) > 0 else PARTLY if max(decibel.values()) > 0 else FAILS,
            "where few bits leave something to choose")
