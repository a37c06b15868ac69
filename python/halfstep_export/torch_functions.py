"""torch_functions.py - torch's functions and methods as nodes. To add one, add a row to a table.

A row is a function (builder, name, arguments of the call) that returns a Value; builder.result is what torch gave.
"""
# SPDX-License-Identifier: GPL-3.0-or-later
import operator

import numpy as np
import torch
import torch.nn.functional as F

from . import torch_modules as modules
from .builder import Unsupported, Value
from .torch_modules import array


def operand(x):
    return x if isinstance(x, Value) else array(x) if isinstance(x, torch.Tensor) else x


def binary(op):
    def row(b, name, x, y, alpha=1, out=None):
        if alpha != 1 or out is not None:
            raise Unsupported(f"'{op}' with a factor or an output of its own")
        for value, table in ((x, y), (y, x)):
            if op == "add" and isinstance(value, Value) and getattr(table, "learned", False):
                return b.position(name, value, array(table))
        return b.binary(name, op, operand(x), operand(y))
    return row


def unary(op, **attributes):
    return lambda b, name, x, *_a, **_k: b.unary(name, op, x, **attributes)


def same(_b, _name, x, *_a, **_k):
    return x


def reshaped(b, name, x, *_a, **_k):
    return b.reshape(name, x, b.result.shape)


def expanded(b, name, x, *_a, **_k):
    if tuple(b.result.shape) != x.shape:
        raise Unsupported(f"expand from {x.shape} to {tuple(b.result.shape)}")
    return x


def permuted(b, name, x, *order, dims=None):
    order = dims if dims is not None else order[0] if len(order) == 1 and not isinstance(order[0], int) else order
    return b.permute(name, x, order)


def transposed(b, name, x, i, j):
    order = list(range(x.rank))
    order[i], order[j] = order[j], order[i]
    return b.permute(name, x, order)


def mean(b, name, x, dim=None, keepdim=False, dtype=None):
    if dim is None:
        raise Unsupported("a mean over everything")
    return b.mean(name, x, modules.listed(dim, 1), keepdim)


def total(b, name, x, dim=None, keepdim=False, dtype=None):
    if dim is None:
        raise Unsupported("a sum over everything")
    axes = modules.listed(dim, 1)
    return b.affine(name, b.mean(f"{name}.mean", x, axes, keepdim), np.prod([x.shape[a] for a in axes]))


def concat(b, name, parts, axis=0, dim=None):
    return b.concat(name, list(parts), axis if dim is None else dim)


def stack(b, name, parts, dim=0):
    dim %= parts[0].rank + 1
    return b.concat(name, [b.reshape(f"{name}.part", p, p.shape[:dim] + (1,) + p.shape[dim:]) for p in parts], dim)


def chunks(b, name, x, _size, dim=0, axis=None):
    """split and chunk: what torch gave tells the sizes."""
    dim, found, begin = dim if axis is None else axis, [], 0
    for part in b.result:
        end = begin + part.shape[dim]
        found.append(b.slice(name, x, dim, begin, end))
        begin = end
    return tuple(found)


def index(b, name, x, where):
    return x[where] if isinstance(x, tuple) else b.index(name, x, where)


def power(b, name, x, exponent):
    row = {2: ["square"], 0.5: ["sqrt"], -1: ["reciprocal"], -0.5: ["sqrt", "reciprocal"], 1: []}.get(exponent)
    if row is None:
        raise Unsupported(f"a power of {exponent}")
    for op in row:
        x = b.unary(name, op, x)
    return x


def inverted(b, name, mask):
    if mask.kind != "bool":
        raise Unsupported("'not' of numbers")
    return b.affine(name, mask, -1, 1, kind="bool")


def converted(_b, _name, x, *to, dtype=None, **_k):
    kinds = [t for t in list(to) + [dtype] if isinstance(t, torch.dtype)]
    if any(not k.is_floating_point for k in kinds) and x.kind == "float":
        raise Unsupported(f"a conversion to {kinds[0]}")
    return Value(x.reference, x.shape, "float") if x.kind == "bool" and kinds else x


def masked_fill(b, name, x, mask, value):
    return b.masked(name, x, operand(mask), float(value))


