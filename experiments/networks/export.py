#!/usr/bin/python3
"""export.py - writes dumps: the reference networks, networks of your own from PyTorch, and data.

  export.py reference cnn --weights cnn.npz -o cnn.h5
  export.py torch mine.py:Net --weights state.pt --shape 3,32,32 -o net.h5     (mine.py:Net() is an nn.Module)
  export.py arrays -o data.h5 --calibration train.npz --evaluation test.npz    (arrays x and, optionally, y)
  export.py fashion -o fashion.h5 [--full]                                     (4,096 + 2,000 images, or all 70,000)

Needs python3-torch (for networks), python3-h5py and python3-numpy.
"""
# SPDX-License-Identifier: GPL-3.0-or-later
import argparse
import importlib.util
import os
import sys

import numpy as np

import data
from dump import Dump

SAMPLES = 4  # for which a network's dump records what every node gave


def reference(args):
    import graph
    import models
    import torch

    images, labels = data.fashion("test", args.folder)
    images, labels = images[:SAMPLES], labels[:SAMPLES]
    model = models.load(args.name, args.weights)
    with Dump(args.output, args.name, "trained by experiments/networks/train.py on Fashion-MNIST",
              "classification") as dump:
        graph.write(model, torch.from_numpy(data.normalise(images)), dump, record="recorded")
        dump.split("recorded", images, labels, scale=data.SCALE, mean=data.MEAN, std=data.STD)


def own(args):
    import graph
    import torch

    path, _, name = args.module.partition(":")
    sys.path.insert(0, os.path.dirname(os.path.abspath(path)))
    spec = importlib.util.spec_from_file_location("own", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    model = getattr(module, name)()
    if args.weights:
        model.load_state_dict(torch.load(args.weights, map_location="cpu"))
    shape = [SAMPLES] + [int(n) for n in args.shape.split(",")]
    sample = torch.randn(shape, generator=torch.Generator().manual_seed(1))
    with Dump(args.output, name, f"{os.path.basename(path)}:{name}", args.task) as dump:
        graph.write(model, sample, dump, record="recorded")
        dump.split("recorded", sample.numpy())


def arrays(args):
    given = {split: getattr(args, split) for split in ("calibration", "evaluation") if getattr(args, split)}
    if not given:
        raise SystemExit("nothing to write: give --calibration, --evaluation or both")
    with Dump(args.output, os.path.basename(args.output), ", ".join(given.values())) as dump:
        for split, path in given.items():
            file = np.load(path)
            dump.split(split, file["x"], file["y"] if "y" in file else None, scale=args.scale, mean=args.mean,
                       std=args.std)


def fashion(args):
    calibration, evaluation = (None, None) if args.full else (data.CALIBRATION, data.EVALUATION)
    with Dump(args.output, "fashion", "Fashion-MNIST (MIT licence): first images of its training and test sets",
              "classification") as dump:
        for split, part, rows in (("calibration", "train", calibration), ("evaluation", "test", evaluation)):
            images, labels = data.fashion(part, args.folder)
            dump.split(split, images[:rows], labels[:rows], scale=data.SCALE, mean=data.MEAN, std=data.STD)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True, metavar="reference | torch | arrays | fashion")

    def command(name, run, summary):
        made = commands.add_parser(name, help=summary, description=summary)
        made.set_defaults(run=run)
        made.add_argument("-o", "--output", required=True, metavar="FILE", help="the dump to write")
        return made

    made = command("reference", reference, "a reference network from its weights (.npz, or train.py's .pt)")
    made.add_argument("name", choices=["mlp", "deep_mlp", "cnn"])
    made.add_argument("--weights", required=True)
    made.add_argument("--from", dest="folder", default=data.FOLDER, help="folder of the Fashion-MNIST files")
    made = command("torch", own, "a network of your own: FILE.py:NAME, where NAME() gives an nn.Module")
    made.add_argument("module", metavar="FILE.py:NAME")
    made.add_argument("--weights", help="its state dict, as torch.save wrote it")
    made.add_argument("--shape", required=True, metavar="C,H,W", help="of one sample")
    made.add_argument("--task", default="classification",
                      choices=["classification", "language-model", "reconstruction", "regression", "none"])
    made = command("arrays", arrays, "data from .npz files with the arrays x and, optionally, y")
    made.add_argument("--calibration", metavar="NPZ")
    made.add_argument("--evaluation", metavar="NPZ")
    for name in ("scale", "mean", "std"):
        made.add_argument(f"--{name}", type=float, help="value = (raw * scale - mean) / std")
    made = command("fashion", fashion, "Fashion-MNIST: the committed part, or all of it")
    made.add_argument("--full", action="store_true", help="60,000 + 10,000 images")
    made.add_argument("--from", dest="folder", default=data.FOLDER, help="folder of the Fashion-MNIST files")
    return parser.parse_args()


if __name__ == "__main__":
    chosen = arguments()
    try:
        chosen.run(chosen)
    except Exception as failure:
        if os.path.exists(chosen.output):
            os.remove(chosen.output)
        if type(failure).__name__ != "Unsupported":
            raise
        sys.exit(f"export.py: {failure}")
