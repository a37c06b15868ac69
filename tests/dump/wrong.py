#!/usr/bin/python3
"""wrong.py - files that are wrong in ways that only a library of HDF5 can make, into the folder FOLDER: all their
numbers are in a dataset x."""
# SPDX-License-Identifier: GPL-3.0-or-later
import os
import sys

import h5py
import numpy as np

os.chdir(sys.argv[1])


def virtual(name, source, dataset):
    with h5py.File(name, "w") as f:
        f["g"] = [1.0]
        layout = h5py.VirtualLayout(shape=(3,), dtype="f4")
        layout[:] = h5py.VirtualSource(source, dataset, shape=(3,))
        f.create_virtual_dataset("x", layout)


with h5py.File("good.h5", "w") as f:
    f["x"] = np.array([1, 2, 3], "f4")
os.mkfifo("pipe.h5")
virtual("beside.h5", "good.h5", "x")
virtual("v-pipe.h5", "pipe.h5", "x")
virtual("v-gone.h5", "gone.h5", "x")
virtual("v-dataset.h5", "good.h5", "y")
virtual("v-self.h5", ".", "x")
virtual("v-here.h5", ".", "nothing")
with h5py.File("outside.h5", "w") as f:  # values of a file of no format
    f.create_dataset("x", shape=(3,), dtype="f4", external=[(os.path.abspath("good.h5"), 0, 12)])
virtual("v-outside.h5", "outside.h5", "x")
virtual("v-circle.h5", "v-back.h5", "x")
virtual("v-back.h5", "v-circle.h5", "x")
virtual("v-chain.h5", "v-gone.h5", "x")
os.mkdir("prefix")
virtual("v-prefix.h5", "only.h5", "x")
with h5py.File("prefix/only.h5", "w") as f:
    f["x"] = np.array([7, 8, 9], "f4")
with h5py.File("lzf.h5", "w") as f:
    f.create_dataset("x", data=np.arange(10000.0), compression="lzf")
with h5py.File("inflate.h5", "w") as f:
    f.create_dataset("x", data=np.random.default_rng(1).standard_normal(100000), compression="gzip")
with open("inflate.h5", "r+b") as f:
    f.seek(os.path.getsize("inflate.h5") // 2)
    f.write(bytes(1000))
with h5py.File("inflate.h5", "a") as f:  # before and behind it are others
    f["a"] = f["z"] = np.array([1, 2, 3], "f4")
with h5py.File("shape.h5", "w") as f:
    f.create_dataset("x", shape=(1 << 31, 1 << 31), dtype="f8", chunks=(1, 1024))
with h5py.File("name.h5", "w") as f:
    f[b"\xff\xfe\x1b[31m\xc3\xa9\n"] = np.arange(5.0)
