"""torch_dump.py - dump(model, loader, path): one line from PyTorch to a dump, batch by batch."""
# SPDX-License-Identifier: GPL-3.0-or-later
import contextlib
import copy
import ctypes
import os
import sys
from collections import namedtuple

import numpy as np
import torch

from .builder import Unsupported
from .files import whole
from .terms import checked_split, checked_task
from .torch_batches import SHORT, Batches, arguments_of, batch_parts, rows_of, shown
from .torch_graph import Traced
from .writer import Dump

Written = namedtuple("Written", "graph samples recorded reason")


def dump(model, loader, path, *, name=None, source=None, task="none", split="evaluation", record=8, padding=None,
         strict=False):
    """Writes the network, all rows of the loader as /data/<split>, and what every node gave for the first `record` rows
    (None: all), by which `halfstep verify` proves the dump.

    padding: the name of a bool input that is true where a position is none; written inverted as the split's mask too.
    strict: an error where the graph cannot be written. Otherwise its weights (/weights/<name>) and, by hooks, the
    activations of its modules (/activations/<split>/<path>) for all rows are, and a line on stderr says why.

    A model in float16 or bfloat16 is run in float32, as halfstep runs it, on the values that its weights have.

    Returns (graph: whether it was written, samples, recorded: rows with activations, reason: why not). Raises Unsupported
    (strict; of models that torch has quantized or compiled always), ValueError for batches of other forms, RuntimeError
    where the model itself fails. On failure no file is left.
    """
    _readable(model)
    checked_split(split), checked_task(task)
    about = dict(name=name or type(model).__name__, source=source or f"{type(model).__module__}.{type(model).__name__}",
                 task=task)
    batches = Batches(loader)
    with whole(path) as part, _evaluating(_in_float32(model, path)) as model:
        with Dump(part, **about) as file:
            try:
                written = _stream(model, batches, file, split, record, padding, _graph)
            except Unsupported as why:
                if strict:
                    raise
                written = why
        if isinstance(written, Unsupported):
            print(f"halfstep_export: {path}: no graph, only weights and activations: {written}", file=sys.stderr)
            with Dump(part, **about) as file:
                for key, value in model.state_dict().items():
                    if isinstance(value, torch.Tensor):
                        file.tensor(f"weights/{key}", pattern(value))
                result = _stream(model, batches, file, split, None, padding, _hooks)
            written = result._replace(graph=False, reason=str(written))
    return written


def _readable(model):
    """What has no weights that are floats, or no steps to trace, is refused by name."""
    if not isinstance(model, torch.nn.Module):
        raise ValueError(f"the model is of type {type(model).__name__}, not a torch.nn.Module")
    if isinstance(model, torch.jit.ScriptModule):
        raise Unsupported("a ScriptModule: give the module that it was made from")
    integers = sorted({type(m).__name__ for m in model.modules() if ".quantized" in type(m).__module__})
    if integers:
        raise Unsupported(f"a model that torch has quantized ({', '.join(integers)}): give the one before, in floats")


def _in_float32(model, path):
    """CPUs lack half of the operators in float16, and round after each; the values of such weights are float32's, too."""
    tensors = [*model.parameters(), *model.buffers()]
    if not any(t.dtype in SHORT for t in tensors):
        return model
    print(f"halfstep_export: {path}: a model in {next(str(t.dtype) for t in tensors if t.dtype in SHORT).removeprefix('torch.')}, "
          "run and written in float32", file=sys.stderr)
    return copy.deepcopy(model).float()


@contextlib.contextmanager
def _evaluating(model):
    """Batch norms and dropout as in use; afterwards each module as it was, for parts may be frozen."""
    was = [(m, m.training) for m in model.modules()]
    try:
        yield model.eval()
    finally:
        for module, training in was:
            module.training = training


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


@contextlib.contextmanager
def _running(inputs):
    """What torch says of a failure, in one line, with the batch; torch.fx adds a traceback without frames."""
    try:
        yield
    except (Unsupported, ValueError, OSError):
        raise
    except Exception as why:  # whatever the model's code raises
        said = " ".join(str(why).partition("\n\nWhile executing")[0].split())
        raise RuntimeError(f"the model fails on a batch of {shown(inputs)}: {type(why).__name__}: {said}") from why


def _stream(model, batches, file, split, record, padding, prepare):
    arguments = arguments_of(model)
    run, parts, rows, recorded = None, None, 0, 0
    for batch in batches:
        inputs, extras = batch_parts(batch, arguments)
        n = rows_of(inputs, extras)
        parts = parts or (list(inputs), sorted(extras))
        if parts != (list(inputs), sorted(extras)):
            raise ValueError(f"a batch with {list(inputs)} and {sorted(extras)} after one with {parts[0]} and {parts[1]}")
        if padding and (padding not in inputs or inputs[padding].dtype != torch.bool):
            raise ValueError(f"padding '{padding}' is no input of type bool; the inputs are {shown(inputs)}")
        floats = {k: x.float() if x.dtype in SHORT else x for k, x in inputs.items()}
        with _running(inputs):
            run = run or prepare(model, floats, arguments, file)
        for k, x in inputs.items():
            file.append(f"data/{split}/inputs" + (f"/{k}" if len(inputs) > 1 else ""), pattern_rows(x))
        if padding:
            extras["mask"] = ~inputs[padding]
        for k, x in extras.items():
            file.append(f"data/{split}/{k}", pattern_rows(x))
        rows += n
        take = n if record is None else min(n, record - recorded)
        if take > 0:
            with _running(inputs):
                run([x[:take] for x in floats.values()],
                    lambda reference, x: file.append(f"activations/{split}/{reference}", pattern_rows(x)))
            recorded += take
        release()
    return Written(True, rows, recorded, None)


def pattern_rows(x):
    x = torch.as_tensor(x).detach().cpu()
    return x.to(torch.uint8).numpy() if x.dtype == torch.bool else x.float().numpy() if x.dtype == torch.bfloat16 else x.numpy()
