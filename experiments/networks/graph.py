"""graph.py - a torch module as the nodes of a dump, traced by torch.fx. To add an operator, add a row to a table."""
# SPDX-License-Identifier: GPL-3.0-or-later
import operator

import torch
import torch.nn.functional as F
from torch import fx, nn


class Unsupported(Exception):
    """What the module holds and a dump cannot; all of it in one message."""


def _list(value, n=2):
    return list(value) if isinstance(value, (tuple, list)) else [value] * n


def _weights(module):
    found = {"weight": module.weight}
    if getattr(module, "bias", None) is not None:
        found["bias"] = module.bias
    return found


def _conv(module, axes):
    if module.padding_mode != "zeros":
        raise Unsupported(f"padding_mode {module.padding_mode}")
    if isinstance(module.padding, str):
        raise Unsupported(f"padding '{module.padding}' as a word; give numbers")
    attributes = dict(stride=_list(module.stride, axes), padding=_list(module.padding, axes),
                      dilation=_list(module.dilation, axes), groups=module.groups)
    return attributes, _weights(module)


def _batch_norm(module):
    if module.running_mean is None:
        raise Unsupported("a norm without running statistics")
    parameters = dict(mean=module.running_mean, variance=module.running_var)
    if module.affine:
        parameters.update(gamma=module.weight, beta=module.bias)
    return dict(epsilon=float(module.eps)), parameters


def _max_pool(kernel, stride=None, padding=0, dilation=1, ceil_mode=False, return_indices=False, axes=2):
    if _list(dilation) != [1, 1] or return_indices:
        raise Unsupported("max-pooling with dilation or indices")
    return dict(kernel=_list(kernel, axes), stride=_list(kernel if stride is None else stride, axes),
                padding=_list(padding, axes), ceil=int(ceil_mode)), {}


def _avg_pool(kernel, stride=None, padding=0, ceil_mode=False, count_include_pad=True, divisor_override=None, axes=2):
    if divisor_override:
        raise Unsupported("average pooling with a divisor of its own")
    return dict(kernel=_list(kernel, axes), stride=_list(kernel if stride is None else stride, axes),
                padding=_list(padding, axes), ceil=int(ceil_mode), count_include_pad=int(count_include_pad)), {}


def _global_average(size):
    if any(n != 1 for n in _list(size)):
        raise Unsupported(f"adaptive pooling to {size}: only to 1")
    return dict(keepdims=1), {}


def _flatten(start=1, end=-1):
    if (start, end) != (1, -1):
        raise Unsupported(f"flatten from axis {start} to {end}: only from 1 to -1")
    return {}, {}


def _plain(*_args, **_knobs):
    return {}, {}


def _zero_pad(padding):
    left, right, top, bottom = padding
    return dict(padding=[top, left, bottom, right]), {}


# class: (operator, module -> attributes and parameters)
MODULES = {
    nn.Linear: ("linear", lambda m: ({}, _weights(m))),
    nn.Conv1d: ("conv1d", lambda m: _conv(m, 1)),
    nn.Conv2d: ("conv2d", lambda m: _conv(m, 2)),
    nn.BatchNorm1d: ("batch_norm", _batch_norm),
    nn.BatchNorm2d: ("batch_norm", _batch_norm),
    nn.ReLU: ("relu", _plain),
    nn.ReLU6: ("relu", lambda m: (dict(max_value=6.0), {})),
    nn.LeakyReLU: ("leaky_relu", lambda m: (dict(negative_slope=float(m.negative_slope)), {})),
    nn.ELU: ("elu", lambda m: (dict(alpha=float(m.alpha)), {})),
    nn.SELU: ("selu", _plain),
    nn.GELU: ("gelu", lambda m: (dict(approximate=m.approximate), {})),
    nn.SiLU: ("silu", _plain),
    nn.Mish: ("mish", _plain),
    nn.Sigmoid: ("sigmoid", _plain),
    nn.Hardsigmoid: ("hard_sigmoid", lambda m: (dict(slope=1 / 6, offset=0.5), {})),
    nn.Hardswish: ("hard_silu", _plain),
    nn.Tanh: ("tanh", _plain),
    nn.Softplus: ("softplus", lambda m: (dict(beta=float(m.beta)), {})),
    nn.Softmax: ("softmax", lambda m: (dict(axis=-1 if m.dim is None else m.dim), {})),
    nn.MaxPool2d: ("maxpool2d", lambda m: _max_pool(m.kernel_size, m.stride, m.padding, m.dilation, m.ceil_mode,
                                                    m.return_indices)),
    nn.AvgPool2d: ("avgpool2d", lambda m: _avg_pool(m.kernel_size, m.stride, m.padding, m.ceil_mode,
                                                    m.count_include_pad, m.divisor_override)),
    nn.AdaptiveAvgPool2d: ("global_avgpool", lambda m: _global_average(m.output_size)),
    nn.ZeroPad2d: ("zero_pad2d", lambda m: _zero_pad(m.padding)),
    nn.Flatten: ("flatten", lambda m: _flatten(m.start_dim, m.end_dim)),
    nn.Dropout: ("dropout", _plain),
    nn.Dropout2d: ("dropout", _plain),
    nn.Identity: ("identity", _plain),
}


def _mean(_x, axes=None, keepdim=False, dim=None):
    axes = sorted(_list(dim if axes is None else axes, 1))
    if axes not in ([2, 3], [-2, -1]):
        raise Unsupported(f"mean over the axes {axes}: only over both spatial ones")
    return dict(keepdims=int(keepdim)), {}


