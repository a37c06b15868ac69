#!/usr/bin/python3
"""unlike.py - calibration data that do not represent: the images of one class alone, and images turned to their negatives.

  unlike.py DATA.h5 FOLDER     writes class0.h5 ... class9.h5, a draw of 256 each, and negative.h5, as many as DATA holds

Needs python3-h5py.
"""
# SPDX-License-Identifier: GPL-3.0-or-later
import os
import sys

import h5py

DRAW = 256


def write(path, source, images, labels):
    with h5py.File(path + ".part", "w") as f:
        inputs = f.create_dataset("data/calibration/inputs", data=images)
        for name, value in source["inputs"].attrs.items():
            inputs.attrs[name] = value
        f["data/calibration/targets"] = labels
    os.replace(path + ".part", path)


def main(data, folder):
    with h5py.File(data, "r") as f:
        source = f["data/calibration"]
        images, labels = source["inputs"][:], source["targets"][:]
        for c in range(10):
            mine = labels == c
            write(f"{folder}/class{c}.h5", source, images[mine][:DRAW], labels[mine][:DRAW])
        write(f"{folder}/negative.h5", source, 255 - images, labels)


main(*sys.argv[1:3])
