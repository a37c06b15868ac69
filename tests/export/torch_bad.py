#!/usr/bin/python3
"""torch_bad.py - models and loaders that dump() must refuse by the cause, and those that it must take as they are (bad.sh)."""
# SPDX-License-Identifier: GPL-3.0-or-later
import contextlib
import io
import os
import re
import tempfile

import h5py
import numpy as np
import torch
from torch import nn

from halfstep_export import Unsupported, dump

torch.set_num_threads(1)
torch.manual_seed(3)
x = torch.randn(6, 4)
bad = 0


def network():
    return nn.Sequential(nn.Linear(4, 3), nn.ReLU())


class Branch(nn.Module):
    def __init__(self):
        super().__init__()
        self.one = nn.Linear(4, 3)

    def forward(self, x):
        return self.one(x) if x.sum() > 0 else -self.one(x)


class Pair(nn.Module):
    def __init__(self):
        super().__init__()
        self.one = nn.Linear(4, 3)

    def forward(self, a, b):
        return self.one(a) + self.one(b)


class Raises(nn.Module):
    def forward(self, x):
        raise KeyError("in the model's\nown code")


def broken():
    yield x
    raise OSError("the disk is gone")


def quiet(*args, **options):
    said = io.StringIO()
    with contextlib.redirect_stderr(said):
        return dump(*args, **options), said.getvalue()


def refused(kind, pattern, model, loader, path="new.h5", **options):
    global bad
    try:
        quiet(model, loader, path, **options)
        print(f"FAILED: took what should be refused by '{pattern}'")
        bad += 1
    except Exception as why:
        if not isinstance(why, kind) or not re.search(pattern, str(why)):
            print(f"FAILED: '{pattern}' was expected, not {type(why).__name__}: {why}")
            bad += 1
    left = [f for f in os.listdir() if f.startswith("new.h5")]
    for name in left:
        print(f"FAILED: '{pattern}' left {name} behind")
        bad += 1
        os.remove(name)


def refusals():
    refused(ValueError, "the loader gave no batch", network(), [])
    refused(ValueError, "the loader gave no batch", network(), iter(()))
    refused(ValueError, "the loader is of type NoneType", network(), None)
    refused(ValueError, "a batch without rows", network(), [x[:0]])
    refused(ValueError, r"rows of \(5,\) after rows of \(4,\): pad them", network(), [x, torch.randn(6, 5)])
    refused(ValueError, "rows of float64 after rows of float32", nn.ReLU(), [x, x.double()])
    refused(ValueError, r"a batch with \['input'\] and \[\] after one with \['input'\] and \['targets'\]", network(),
            [(x, torch.arange(6)), x])
    refused(ValueError, "'targets': 5", network(), [(x, torch.arange(5))])
    refused(ValueError, "'input' is of type float", network(), [[1.0, 2.0]])
    refused(ValueError, "'input' is of type str", network(), ["abc"])
    refused(ValueError, "sparse, complex or quantized", network(), [x.to_sparse()])
    refused(ValueError, r"inputs \['a'\]: forward takes \['b'\], too", Pair(), [x])
    refused(ValueError, r"a batch with 2 inputs: forward takes \['input'\]", network(), [((x, x), torch.arange(6))])
    refused(ValueError, "padding 'none' is no input of type bool", network(), [x], padding="none")
    refused(ValueError, "task 'classify'", network(), [x], task="classify")
    refused(ValueError, "split 'a/b'", network(), [x], split="a/b")
    refused(ValueError, "the model is of type int", 5, [x])
    refused(OSError, "the disk is gone", network(), broken())
    refused(OSError, "there is no folder 'nowhere'", network(), [x], "nowhere/new.h5")
    refused(RuntimeError, r"fails on a batch of x \(6, 4\) float32: KeyError: .*own code", Raises(), [x])
    refused(RuntimeError, r"fails on a batch of input \(6, 4\) float64: [^\n]*dtype[^\n]*$", network(), [x.double()])
    refused(Unsupported, "cannot be used as inputs to control flow", Branch(), [x], strict=True)
    refused(Unsupported, "does nothing to its inputs", nn.Identity(), [x], strict=True)
    refused(Unsupported, r"quantized \(Linear", torch.quantization.quantize_dynamic(network(), {nn.Linear}), [x])
    refused(Unsupported, "a ScriptModule", torch.jit.script(network()), [x])
    nan = network()
    nan[0].weight.data[1, 2] = float("nan")
    refused(Unsupported, r"0: weight: 1 of 12 values are NaN or infinite, the first at \[1, 2\]", nan, [x], strict=True)


def a_loader_that_can_be_walked_once_loses_no_batch():
    written, said = quiet(Branch(), (torch.full((2, 4), float(i)) for i in range(3)), "new.h5")
    assert not written.graph and written.samples == 6 and "control flow" in said, (written, said)
    with h5py.File("new.h5") as f:
        assert np.array_equal(f["data/evaluation/inputs"][:, 0], [0, 0, 1, 1, 2, 2])


def short_floats_are_run_in_float32():
    for kind in (torch.float16, torch.bfloat16):
        model = network().to(kind)
        _, said = quiet(model, [x.to(kind)], "new.h5", strict=True)
        with h5py.File("new.h5") as f:
            wanted = model.float()(x.to(kind).float()).detach().numpy()
            assert np.abs(f["activations/evaluation/n0001"] - wanted).max() < 1e-6 and "float32" in said, said


def modules_stay_as_they_were():
    model = nn.Sequential(nn.Linear(4, 3), nn.BatchNorm1d(3)).train()
    model[1].eval()
    quiet(model, [x.numpy()], "new.h5", strict=True)
    assert model.training and model[0].training and not model[1].training


with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    refusals()
    for check in (a_loader_that_can_be_walked_once_loses_no_batch, short_floats_are_run_in_float32, modules_stay_as_they_were):
        check()
    os.chdir("/")
raise SystemExit(bad)
