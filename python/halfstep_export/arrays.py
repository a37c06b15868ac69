"""arrays.py - arrays of .npz and .safetensors files, read piece by piece."""
# SPDX-License-Identifier: GPL-3.0-or-later
import json
import struct
import zipfile

import numpy as np

from .builder import Unsupported

BYTES = 1 << 22  # about how much of an array is in memory


class Npz:
    """An .npz file: names, and rows of each array as they come out of the archive."""

    def __init__(self, path):
        self.path, self.zip = path, zipfile.ZipFile(path)
        self.names = [n[:-4] for n in self.zip.namelist() if n.endswith(".npy")]

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        self.zip.close()

    def _open(self, name):
        member = self.zip.open(name + ".npy")
        version = np.lib.format.read_magic(member)
        header = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}
        if version not in header:
            raise Unsupported(f"{self.path}: {name}: version {version} of the .npy format")
        shape, fortran, dtype = header[version](member)
        if dtype.hasobject:
            raise Unsupported(f"{self.path}: {name}: Python objects, not numbers")
        return member, shape, fortran, dtype

    def shape(self, name):
        member, shape, _, dtype = self._open(name)
        member.close()
        return shape, dtype

    def array(self, name):
        member, shape, fortran, dtype = self._open(name)
        with member:
            flat = np.frombuffer(member.read(), dtype)
        return flat.reshape(shape, order="F" if fortran else "C")

    def rows(self, name):
        """Pieces of a few megabytes, along the first axis."""
        member, shape, fortran, dtype = self._open(name)
        with member:
            if fortran or not shape:  # rows do not lie together
                yield np.atleast_1d(np.frombuffer(member.read(), dtype).reshape(shape, order="F"))
                return
            row = int(np.prod(shape[1:])) * dtype.itemsize
            step = max(1, BYTES // max(1, row))
            for begin in range(0, shape[0], step):
                n = min(step, shape[0] - begin)
                yield np.frombuffer(member.read(n * row), dtype).reshape((n,) + shape[1:])


# https://github.com/huggingface/safetensors#format: 8 bytes of length, JSON, data
SAFE = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "BF16": "<u2", "I64": "<i8", "I32": "<i4", "I16": "<i2", "I8": "i1",
        "U64": "<u8", "U32": "<u4", "U16": "<u2", "U8": "u1", "BOOL": "u1"}


def safetensors(path):
    """(name, array or (bits, "bfloat16")) of each tensor, mapped, not read."""
    with open(path, "rb") as file:
        head = file.read(8)
        size = struct.unpack("<Q", head)[0] if len(head) == 8 else 0
        file.seek(0, 2)
        end = file.tell() - 8 - size
        if not 2 <= size <= 100_000_000 or end < 0:
            raise Unsupported(f"{path}: not a safetensors file")
        file.seek(8)
        try:
            header = json.loads(file.read(size))
        except ValueError as why:
            raise Unsupported(f"{path}: not a safetensors file: {why}") from why
    for name, about in header.items():
        if name == "__metadata__":
            continue
        kind, shape, (begin, stop) = about["dtype"], tuple(about["shape"]), about["data_offsets"]
        if kind not in SAFE:
            raise Unsupported(f"{path}: {name}: type {kind}; known are {', '.join(SAFE)}")
        dtype, count = np.dtype(SAFE[kind]), int(np.prod(shape, dtype=object))
        if not 0 <= begin <= stop <= end or stop - begin != count * dtype.itemsize:
            raise Unsupported(f"{path}: {name}: {shape} of {kind} do not lie at {begin} to {stop} of {end} bytes")
        value = (np.memmap(path, dtype, "r", 8 + size + begin, shape or (1,)).reshape(shape) if count
                 else np.zeros(shape, dtype))
        yield name, (value, "bfloat16") if kind == "BF16" else value


def bare(path, dump):
    """Each array of an .npz or .safetensors file as /tensors/<name>. Returns how many."""
    count = 0
    if path.endswith(".npz"):
        with Npz(path) as file:
            for name in file.names:
                shape, dtype = file.shape(name)
                if dtype.kind not in "iufb":
                    raise Unsupported(f"{path}: {name}: {dtype}, not real numbers")
                kind = np.dtype("u1") if dtype.kind == "b" else dtype
                data = dump.file.create_dataset(f"tensors/{name}", shape=shape, dtype=kind, track_times=False)
                begin = 0
                for rows in file.rows(name):
                    if shape:
                        data[begin:begin + len(rows)] = rows
                    else:
                        data[()] = rows[0]
                    begin += len(rows)
                count += 1
        return count
    for name, value in safetensors(path):
        dump.tensor(f"tensors/{name}", value)
        count += 1
    return count
