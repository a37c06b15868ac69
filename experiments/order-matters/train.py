#!/usr/bin/python3
"""train.py - trains the networks of this experiment: 5 and 7 layers, five seeds each, on Fashion-MNIST at 14 x 14 pixels.

  train.py [--layers 5] [--seed 1] [--width 64] -o mlp5-1.h5

2 x 2 pixels are averaged, then come linear layers with relu between them. The file holds the network alone, without data.
Needs python3-torch, python3-h5py and dataset-fashion-mnist; a network trained again is similar, not equal.
"""
# SPDX-License-Identifier: GPL-3.0-or-later
import argparse
import math
import os
import sys

import torch
import torch.nn.functional as F
from torch import nn

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "networks"))
import data  # noqa: E402
import graph  # noqa: E402
from dump import Dump  # noqa: E402

BATCH, EPOCHS, PEAK, WARM_UP = 128, 8, 2e-3, 200


class Network(nn.Module):
    def __init__(self, layers, width):
        super().__init__()
        widths = [196] + [width] * (layers - 1) + [10]
        self.pool = nn.AvgPool2d(2)
        self.flatten = nn.Flatten()
        self.fc = nn.ModuleList(nn.Linear(a, b) for a, b in zip(widths[:-1], widths[1:]))
        self.relu = nn.ModuleList(nn.ReLU() for _ in range(layers - 1))
        for layer in self.fc:
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
            nn.init.zeros_(layer.bias)

    def forward(self, x):
        x = self.flatten(self.pool(x))
        for layer, relu in zip(self.fc, self.relu):
            x = relu(layer(x))
        return self.fc[-1](x)


def train(model, seed, folder):
    images, labels = data.fashion("train", folder)
    x, y = torch.from_numpy(data.normalise(images)), torch.from_numpy(labels.copy()).long()
    steps = EPOCHS * (len(x) // BATCH)
    optimizer = torch.optim.AdamW(model.parameters(), lr=PEAK, weight_decay=1e-4)
    generator, step = torch.Generator().manual_seed(1000 + seed), 0
    while step < steps:
        order = torch.randperm(len(x), generator=generator)
        for k in range(0, len(x) - BATCH + 1, BATCH):
            for group in optimizer.param_groups:
                group["lr"] = PEAK * min(1, (step + 1) / WARM_UP) * 0.5 * (1 + math.cos(math.pi * step / steps))
            loss = F.cross_entropy(model(x[order[k:k + BATCH]]), y[order[k:k + BATCH]])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            step += 1
    images, labels = data.fashion("test", folder)
    with torch.no_grad():
        right = model(torch.from_numpy(data.normalise(images))).argmax(1) == torch.from_numpy(labels.copy())
    return right.float().mean().item()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--layers", type=int, default=5)
    parser.add_argument("--width", type=int, default=64)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("-o", "--output", required=True, metavar="FILE")
    parser.add_argument("--from", dest="folder", default=data.FOLDER, help="folder of the Fashion-MNIST files")
    args = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(args.seed)
    model = Network(args.layers, args.width)
    print(f"{args.output}: test accuracy {train(model, args.seed, args.folder):.4f}", flush=True)
    model.eval()
    name = os.path.splitext(os.path.basename(args.output))[0]
    source = f"experiments/order-matters/train.py --layers {args.layers} --width {args.width} --seed {args.seed}"
    with Dump(args.output, name, source, "classification") as dump:
        graph.write(model, torch.zeros(4, 1, 28, 28), dump)


main()
