"""data.py - Fashion-MNIST and the King James Version, as Debian's dataset-fashion-mnist and bible-kjv install them."""
# SPDX-License-Identifier: GPL-3.0-or-later
import gzip
import os
import subprocess

import numpy as np

FOLDER = "/usr/share/datasets/fashion-mnist"
SCALE, MEAN, STD = 1 / 255, 0.2860, 0.3530  # value = (raw * SCALE - MEAN) / STD
CONTEXT = 128  # characters a window
CALIBRATION, EVALUATION = 4096, 2000  # rows in the committed fashion.h5


def fashion(part, folder=FOLDER):
    """part: 'train' (60,000) or 'test' (10,000). Images uint8 (N, 1, 28, 28), labels uint8 (N)."""
    stem = os.path.join(folder, {"train": "train", "test": "t10k"}[part])
    try:
        with gzip.open(f"{stem}-images-idx3-ubyte.gz") as file:
            images = np.frombuffer(file.read(), np.uint8, offset=16).reshape(-1, 1, 28, 28)
        with gzip.open(f"{stem}-labels-idx1-ubyte.gz") as file:
            labels = np.frombuffer(file.read(), np.uint8, offset=8)
    except FileNotFoundError as missing:
        raise SystemExit(f"{missing.filename} is not there: apt-get install dataset-fashion-mnist, or --from FOLDER")
    return images, labels


def verses():
    """The King James Version, a verse a line with its place in front, as Debian's bible-kjv prints it."""
    try:
        return subprocess.run(["bible", "-f", "gen1:1-rev22:21"], check=True, capture_output=True).stdout.decode("latin-1")
    except FileNotFoundError:
        raise SystemExit("the program bible is not there: apt-get install bible-kjv")


def text():
    """-> (training, test), each characters as numbers and the chapter of each. Every twentieth chapter is held out."""
    chapters, last = [], None
    for line in verses().splitlines():
        place, _, verse = line.partition(" ")
        chapter = place.split(":")[0]
        if chapter != last:
            chapters.append("")
        chapters[-1] += verse + "\n"
        last = chapter
    number = {c: i for i, c in enumerate(sorted(set("".join(chapters))))}
    parts = []
    for held_out in (False, True):
        mine = [(i, c) for i, c in enumerate(chapters) if (i % 20 == 10) == held_out]
        parts.append((np.array([number[c] for _, chapter in mine for c in chapter], np.uint8),
                      np.repeat([i for i, _ in mine], [len(c) for _, c in mine])))
    return parts


def windows(part, count, seed):
    """`count` windows of 128 characters in order: inputs, the character after each, the chapter that a window begins in."""
    ids, chapter = part
    begins = np.sort(np.random.default_rng(seed).choice(len(ids) - CONTEXT - 1, count, replace=False))
    rows = begins[:, None] + np.arange(CONTEXT)
    return ids[rows], ids[rows + 1], chapter[begins].astype(np.uint16)


def normalise(images):
    """In double, rounded once: what halfstep makes of the attributes scale, mean and std."""
    return ((images * SCALE - MEAN) / STD).astype(np.float32)
