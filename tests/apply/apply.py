"""apply.py - an applied trial in numpy and in torch: codes times scales are the weights, and the weights give the accuracy."""
# SPDX-License-Identifier: GPL-3.0-or-later
import csv
import os
import sys

import h5py
import numpy

applied, weights, trials, trial, samples, networks = sys.argv[1:]
bits = {"int4": 4, "int8": 8, "uint4": 4}


def unpack(packed, count, width, signed):
    each = numpy.unpackbits(packed, bitorder="little")[: count * width].reshape(count, width)
    code = (each * (1 << numpy.arange(width))).sum(1)
    return numpy.where(code >= 1 << width - 1, code - (1 << width), code) if signed else code


with h5py.File(applied) as file:
    layers = file["quantization"]
    assert file.attrs["halfstep_trial"].startswith(trial), file.attrs["halfstep_trial"]
    assert len(layers) == 8, list(layers)
    for place, layer in layers.items():
        site, value = layer["weight"], file["network"][place]["weight"][()]
        code, scale, zero = (site[k][()] for k in ("codes", "scale", "zero_point"))
        form = site.attrs["format"]
        assert file["network"][place].attrs["name"] == layer.attrs["name"]
        assert code.shape == value.shape and code.dtype.itemsize == 1, (code.shape, code.dtype)
        assert len(scale) == (len(value) if site.attrs["granularity"] == "channel" else 1), site.attrs["granularity"]
        part = (-1,) + (1,) * (value.ndim - 1)
        again = scale.reshape(part) * (code.astype("f4") - zero.reshape(part))
        assert (again == value).all(), f"{layer.attrs['name']}: {abs(again - value).max()}"
        if bits[form] < 8:
            same = unpack(site["packed"][()], code.size, bits[form], form.startswith("int"))
            assert (same == code.reshape(-1)).all(), layer.attrs["name"]

try:
    import torch
except ImportError:
    print("SKIPPED apply/torch: no torch")
    sys.exit(0)
sys.path.insert(0, networks)
import models  # noqa: E402

model = models.CNN().eval()
for name, value in numpy.load(weights).items():
    module, parameter = name.rsplit(".", 1)
    module = model.get_submodule(module)
    if getattr(module, parameter) is None or parameter in dict(module.named_parameters()):
        setattr(module, parameter, torch.nn.Parameter(torch.from_numpy(value)))
    else:
        getattr(module, parameter).copy_(torch.from_numpy(value))
with h5py.File(os.path.join(networks, "fashion.h5")) as file:
    x = file["data/evaluation/inputs"]
    image = (x[: int(samples)].astype("f4") * x.attrs.get("scale", 1) - x.attrs.get("mean", 0)) / x.attrs.get("std", 1)
    label = file["data/evaluation/targets"][: int(samples)]
with torch.no_grad():
    right = (model(torch.from_numpy(image.astype("f4"))).argmax(1).numpy() == label.reshape(-1)).mean()
with open(trials) as file:
    row = next(r for r in csv.DictReader(file) if r["trial"].startswith(trial))
print(f"accuracy in torch {right}, in the table {row['accuracy']}, in float {row['accuracy_float']}")
assert abs(right - float(row["accuracy"])) < 1e-9
assert row["accuracy"] != row["accuracy_float"]
