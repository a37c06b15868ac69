#!/usr/bin/python3
"""export.py - writes dumps: the reference networks, networks of your own from PyTorch, and data.

  export.py reference cnn --weights cnn.npz -o cnn.h5
  export.py torch mine.py:Net --weights state.pt --shape 3,32,32 -o net.h5     (mine.py:Net() is an nn.Module)
  export.py arrays -o data.h5 --calibration train.npz --evaluation test.npz    (arrays x and, optionally, y)
  export.py fashion -o fashion.h5 [--full]                                     (4,096 + 2,000 images, or all 70,000)
  export.py text -o kjv.h5                                                     (512 + 1,000 windows of 128 characters)

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

    model = models.load(args.name, args.weights)
    if args.name == "charlm":
        return language(model, args)
    images, labels = data.fashion("test", args.folder)
    images, labels = images[:SAMPLES], labels[:SAMPLES]
    with Dump(args.output, args.name, "trained by experiments/networks/train.py on Fashion-MNIST",
              "classification") as dump:
        graph.write(model, torch.from_numpy(data.normalise(images)), dump, record="recorded")
        dump.split("recorded", images, labels, scale=data.SCALE, mean=data.MEAN, std=data.STD)


def language(model, args):
    """The language model. What its nodes gave is 9 MB a window: recorded where it is asked for."""
    import graph
    import torch

    ids, targets, _ = data.windows(data.text()[0], max(1, args.recorded), seed=5)
    with Dump(args.output, args.name, "trained on the King James Version, one character at a time", "language-model") as dump:
        graph.write(model, torch.from_numpy(ids).long(), dump, record="recorded" if args.recorded else None)
        if args.recorded:
            dump.split("recorded", ids, targets)


def text(args):
    """Windows of 128 characters: calibration from training chapters, evaluation from those held out."""
    training, test = data.text()
    with Dump(args.output, "kjv", "King James Version: windows of 128 characters; clusters are chapters", "language-model") as dump:
        for split, part, count, seed in (("calibration", training, 512, 7), ("evaluation", test, 1000, 123)):
            ids, targets, chapter = data.windows(part, count, seed)
            dump.split(split, ids, targets, cluster=chapter)


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
    commands = parser.add_subparsers(required=True, metavar="reference | torch | arrays | fashion | text")

    def command(name, run, summary):
        made = commands.add_parser(name, help=summary, description=summary)
        made.set_defaults(run=run)
        made.add_argument("-o", "--output", required=True, metavar="FILE", help="the dump to write")
        return made

    made = command("reference", reference, "a reference network from its weights (.npz, or train.py's .pt)")
    made.add_argument("name", choices=["mlp", "deep_mlp", "cnn", "charlm"])
    made.add_argument("--weights", required=True)
    made.add_argument("--recorded", type=int, default=0, metavar="N", help="charlm: record what nodes gave for N windows")
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
    command("text", text, "the King James Version: windows of 128 characters, as the language model reads them")
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
