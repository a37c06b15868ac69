"""data.py - Fashion-MNIST as Debian's package dataset-fashion-mnist installs it."""
# SPDX-License-Identifier: GPL-3.0-or-later
import gzip
import os

import numpy as np

FOLDER = "/usr/share/datasets/fashion-mnist"
SCALE, MEAN, STD = 1 / 255, 0.2860, 0.3530  # value = (raw * SCALE - MEAN) / STD
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


def normalise(images):
    """In double, rounded once: what halfstep makes of the attributes scale, mean and std."""
    return ((images * SCALE - MEAN) / STD).astype(np.float32)
