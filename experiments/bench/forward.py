#!/usr/bin/python3
"""forward.py - one float pass of a network by torch and by halfstep bench, in turns, one thread each; prints ratios.

  forward.py [--halfstep PATH] [--rounds 5] [--samples 200] [--batches 8,32,100,200] NETWORK.h5 ... | charlm

A network is a Keras file of convolutions, depthwise ones, batch norms, relus, poolings and dense layers one after another,
or the word charlm: the reference language model (experiments/networks). torch gets the better of both memory layouts and the
best of several batch sizes (halfstep chooses its own). On a machine that does other things, too, the ratio of the fastest rounds
says more than that of the medians. That both compute the same is checked with halfstep verify on torch's outputs.
Needs python3-torch and python3-h5py.
"""
# SPDX-License-Identifier: GPL-3.0-or-later
import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = "1"  # before torch is loaded
import h5py  # noqa: E402
import numpy as np  # noqa: E402
import torch  # noqa: E402
from torch import nn  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
NETWORKS = os.path.join(HERE, "..", "networks")


class Same(nn.Module):
    """Keras' padding 'same' of an operator with a stride."""

    def __init__(self, inner, kernel, stride):
        super().__init__()
        self.inner, self.kernel, self.stride = inner, kernel, stride

    def forward(self, x):
        pad = []
        for size, k, s in list(zip(x.shape[2:], self.kernel, self.stride))[::-1]:
            whole = max((-(-size // s) - 1) * s + k - size, 0)
            pad += [whole // 2, whole - whole // 2]
        return self.inner(nn.functional.pad(x, pad) if any(pad) else x)


class KerasFlatten(nn.Module):
    """In the order of channels last."""

    def forward(self, x):
        return x.permute(0, 2, 3, 1).flatten(1)


def weights_of(file, name):
    group = file["model_weights"][name]
    return [torch.from_numpy(np.array(group[key])) for key in group.attrs["weight_names"]]


def conv(c, w, depthwise):
    kernel, stride = tuple(c["kernel_size"]), tuple(c["strides"])
    k = w[0].permute(2, 3, 0, 1).reshape(-1, 1, *kernel) if depthwise else w[0].permute(3, 2, 0, 1)
    made = nn.Conv2d(k.shape[0] if depthwise else k.shape[1], k.shape[0], kernel, stride,
                     groups=k.shape[0] if depthwise else 1, bias=c["use_bias"])
    made.weight.data = k.contiguous()
    if c["use_bias"]:
        made.bias.data = w[1]
    if c["padding"] != "same":
        return made
    if stride == (1, 1) and all(n % 2 for n in kernel):
        made.padding = tuple(n // 2 for n in kernel)
        return made
    return Same(made, kernel, stride)


def layer(kind, c, w):
    if kind in ("Conv2D", "DepthwiseConv2D"):
        return conv(c, w, kind != "Conv2D")
    if kind == "BatchNormalization":
        made = nn.BatchNorm2d(len(w[0]), eps=c["epsilon"])
        made.weight.data, made.bias.data, made.running_mean, made.running_var = w
        return made
    if kind == "Dense":
        made = nn.Linear(*w[0].shape)
        made.weight.data, made.bias.data = w[0].T.contiguous(), w[1]
        return nn.Sequential(made, nn.Softmax(-1)) if c["activation"] == "softmax" else made
    if kind in ("AveragePooling2D", "MaxPooling2D"):
        assert c["padding"] == "valid"
        return (nn.AvgPool2d if kind[0] == "A" else nn.MaxPool2d)(tuple(c["pool_size"]), tuple(c["strides"]))
    if kind == "Activation":
        return {"relu": nn.ReLU(), "softmax": nn.Softmax(-1)}[c["activation"]]
    return {"Dropout": nn.Identity, "Flatten": KerasFlatten, "InputLayer": nn.Identity}[kind]()


def from_keras(path):
    """The network as torch modules in a row, the shape of an input, channels first, and the name of the last layer."""
    with h5py.File(path) as file:
        layers = json.loads(file.attrs["model_config"])["config"]["layers"]
        made = []
        for before, one in zip([None] + layers, layers):
            from_ = one["inbound_nodes"]
            if before and (len(from_) != 1 or [n[0] for n in from_[0]] != [before["config"]["name"]]):
                raise SystemExit(f"{path}: {one['config']['name']} does not follow {before['config']['name']}")
            made.append(layer(one["class_name"], one["config"], weights_of(file, one["config"]["name"])))
        shape = layers[0]["config"]["batch_input_shape"][1:]
    return nn.Sequential(*made).eval(), (shape[2], shape[0], shape[1]), layers[-1]["config"]["name"]


def once(model, x, batch):
    start = time.perf_counter()
    for i in range(0, len(x), batch):
        model(x[i:i + batch])
    return 1e3 * (time.perf_counter() - start)


def best_way(model, x, batches):
    """The fastest of torch's layouts and batch sizes on this input. The first passes of each prepare its kernels and its memory."""
    ways = [(min(once(m, y, b) for _ in range(5)), b, name, m, y) for name, m, y in variants(model, x) for b in batches]
    return min(ways, key=lambda w: w[0])[1:]


def variants(model, x):
    yield "channels first", model, x
    if x.dim() == 4:
        import copy
        yield ("channels last", copy.deepcopy(model).to(memory_format=torch.channels_last),
               x.to(memory_format=torch.channels_last))


def check(program, path, model, x, last, folder):
    """halfstep verify on what torch computed."""
    recorded = os.path.join(folder, "recorded.h5")
    with h5py.File(recorded, "w") as file:
        file["inputs/x"] = x[:20].permute(0, 2, 3, 1).numpy()
        file["predictions/" + last] = file["activations/" + last] = model(x[:20]).numpy()
        file.attrs["inputs"], file.attrs["outputs"] = json.dumps(["x"]), json.dumps([last])
    done = subprocess.run([program, "verify", path, recorded], capture_output=True, text=True)
    return done.returncode == 0, (done.stdout + done.stderr).strip().splitlines()[-1:]


def ours(program, args, reps):
    command = [program, "bench", "forward", "--json", "--reps", str(reps), *args]
    rows = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    row = {row["what"]: row for row in rows}["forward"]
    return row["median_ms"], row["best_ms"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("network", nargs="+")
    parser.add_argument("--halfstep", default=os.environ.get("HALFSTEP", "halfstep"))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--reps", type=int, default=3, help="of each within a round")
    parser.add_argument("--samples", type=int, default=200)
    parser.add_argument("--batches", type=lambda text: [int(n) for n in text.split(",")], default=[8, 32, 100, 200], help="torch's")
    args = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(1)
    torch.set_grad_enabled(False)
    print(f"{'':24} {'torch ms':>10} {'halfstep ms':>12} {'ratio':>7} {'fastest':>8}   torch {torch.__version__}, medians of {args.rounds} rounds,"
          f" {args.samples} samples")
    failed = False
    for path in args.network:
        with tempfile.TemporaryDirectory() as folder:
            if path == "charlm":
                sys.path.insert(0, NETWORKS)
                import models
                model = models.CharLM().eval()  # weights do not change how long it takes
                with h5py.File(os.path.join(NETWORKS, "kjv.h5")) as file:
                    x = torch.from_numpy(file["data/evaluation/inputs"][:args.samples].astype(np.int64))
                rest = ["--network", os.path.join(NETWORKS, "charlm.h5"), "--data", os.path.join(NETWORKS, "kjv.h5"),
                        "--split", "evaluation"]
                said = "agreement: tests/nets/charlm.sh"
            else:
                model, shape, last = from_keras(path)
                x = torch.rand(args.samples, *shape) * 2 - 1
                rest = ["--network", path, "--drawn"]
                same, lines = check(args.halfstep, path, model, x, last, folder)
                failed |= not same
                said = "same outputs" if same else f"OTHER OUTPUTS {lines}"
            batch, layout, m, y = best_way(model, x, args.batches)
            theirs, mine = [], []
            for _ in range(args.rounds):
                theirs.append([once(m, y, batch) for _ in range(args.reps)])
                mine.append(ours(args.halfstep, rest + ["--samples", str(args.samples)], args.reps))
            a = statistics.median(statistics.median(times) for times in theirs)
            b = statistics.median(median for median, _ in mine)
            fastest = min(min(times) for times in theirs) / min(best for _, best in mine)
            print(f"{os.path.basename(path):24} {a:10.1f} {b:12.1f} {a / b:6.2f}x {fastest:7.2f}x   {said}; torch: {layout}, batches of {batch}",
                  flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
