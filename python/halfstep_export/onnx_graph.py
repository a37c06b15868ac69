"""onnx_graph.py - an ONNX model as the nodes of a dump. What depends on no input is computed here, by numpy."""
# SPDX-License-Identifier: GPL-3.0-or-later
import math
from collections import defaultdict

import numpy as np
import onnx
from onnx import helper, numpy_helper

from .builder import Builder, Unsupported, Value
from .onnx_ops import OPS

SAMPLES = 7  # stands for the number of samples where the model leaves it open; no other axis is likely to be of it
AI_ONNX = ("", "ai.onnx")
CONTROL = ("If", "Loop", "Scan", "SequenceMap")
LAYERS = ("Conv", "ConvTranspose", "Gemm", "MatMul")  # what halfstep quantizes by default


def _slice(x, begin, end, axes=None, steps=None):
    for i, (b, e) in enumerate(zip(begin, end)):
        axis = i if axes is None else int(axes[i])
        x = x[(slice(None),) * (axis % x.ndim) + (slice(int(b), int(e), 1 if steps is None else int(steps[i])),)]
    return x


def _axes(a, axes):
    return tuple(a["axes"] if axes is None else [int(i) for i in axes])


# What happens to shapes and other constants on their way: (attributes, arrays) -> array
FOLDS = {
    "Add": lambda a, x, y: x + y, "Sub": lambda a, x, y: x - y, "Mul": lambda a, x, y: x * y,
    "Div": lambda a, x, y: x // y if x.dtype.kind == "i" else x / y, "Neg": lambda a, x: -x,
    "Sqrt": lambda a, x: np.sqrt(x), "Pow": lambda a, x, y: x ** y, "Not": lambda a, x: ~x,
    "Equal": lambda a, x, y: x == y, "Less": lambda a, x, y: x < y, "Greater": lambda a, x, y: x > y,
    "Identity": lambda a, x: x, "Where": lambda a, c, x, y: np.where(c, x, y),
    "Cast": lambda a, x: x.astype(helper.mapping.TENSOR_TYPE_TO_NP_TYPE[a["to"]]),
    "Concat": lambda a, *x: np.concatenate(x, a["axis"]), "Gather": lambda a, x, i: np.take(x, i, a.get("axis", 0)),
    "Unsqueeze": lambda a, x, axes=None: np.expand_dims(x, _axes(a, axes)),
    "Squeeze": lambda a, x, axes=None: np.squeeze(x, _axes(a, axes) if axes is not None or "axes" in a else None),
    "Reshape": lambda a, x, to: x.reshape([x.shape[i] if n == 0 else n for i, n in enumerate(to)]),
    "Transpose": lambda a, x: np.transpose(x, a.get("perm")), "Slice": lambda a, x, *k: _slice(x, *k),
    "Expand": lambda a, x, to: x * np.ones(to, x.dtype), "Range": lambda a, x, y, z: np.arange(x, y, z),
    "ConstantOfShape": lambda a, to: np.full(to, numpy_helper.to_array(a["value"]) if "value" in a else np.float32(0)),
    "Trilu": lambda a, x, k=0: np.triu(x, int(k)) if a.get("upper", 1) else np.tril(x, int(k)),
    "Tile": lambda a, x, n: np.tile(x, n),
}


def _dequantized(a, x, scale, zero=None):
    axis = a.get("axis", 1)
    around = [1] * x.ndim
    if scale.size > 1:
        around[axis] = scale.size
    zero = 0 if zero is None else zero.astype(np.float32).reshape(around)
    return ((x.astype(np.float32) - zero) * scale.reshape(around)).astype(np.float32)


