"""onnx_network.py FOLDER - a small ONNX file of many operators, by hand, and what torch says that it gives.

Writes small.onnx with small.npz (input, output, one tensor inside, targets), quantized.onnx and .npz, foreign.onnx."""
# SPDX-License-Identifier: GPL-3.0-or-later
import os
import sys

import numpy as np
import onnx
import torch
import torch.nn.functional as F
from onnx import TensorProto, helper, numpy_helper

rng = np.random.default_rng(2)
torch.set_num_threads(1)


def normal(*shape):
    return rng.normal(0, 0.5, shape).astype(np.float32)


WEIGHTS = dict(k1=normal(6, 3, 3, 3), b1=normal(6), k2=normal(6, 1, 3, 3), gamma=normal(6), beta=normal(6), mean=normal(6),
               variance=np.abs(normal(6)) + 0.5, w=normal(6, 16), b=normal(16), factor=normal(1, 4, 1), wg=normal(5, 24),
               bg=normal(5), slope=normal(6, 1, 1), k3=normal(6, 3, 3, 3), b3=normal(6), most=np.full((1, 6, 1, 1), 2, np.float32))
INTEGERS = dict(to=[0, 6, -1], ends=[4], starts=[0], axes=[1], pads=[0, 0, 1, 0, 0, 0, 0, 1], sizes=[1, 1, 2, 2])

CODES, STEPS = rng.integers(-127, 128, (5, 3, 3, 3)).astype(np.int8), np.linspace(0.01, 0.05, 5).astype(np.float32)


def nodes():
    n = helper.make_node
    yield n("Pad", ["x", "pads"], ["p"])
    yield n("Conv", ["p", "k1", "b1"], ["c1"], name="conv1", pads=[1, 1, 0, 0], strides=[1, 2], kernel_shape=[3, 3])
    yield n("BatchNormalization", ["c1", "gamma", "beta", "mean", "variance"], ["n1"], epsilon=1e-3)
    yield n("Clip", ["n1", "zero", "six"], ["r1"])
    yield n("Conv", ["r1", "k2"], ["c2"], name="conv2", group=6, auto_pad="SAME_UPPER", kernel_shape=[3, 3])
    yield n("Add", ["c2", "r1"], ["s0"])
    yield n("ConvTranspose", ["s0", "k3", "b3"], ["s1"], name="up", group=2, pads=[1, 0, 1, 2], kernel_shape=[3, 3])
    yield n("PRelu", ["s1", "slope"], ["s2"])
    yield n("Max", ["s2", "s0"], ["s3"])
    yield n("Min", ["s3", "most"], ["s"])
    yield n("Resize", ["s", "", "scales"], ["up"], mode="nearest", coordinate_transformation_mode="asymmetric", nearest_mode="floor")
    yield n("MaxPool", ["up"], ["mp"], kernel_shape=[3, 3], strides=[2, 2], ceil_mode=1)
    yield n("AveragePool", ["mp"], ["ap"], kernel_shape=[2, 1], strides=[1, 1], pads=[1, 0, 0, 0])
    yield n("LeakyRelu", ["ap"], ["lr"], alpha=0.2)
    yield n("Reshape", ["lr", "to"], ["rows"])
    yield n("Transpose", ["rows"], ["t"], perm=[0, 2, 1])
    yield n("MatMul", ["t", "w"], ["mm"], name="mixed")
    yield n("Add", ["mm", "b"], ["mb"])
    yield n("Tanh", ["mb"], ["th"])
    yield n("Slice", ["th", "starts", "ends", "axes"], ["cut"])
    yield n("Mul", ["cut", "factor"], ["mul"])
    yield n("Sub", ["two", "mul"], ["sub"])
    yield n("Transpose", ["sub"], ["turned"], perm=[0, 2, 1])
    yield n("MatMul", ["sub", "turned"], ["scores"])
    yield n("Softmax", ["scores"], ["soft"], axis=-1)
    yield n("MatMul", ["soft", "sub"], ["attended"])
    yield n("ReduceMean", ["attended"], ["pooled"], axes=[1], keepdims=0)
    yield n("GlobalAveragePool", ["s"], ["gap"])
    yield n("Flatten", ["gap"], ["flat"])
    yield n("Sigmoid", ["flat"], ["gate"])
    yield n("Concat", ["pooled", "gate", "gate2"], ["joined"], axis=1)
    yield n("Gemm", ["joined", "wg", "bg"], ["y"], name="last", transB=1, alpha=0.5, beta=2.0)


def extra():
    """Halved rows of the gate by positions; before Concat, which uses them."""
    yield helper.make_node("Gather", ["flat", "two_ids"], ["some"], axis=1)
    yield helper.make_node("Div", ["some", "two"], ["half"])
    yield helper.make_node("Softplus", ["half"], ["gate2"])