def where(b, name, mask, x, y):
    """where(mask, x, a number)"""
    if not isinstance(x, Value) or isinstance(y, Value) or np.ndim(operand(y)):
        raise Unsupported("where(mask, a, b) other than with a number for b")
    mask = inverted(b, f"{name}.not", mask) if isinstance(mask, Value) else ~mask
    return b.masked(name, x, operand(mask), float(y))


def clipped(b, name, x, min=None, max=None):
    limits = {key: float(v) for key, v in (("min", min), ("max", max)) if v is not None}
    return b.emit(name, "clip", [x], x.shape, limits)


def softmax(b, name, x, dim=None, dtype=None, **_k):
    if dim is None:
        raise Unsupported("softmax without an axis")
    return b.unary(name, "softmax", x, axis=dim)


def pooled(op, describe, axes):
    def row(b, name, x, *a, **k):
        attributes, _ = describe(*a, **k, axes=axes)
        return b.emit(name, f"{op}{axes}d", [x], b.result.shape, attributes)
    return row


def adaptive(kind):
    def row(b, name, x, output_size, return_indices=False):
        if return_indices:
            raise Unsupported("pooling with indices")
        op, attributes = modules.adaptive(kind, x, b.result.shape)
        return b.emit(name, op, [x], b.result.shape, attributes)
    return row


def transposed_conv(axes):
    def row(b, name, x, weight, bias=None, stride=1, padding=0, output_padding=0, groups=1, dilation=1):
        parameters = dict(weight=array(weight))
        if bias is not None:
            parameters.update(bias=array(bias))
        attributes = modules.transposed_attributes(axes, stride, padding, output_padding, groups, dilation)
        return b.emit(name, f"conv_transpose{axes}d", [x], b.result.shape, attributes, parameters, key=id(weight))
    return row


def linear(b, name, x, weight, bias=None):
    return b.linear(name, x, array(weight), array(bias), key=id(weight))


