"""torch_graph.py - a torch module as the nodes of a dump, traced by torch.fx."""
# SPDX-License-Identifier: GPL-3.0-or-later
import contextlib
import dis
import inspect

import torch
from torch import fx

from .builder import Builder, Unsupported, Value
from .torch_functions import FUNCTIONS
from .torch_modules import MODULES

LARGE = 1e8  # beyond it a recording is of masked scores, which a dump says in other numbers


MAKERS = ("arange", "empty", "eye", "full", "linspace", "ones", "zeros")  # tensors from sizes alone


def _unpacked(proxy):
    """a, b, c = proxy, in the bytecode of any Python: how many names stand on the left is in the instruction."""
    frame = inspect.currentframe().f_back
    here = next((i for i in dis.get_instructions(frame.f_code) if i.offset == frame.f_lasti), None)
    if here is not None and here.opname == "UNPACK_SEQUENCE":
        return iter([proxy[i] for i in range(here.argval)])
    raise fx.proxy.TraceError("a loop over a tensor, whose length is not known while tracing")


@contextlib.contextmanager
def _sizes_may_be_traced():
    """Lets torch.arange(x.shape[1]) and its like become steps of a trace, for torch.fx knows only functions of tensors;
    and n, t, d = x.shape, for torch.fx reads the bytecode of older Pythons."""
    was, iterate = {name: getattr(torch, name) for name in MAKERS}, fx.Proxy.__iter__

    def traced(function):
        def call(*args, **kwargs):
            found = []
            fx.node.map_aggregate((args, kwargs), lambda a: found.append(a) if isinstance(a, fx.Proxy) else None)
            return (found[0].tracer.create_proxy("call_function", function, args, kwargs) if found
                    else function(*args, **kwargs))
        return call

    try:
        for name, function in was.items():
            setattr(torch, name, traced(function))
        fx.Proxy.__iter__ = _unpacked
        yield
    finally:
        fx.Proxy.__iter__ = iterate
        for name, function in was.items():
            setattr(torch, name, function)


class _Tracer(fx.Tracer):
    """Remembers in which submodule a function was called, so that its node can be named after the place."""

    proxy_buffer_attributes = True  # so that self.mask[:, :t] is a step too

    def __init__(self):
        super().__init__()
        self.place = [""]

    def is_leaf_module(self, module, path):
        return type(module) in MODULES or super().is_leaf_module(module, path)

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


def trace(module, absent):
    """The graph. absent: arguments of forward that are not given -> their defaults."""
    tracer = _Tracer()
    with _sizes_may_be_traced():
        made = fx.GraphModule(module, tracer.trace(module, concrete_args=dict(absent) if absent else None))
    graph = made.graph
    for node in reversed(list(graph.nodes)):
        if node.op == "call_function" and "_assert" in getattr(node.target, "__name__", ""):
            graph.erase_node(node)
    graph.eliminate_dead_code()
    for node in list(graph.nodes):
        if node.op == "placeholder" and not node.users and any(node.target.rpartition("_")[0] == a for a in absent):
            graph.erase_node(node)
    made.recompile()
    return made


@contextlib.contextmanager
def spelled_out(module):
    """torch's fused path of encoder layers, which calls no submodule, is off where a gradient is wanted."""
    frozen = [p for p in module.parameters() if p.is_floating_point() and not p.requires_grad]
    try:
        for p in frozen:
            p.requires_grad_(True)
        with torch.enable_grad():
            yield
    finally:
        for p in frozen:
            p.requires_grad_(False)