class Graph:
    """graph of one model. quantized: names of tensors that the model itself quantizes, which a dump leaves to halfstep;
    sites: the scales by which it does, by the sites of the dump's layers, as strategy `given` reads them."""

    def __init__(self, model, dump):
        self.b = Builder(dump)
        self.model, self.graph = model, model.graph
        self.opset = next((s.version for s in model.opset_import if s.domain in AI_ONNX), 1)
        self.values, self.quantized, self.failures = {}, [], []
        self.grids, self.sites = {}, {}  # tensor -> its scale and zero-point; site -> the same for a file
        self.consumers = defaultdict(list)
        for node in self.graph.node:
            for name in node.input:
                self.consumers[name].append(node)
        self.partial = set()  # tensors that a dump does not have as such: the node's result holds more
        self.done = set()  # outputs of nodes that became part of an earlier one
        self.node = self.op = None
        self.results = 1

    def write(self):
        for tensor in self.graph.initializer:
            self.values[tensor.name] = numpy_helper.to_array(tensor)
        self.b.dump.network("NCHW")
        self.ports = [self._port(p) for p in self.graph.input if p.name not in self.values]
        self._find_gelus()
        for node in self.graph.node:
            self._write_node(node)
        outputs = [self.values.get(o.name) for o in self.graph.output]
        for what, there in (("input that is no constant", self.ports), ("node", self.b.dump.nodes), ("output", outputs)):
            if not there and not self.failures:
                self.failures.append(f"a model without any {what}")
        if not self.failures and not all(isinstance(v, Value) for v in outputs):
            self.failures.append("an output that depends on no input")
        if self.failures:
            raise Unsupported("cannot be written:\n  " + "\n  ".join(dict.fromkeys(self.failures)))
        self.b.dump.outputs([v.reference for v in outputs])

    def _port(self, port):
        kinds = {1: "float", 10: "float", 11: "float", 9: "bool", 6: "int", 7: "int"}
        kind = kinds.get(port.type.tensor_type.elem_type)
        dims = [d.dim_value if d.HasField("dim_value") else 0 for d in port.type.tensor_type.shape.dim]
        if kind is None:
            name = onnx.TensorProto.DataType.Name(port.type.tensor_type.elem_type)
            raise Unsupported(f"input '{port.name}': of type {name}; known are FLOAT, FLOAT16, DOUBLE, BOOL, INT32, INT64")
        if not dims or 0 in dims[1:]:
            raise Unsupported(f"input '{port.name}': of open shape beyond the samples' axis: {dims} (0: open)")
        if port.name in ("", "."):
            raise Unsupported(f"input '{port.name}': no name that a file can hold")
        reference = self.b.dump.port(port.name, [-1] + dims[1:], dtype="int64" if kind == "int" else "float32")
        self.values[port.name] = Value(reference, [dims[0] or SAMPLES] + dims[1:], kind)
        return port.name

    def following_bias(self, width):
        """The vector that the only consumer of this node's result adds; that node is then written already."""
        after = self.consumers[self.node.output[0]]
        if len(after) != 1 or after[0].op_type != "Add" or self.node.output[0] in [o.name for o in self.graph.output]:
            return None
        other = [n for n in after[0].input if n != self.node.output[0]]
        bias = self.values.get(other[0]) if other else None
        if isinstance(bias, np.ndarray) and bias.shape == (width,):
            self.done.add(after[0].output[0])
            self.partial.add(self.node.output[0])
            return bias
        return None

    def _find_gelus(self):
        """x/2 (1 + erf(x / sqrt 2)) in the five nodes by which exporters write it: names -> the input of the whole."""
        maker = {o: n for n in self.graph.node for o in n.output}
        self.gelus = {}
        for erf in (n for n in self.graph.node if n.op_type == "Erf"):
            inner = maker.get(erf.input[0])
            x = inner.input[0] if inner is not None else None
            number = self._number(inner.input[1]) if inner is not None and len(inner.input) == 2 else None
            if not (inner is not None and number and (
                    inner.op_type == "Div" and math.isclose(number, 2 ** 0.5, rel_tol=1e-5) or
                    inner.op_type == "Mul" and math.isclose(number, 0.5 ** 0.5, rel_tol=1e-5))):
                continue
            chain, name, need = [inner, erf], erf.output[0], {("Add", 1.0), ("Mul", 0.5), ("Mul", x)}
            while need and len(self.consumers[name]) == 1:
                node = self.consumers[name][0]
                other = [n for n in node.input if n != name]
                # x may be halved before it meets the rest
                key = (node.op_type, x if other and other[0] == x else self._number(other[0]) if other else None)
                halved = maker.get(other[0]) if other else None
                if halved is not None and halved.op_type == "Mul" and x in halved.input and ("Mul", x) in need and \
                        0.5 in [self._number(n) for n in halved.input]:
                    need -= {("Mul", x), ("Mul", 0.5)}
                    chain.append(halved)
                elif key in need:
                    need.remove(key)
                else:
                    break
                chain.append(node)
                name = node.output[0]
            if not need:
                self.gelus[name] = x
                self.done.update(n.output[0] for n in chain if n.output[0] != name)

    def _number(self, name):
        value = self.values.get(name)
        if value is None:
            made = next((n for n in self.graph.node if name in n.output and n.op_type == "Constant"), None)
            value = numpy_helper.to_array(made.attribute[0].t) if made is not None and made.attribute[0].name == "value" else None
        return float(np.ravel(value)[0]) if isinstance(value, np.ndarray) and value.size == 1 else None

    def _write_node(self, node):
        name = node.name or node.output[0]
        if node.output[0] in self.done:
            if node.op_type == "Add" and node.output[0] not in self.values:
                source = [self.values[n] for n in node.input if isinstance(self.values.get(n), Value)]
                if source:
                    self.values[node.output[0]] = source[0]
            return
        try:
            made = self._made(node, name)
        except Unsupported as why:
            self.failures.append(f"{name}: {node.op_type}: {why}")
            made = (Value("n0000", (SAMPLES, 1)),) * len(node.output)
        except (KeyError, TypeError, ValueError, IndexError, AttributeError) as why:
            self.failures.append(f"{name}: {node.op_type}: {type(why).__name__}: {why}")
            made = (Value("n0000", (SAMPLES, 1)),) * len(node.output)
        for output, value in zip(node.output, made if isinstance(made, tuple) else (made,)):
            self.values[output] = value

    def _made(self, node, name):
        if node.output[0] in self.gelus:
            return self.b.unary(name, "gelu", self.values[self.gelus[node.output[0]]], approximate="none")
        attributes = {a.name: helper.get_attribute_value(a) for a in node.attribute}
        if node.op_type in CONTROL:
            raise Unsupported("control flow: a dump goes one way; export the branch that is taken, or the loop unrolled")
        absent = [n for n in node.input if n and n not in self.values]
        if absent:
            raise Unsupported(f"nothing in the model makes its input '{absent[0]}'")
        inputs = [self.values[n] if n else None for n in node.input]
        self.node, self.op, self.results = node, node.op_type, len(node.output)
        if node.domain not in AI_ONNX:
            raise Unsupported(f"an operator of '{node.domain}'")
        if node.op_type == "Constant":
            value = next(iter(attributes.values()))
            return numpy_helper.to_array(value) if isinstance(value, onnx.TensorProto) else np.asarray(value)
        if node.op_type == "Shape":
            return np.asarray(np.shape(inputs[0]) if not isinstance(inputs[0], Value) else inputs[0].shape, np.int64)
        if node.op_type == "QuantizeLinear" and isinstance(inputs[0], Value):
            self.quantized.append(node.input[0])
            self.grids[node.output[0]] = inputs[1:]
            return inputs[0]
        if node.op_type == "DequantizeLinear":
            self.grids[node.output[0]] = inputs[1:]
            return inputs[0] if isinstance(inputs[0], Value) else _dequantized(attributes, *inputs)
        if not any(isinstance(x, Value) for x in inputs):
            if node.op_type not in FOLDS:
                raise Unsupported("of constants")
            return np.asarray(FOLDS[node.op_type](attributes, *inputs))
        if node.op_type == "Expand" and tuple(np.broadcast_shapes(inputs[0].shape, inputs[1])) == inputs[0].shape:
            return inputs[0]
        if node.op_type not in OPS:
            raise Unsupported("no such operator in a dump")
        made = OPS[node.op_type](self, name, attributes, inputs)
        if node.op_type in LAYERS:
            self._note_grids(node, self.b.name_of(made))
        return made

    def _note_grids(self, node, layer):
        """Scales of a layer's input and weight, where the model has them."""
        for tensor, site in zip(node.input[:2], ("input", "weight" if not isinstance(self.values[node.input[1]], Value) else "input1")):
            if tensor not in self.grids:
                continue
            scale, zero = self.grids[tensor][0], self.grids[tensor][1] if len(self.grids[tensor]) > 1 else None
            said = dict(scale=[float(s) for s in np.ravel(scale)])
            if zero is not None:
                said["zero_point"] = [int(z) for z in np.ravel(np.broadcast_to(zero, np.shape(scale)))]
                said["dtype"] = str(zero.dtype)
            self.sites[f"{layer}/{site}"] = said
