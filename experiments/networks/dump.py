"""dump.py - writes dumps of schema version 1 (doc/dump.md): a network, its data, recorded activations."""
# SPDX-License-Identifier: GPL-3.0-or-later
import h5py
import numpy as np


class Dump:
    """One file. Nodes are written in execution order; `node` returns the reference that later nodes use as an input.

    Two runs give the same bytes: HDF5 is asked to keep no times.
    """

    def __init__(self, path, name, source, task="none"):
        self.file = h5py.File(path, "w")
        self.nodes = 0
        self.file.attrs["halfstep_dump"] = np.int64(1)
        for key, value in (("name", name), ("source", source), ("task", task)):
            self.file.attrs[key] = value

    def __enter__(self):
        return self

    def __exit__(self, *failure):
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
            self._dataset(f"network/{reference}/{key}", np.asarray(value))
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

    @staticmethod
    def _texts(group, name, texts):
        group.attrs.create(name, list(texts), shape=(len(texts),), dtype=h5py.string_dtype())

    def _dataset(self, path, value, rows=False):
        """Rows are packed in chunks of about 64 KiB; parameters, which do not shrink, and small data lie as they are."""
        value = np.ascontiguousarray(value)
        options = {"track_times": False}
        if rows and value.nbytes > 1 << 14:
            chunk = max(1, min(len(value), (1 << 16) * len(value) // value.nbytes))
            options.update(chunks=(chunk,) + value.shape[1:], compression="gzip", compression_opts=9, shuffle=True)
        return self.file.create_dataset(path, data=value, **options)


def _number(value):
    value = np.asarray(value)
    return value.astype(np.int64 if value.dtype.kind in "iub" else np.float64)
