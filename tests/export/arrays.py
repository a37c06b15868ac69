"""arrays.py FOLDER [check] - arrays in .npz and safetensors files, written by hand; with check: what became of them."""
# SPDX-License-Identifier: GPL-3.0-or-later
import json
import os
import struct
import sys

import h5py
import numpy as np

from halfstep_export.arrays import Npz
from halfstep_export.writer import Dump

rng = np.random.default_rng(4)
ARRAYS = {"a/half": rng.normal(size=(5, 7)).astype("f2"), "turned": np.asfortranarray(rng.normal(size=(6, 4)).astype("f4")),
          "long": rng.normal(size=(70000, 33)).astype("f4"), "bytes": rng.integers(0, 255, (9, 2), np.uint8),
          "scalar": np.float64(2.5), "empty": np.zeros((0, 3), "f4"), "yes": np.array([True, False])}
BRAIN = (rng.normal(size=(4, 8)).astype("f4").view(np.uint32) >> 16).astype(np.uint16)


def safetensors(path, tensors, spoil=0):
    header, data = {"__metadata__": {"format": "pt"}}, b""
    for name, (kind, value) in tensors.items():
        header[name] = dict(dtype=kind, shape=list(value.shape), data_offsets=[len(data), len(data) + value.nbytes + spoil])
        data += value.tobytes()
    text = json.dumps(header).encode()
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)


def write(folder):
    np.savez_compressed(os.path.join(folder, "some.npz"), **ARRAYS)
    tensors = {"w.brain": ("BF16", BRAIN), "w.float": ("F32", ARRAYS["turned"].copy()), "none": ("F32", ARRAYS["empty"])}
    safetensors(os.path.join(folder, "some.safetensors"), tensors)
    safetensors(os.path.join(folder, "short.safetensors"), tensors, spoil=4)
    safetensors(os.path.join(folder, "strange.safetensors"), {"x": ("F8_E4M3", BRAIN.view(np.uint8))})
    with open(os.path.join(folder, "huge.safetensors"), "wb") as file:
        file.write(struct.pack("<Q", 1 << 60) + b"{}")
    with Npz(os.path.join(folder, "some.npz")) as file:
        pieces = [len(p) for p in file.rows("long")]
        assert len(pieces) > 1 and sum(pieces) == 70000, pieces  # never the whole array
    with Dump(os.path.join(folder, "net.h5"), "net", "by hand") as dump:
        dump.network()
        port = dump.port("x", [-1, 8])
        first = dump.node("fc1", "linear", [port], None, dict(weight=rng.normal(size=(6, 8)).astype("f4"), bias=np.ones(6, "f4")))
        zero = np.concatenate([np.zeros((1, 6)), rng.normal(size=(3, 6)) * 100]).astype("f4")
        dump.outputs([dump.node("fc2", "linear", [first], None, dict(weight=zero))])


def check(folder):
    with h5py.File(os.path.join(folder, "some.h5")) as f:
        for name, value in ARRAYS.items():
            assert np.array_equal(f["tensors/" + name][()], value), name
    with h5py.File(os.path.join(folder, "safe.h5")) as f:
        assert np.array_equal(f["tensors/w.brain"], BRAIN) and f["tensors/w.brain"].attrs["dtype"] == "bfloat16"
        assert np.array_equal(f["tensors/w.float"], ARRAYS["turned"]) and f["tensors/none"].shape == (0, 3)
    float_, tensor, channel = ({k: v[k] for k in v} for v in (
        {"fc1.weight": h5py.File(os.path.join(folder, "net.h5"))["network/n0000/weight"][()],
         "fc2.weight": h5py.File(os.path.join(folder, "net.h5"))["network/n0001/weight"][()]},
        np.load(os.path.join(folder, "tensor.npz")), np.load(os.path.join(folder, "channel.npz"))))
    assert sorted(tensor) == sorted(channel) == ["fc1.bias", "fc1.weight", "fc2.weight"], sorted(tensor)
    for name, w in float_.items():
        step = np.abs(w).max() / 7
        assert np.abs(tensor[name] - w).max() <= step / 2 * 1.0001 and len(np.unique(tensor[name])) <= 15
        steps = np.abs(w).max(1, keepdims=True) / 7  # symmetric int4, each channel for itself
        wanted = np.rint(w / np.where(steps, steps, 1)) * steps
        assert np.abs(channel[name] - wanted).max() <= 1e-5 * np.abs(w).max(), name
        assert ((channel[name] - w) ** 2).sum() < ((tensor[name] - w) ** 2).sum()
    assert (channel["fc2.weight"][0] == 0).all() and (tensor["fc1.bias"] == 1).all()


(check if len(sys.argv) > 2 else write)(sys.argv[1])