def reference(x):
    t = {k: torch.from_numpy(v) for k, v in WEIGHTS.items()}
    x = F.pad(x, (0, 1, 1, 0))
    c1 = F.conv2d(F.pad(x, (1, 0, 1, 0)), t["k1"], t["b1"], (1, 2))
    r1 = F.batch_norm(c1, t["mean"], t["variance"], t["gamma"], t["beta"], False, 0, 1e-3).clamp(0, 6)
    s = F.conv2d(r1, t["k2"], padding=1, groups=6) + r1
    up = F.conv_transpose2d(s, t["k3"], t["b3"], padding=(1, 0), groups=2)[..., :-2]
    s = torch.maximum(F.prelu(up, t["slope"].flatten()), s).clamp(max=2)
    mp = F.max_pool2d(F.interpolate(s, scale_factor=2), 3, 2, ceil_mode=True)
    # AveragePool of ONNX leaves padding out of the mean, and pads one side only: by hand
    above = torch.cat([mp[:, :, :1], (mp[:, :, 1:] + mp[:, :, :-1]) / 2], 2)
    t3 = F.leaky_relu(above, 0.2).flatten(2).transpose(1, 2)
    sub = 2 - torch.tanh(t3 @ t["w"] + t["b"])[:, :4] * t["factor"]
    pooled = (torch.softmax(sub @ sub.transpose(1, 2), -1) @ sub).mean(1)
    flat = s.mean((2, 3))
    joined = torch.cat([pooled, torch.sigmoid(flat), F.softplus(flat[:, 2:4] / 2)], 1)
    return r1, 0.5 * joined @ t["wg"].T + 2 * t["bg"]


def quantized():
    """A convolution as quantizers leave it: codes for weights, by channel, and a round trip of its input."""
    n = helper.make_node
    yield n("QuantizeLinear", ["x", "step", "zero_point"], ["codes"])
    yield n("DequantizeLinear", ["codes", "step", "zero_point"], ["round_trip"])
    yield n("DequantizeLinear", ["kernel_codes", "steps", "zeros"], ["kernel"], axis=0)
    yield n("Conv", ["round_trip", "kernel"], ["c"])
    yield n("ReduceMean", ["c"], ["y"], axes=[2, 3], keepdims=0)


def model(made):
    values = {"step": np.float32(0.5), "zero_point": np.int8(3), "zeros": np.arange(5, dtype=np.int8), "steps": STEPS,
              "kernel_codes": CODES,
              **WEIGHTS, **{k: np.array(v, np.int64) for k, v in INTEGERS.items()}, "zero": np.float32(0),
              "six": np.float32(6), "two": np.float32(2), "scales": np.array(INTEGERS["sizes"], np.float32),
              "two_ids": np.array([2, 3], np.int64)}
    used = {name for n in made for name in n.input}
    graph = helper.make_graph(made, "small", [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", 3, 7, 9])],
                              [helper.make_tensor_value_info(made[-1].output[0], TensorProto.FLOAT, ["n", 5])],
                              [numpy_helper.from_array(np.asarray(v), k) for k, v in values.items() if k in used])
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)])


def main(folder):
    made = list(nodes())
    at = [n.op_type for n in made].index("Concat")
    made[at:at] = extra()
    kinds = {n.op_type for n in made}
    assert len(kinds) >= 15, kinds
    small = model(made)
    onnx.checker.check_model(small)
    onnx.save(small, os.path.join(folder, "small.onnx"))
    x = torch.from_numpy(rng.normal(0, 1, (11, 3, 7, 9)).astype(np.float32))
    inside, y = reference(x)
    np.savez(os.path.join(folder, "small.npz"), x=x.numpy(), y=y.numpy(), r1=inside.numpy(), targets=np.arange(11) % 5)
    np.savez(os.path.join(folder, "wrong.npz"), x=x.numpy()[:, :, :5])
    foreign = [helper.make_node("LRN", ["x"], ["a"], size=3), helper.make_node("Atan", ["a"], ["y"], name="angle")]
    onnx.save(model(foreign), os.path.join(folder, "foreign.onnx"))
    onnx.save(model(list(quantized())), os.path.join(folder, "quantized.onnx"))
    kernel = (CODES.astype(np.float32) - np.arange(5).reshape(5, 1, 1, 1)) * STEPS.reshape(5, 1, 1, 1)
    y = F.conv2d(x, torch.from_numpy(kernel.astype(np.float32))).mean((2, 3))
    np.savez(os.path.join(folder, "quantized.npz"), x=x.numpy(), y=y.numpy())
    print(len(kinds))


main(sys.argv[1])
