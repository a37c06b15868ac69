"""torch_batches.py - what a loader gives, batch by batch: inputs by the names of forward's arguments, and what stands beside."""
# SPDX-License-Identifier: GPL-3.0-or-later
import inspect

import numpy as np
import torch

EXTRAS = ("targets", "labels", "mask", "cluster")  # what a batch that is a dict may hold beside the inputs
SHORT = (torch.float16, torch.bfloat16)


class Batches:
    """A loader, twice over: also of one that can be walked once, the first batch is given again to whoever begins anew."""

    def __init__(self, loader):
        try:
            self.rest = iter(loader)
        except TypeError as why:
            raise ValueError(f"the loader is of type {type(loader).__name__}, which gives no batches") from why
        try:
            self.first = next(self.rest)
        except StopIteration:
            raise ValueError("the loader gave no batch") from None

    def __iter__(self):
        """Once from the beginning to the end; before that as often as only the first batch was taken."""
        yield self.first
        self.first = None
        yield from self.rest


def arguments_of(model):
    """Of forward, by name: those that may be given by position."""
    return {k: p for k, p in inspect.signature(model.forward).parameters.items() if p.kind < p.VAR_POSITIONAL}


def batch_parts(batch, arguments):
    """(inputs by argument, {targets, mask, cluster}) of what a loader gave: a tensor, [inputs], (inputs, targets), or a
    dict by the names of forward's arguments. inputs: a tensor, or a tuple of them in forward's order."""
    if isinstance(batch, dict):
        inputs = {k: v for k, v in batch.items() if k in arguments}
        extras = {"targets" if k == "labels" else k: v for k, v in batch.items() if k not in arguments}
        unknown = set(extras) - set(EXTRAS)
        if unknown or not inputs:
            raise ValueError(f"a batch with {sorted(batch)}: forward takes {list(arguments)}; beside them may stand {EXTRAS}")
        inputs = {k: inputs[k] for k in arguments if k in inputs}
    else:
        extras = {}
        if isinstance(batch, (tuple, list)):
            if not 1 <= len(batch) <= 2:
                raise ValueError(f"a batch of {len(batch)} parts: give (inputs, targets), ((a, b), targets) or a dict")
            if len(batch) == 2:
                extras["targets"] = batch[1]
            batch = batch[0]
        given = batch if isinstance(batch, (tuple, list)) else (batch,)
        if len(given) > len(arguments):
            raise ValueError(f"a batch with {len(given)} inputs: forward takes {list(arguments)}")
        inputs = dict(zip(arguments, given))
    missing = [k for k, p in arguments.items() if p.default is p.empty and k not in inputs]
    if missing:
        raise ValueError(f"a batch with the inputs {list(inputs)}: forward takes {missing}, too")
    return ({k: _tensor(k, v) for k, v in inputs.items()},
            {k: _tensor(k, torch.as_tensor(v) if isinstance(v, (list, tuple)) else v) for k, v in extras.items()})


def _tensor(name, value):
    value = torch.from_numpy(value) if isinstance(value, np.ndarray) else value
    if not isinstance(value, torch.Tensor) or not value.ndim:
        what = "of no axes" if isinstance(value, torch.Tensor) else f"of type {type(value).__name__}"
        raise ValueError(f"a batch whose '{name}' is {what}: a tensor is expected, samples first")
    if value.layout != torch.strided or value.is_complex() or value.is_quantized:
        raise ValueError(f"a batch whose '{name}' is sparse, complex or quantized: a plain tensor is expected")
    return value


def rows_of(inputs, extras):
    """How many samples; all parts must have as many."""
    lengths = {k: len(v) for k, v in {**inputs, **extras}.items()}
    if len(set(lengths.values())) != 1:
        raise ValueError(f"a batch with other numbers of rows: {lengths}")
    if not lengths[next(iter(lengths))]:
        raise ValueError("a batch without rows")
    return next(iter(lengths.values()))


def shown(inputs):
    return ", ".join(f"{k} {tuple(x.shape)} {str(x.dtype).removeprefix('torch.')}" for k, x in inputs.items())
