"""onnx_dump.py - an ONNX model and its data as a dump."""
# SPDX-License-Identifier: GPL-3.0-or-later
import contextlib
import json
import os
import sys
import warnings

import numpy as np
import onnx

from .arrays import Npz
from .builder import Unsupported, Value
from .files import final, whole
from .onnx_graph import Graph
from .terms import checked_split
from .writer import Dump

EXTRAS = {"targets": "targets", "labels": "targets", "y": "targets", "mask": "mask", "cluster": "cluster"}


def dump(model, data, path, name=None, task="none", split="evaluation"):
    """model: an .onnx file. data: an .npz file with an array for each input, by its name (or one array for the only
    input); arrays named as tensors of the graph (outputs, say) are recordings for `halfstep verify`; targets, labels,
    y, mask and cluster are what doc/dump.md says. Raises Unsupported. Returns the number of samples."""
    checked_split(split)
    loaded = load(model)
    samples = 0
    with contextlib.ExitStack() as stack:
        file = stack.enter_context(Dump(path, name or loaded.graph.name or "model", f"ONNX: {model}", task))
        graph = Graph(loaded, file)
        graph.write()
        if data:
            samples = _data(graph, stack.enter_context(Npz(data)), file, split)
    if graph.quantized or graph.sites:
        said = f"{len(graph.quantized)} tensors are quantized by the model; the dump is of the network without, for halfstep to quantize"
        if graph.sites:
            beside = given(path)
            with whole(beside) as part, open(part, "w") as table:
                json.dump(dict(halfstep_given=1, sites=graph.sites), table, indent=1)
            said += f"; the scales of {len(graph.sites)} sites are in {os.path.basename(beside)}, for strategy given"
        print(f"halfstep-export: {model}: {said}", file=sys.stderr)
    return samples


def load(path):
    """The model. protobuf takes any empty file for one, and warns of what is none before it fails."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return onnx.load(path)
    except OSError:  # also of a file beside it that holds the weights
        raise
    except Exception as why:
        raise Unsupported(f"{path}: not an ONNX model: {why}") from why


def given(path):
    """net.h5 (or its name on the way there) -> net.given.json"""
    return os.path.splitext(final(path))[0] + ".given.json"


def _data(graph, arrays, file, split):
    inputs = {p: p for p in graph.ports if p in arrays.names}
    others = [n for n in arrays.names if n not in inputs]
    if not inputs and len(graph.ports) == 1:
        free = [n for n in others if n not in EXTRAS and n not in graph.values]
        inputs = {graph.ports[0]: free[0]} if len(free) == 1 else {}
    missing = [p for p in graph.ports if p not in inputs]
    if missing:
        raise Unsupported(f"{arrays.path}: no array for the inputs {missing}; there are {arrays.names}")
    lengths = {n: arrays.shape(n)[0][:1] for n in arrays.names}
    samples = lengths[next(iter(inputs.values()))]
    beside = [n for n in others if n in EXTRAS and not isinstance(graph.values.get(n), Value)]
    if any(lengths[n] != samples for n in [*inputs.values(), *beside]):
        raise Unsupported(f"{arrays.path}: other numbers of samples: {lengths}")
    if samples == (0,):
        raise Unsupported(f"{arrays.path}: no samples")
    for port, array in inputs.items():
        expected, got = graph.values[port].shape[1:], arrays.shape(array)[0][1:]
        if expected != got:
            raise Unsupported(f"{arrays.path}: '{array}' has samples of {got}, but input '{port}' is of {expected}")
        _copy(arrays, array, file, f"data/{split}/inputs" + (f"/{port}" if len(graph.ports) > 1 else ""))
    for array in others:
        value = graph.values.get(array)
        if array in EXTRAS and not isinstance(value, Value):
            _copy(arrays, array, file, f"data/{split}/{EXTRAS[array]}")
        elif isinstance(value, Value) and lengths[array] > samples:
            raise Unsupported(f"{arrays.path}: '{array}' is a recording of more samples than there are: {lengths}")
        elif isinstance(value, Value) and array not in graph.partial and f"activations/{split}/{value.reference}" not in file.file:
            _copy(arrays, array, file, f"activations/{split}/{value.reference}")
        elif array not in inputs.values():
            raise Unsupported(f"{arrays.path}: '{array}' is no input and no tensor of the graph")
    return int(np.prod(samples))


def _copy(arrays, name, file, to):
    for rows in arrays.rows(name):
        file.append(to, rows.astype(np.uint8) if rows.dtype.kind == "b" else rows)