def _concat(_parts, axis=0, dim=None):
    return dict(axis=axis if dim is None else dim), {}


# function or name of a method: (operator, the call's arguments -> attributes and parameters)
FUNCTIONS = {
    operator.add: ("add", _plain), torch.add: ("add", _plain), "add": ("add", _plain), "add_": ("add", _plain),
    operator.iadd: ("add", _plain),
    operator.sub: ("sub", _plain), torch.sub: ("sub", _plain),
    operator.mul: ("mul", _plain), torch.mul: ("mul", _plain),
    F.relu: ("relu", _plain), torch.relu: ("relu", _plain), "relu": ("relu", _plain), "relu_": ("relu", _plain),
    F.relu6: ("relu", lambda *_a, **_k: (dict(max_value=6.0), {})),
    F.silu: ("silu", _plain),
    torch.sigmoid: ("sigmoid", _plain), "sigmoid": ("sigmoid", _plain),
    torch.tanh: ("tanh", _plain), "tanh": ("tanh", _plain),
    F.max_pool2d: ("maxpool2d", lambda _x, *a, **k: _max_pool(*a, **k)),
    F.avg_pool2d: ("avgpool2d", lambda _x, *a, **k: _avg_pool(*a, **k)),
    F.adaptive_avg_pool2d: ("global_avgpool", lambda _x, size: _global_average(size)),
    torch.flatten: ("flatten", lambda _x, *a: _flatten(*a)), "flatten": ("flatten", lambda _x, *a: _flatten(*a)),
    torch.mean: ("global_avgpool", _mean), "mean": ("global_avgpool", _mean),
    torch.cat: ("concat", _concat), torch.concat: ("concat", _concat),
}


class _Tracer(fx.Tracer):
    """Remembers in which submodule a function was called, so that its node can be named after the place."""

    def __init__(self):
        super().__init__()
        self.place = [""]

    def call_module(self, module, forward, args, kwargs):
        self.place.append(self.path_of_module(module))
        try:
            return super().call_module(module, forward, args, kwargs)
        finally:
            self.place.pop()

    def create_node(self, kind, target, args, kwargs, name=None, type_expr=None):
        node = super().create_node(kind, target, args, kwargs, name, type_expr)
        node.meta["place"] = self.place[-1]
        return node


class _Recorder(fx.Interpreter):
    def run_node(self, node):
        node.meta["value"] = value = super().run_node(node)
        return value


def _describe(node, modules):
    """(operator, attributes, parameters) of one node of the trace."""
    if node.op == "call_module":
        module = modules[node.target]
        kind = type(module)
        if kind not in MODULES:
            raise Unsupported(f"module {kind.__name__}")
        op, describe = MODULES[kind]
        return (op,) + describe(module)
    if node.op in ("call_function", "call_method") and node.target in FUNCTIONS:
        op, describe = FUNCTIONS[node.target]
        knobs = {key: value for key, value in node.kwargs.items() if key != "inplace"}
        constants = [a for a in node.args if isinstance(a, (int, float))]
        if op in ("add", "sub", "mul") and (constants or knobs):
            raise Unsupported(f"'{op}' with a constant or a factor")
        return (op,) + describe(*node.args, **knobs)
    raise Unsupported(f"{node.op} {getattr(node.target, '__name__', node.target)}")


def _name(node, op, taken):
    """A submodule's own path; a function's place and operator: 'b1.add'. Repeated names get a number."""
    stem = node.target if node.op == "call_module" else ".".join(filter(None, [node.meta["place"], op]))
    if node.op != "call_module" and node.meta["place"] and len(node.all_input_nodes) == 1:
        stem = node.meta["place"]  # a module of one function, as models.Average
    name, k = stem, 1
    while name in taken:
        name, k = f"{stem}.{k}", k + 1
    taken.add(name)
    return name


def write(module, sample, dump, port="image", axes="NCHW", record=None):
    """Traces module on sample (with the samples' axis) and writes port, nodes and outputs; record: a split's name under
    which what every node gave for the sample is kept. Returns the module's own output."""
    torch.set_num_threads(1)
    module = module.eval()
    tracer = _Tracer()
    graph = fx.GraphModule(module, tracer.trace(module))
    modules = dict(graph.named_modules())
    with torch.no_grad():
        output = _Recorder(graph).run(sample)
    reference, taken, failures, owner = {}, set(), [], {}
    dump.network("NCHW")
    for node in graph.graph.nodes:
        if node.op == "placeholder":
            reference[node] = dump.port(port, [-1] + list(sample.shape[1:]), list(axes)[:sample.ndim])
        elif node.op == "output":
            results = [a for a in node.args if isinstance(a, fx.Node)]
            if len(results) != 1 or results[0] not in reference:
                failures.append("a module that does not return one tensor")
            elif not failures:
                dump.outputs([reference[results[0]]])
        else:
            try:
                op, attributes, parameters = _describe(node, modules)
            except Unsupported as why:
                failures.append(f"{node.meta['place'] or node.name}: {why}")
                reference[node] = "n0000"
                continue
            parameters = {key: value.detach().numpy() for key, value in parameters.items()}
            tied = owner.get(node.target) if node.op == "call_module" and parameters else None
            reference[node] = dump.node(_name(node, op, taken), op, [reference[i] for i in node.all_input_nodes],
                                        attributes, None if tied else parameters, tied)
            if node.op == "call_module":
                owner.setdefault(node.target, reference[node])
            if record:
                dump.activation(record, reference[node], node.meta["value"].numpy())
    if failures:
        raise Unsupported("cannot be written:\n  " + "\n  ".join(failures))
    return output
