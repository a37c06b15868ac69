"""builder.py - nodes of a dump from the operations of frameworks, with shapes followed on the way.

PyTorch and ONNX say the same things in other words; what both need (broadcasting with constants, Python's indexing,
attention) is here once.
"""
# SPDX-License-Identifier: GPL-3.0-or-later
import numpy as np

MASKED = -1e9  # added to a score that must not count: exp of it is 0, and unlike -inf it is a number


class Unsupported(Exception):
    """What the model holds and a dump cannot; all of it in one message."""


def _finite(name, value):
    """A weight that is NaN makes everything behind it NaN: halfstep would refuse the network, and this is nearer to the cause."""
    bits, kind = value if isinstance(value, tuple) else (value, None)
    bits = np.asarray(bits)
    if kind == "bfloat16":
        bad = (bits & 0x7f80) == 0x7f80
    elif bits.dtype.kind == "f":
        bad = ~np.isfinite(bits)
    else:
        return
    if bad.any():
        raise Unsupported(f"{name}: {int(bad.sum())} of {bad.size} values are NaN or infinite, the first at "
                          f"{[int(i) for i in np.argwhere(bad)[0]]}")


class Value:
    """The result of a node: its reference and its shape, samples first."""

    def __init__(self, reference, shape, kind="float"):
        self.reference, self.shape, self.kind = reference, tuple(int(n) for n in shape), kind

    @property
    def rank(self):
        return len(self.shape)