class _Writer(fx.Interpreter):
    """Runs the trace on a sample and writes a node for each step that depends on an input."""

    def __init__(self, graph, builder, ports, module):
        super().__init__(graph)
        self.builder, self.ports = builder, ports
        self.value, self.failures = {}, []  # fx node -> Value, or what torch gave where no input matters
        self.recorded = {}  # fx node -> reference
        self.modules_by_name = dict(module.named_modules())

    def run_node(self, node):
        result = super().run_node(node)
        if node.op == "placeholder":
            self.value[node] = self._port(node, result)
        elif node.op == "output":
            self._output(node)
        elif any(isinstance(self.value.get(i), (Value, tuple)) and _depends(self.value[i]) for i in node.all_input_nodes):
            self.value[node] = self._step(node, result)
        else:
            self.value[node] = _learned(node, result, self)
        return result

    def _port(self, node, sample):
        name, axes = self.ports.get(node.target, (node.target, None))
        kind = "bool" if sample.dtype == torch.bool else "float" if sample.is_floating_point() else "int"
        dtype = "int64" if kind == "int" else "float32"
        reference = self.builder.dump.port(name, [-1] + list(sample.shape[1:]), axes, dtype)
        return Value(reference, sample.shape, kind)

    def _output(self, node):
        results = node.args[0]
        results = list(results.values()) if isinstance(results, dict) else results
        results = list(results) if isinstance(results, (tuple, list)) else [results]
        found = [self.value.get(r) for r in results if isinstance(r, fx.Node)]
        if self.failures:
            return
        if not found or not all(isinstance(v, Value) for v in found):
            self.failures.append("a module that does not return tensors that depend on its inputs")
        else:
            self.builder.dump.outputs([v.reference for v in found])

    def _step(self, node, result):
        if not isinstance(result, torch.Tensor) and not (
                isinstance(result, (tuple, list)) and any(isinstance(r, torch.Tensor) for r in result)):
            return result  # a size, a dtype
        args, kwargs = (fx.node.map_arg(a, lambda n: self.value[n]) for a in (node.args, node.kwargs))
        self.builder.result = result
        try:
            made = self._row(node)(*args, **kwargs)
        except Unsupported as why:
            self.failures.append(f"{node.meta['place'] or node.name}: {why}")
            return Value("n0000", result.shape if isinstance(result, torch.Tensor) else result[0].shape)
        except (TypeError, AttributeError) as why:  # an argument that the row does not know, or a state that is None
            self.failures.append(f"{node.meta['place'] or node.name}: {_target(node)}: {why}")
            return Value("n0000", result.shape if isinstance(result, torch.Tensor) else result[0].shape)
        if isinstance(made, Value) and made.kind == "float" and result.abs().max() < LARGE:
            self.recorded[node] = made.reference
        return made

    def _row(self, node):
        b, name = self.builder, self._name(node)
        if node.op == "call_module":
            module = self.modules_by_name[node.target]
            if type(module) not in MODULES:
                raise Unsupported(f"module {type(module).__name__}")
            return lambda *a, **k: MODULES[type(module)](b, name, module, *a, **k)
        if node.op not in ("call_function", "call_method") or node.target not in FUNCTIONS:
            raise Unsupported(f"{node.op} {_target(node)}")
        return lambda *a, **k: FUNCTIONS[node.target](b, name, *a, **k)

    def _name(self, node):
        """A submodule's own path; a function's place and operator: 'b1.add'; a module of one function: its path."""
        place = node.meta["place"]
        if node.op == "call_module":
            return node.target
        if place and len(node.all_input_nodes) == 1 and not list(self.modules_by_name[place].children()):
            return place
        return f"{place}.{{op}}" if place else "{op}"


def _target(node):
    return getattr(node.target, "__name__", node.target)


def _depends(value):
    return isinstance(value, Value) or (isinstance(value, tuple) and any(isinstance(v, Value) for v in value))


def _learned(node, result, writer):
    """Marks tables of positions, that is parameters and rows of embeddings, to be told from other constants."""
    if isinstance(result, torch.Tensor):
        module = writer.modules_by_name.get(node.target) if node.op == "call_module" else None
        result.learned = (isinstance(result, torch.nn.Parameter) or isinstance(module, torch.nn.Embedding) or
                          any(getattr(writer.value.get(i), "learned", False) for i in node.all_input_nodes))
    return result


class _Recorder(fx.Interpreter):
    """Runs a batch and hands on what each node gave as soon as it is known; nothing is kept longer than it is used."""

    def __init__(self, graph, recorded, take):
        super().__init__(graph)
        self.recorded, self.take, self.seen = recorded, take, set()

    def run_node(self, node):
        result = super().run_node(node)
        reference = self.recorded.get(node)
        if reference and reference not in self.seen and isinstance(result, torch.Tensor):
            self.seen.add(reference)
            self.take(reference, result)
        return result


class Traced:
    """A module whose graph is in a dump: its nodes, and how to record what they give."""

    def __init__(self, module, samples, dump, ports=None, absent=()):
        """samples: one tensor for each argument of forward that is given, in order. Raises Unsupported."""
        try:
            self.graph = trace(module, absent)
        except Unsupported:
            raise
        except Exception as why:  # fx raises whatever the module's code does with a proxy
            raise Unsupported(f"torch.fx cannot trace it: {type(why).__name__}: {why}") from why
        self.builder = Builder(dump)
        dump.network("NCHW")
        writer = _Writer(self.graph, self.builder, ports or {}, module)
        with spelled_out(module):
            self.output = writer.run(*samples)
        if not dump.nodes and not writer.failures:
            writer.failures.append("a module that does nothing to its inputs")
        if writer.failures:
            raise Unsupported("cannot be written:\n  " + "\n  ".join(dict.fromkeys(writer.failures)))
        self.module, self.recorded = module, writer.recorded

    def record(self, samples, take):
        """take(reference, tensor) for every node that torch computes as such, of one batch."""
        hooks, seen = [], set(self.recorded.values())

        def hook(reference):
            def given(_module, _inputs, result):
                result = result[0] if isinstance(result, tuple) else result
                if reference not in seen and result.abs().max() < LARGE:
                    seen.add(reference)
                    take(reference, result)
            return given

        for path, reference in self.builder.inner.items():
            hooks.append(self.graph.get_submodule(path).register_forward_hook(hook(reference)))
        try:
            with spelled_out(self.module):
                return _Recorder(self.graph, self.recorded, take).run(*samples)
        finally:
            for h in hooks:
                h.remove()


def write(module, sample, dump, port="image", axes="NCHW", record=None):
    """Traces module on sample (with the samples' axis) and writes port, nodes and outputs; record: a split's name under
    which what every node gave for the sample is kept. Returns the module's own output."""
    torch.set_num_threads(1)
    module = module.eval()
    name = next(iter(inspect.signature(module.forward).parameters))
    traced = Traced(module, [sample], dump, {name: (port, list(axes)[:sample.ndim])})
    if record:
        traced.record([sample], lambda reference, x: dump.activation(record, reference, x.detach().numpy()))
    return traced.output.detach()