def convolved(axes):
    def row(b, name, x, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
        parameters = dict(weight=array(weight))
        if bias is not None:
            parameters.update(bias=array(bias))
        attributes = modules.conv_attributes(axes, weight.shape[2:], stride, padding, dilation, groups)
        return b.emit(name, f"conv{axes}d", [x], b.result.shape, attributes, parameters, key=id(weight))
    return row


def layer_normed(b, name, x, shape, weight=None, bias=None, eps=1e-5):
    parameters = {k: array(v) for k, v in (("gamma", weight), ("beta", bias)) if v is not None}
    return b.emit(name, "layer_norm", [x], x.shape, dict(epsilon=eps, axes=len(shape)), parameters)


def embedded(b, name, ids, weight, *_a, **_k):
    return b.emit(name, "embedding", [ids], b.result.shape, None, dict(weight=array(weight)), key=id(weight))


def interpolated(b, name, x, size=None, scale_factor=None, mode="nearest", align_corners=None, **_k):
    return modules.resized(b, name, x, mode, align_corners)


def padded(b, name, x, pad, mode="constant", value=None):
    if mode != "constant" or len(pad) not in (2, 4) or x.rank != 2 + len(pad) // 2:
        raise Unsupported(f"padding '{mode}' by {pad}")
    around = list(pad) if len(pad) == 2 else modules.zero_pad(pad)[0]["padding"]
    return b.emit(name, f"zero_pad{len(pad) // 2}d", [x], b.result.shape,
                  dict(padding=around, value=float(value or 0)))


# Called as a function of torch, as an operator of Python, or as a method: rows by all the names of one thing.
ROWS = [
    (binary("add"), operator.add, operator.iadd, torch.add, "add", "add_"),
    (binary("sub"), operator.sub, operator.isub, torch.sub, "sub", "sub_"),
    (binary("mul"), operator.mul, operator.imul, torch.mul, "mul", "mul_"),
    (binary("div"), operator.truediv, operator.itruediv, torch.div, "div", "div_"),
    (lambda b, name, x, y: b.matmul(name, x, operand(y)), operator.matmul, torch.matmul, "matmul"),
    (unary("neg"), operator.neg, torch.neg, "neg"),
    (unary("abs"), torch.abs, "abs", abs),
    (unary("sqrt"), torch.sqrt, "sqrt"),
    (unary("exp"), torch.exp, "exp"),
    (lambda b, name, x: power(b, name, x, -0.5), torch.rsqrt, "rsqrt"),
    (unary("reciprocal"), torch.reciprocal, "reciprocal"),
    (unary("square"), torch.square, "square"),
    (power, operator.pow, torch.pow, "pow"),
    (clipped, torch.clamp, "clamp", "clip", torch.clip),
    (unary("relu"), F.relu, torch.relu, "relu", "relu_", torch.relu_),
    (unary("relu", max_value=6.0), F.relu6),
    (lambda b, name, x, slope=0.01, **k: b.unary(name, "leaky_relu", x, negative_slope=k.get("negative_slope", slope)),
     F.leaky_relu),
    (lambda b, name, x, alpha=1.0, **_k: b.unary(name, "elu", x, alpha=alpha), F.elu),
    (unary("selu"), F.selu),
    (lambda b, name, x, approximate="none": b.unary(name, "gelu", x, approximate=approximate), F.gelu),
    (unary("silu"), F.silu),
    (unary("mish"), F.mish),
    (unary("sigmoid"), torch.sigmoid, "sigmoid", F.sigmoid),
    (unary("hard_sigmoid", slope=1 / 6, offset=0.5), F.hardsigmoid),
    (unary("hard_silu"), F.hardswish),
    (unary("tanh"), torch.tanh, "tanh", F.tanh),
    (lambda b, name, x, beta=1, threshold=20: b.unary(name, "softplus", x, beta=float(beta)), F.softplus),
    (softmax, F.softmax, torch.softmax, "softmax"),
    (unary("dropout"), F.dropout, F.dropout2d, torch.dropout),
    (pooled("maxpool", modules.max_pool, 2), F.max_pool2d, torch.max_pool2d),
    (pooled("maxpool", modules.max_pool, 1), F.max_pool1d, torch.max_pool1d),
    (pooled("avgpool", modules.avg_pool, 2), F.avg_pool2d),
    (pooled("avgpool", modules.avg_pool, 1), F.avg_pool1d),
    (adaptive("avg"), F.adaptive_avg_pool2d, F.adaptive_avg_pool1d),
    (adaptive("max"), F.adaptive_max_pool2d, F.adaptive_max_pool1d),
    (pooled("lppool", modules.lp_pool, 2), F.lp_pool2d),
    (pooled("lppool", modules.lp_pool, 1), F.lp_pool1d),
    (binary("maximum"), torch.maximum, "maximum"),
    (binary("minimum"), torch.minimum, "minimum"),
    (lambda b, name, x, weight: modules.slopes(b, name, x, array(weight)), F.prelu),
    (mean, torch.mean, "mean"),
    (total, torch.sum, "sum"),
    (concat, torch.cat, torch.concat),
    (stack, torch.stack),
    (chunks, torch.chunk, torch.split, "chunk", "split"),
    (index, operator.getitem),
    (reshaped, torch.flatten, "flatten", torch.reshape, "reshape", "view", torch.squeeze, "squeeze", torch.unsqueeze,
     "unsqueeze", "unflatten"),
    (permuted, torch.permute, "permute"),
    (transposed, torch.transpose, "transpose", torch.swapaxes, "swapaxes"),
    (expanded, "expand", "expand_as"),
    (same, "contiguous", "detach", "clone", "type_as"),
    (converted, "to", "float", "type"),
    (inverted, operator.invert, torch.logical_not, "logical_not"),
    (masked_fill, torch.masked_fill, "masked_fill", "masked_fill_"),
    (where, torch.where),
    (linear, F.linear),
    (convolved(1), F.conv1d, torch.conv1d),
    (convolved(2), F.conv2d, torch.conv2d),
    (transposed_conv(1), F.conv_transpose1d, torch.conv_transpose1d),
    (transposed_conv(2), F.conv_transpose2d, torch.conv_transpose2d),
    (layer_normed, F.layer_norm, torch.layer_norm),
    (embedded, F.embedding),
    (interpolated, F.interpolate),
    (padded, F.pad),
]
FUNCTIONS = {target: row for row, *targets in ROWS for target in targets}
