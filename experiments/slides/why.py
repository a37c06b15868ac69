"""why.py - claims about memory, speed, energy, accuracy, sensitive layers"""
# SPDX-License-Identifier: GPL-3.0-or-later
from math import exp, log
from statistics import mean

from look import FAILS, HOLDS, MODEL, PARTLY, claim, run, span


NETWORKS = "mlp", "deep_mlp", "cnn", "charlm"
SPEED = "halfstep bench integer"
TIMES = "times differ from run to run: times/speed.md, beside this table, has this machine's ratios"


# ---- why quantize, why not

ENERGY = "halfstep inspect --energy experiments/networks/NETWORK.h5 none"


def share(see, column, over="float32", of="int8"):
    tables = [see.rows("energy", "inspect", "--energy", see.network(n), "none") for n in NETWORKS]
    return [see.one(t, arithmetic=of)[column] / see.one(t, arithmetic=over)[column] for t in tables]


@claim("why quantize", "quantization makes a model smaller", ENERGY)
def memory(see):
    int8, int4 = share(see, "weight_bytes"), share(see, "weight_bytes", of="int4 weights, int8 activations")
    return (f"bytes of the weights over float32's, four networks: int8 {span(int8)}, int4 {span(int4)}",
            HOLDS if max(int8) < 1 else FAILS, "scales and biases are counted")


@claim("why quantize", "inference gets faster on specialized hardware", SPEED)
def faster(see):
    return TIMES, PARTLY, "where weights come from memory; where arithmetic decides, it depends on the instructions"


@claim("why quantize", "it takes less energy: fewer bits, less data to move", ENERGY)
def energy(see):
    moved = [a for column in ("weight_bytes", "activation_bytes") for a in share(see, column)]
    return (f"int8 moves {span(moved)} of float32's bytes (counted); energy, by the model, {span(share(see, 'total_uj'))}",
            MODEL, "Horowitz, ISSCC 2014: picojoules an operation and a byte, 45 nm")


@claim("why quantize", "it can run on edge devices or a plain CPU", "halfstep integer experiments/slides/integers.yaml")
def deploy(see):
    rows = see.file_rows("integers.csv", "networks")
    sums, differ = sum(r["sums"] for r in rows), sum(r["sums_differ"] for r in rows)
    top = sum(r["top1_differs"] for r in rows)
    return (f"mlp and cnn in int8 sums on the CPU: {differ:.0f} of {sums:,.0f} sums differ from the simulation, {top:.0f} answers",
            PARTLY if differ == 0 and top == 0 else FAILS, "shown on a CPU, rescaled in float32; no edge device was at hand")


@claim("why not quantize", "accuracy is lost", run("accuracy"))
def accuracy(see):
    rows = [r for r in see.trials("accuracy") if r["calibration_weights"] == "minmax"]
    seen = [r["scheme_weights_format"] for r in rows if r["accuracy_hi"] < r["accuracy_float"]]
    cells = ", ".join(f"{r['scheme_weights_format']} {100 * r['accuracy']:.1f} %" for r in rows)
    return (f"cnn, min-max: float {100 * rows[0]['accuracy_float']:.1f} %, {cells}",
            HOLDS if len(seen) == len(rows) else PARTLY if seen else FAILS,
            f"the 95 % interval leaves out the float network's accuracy for {', '.join(seen)}")


@claim("why not quantize", "the error is one of rounding and clipping", run("accuracy"))
def two_parts(see):
    rows = [r for r in see.rows_of("accuracy", "layers") if r["error"] > 0]
    rest = max(abs(r["error"] - r["clipping"] - r["rounding"]) / r["error"] for r in rows)
    clipped = [r["clipping"] / r["error"] for r in rows if r["strategy"] == "mse" and r["format"] == "int4"]
    return (f"{len(rows)} grids: the two parts miss the squared error by at most {rest:.0e} of it; "
            f"clipping is {100 * min(clipped):.0f} to {100 * max(clipped):.0f} % of it at int4 with mse",
            HOLDS if rest < 1e-6 else FAILS, "each grid's own error; what it was handed is another matter (below)")


def one_in(see, name, kind, form):
    error = [(log(r["error"]), r["operator"]) for r in see.rows_of(name, "one_in")
             if r["error"] > 0 and r.get("scheme_weights_format", form) in (form, "none")]
    mine, others = [e for e, k in error if k.endswith(kind)], [e for e, k in error if not k.endswith(kind)]
    return exp(mean(mine) - mean(others))


