"""back.py - the way back: weights of a dump, rounded as halfstep chooses, as an .npz of float32 under torch's names."""
# SPDX-License-Identifier: GPL-3.0-or-later
import json
import math
import os
import re
import shutil
import subprocess
import tempfile
import zipfile

import h5py
import numpy as np

from .builder import Unsupported

NORMS = {"gamma": "weight", "beta": "bias", "mean": "running_mean", "variance": "running_var"}
WEIGHTS = ("weight", "recurrent_weight")


def tensors(file):
    """(name as in a state dict, path, whether it is rounded) of every parameter of a dump, or of bare tensors."""
    found = []
    for group in sorted(g for g in file.get("network", {}) if re.fullmatch(r"n\d+", g)):
        node = file["network"][group]
        for key, data in node.items():
            if isinstance(data, h5py.Dataset):
                name = f"{node.attrs.get('name', group)}.{NORMS.get(key, key)}"
                found.append((name, data.name, key in WEIGHTS))
    for base in ("weights", "tensors"):
        def take(name, data):
            if isinstance(data, h5py.Dataset):
                found.append((name, data.name, data.ndim > 1))
        if base in file:
            file[base].visititems(take)
    return found


def floats(data):
    bits = data[()]
    if data.attrs.get("dtype") == "bfloat16":
        return (bits.astype(np.uint32) << 16).view(np.float32)
    return np.asarray(bits, np.float32)


def limits(format_, affine):
    kind, bits = re.fullmatch(r"(u?int)(\d+)", format_).groups()
    bits = int(bits)
    if kind == "uint":
        return 0, 2 ** bits - 1
    top = 2 ** (bits - 1) - 1
    return (-top - 1 if affine else -top), top


def rounded(x, scale, zero, low, high):
    """Half to even, in the grid's own float32 arithmetic."""
    scale = np.float32(scale)
    if not scale:
        return np.zeros_like(x)
    codes = np.clip(np.rint(x / scale) + np.float32(zero), low, high)
    return ((codes - np.float32(zero)) * scale).astype(np.float32)


def chosen(path, datasets, format_, strategy, affine, halfstep):
    """What `halfstep calibrate` chooses for each dataset: path -> its row."""
    found = {}
    for begin in range(0, len(datasets), 500):
        command = [halfstep, "calibrate", "-j", "1", "-f", format_, "-s", strategy, "--output", "json"]
        done = subprocess.run(command + ["--affine"] * affine + [path] + [_quoted(d) for d in datasets[begin:begin + 500]],
                              capture_output=True, text=True, check=False)
        if done.returncode:
            raise Unsupported(done.stderr.strip())
        found.update((row["tensor"], row) for row in json.loads(done.stdout))
    return found


def _quoted(path):
    return re.sub(r"[*?]", "?", path)


def _channels(file, names, folder):
    """Each channel of each weight as a dataset of its own; calibrating them is calibrating by channel."""
    path = os.path.join(folder, "channels.h5")
    with h5py.File(path, "w") as to:
        for i, (_, source, _) in enumerate(names):
            for c, row in enumerate(floats(file[source])):
                to[f"w{i}/c{c}"] = np.atleast_1d(row)
    return path


def back(source, target, format_="int8", strategy="minmax", channel=False, affine=False, halfstep=None):
    """Writes every weight of the dump, dequantized, and all other parameters as they are. Returns how many of each."""
    halfstep = halfstep or os.environ.get("HALFSTEP") or shutil.which("halfstep")
    if not re.fullmatch(r"u?int([2-9]|1[0-6])", format_):
        raise Unsupported(f"format {format_}: int2 to int16, uint2 to uint16")
    if not halfstep:
        raise Unsupported("the program halfstep is not in the PATH: it chooses the scales")
    low, high = limits(format_, affine)
    with h5py.File(source, "r") as file, tempfile.TemporaryDirectory() as folder, \
            zipfile.ZipFile(target, "w", allowZip64=True) as archive:
        names = tensors(file)
        if "quantization" in file:  # written by `halfstep apply`: its weights are rounded already
            names = [(name, path, False) for name, path, _ in names]
        quantized = [n for n in names if n[2]]
        if channel:
            other = _channels(file, quantized, folder)
            wanted = [f"/w{i}/c{c}" for i, n in enumerate(quantized) for c in range(len(file[n[1]]))]
        else:
            other, wanted = source, [n[1] for n in quantized]
        rows = chosen(other, wanted, format_, strategy, affine, halfstep) if wanted else {}
        for name, path, is_weight in names:
            value = floats(file[path])
            if is_weight:
                i = [n[1] for n in quantized].index(path)
                keys = [f"/w{i}/c{c}" for c in range(len(value))] if channel else [path]
                parts = value if channel else [value]
                value = np.stack([_checked(x, rows[k], low, high, path) for x, k in zip(parts, keys)])
                value = value if channel else value[0]
            with archive.open(name + ".npy", "w", force_zip64=True) as member:
                np.lib.format.write_array(member, np.ascontiguousarray(value).reshape(value.shape))
        return len(quantized), len(names) - len(quantized)


def _checked(x, row, low, high, path):
    """The rounded values; their error must be the one that halfstep found, or the two do not speak of one grid."""
    y = rounded(x, row["scale"], row["zero_point"], low, high)
    error = float(((x.astype(np.float64) - y) ** 2).sum())
    if not math.isclose(error, row["squared_error"], rel_tol=1e-3, abs_tol=1e-12 * max(1.0, float((x ** 2).sum()))):
        raise Unsupported(f"{path}: squared error {error:.9g}, but halfstep found {row['squared_error']:.9g}")
    return y
