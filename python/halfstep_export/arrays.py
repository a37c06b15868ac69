"""arrays.py - arrays of .npz and .safetensors files, read piece by piece."""
# SPDX-License-Identifier: GPL-3.0-or-later
import contextlib
import json
import struct
import zipfile
import zlib

import numpy as np

from .builder import Unsupported

BYTES = 1 << 22  # about how much of an array is in memory


@contextlib.contextmanager
def reading(what):
    """Says of which file, and which array, something is wrong. RuntimeError: archives with passwords."""
    try:
        yield
    except (ValueError, TypeError, KeyError, EOFError, RuntimeError, zlib.error, struct.error, zipfile.BadZipFile) as why:
        raise Unsupported(f"{what}: {' '.join(str(why).split()) or type(why).__name__}") from why


class Npz:
    """An .npz file: names, and rows of each array as they come out of the archive."""

    def __init__(self, path):
        with reading(path):
            self.path, self.zip = path, zipfile.ZipFile(path)
        self.names = [n[:-4] for n in self.zip.namelist() if n.endswith(".npy")]

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        self.zip.close()

    def _open(self, name):
        header = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}
        with reading(f"{self.path}: {name}"):
            member = self.zip.open(name + ".npy")
            version = np.lib.format.read_magic(member)
            if version not in header:
                raise ValueError(f"version {version} of the .npy format")
            shape, fortran, dtype = header[version](member)
            if dtype.hasobject:
                raise ValueError("Python objects, not numbers")
            if dtype.kind not in "biuf":
                raise ValueError(f"values of type {dtype}, not real numbers")
        return member, shape, fortran, dtype

    def shape(self, name):
        member, shape, _, dtype = self._open(name)
        member.close()
        return shape, dtype

    def array(self, name):
        member, shape, fortran, dtype = self._open(name)
        with member, reading(f"{self.path}: {name}"):
            return np.frombuffer(member.read(), dtype).reshape(shape, order="F" if fortran else "C")

    def rows(self, name):
        """Pieces of a few megabytes, along the first axis."""
        member, shape, fortran, dtype = self._open(name)
        with member:
            if fortran or not shape:  # rows do not lie together
                yield np.atleast_1d(self._values(name, member, -1, dtype, shape, "F"))
                return
            row = int(np.prod(shape[1:])) * dtype.itemsize
            step = max(1, BYTES // max(1, row))
            for begin in range(0, shape[0], step):
                n = min(step, shape[0] - begin)
                yield self._values(name, member, n * row, dtype, (n,) + shape[1:], "C")

    def _values(self, name, member, size, dtype, shape, order):
        with reading(f"{self.path}: {name}"):
            values = np.frombuffer(member.read(size), dtype)
            if values.size != np.prod(shape):
                raise ValueError("fewer values than its shape says")
            return values.reshape(shape, order=order)


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
    if not isinstance(header, dict):
        raise Unsupported(f"{path}: not a safetensors file: its header is no JSON object")
    for name, about in header.items():
        if name == "__metadata__":
            continue
        with reading(f"{path}: {name}: not as safetensors say it"):
            kind, shape, (begin, stop) = about["dtype"], tuple(about["shape"]), about["data_offsets"]
            if any(type(n) is not int or n < 0 for n in (*shape, begin, stop)):
                raise ValueError(f"shape {shape}, offsets {begin} and {stop}")
        if kind not in SAFE:
            raise Unsupported(f"{path}: {name}: type {kind}; known are {', '.join(SAFE)}")
        dtype, count = np.dtype(SAFE[kind]), int(np.prod(shape, dtype=object))
        if not 0 <= begin <= stop <= end or stop - begin != count * dtype.itemsize:
            raise Unsupported(f"{path}: {name}: {shape} of {kind} do not lie at {begin} to {stop} of {end} bytes")
        value = (np.memmap(path, dtype, "r", 8 + size + begin, shape or (1,)).reshape(shape) if count
                 else np.zeros(shape, dtype))
        yield name, (value, "bfloat16") if kind == "BF16" else value


@contextlib.contextmanager
def naming(path, name):
    """Names of arrays are paths of datasets; HDF5 says only that it cannot make one, or that there is one."""
    try:
        yield
    except (ValueError, RuntimeError, TypeError) as why:
        raise Unsupported(f"{path}: '{name}' cannot name a dataset: {why}") from why


def _bare_npz(path, dump):
    with Npz(path) as file:
        for name in file.names:
            shape, dtype = file.shape(name)
            kind = np.dtype("u1") if dtype.kind == "b" else dtype
            with naming(path, name):
                data = dump.file.create_dataset(f"tensors/{name}", shape=shape, dtype=kind, track_times=False)
            begin = 0
            for rows in file.rows(name):
                if shape:
                    data[begin:begin + len(rows)] = rows
                else:
                    data[()] = rows[0]
                begin += len(rows)
        return len(file.names)


def bare(path, dump):
    """Each array of an .npz or .safetensors file as /tensors/<name>. Returns how many."""
    count = 0
    if path.lower().endswith(".npz"):
        count = _bare_npz(path, dump)
    else:
        for name, value in safetensors(path):
            with naming(path, name):
                dump.tensor(f"tensors/{name}", value)
            count += 1
    if not count:
        raise Unsupported(f"{path}: holds no array")
    return count