SENSITIVE = run("sensitive{,-inputs}")


def sensitive(see, kind):
    return (one_in(see, "sensitive", kind, "int8"), one_in(see, "sensitive", kind, "int4"),
            one_in(see, "sensitive-inputs", kind, ""))


def told(ratios):
    return ("output error that a layer causes alone, over that of the other layers (charlm, geometric means): "
            "weights int8 {:.2g}, int4 {:.2g}; activations int8 {:.2g}".format(*ratios))


@claim("why not quantize", "embeddings are sensitive", SENSITIVE)
def embeddings(see):
    ratios = sensitive(see, "embedding")
    return told(ratios), HOLDS if min(ratios) > 1 else PARTLY if max(ratios) > 1 else FAILS, "two of them, one model"


@claim("why not quantize", "layer norms are sensitive", SENSITIVE)
def norms(see):
    ratios = sensitive(see, "layer_norm")
    return (told(ratios), HOLDS if min(ratios) > 1 else PARTLY if max(ratios) > 1 else FAILS,
            "what they read, not their own factors; nine of them, one model")


@claim("why not quantize", "such layers do not work when they are quantized", run("sensitive"))
def work(see):
    rows = see.trials("sensitive")
    cells = ", ".join(f"{r['scheme_weights_format']} {r['perplexity']:.2f}" for r in rows)
    worst = max(r["perplexity"] / r["perplexity_float"] for r in rows)
    return (f"perplexity of charlm with every weight quantized, embeddings and layer norms too: float "
            f"{rows[0]['perplexity_float']:.2f}, {cells}", FAILS if worst < 1.1 else PARTLY,
            "a model of 0.9 million parameters; outliers of large ones: Dettmers et al. 2022, arXiv:2208.07339")


@claim("why not quantize", "what is gained depends on the hardware", SPEED)
def hardware(see):
    return TIMES, HOLDS, "the ratios differ between instruction sets of one processor"


@claim("why not quantize", "it needs calibration or training with quantization", run("dynamic"))
def complexity(see):
    rows = see.trials("dynamic")
    inside = [r["accuracy_lo"] <= r["accuracy_float"] <= r["accuracy_hi"] for r in rows]
    return (f"int8 without either, ranges taken as values come: {span([r['sqnr'] for r in rows], '{:.1f}')} dB, accuracy within "
            f"{100 * max(abs(r['accuracy'] - r['accuracy_float']) for r in rows):.1f} points of float on {len(rows)} networks",
            PARTLY if all(inside) else HOLDS, "static ranges need calibration, few bits may need training "
            "(Jacob et al. 2018, arXiv:1712.05877), which is not done here")


# ---- the LLaMA example

MEMORY = "halfstep slides memory"


def saved(see, bits, percent):
    rows = [r for r in see.rows("memory-models", "slides", "memory") if r["weights"].startswith(bits)]
    bare = [r["saved_vs_fp16_percent"] for r in rows if r["metadata"] == "without"]
    full = [r["saved_vs_fp16_percent"] for r in rows if r["metadata"] == "with"]
    exact = all(b == percent for b in bare)
    return (f"LLaMA 7B, 13B, 70B from their shapes: {span(bare, '{:g}') if len(set(bare)) > 1 else f'{bare[0]:g}'} % of the bare "
            f"codes, {span(full, '{:.1f}')} % with scales, embeddings, head and norms in fp16",
            HOLDS if exact and min(full) == percent else PARTLY if exact else FAILS,
            "of the codes alone; shapes: Touvron et al. 2023, arXiv:2302.13971, 2307.09288")


@claim("LLaMA example", "INT8 saves 50 % of FP16's memory", MEMORY)
def half(see):
    return saved(see, "int8", 50)


@claim("LLaMA example", "INT4 saves 75 %", MEMORY)
def quarter(see):
    return saved(see, "int4", 75)


@claim("LLaMA example", "INT8 is 2 to 4 times as fast on modern hardware", SPEED)
def speed(see):
    return TIMES, PARTLY, "where weights come from memory; where arithmetic decides, it depends on the instructions"


@claim("LLaMA example", "INT4 can be faster still", SPEED)
def speed4(see):
    return TIMES, PARTLY, "where weights come from memory; it is computed in int8 here"