class Builder:
    def __init__(self, dump):
        self.dump = dump
        self.taken = set()
        self.names = {}  # reference -> name
        self.owner = {}  # parameters that several nodes share: key -> the first one's reference
        self.inner = {}  # name of a part that is no node of the trace -> reference, for recordings
        self.result = None  # what the framework gave for the operation at hand, where it can run it

    def unique(self, stem):
        """stem, or with a number where there is such a node already. '{op}' in a name stands for the operator."""
        name, k = stem, 1
        while name in self.taken:
            name, k = f"{stem}.{k}", k + 1
        self.taken.add(name)
        return name

    def emit(self, name, op, inputs, shape, attributes=None, parameters=None, key=None, kind="float"):
        """One node. key: what identifies its parameters; a second node of the same key shares those of the first."""
        shape = tuple(shape)
        if any(v.shape[0] != shape[0] for v in inputs):
            raise Unsupported(f"'{op}' from {inputs[0].shape} to {shape}: the samples must stay the first axis")
        for part, value in (parameters or {}).items():
            _finite(part, value)
        tied = self.owner.get(key) if key and parameters else None
        name = name.replace("{op}", op)
        name = self.unique(name)
        reference = self.dump.node(name, op, [v.reference for v in inputs], attributes,
                                   None if tied else parameters, tied)
        if key and parameters:
            self.owner.setdefault(key, reference)
        self.names[reference] = name
        return Value(reference, shape, kind)

    def name_of(self, value):
        """The name of the node whose result a value is."""
        return self.names[value.reference.partition(":")[0]]

    def unary(self, name, op, x, **attributes):
        return self.emit(name, op, [x], x.shape, attributes)

    def affine(self, name, x, scale=1.0, offset=0.0, kind="float"):
        return self.emit(name, "affine", [x], x.shape, dict(scale=float(scale), offset=float(offset)), kind=kind)

    def constant(self, name, value, like, rank):
        """An array as a tensor of `rank` axes, the same for every sample. Its own first axis must be of length 1."""
        value = np.asarray(value, np.float32)
        if value.ndim == rank and value.shape[0] != 1:
            raise Unsupported(f"a constant of {value.shape}: one that differs from sample to sample")
        value = value.reshape(value.shape[1:] if value.ndim == rank else value.shape)
        value = value.reshape((1,) * (rank - 1 - value.ndim) + value.shape)
        return self.emit(f"{name}.constant", "constant", [like], like.shape[:1] + value.shape, None, dict(value=value))

    def binary(self, name, op, a, b):
        """a op b, op one of add, sub, mul, div, maximum, minimum, with numpy's broadcasting; either may be a number or an array."""
        if not isinstance(a, Value):
            return self._from_constant(name, op, np.asarray(a), b)
        if not isinstance(b, Value):
            b = np.asarray(b)
            if b.size == 1 and b.ndim <= a.rank and not op.endswith("imum"):
                c = float(b.reshape(()))
                scale, offset = {"add": (1, c), "sub": (1, -c), "mul": (c, 0), "div": (1 / c if c else np.inf, 0)}[op]
                if not np.isfinite(scale):
                    raise Unsupported("a division by 0")
                return self.affine(name, a, scale, offset)
            rank = max(a.rank, b.ndim)
            b = self.constant(name, b, a, rank)
        if a.rank != b.rank:
            raise Unsupported(f"'{op}' of {a.shape} and {b.shape}: other numbers of axes")
        return self.emit(name, op, [a, b], np.broadcast_shapes(a.shape, b.shape))

    def _from_constant(self, name, op, a, b):
        if op in ("add", "mul", "maximum", "minimum"):
            return self.binary(name, op, b, a)
        if a.size == 1 and a.ndim <= b.rank:
            c = float(a.reshape(()))
            if op == "sub":
                return self.affine(name, b, -1, c)
            inverse = self.unary(name, "reciprocal", b)
            return inverse if c == 1 else self.affine(name, inverse, c)
        return self.binary(name, op, self.constant(name, a, b, max(b.rank, a.ndim)), b)

    def position(self, name, x, table, key=None):
        """(N, T, D) + (T, D), or (1, T, D): a learned position; its table is a weight."""
        if x.rank != 3 or tuple(table.shape[-2:]) != x.shape[1:] or table.size != x.shape[1] * x.shape[2]:
            return self.binary(name, "add", x, table)
        return self.emit(name, "position_embedding", [x], x.shape, None, dict(weight=table.reshape(x.shape[1:])), key)

    def reshape(self, name, x, shape):
        shape = tuple(int(n) for n in shape)
        if shape == x.shape:
            return x
        if len(shape) < 2 or shape[0] != x.shape[0]:
            raise Unsupported(f"a reshape from {x.shape} to {shape}: the samples must stay the first axis, beside another")
        if shape == (x.shape[0], int(np.prod(x.shape[1:]))):
            return self.emit(name, "flatten", [x], shape, kind=x.kind)
        return self.emit(name, "reshape", [x], shape, dict(shape=list(shape[1:])), kind=x.kind)

    def permute(self, name, x, order):
        order = [int(i) % x.rank for i in order]
        if order == list(range(x.rank)):
            return x
        if order[0]:
            raise Unsupported(f"axes in the order {order}: the samples must stay the first")
        return self.emit(name, "permute", [x], [x.shape[i] for i in order], dict(axes=order), kind=x.kind)

    def slice(self, name, x, axis, begin, end, step=1):
        axis %= x.rank
        n = len(range(*slice(begin, end, step).indices(x.shape[axis])))
        if (begin or 0) == 0 and n == x.shape[axis]:
            return x
        if axis == 0:
            raise Unsupported("a slice of the samples")
        if step < 1 or not n:
            raise Unsupported(f"a slice {begin}:{end}:{step}: a step backwards, or nothing")
        first, last, _ = slice(begin, end, step).indices(x.shape[axis])
        return self.emit(name, "slice", [x], x.shape[:axis] + (n,) + x.shape[axis + 1:],
                         dict(axis=axis, begin=first, end=last, step=step), kind=x.kind)

    def index(self, name, x, where):
        """x[where], Python's basic indexing: slices, numbers, None and one Ellipsis."""
        where = list(where) if isinstance(where, tuple) else [where]
        if any(not (w is None or w is Ellipsis or isinstance(w, (int, np.integer, slice))) for w in where):
            raise Unsupported("indexing by a tensor or a list")
        used = sum(w is not None and w is not Ellipsis for w in where)
        if Ellipsis not in where:
            where.append(Ellipsis)
        at = where.index(Ellipsis)
        where[at:at + 1] = [slice(None)] * (x.rank - used)
        axis, shape = 0, []
        for w in where:
            if w is None:
                shape.append(1)
                continue
            if isinstance(w, slice):
                x = self.slice(name, x, axis, w.start, w.stop, 1 if w.step is None else w.step)
                shape.append(x.shape[axis])
            else:
                w = int(w) % x.shape[axis]
                x = self.slice(name, x, axis, w, w + 1)
            axis += 1
        return self.reshape(name, x, shape)

    def mean(self, name, x, axes, keep):
        axes = sorted(int(a) % x.rank for a in axes)
        if not axes or axes[0] == 0:
            raise Unsupported(f"a mean over the axes {axes}: the samples stay")
        shape = [1 if i in axes else n for i, n in enumerate(x.shape) if keep or i not in axes]
        if len(shape) < 2:
            raise Unsupported("a mean over everything")
        if x.rank == 4 and axes == [2, 3]:
            return self.emit(name, "global_avgpool", [x], shape, dict(keepdims=int(keep)))
        return self.emit(name, "mean", [x], shape, dict(axes=axes, keepdims=int(keep)))

    def concat(self, name, parts, axis):
        axis %= parts[0].rank
        shape = list(parts[0].shape)
        shape[axis] = sum(p.shape[axis] for p in parts)
        if axis == 0:
            raise Unsupported("samples put after one another")
        return self.emit(name, "concat", parts, shape, dict(axis=axis))

    def linear(self, name, x, weight, bias=None, key=None):
        parameters = dict(weight=weight) if bias is None else dict(weight=weight, bias=bias)
        return self.emit(name, "linear", [x], x.shape[:-1] + (weight.shape[0],), None, parameters, key)

    def group_norm(self, name, x, groups, epsilon, gamma=None, beta=None):
        """Groups in rows, a layer norm without coefficients over each, and the coefficients as a batch norm of nothing."""
        rows = self.reshape(f"{name}.groups", x, (x.shape[0], groups, int(np.prod(x.shape[1:])) // groups))
        rows = self.unary(f"{name}.normalised", "layer_norm", rows, epsilon=float(epsilon), axes=1)
        if gamma is None:
            return self.reshape(name, rows, x.shape)
        back, channels = self.reshape(f"{name}.channels", rows, x.shape), x.shape[1]
        parameters = dict(mean=np.zeros(channels, np.float32), variance=np.ones(channels, np.float32), gamma=gamma,
                          beta=beta)
        return self.emit(name, "batch_norm", [back], x.shape, dict(epsilon=0.0), parameters)

    def matmul(self, name, a, b):
        """The product of two activations, or of one and a matrix."""
        if isinstance(a, Value) and not isinstance(b, Value) and np.ndim(b) == 2:
            return self.linear(name, a, np.ascontiguousarray(np.asarray(b).T))
        if not isinstance(a, Value) or not isinstance(b, Value) or a.rank != b.rank or a.rank < 3:
            raise Unsupported("a matrix product whose factors are not (N, ..., rows, inner), (N, ..., inner, columns)")
        return self.emit(name, "matmul", [a, b], a.shape[:-1] + b.shape[-1:])

    def masked(self, name, x, mask, fill):
        """x where mask is 0, fill where it is 1. A fill of -inf, or near it, is added instead: softmax sees the same."""
        if isinstance(mask, Value) and mask.kind != "bool":
            raise Unsupported("a mask that is not bool")
        if fill <= -1e4:
            hidden = (self.affine(f"{name}.mask", mask, MASKED) if isinstance(mask, Value)
                      else np.asarray(mask, np.float32) * np.float32(MASKED))
            return self.binary(name, "add", x, hidden)
        if isinstance(mask, Value):
            keep, put = self.affine(f"{name}.keep", mask, -1, 1), self.affine(f"{name}.fill", mask, fill)
        else:
            put = np.asarray(mask, np.float32)
            keep, put = 1 - put, put * np.float32(fill)
        kept = self.binary(f"{name}.kept", "mul", x, keep)
        return self.binary(name, "add", kept, put)

    def heads(self, name, x, heads):
        """(N, T, D) -> (N, heads, T, D / heads)"""
        x = self.reshape(f"{name}.split", x, x.shape[:2] + (heads, x.shape[2] // heads))
        return self.permute(f"{name}.heads", x, (0, 2, 1, 3))

    def attention(self, name, q, k, v, heads, hidden=None, causal=False):
        """Softmax(q k^T / sqrt(width)) v, q, k, v (N, T, D) -> (N, T, D). hidden: added to the scores, or None."""
        q, k, v = (self.heads(f"{name}.{part}", x, heads) for part, x in (("q", q), ("k", k), ("v", v)))
        scores = self.emit(f"{name}.scores", "matmul", [q, k], q.shape[:-1] + (k.shape[2],),
                           dict(transpose_b=1, scale=float(q.shape[-1]) ** -0.5))
        if hidden is not None:
            scores = self.binary(f"{name}.masked", "add", scores, hidden)
        weights = self.unary(f"{name}.probabilities", "softmax", scores, axis=-1, causal=int(causal))
        mixed = self.matmul(f"{name}.mixed", weights, v)
        mixed = self.permute(f"{name}.back", mixed, (0, 2, 1, 3))
        return self.reshape(f"{name}.joined", mixed, mixed.shape[:2] + (mixed.shape[2] * mixed.shape[3],))
