"""writer.py - writes dumps of schema version 1 (doc/dump.md): a network, its data, recorded activations."""
# SPDX-License-Identifier: GPL-3.0-or-later
import contextlib
import os

import h5py
import numpy as np

from .terms import checked_task

CHUNK = 1 << 16  # bytes


class Dump:
    """One file. Nodes are written in execution order; `node` returns the reference that later nodes use as an input.

    Rows may be written at once (`split`, `activation`) or batch by batch (`append`), so that memory holds one batch.
    Two runs give the same bytes: HDF5 is asked to keep no times.
    """

    def __init__(self, path, name, source, task="none"):
        checked_task(task)
        self.file = h5py.File(path, "w")
        self.nodes = 0
        self.file.attrs["halfstep_dump"] = np.int64(1)
        for key, value in (("name", name), ("source", source), ("task", task)):
            self.file.attrs[key] = value

    def __enter__(self):
        return self

    def __exit__(self, kind, *failure):
        done = False
        try:
            if kind is None:
                self.file.flush()
                done = True
        finally:
            if done:
                self.file.close()
            else:
                self._abandon()

    def _abandon(self):
        """What the library could not write, to a full disk, it tries to write again when the program ends, and crashes:
        it is given a file in memory instead. The one on the disk is no dump any more."""
        with contextlib.suppress(Exception):
            if hasattr(os, "memfd_create"):
                memory = os.memfd_create("halfstep")
                os.dup2(memory, self.file.id.get_vfd_handle())
                os.close(memory)
            self.file.close()

    def network(self, layout="NCHW"):
        self.file.create_group("network").attrs["layout"] = layout
        self._texts(self.file["network"], "inputs", [])

    def port(self, name, shape, axes=None, dtype="float32"):
        """shape: with the samples' axis; -1 where a length varies. Returns the reference '@name'."""
        group = self.file.create_group(f"network/inputs/{name}")
        group.attrs["dtype"] = dtype
        group.attrs["shape"] = np.array(shape, np.int64)
        if axes:
            self._texts(group, "axes", axes)
        names = list(self.file["network"].attrs["inputs"]) + [name]
        self._texts(self.file["network"], "inputs", names)
        return "@" + name

    def node(self, name, op, inputs, attributes=None, parameters=None, shares=None):
        """attributes: integers, reals, texts or lists of the first two. parameters: name -> array, torch's layouts."""
        reference = f"n{self.nodes:04d}"
        self.nodes += 1
        group = self.file.create_group(f"network/{reference}")
        group.attrs["name"] = name
        group.attrs["op"] = op
        self._texts(group, "inputs", inputs)
        if shares:
            group.attrs["shares"] = shares
        for key, value in (attributes or {}).items():
            group.attrs[key] = value if isinstance(value, str) else _number(value)
        for key, value in (parameters or {}).items():
            self.tensor(f"network/{reference}/{key}", value)
        return reference

    def outputs(self, references):
        self._texts(self.file["network"], "outputs", references)

    def split(self, split, inputs, targets=None, mask=None, cluster=None, port=None, scale=None, mean=None, std=None):
        """Rows of data. value = (raw * scale - mean) / std, numbers or one a channel; integer ports take none."""
        base = f"data/{split}"
        data = self._dataset(f"{base}/inputs/{port}" if port else f"{base}/inputs", inputs, rows=True)
        for key, value in (("scale", scale), ("mean", mean), ("std", std)):
            if value is not None:
                data.attrs[key] = np.float64(value)
        for key, value in (("targets", targets), ("mask", mask), ("cluster", cluster)):
            if value is not None:
                self._dataset(f"{base}/{key}", value, rows=True)

    def activation(self, split, reference, value):
        """What a node gave for the first rows of a split."""
        self._dataset(f"activations/{split}/{reference}", value, rows=True)

    def append(self, path, rows):
        """Rows at the end of a dataset, which the first call makes. All rows have one shape."""
        rows = np.ascontiguousarray(_real(path, rows))
        if path not in self.file:
            row = max(1, rows[:1].nbytes)
            self.file.create_dataset(path, shape=(0,) + rows.shape[1:], maxshape=(None,) + rows.shape[1:],
                                     dtype=rows.dtype, chunks=(max(1, CHUNK // row),) + rows.shape[1:],
                                     compression="gzip", compression_opts=1, shuffle=True, track_times=False)
        data = self.file[path]
        if data.shape[1:] != rows.shape[1:]:
            raise ValueError(f"{path}: rows of {rows.shape[1:]} after rows of {data.shape[1:]}: pad them to one shape")
        if data.dtype != rows.dtype:
            raise ValueError(f"{path}: rows of {rows.dtype} after rows of {data.dtype}")
        begin = len(data)
        data.resize(begin + len(rows), axis=0)
        data[begin:] = rows

    def tensor(self, path, value):
        """An array as it is; `value` may be a pair (16-bit patterns, "bfloat16"), as HDF5 has no such type."""
        value, kind = value if isinstance(value, tuple) else (value, None)
        data = self._dataset(path, np.asarray(value))
        if kind:
            data.attrs["dtype"] = kind
        return data

    @staticmethod
    def _texts(group, name, texts):
        group.attrs.create(name, list(texts), shape=(len(texts),), dtype=h5py.string_dtype())

    def _dataset(self, path, value, rows=False):
        """Rows are packed in chunks of about 64 KiB; parameters, which do not shrink, and small data lie as they are."""
        value = _real(path, np.asarray(value))
        value = np.ascontiguousarray(value).reshape(value.shape)  # the former makes a scalar a vector
        options = {"track_times": False}
        if rows and value.nbytes > 1 << 14:
            chunk = max(1, min(len(value), CHUNK * len(value) // value.nbytes))
            options.update(chunks=(chunk,) + value.shape[1:], compression="gzip", compression_opts=9, shuffle=True)
        return self.file.create_dataset(path, data=value, **options)


def _real(path, value):
    if value.dtype.kind not in "biuf":
        raise ValueError(f"{path}: values of type {value.dtype}, not real numbers")
    return value


def _number(value):
    value = np.asarray(value)
    return value.astype(np.int64 if value.dtype.kind in "iub" else np.float64)
