"""torch_dump.py - dump(model, loader, path): one line from PyTorch to a dump, batch by batch."""
# SPDX-License-Identifier: GPL-3.0-or-later
import ctypes
import inspect
import os
import sys
from collections import namedtuple

import numpy as np
import torch

from .builder import Unsupported
from .torch_graph import Traced
from .writer import Dump

Written = namedtuple("Written", "graph samples recorded reason")
EXTRAS = ("targets", "labels", "mask", "cluster")  # what a batch that is a dict may hold beside the inputs


def batch_parts(batch, arguments):
    """(inputs by argument, {targets, mask, cluster}) of what a loader gave: a tensor, [inputs], (inputs, targets), or a
    dict by the names of forward's arguments. inputs: a tensor, or a tuple of them in forward's order."""
    if isinstance(batch, dict):
        inputs = {k: v for k, v in batch.items() if k in arguments}
        extras = {"targets" if k == "labels" else k: v for k, v in batch.items() if k not in arguments}
        unknown = set(extras) - set(EXTRAS)
        if unknown or not inputs:
            raise ValueError(f"a batch with {sorted(batch)}: forward takes {list(arguments)}; beside them may stand {EXTRAS}")
        return {k: inputs[k] for k in arguments if k in inputs}, extras
    extras = {}
    if isinstance(batch, (tuple, list)):
        if len(batch) > 2:
            raise ValueError(f"a batch of {len(batch)} parts: give (inputs, targets), ((a, b), targets) or a dict")
        if len(batch) == 2:
            extras["targets"] = batch[1]
        batch = batch[0]
    given = batch if isinstance(batch, (tuple, list)) else (batch,)
    return dict(zip(arguments, given)), extras


def dump(model, loader, path, *, name=None, source=None, task="none", split="evaluation", record=8, padding=None,
         strict=False):
    """Writes the network, all rows of the loader as /data/<split>, and what every node gave for the first `record` rows
    (None: all), by which `halfstep verify` proves the dump.

    padding: the name of a bool input that is true where a position is none; written inverted as the split's mask too.
    strict: an error where the graph cannot be written. Otherwise its weights (/weights/<name>) and, by hooks, the
    activations of its modules (/activations/<split>/<path>) for all rows are, and a line on stderr says why.

    Returns (graph: whether it was written, samples, recorded: rows with activations, reason: why not). Raises
    Unsupported (strict), ValueError for batches of other forms. On failure no file is left.
    """
    was, part = model.training, path + ".part"
    model.eval()
    about = dict(name=name or type(model).__name__, source=source or f"{type(model).__module__}.{type(model).__name__}",
                 task=task)
    try:
        with Dump(part, **about) as file:
            try:
                written = _stream(model, loader, file, split, record, padding, _graph)
            except Unsupported as why:
                if strict:
                    raise
                written = why
        if isinstance(written, Unsupported):
            print(f"halfstep_export: {path}: no graph, only weights and activations: {written}", file=sys.stderr)
            with Dump(part, **about) as file:
                for key, value in model.state_dict().items():
                    file.tensor(f"weights/{key}", pattern(value))
                result = _stream(model, loader, file, split, None, padding, _hooks)
            written = result._replace(graph=False, reason=str(written))
        os.replace(part, path)
        return written
    finally:
        model.train(was)
        if os.path.exists(part):
            os.remove(part)


def release():
    """Gives back to the system what the C library's allocator keeps of freed batches: between the small blocks of the file
    they would add up, batch by batch."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if os.name == "posix" else None
    if trim is not None:
        trim(0)


def pattern(tensor):
    """What Dump.tensor takes: numpy's array, or the bits of a bfloat16."""
    tensor = tensor.detach().cpu()
    if tensor.dtype == torch.bfloat16:
        return tensor.view(torch.int16).numpy().view(np.uint16), "bfloat16"
    return tensor.to(torch.uint8).numpy() if tensor.dtype == torch.bool else tensor.numpy()


def _graph(model, inputs, arguments, file):
    absent = {k: p.default for k, p in arguments.items() if k not in inputs and p.default is not p.empty}
    some = [x[:3] for x in inputs.values()]
    axes = {k: (k, list("NCHW") if x.ndim == 4 else None) for k, x in inputs.items()}
    return Traced(model, some, file, axes, absent).record


def _hooks(model, inputs, _arguments, _file):
    """Of modules without children: what they give, under their paths, a second call as 'path:1'."""
    leaves = [(path, m) for path, m in model.named_modules() if path and not list(m.children())]

    def run(samples, take):
        calls, hooks = {}, []

        def hook(path):
            def given(_module, _inputs, result):
                k = calls[path] = calls.get(path, -1) + 1
                result = result[0] if isinstance(result, (tuple, list)) else result
                if isinstance(result, torch.Tensor) and result.ndim and len(result) == len(samples[0]):
                    take(path if not k else f"{path}:{k}", result)
            return given

        for path, module in leaves:
            hooks.append(module.register_forward_hook(hook(path)))
        try:
            with torch.no_grad():
                model(**dict(zip(inputs, samples)))
        finally:
            for h in hooks:
                h.remove()
    return run


def _stream(model, loader, file, split, record, padding, prepare):
    arguments = {k: p for k, p in inspect.signature(model.forward).parameters.items() if p.kind < p.VAR_POSITIONAL}
    run, rows, recorded = None, 0, 0
    for batch in loader:
        inputs, extras = batch_parts(batch, arguments)
        run = run or prepare(model, inputs, arguments, file)
        lengths = {k: len(v) for k, v in {**inputs, **extras}.items()}
        if len(set(lengths.values())) != 1:
            raise ValueError(f"a batch with other numbers of rows: {lengths}")
        for k, x in inputs.items():
            file.append(f"data/{split}/inputs" + (f"/{k}" if len(inputs) > 1 else ""), pattern_rows(x))
        if padding:
            extras["mask"] = ~inputs[padding]
        for k, x in extras.items():
            file.append(f"data/{split}/{k}", pattern_rows(x))
        n = next(iter(lengths.values()))
        rows += n
        take = n if record is None else min(n, record - recorded)
        if take > 0:
            run([x[:take] for x in inputs.values()],
                lambda reference, x: file.append(f"activations/{split}/{reference}", pattern_rows(x)))
            recorded += take
        release()
    if run is None:
        raise ValueError("the loader gave no batch")
    return Written(True, rows, recorded, None)


def pattern_rows(x):
    x = torch.as_tensor(x).detach().cpu()
    return x.to(torch.uint8).numpy() if x.dtype == torch.bool else x.float().numpy() if x.dtype == torch.bfloat16 else x.numpy()
