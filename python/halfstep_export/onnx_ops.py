"""onnx_ops.py - ONNX operators as nodes. To add one, add a row to a table.

A row is a function (graph, name, attributes, inputs) that returns a Value or a tuple of them; an input is a Value, an
array (where no input of the model matters) or None (left out). https://onnx.ai/onnx/operators/
"""
# SPDX-License-Identifier: GPL-3.0-or-later
import numpy as np

from .builder import Unsupported, Value


def given(inputs, i, otherwise=None):
    return inputs[i] if len(inputs) > i and inputs[i] is not None else otherwise


def fixed(inputs, i, what, otherwise=None):
    value = given(inputs, i, otherwise)
    if isinstance(value, Value):
        raise Unsupported(f"{what} that depends on the inputs")
    return value


def axes_of(a, inputs, i):
    """Axes are an attribute in old versions of the operators, an input in new ones."""
    axes = fixed(inputs, i, "axes")
    return a.get("axes") if axes is None else [int(k) for k in np.asarray(axes).reshape(-1)]


def unary(op, **renamed):
    """renamed: attribute of ours = (attribute of ONNX, its default)"""
    def row(g, name, a, inputs):
        return g.b.unary(name, op, inputs[0], **{k: a.get(of, v) for k, (of, v) in renamed.items()})
    return row


def binary(op):
    def row(g, name, a, inputs):
        so_far = inputs[0]
        for x in inputs[1:]:
            so_far = g.b.binary(name, op, so_far, x)
        return so_far
    return row


