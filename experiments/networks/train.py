#!/usr/bin/python3
"""train.py - trains a reference network on Fashion-MNIST: train.py cnn -o cnn.pt, then export.py reference cnn.

The learning rate follows the step (linear warm-up, then a half cosine), never the clock. A network trained again is
similar to the committed one, not equal: torch promises no equal bits across versions and machines.
Needs python3-torch and dataset-fashion-mnist.
"""
# SPDX-License-Identifier: GPL-3.0-or-later
import argparse
import math
import time

import torch
import torch.nn.functional as F

import data
import models

BATCH, WARM_UP, WEIGHT_DECAY = 128, 200, 1e-4
# name: (epochs, peak learning rate)
SCHEDULES = {"mlp": (14, 1e-3), "deep_mlp": (16, 7e-4), "cnn": (7, 4e-3)}


def rate(step, steps, peak):
    return peak * min(1, (step + 1) / WARM_UP) * 0.5 * (1 + math.cos(math.pi * step / steps))


def accuracy(model, images, labels):
    model.eval()
    with torch.no_grad():
        right = sum((model(images[k:k + 500]).argmax(1) == labels[k:k + 500]).sum().item()
                    for k in range(0, len(images), 500))
    return right / len(images)


def batches(images, labels, generator, flip):
    """One epoch; flip: half of the images are mirrored, the only augmentation."""
    order = torch.randperm(len(images), generator=generator)
    for k in range(0, len(images) - BATCH + 1, BATCH):
        rows = order[k:k + BATCH]
        x = images[rows]
        if flip:
            mirrored = torch.rand(BATCH, generator=generator) < 0.5
            x = torch.where(mirrored[:, None, None, None], x.flip(3), x)
        yield x, labels[rows]


def load(part, folder):
    images, labels = data.fashion(part, folder)
    return torch.from_numpy(data.normalise(images)), torch.from_numpy(labels.copy()).long()


def train(args):
    torch.set_num_threads(1)
    torch.manual_seed(20240 + len(args.name))
    generator = torch.Generator().manual_seed(7)
    model = models.REFERENCE[args.name][0]()
    (images, labels), test = load("train", args.folder), load("test", args.folder)
    epochs, peak = SCHEDULES[args.name]
    steps = args.steps or epochs * (len(images) // BATCH)
    optimizer = torch.optim.AdamW(model.parameters(), lr=peak, weight_decay=WEIGHT_DECAY)
    step, epoch, begun = 0, 0, time.time()
    while step < steps:
        model.train()
        for x, y in batches(images, labels, generator, args.name == "cnn"):
            if step == steps:
                break
            for group in optimizer.param_groups:
                group["lr"] = rate(step, steps, peak)
            loss = F.cross_entropy(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            step += 1
        epoch += 1
        print(f"epoch {epoch} step {step}/{steps} loss {loss.item():.4f} test accuracy {accuracy(model, *test):.4f} "
              f"{time.time() - begun:.0f} s", flush=True)
    torch.save(model.state_dict(), args.output)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", choices=list(SCHEDULES))
    parser.add_argument("-o", "--output", required=True, metavar="FILE", help="checkpoint to write (.pt)")
    parser.add_argument("--steps", type=int, help="instead of the schedule's epochs: for a trial")
    parser.add_argument("--from", dest="folder", default=data.FOLDER, help="folder of the Fashion-MNIST files")
    train(parser.parse_args())