def window(a, axes, kernel, x):
    """stride, padding, dilation of a sliding window; ONNX' pads are before ..., after ... as ours."""
    stride, dilation = a.get("strides", [1] * axes), a.get("dilations", [1] * axes)
    pads, auto = a.get("pads", [0] * 2 * axes), a.get("auto_pad", b"NOTSET").decode()
    if auto.startswith("SAME"):
        total = [max(0, (-(-n // s) - 1) * s + d * (k - 1) + 1 - n)
                 for n, s, d, k in zip(x.shape[2:], stride, dilation, kernel)]
        few, many = [t // 2 for t in total], [t - t // 2 for t in total]
        pads = few + many if auto == "SAME_UPPER" else many + few
    elif auto == "VALID":
        pads = [0] * 2 * axes
    return list(stride), list(pads), list(dilation)


def slid(x, channels, kernel, stride, pads, dilation, ceil=False):
    axes, shape = len(kernel), [x.shape[0], channels]
    for i, n in enumerate(x.shape[2:]):
        room = n + pads[i] + pads[axes + i] - dilation[i] * (kernel[i] - 1) - 1
        out = (-(-room // stride[i]) if ceil else room // stride[i]) + 1
        if ceil and (out - 1) * stride[i] >= n + pads[i]:
            out -= 1  # a window that would begin behind the input
        shape.append(out)
    return shape


def conv(g, name, a, inputs):
    x, weight, bias = inputs[0], fixed(inputs, 1, "a kernel"), fixed(inputs, 2, "a bias")
    axes, kernel = weight.ndim - 2, weight.shape[2:]
    if axes not in (1, 2):
        raise Unsupported(f"a convolution over {axes} axes")
    stride, pads, dilation = window(a, axes, kernel, x)
    parameters = dict(weight=weight) if bias is None else dict(weight=weight, bias=bias)
    return g.b.emit(name, f"conv{axes}d", [x], slid(x, weight.shape[0], kernel, stride, pads, dilation),
                    dict(stride=stride, padding=pads, dilation=dilation, groups=a.get("group", 1)), parameters)


def conv_transpose(g, name, a, inputs):
    x, weight, bias = inputs[0], fixed(inputs, 1, "a kernel"), fixed(inputs, 2, "a bias")
    axes, kernel = weight.ndim - 2, weight.shape[2:]
    if axes not in (1, 2) or a.get("output_shape") or a.get("auto_pad", b"NOTSET").decode() not in ("NOTSET", "VALID"):
        raise Unsupported("a transposed convolution with output_shape, padded by itself, or over three axes")
    stride, pads, dilation = window(a, axes, kernel, x)
    more, groups = list(a.get("output_padding", [0] * axes)), a.get("group", 1)
    shape = [x.shape[0], weight.shape[1] * groups]
    shape += [(n - 1) * stride[i] + dilation[i] * (kernel[i] - 1) + 1 + more[i] - pads[i] - pads[axes + i]
              for i, n in enumerate(x.shape[2:])]
    parameters = dict(weight=weight) if bias is None else dict(weight=weight, bias=bias)
    return g.b.emit(name, f"conv_transpose{axes}d", [x], shape,
                    dict(stride=stride, padding=pads, output_padding=more, dilation=dilation, groups=groups), parameters)


def prelu(g, name, a, inputs):
    """relu(x) - slope relu(-x); the slope's axes are lined up with the last ones of x."""
    x, slope = inputs[0], fixed(inputs, 1, "a slope")
    slope = slope.reshape((1,) * (x.rank - slope.ndim) + slope.shape)
    below = g.b.unary(f"{name}.below", "relu", g.b.unary(f"{name}.negative", "neg", x))
    return g.b.binary(name, "sub", g.b.unary(f"{name}.above", "relu", x), g.b.binary(f"{name}.product", "mul", below, slope))


def pool(op):
    def row(g, name, a, inputs):
        x, kernel = inputs[0], list(a["kernel_shape"])
        axes, ceil = len(kernel), a.get("ceil_mode", 0)
        stride, pads, dilation = window(a, axes, kernel, x)
        if set(dilation) != {1} or axes > 2 or a.get("storage_order"):
            raise Unsupported("pooling with dilation, or over three axes")
        attributes = dict(kernel=kernel, stride=stride, padding=pads, ceil=ceil)
        if op == "avgpool":
            attributes["count_include_pad"] = a.get("count_include_pad", 0)
        return g.b.emit(name, f"{op}{axes}d", [x], slid(x, x.shape[1], kernel, stride, pads, dilation, ceil), attributes)
    return row


def global_pool(op):
    return lambda g, name, a, inputs: g.b.emit(name, op, inputs[:1], inputs[0].shape[:2] + (1,) * (inputs[0].rank - 2),
                                               dict(keepdims=1))


def gemm(g, name, a, inputs):
    x, weight, bias = inputs[0], fixed(inputs, 1, "a matrix"), fixed(inputs, 2, "an offset")
    if not isinstance(x, Value) or a.get("transA"):
        raise Unsupported("Gemm with its first matrix turned, or constant")
    weight = np.ascontiguousarray(weight if a.get("transB") else weight.T) * np.float32(a.get("alpha", 1.0))
    if bias is not None:
        bias = np.broadcast_to(bias.reshape(-1) if bias.size == 1 or bias.size == len(weight) else bias,
                               len(weight)) * np.float32(a.get("beta", 1.0))
    return g.b.linear(name, x, weight, bias)


def matmul(g, name, a, inputs):
    x, weight = inputs
    if isinstance(x, Value) and not isinstance(weight, Value) and weight.ndim == 2:
        bias = g.following_bias(weight.shape[1])
        return g.b.linear(name, x, np.ascontiguousarray(weight.T), bias)
    return g.b.matmul(name, x, weight)


def batch_norm(g, name, a, inputs):
    gamma, beta, mean, variance = (fixed(inputs, i, "a norm") for i in range(1, 5))
    return g.b.emit(name, "batch_norm", inputs[:1], inputs[0].shape, dict(epsilon=a.get("epsilon", 1e-5)),
                    dict(mean=mean, variance=variance, gamma=gamma, beta=beta))


def layer_norm(g, name, a, inputs):
    gamma, beta = fixed(inputs, 1, "a norm"), fixed(inputs, 2, "a norm")
    axes = inputs[0].rank - a.get("axis", -1) % inputs[0].rank
    return g.b.emit(name, "layer_norm", inputs[:1], inputs[0].shape, dict(epsilon=a.get("epsilon", 1e-5), axes=axes),
                    {k: v for k, v in (("gamma", gamma), ("beta", beta)) if v is not None})


def instance_norm(g, name, a, inputs):
    return g.b.group_norm(name, inputs[0], inputs[0].shape[1], a.get("epsilon", 1e-5), fixed(inputs, 1, "a norm"),
                          fixed(inputs, 2, "a norm"))


def softmax(g, name, a, inputs):
    x = inputs[0]
    axis = a.get("axis", -1 if g.opset >= 13 else 1) % x.rank
    if g.opset < 13 and axis != x.rank - 1:
        raise Unsupported("a softmax over several axes at once (before version 13)")
    return g.b.unary(name, "softmax", x, axis=axis)


def clip(g, name, a, inputs):
    limits = [(k, fixed(inputs, i, "a limit", a.get(k))) for i, k in ((1, "min"), (2, "max"))]
    return g.b.emit(name, "clip", inputs[:1], inputs[0].shape, {k: float(np.ravel(v)[0]) for k, v in limits if v is not None})


def power(g, name, a, inputs):
    x, exponent = inputs[0], float(np.ravel(fixed(inputs, 1, "a power"))[0])
    op = {2.0: "square", 0.5: "sqrt", -1.0: "reciprocal"}.get(exponent)
    if op is None:
        raise Unsupported(f"a power of {exponent}")
    return g.b.unary(name, op, x)


def reshape(g, name, a, inputs):
    x, to = inputs[0], [int(n) for n in fixed(inputs, 1, "a shape", a.get("shape"))]
    to = [x.shape[i] if n == 0 and not a.get("allowzero") else n for i, n in enumerate(to)]
    if -1 in to:
        to[to.index(-1)] = int(np.prod(x.shape)) // max(1, int(np.prod([n for n in to if n != -1])))
    return g.b.reshape(name, x, to)


def flatten(g, name, a, inputs):
    axis = a.get("axis", 1)
    return g.b.reshape(name, inputs[0], (int(np.prod(inputs[0].shape[:axis])), int(np.prod(inputs[0].shape[axis:]))))


def squeeze(g, name, a, inputs):
    x, axes = inputs[0], axes_of(a, inputs, 1)
    axes = [i for i, n in enumerate(x.shape) if i and n == 1] if axes is None else [i % x.rank for i in axes]
    return g.b.reshape(name, x, [n for i, n in enumerate(x.shape) if i not in axes])


def unsqueeze(g, name, a, inputs):
    axes = axes_of(a, inputs, 1)
    shape, rank = list(inputs[0].shape), inputs[0].rank + len(axes)
    for axis in sorted(i % rank for i in axes):
        shape.insert(axis, 1)
    return g.b.reshape(name, inputs[0], shape)


def transpose(g, name, a, inputs):
    return g.b.permute(name, inputs[0], a.get("perm", list(range(inputs[0].rank))[::-1]))


def slice_(g, name, a, inputs):
    x = inputs[0]
    begin, end = (fixed(inputs, i, "a slice", a.get(k)) for i, k in ((1, "starts"), (2, "ends")))
    axes = fixed(inputs, 3, "a slice", a.get("axes", range(len(begin))))
    for at, to, axis, step in zip(begin, end, axes, fixed(inputs, 4, "a slice", [1] * len(begin))):
        x = g.b.slice(name, x, int(axis), int(at), int(to), int(step))
    return x


def split(g, name, a, inputs):
    x, axis = inputs[0], a.get("axis", 0) % inputs[0].rank
    sizes = fixed(inputs, 1, "sizes", a.get("split", [x.shape[axis] // g.results] * g.results))
    ends = np.cumsum(sizes)
    return tuple(g.b.slice(name, x, axis, int(e - n), int(e)) for e, n in zip(ends, sizes))


def gather(g, name, a, inputs):
    x, ids = inputs
    axis = a.get("axis", 0)
    if isinstance(ids, Value):
        if isinstance(x, Value) or axis or x.ndim != 2:
            raise Unsupported("Gather other than rows of a table, or by constant positions")
        return g.b.emit(name, "embedding", [ids], ids.shape + x.shape[1:], None, dict(weight=x))
    axis %= x.rank
    if np.ndim(ids) == 0:
        return g.b.index(name, x, (slice(None),) * axis + (int(ids),))
    ids = [int(i) % x.shape[axis] for i in np.ravel(ids)]
    if np.ndim(ids) > 1 or ids != list(range(ids[0], ids[0] + len(ids))):
        raise Unsupported("Gather of positions that are no range")
    return g.b.slice(name, x, axis, ids[0], ids[-1] + 1)


def reduced(count):
    def row(g, name, a, inputs):
        x, axes = inputs[0], axes_of(a, inputs, 1)
        if axes is None:
            raise Unsupported("a mean over everything")
        keep = bool(a.get("keepdims", 1))
        if not count:
            return g.b.mean(name, x, axes, keep)
        return g.b.affine(name, g.b.mean(f"{name}.mean", x, axes, keep), np.prod([x.shape[i] for i in axes]))
    return row


def pad(g, name, a, inputs):
    x, pads = inputs[0], [int(n) for n in fixed(inputs, 1, "padding", a.get("pads"))]
    rank, value = x.rank, float(np.ravel(fixed(inputs, 2, "a border", a.get("value", 0.0)))[0])
    if a.get("mode", b"constant") != b"constant" or any(pads[:2] + pads[rank:rank + 2]) or rank not in (3, 4):
        raise Unsupported(f"padding by {pads}, or not by a constant")
    shape = [n + pads[i] + pads[rank + i] for i, n in enumerate(x.shape)]
    return g.b.emit(name, f"zero_pad{rank - 2}d", [x], shape, dict(padding=pads[2:rank] + pads[rank + 2:], value=value))


def resize(g, name, a, inputs):
    x, mode = inputs[0], a.get("mode", b"nearest").decode()
    where = a.get("coordinate_transformation_mode", b"half_pixel").decode()
    sizes = fixed(inputs, 3, "a size")
    factor = fixed(inputs, 2 if g.op == "Resize" else 1, "a factor")
    factor = np.asarray(sizes) / x.shape if sizes is not None else np.asarray(factor, float)
    usual = {"nearest": ("half_pixel", "asymmetric"), "linear": ("half_pixel", "pytorch_half_pixel")}
    if where not in usual.get(mode, ()) or (factor < 1).any() or (factor != factor.astype(int)).any() or any(factor[:2] != 1):
        raise Unsupported(f"Resize '{mode}' with '{where}' by {factor.tolist()}")
    if where == "asymmetric" and a.get("nearest_mode", b"round_prefer_floor") != b"floor":
        raise Unsupported("Resize 'asymmetric' other than by floor")
    factor = [int(f) for f in factor[2:]]
    return g.b.emit(name, f"upsample{len(factor)}d", [x], list(x.shape[:2]) + [n * f for n, f in zip(x.shape[2:], factor)],
                    dict(factor=factor, mode="bilinear" if mode == "linear" else mode))


def where(g, name, a, inputs):
    mask, x, y = inputs
    if isinstance(x, Value) == isinstance(y, Value):
        raise Unsupported("Where other than with a number for one side")
    if isinstance(x, Value):  # the number where the mask is false
        mask = g.b.affine(f"{name}.not", mask, -1, 1, kind="bool") if isinstance(mask, Value) else ~mask
        x, y = y, x
    if np.size(x) != 1:
        raise Unsupported("Where other than with a number for one side")
    return g.b.masked(name, y, mask, float(np.ravel(x)[0]))


def cast(g, name, a, inputs):
    x = inputs[0]
    if x.kind == "float" and a["to"] not in (1, 10, 11, 16):
        raise Unsupported("Cast of numbers to integers")
    return Value(x.reference, x.shape, "float" if x.kind == "bool" else x.kind)


def negated(g, name, a, inputs):
    return g.b.affine(name, inputs[0], -1, 1, kind="bool")



OPS = {
    "Abs": unary("abs"), "Neg": unary("neg"), "Exp": unary("exp"), "Sqrt": unary("sqrt"), "Tanh": unary("tanh"),
    "Reciprocal": unary("reciprocal"), "Relu": unary("relu"), "Sigmoid": unary("sigmoid"), "Selu": unary("selu"),
    "Softplus": unary("softplus"), "Softsign": unary("softsign"), "Mish": unary("mish"), "HardSwish": unary("hard_silu"),
    "Elu": unary("elu", alpha=("alpha", 1.0)), "LeakyRelu": unary("leaky_relu", negative_slope=("alpha", 0.01)),
    "HardSigmoid": unary("hard_sigmoid", slope=("alpha", 0.2), offset=("beta", 0.5)),
    "Gelu": lambda g, name, a, inputs: g.b.unary(name, "gelu", inputs[0], approximate=a.get("approximate", b"none").decode()),
    "Identity": unary("identity"), "Dropout": unary("dropout"),
    "Add": binary("add"), "Sub": binary("sub"), "Mul": binary("mul"), "Div": binary("div"), "Sum": binary("add"),
    "Max": binary("maximum"), "Min": binary("minimum"), "PRelu": prelu, "ConvTranspose": conv_transpose,
    "Conv": conv, "MaxPool": pool("maxpool"), "AveragePool": pool("avgpool"),
    "GlobalAveragePool": global_pool("global_avgpool"), "GlobalMaxPool": global_pool("global_maxpool"),
    "Gemm": gemm, "MatMul": matmul, "BatchNormalization": batch_norm, "LayerNormalization": layer_norm,
    "InstanceNormalization": instance_norm, "Softmax": softmax, "Clip": clip, "Pow": power,
    "Reshape": reshape, "Flatten": flatten, "Squeeze": squeeze, "Unsqueeze": unsqueeze, "Transpose": transpose,
    "Slice": slice_, "Split": split, "Gather": gather, "ReduceMean": reduced(False), "ReduceSum": reduced(True),
    "Concat": lambda g, name, a, inputs: g.b.concat(name, inputs, a["axis"]),
    "Pad": pad, "Resize": resize, "Upsample": resize, "Where": where, "Cast": cast, "Not": negated,
}
