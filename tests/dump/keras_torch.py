#!/usr/bin/python3
# keras_torch.py - a second opinion on Keras files: their configuration, evaluated by torch in double precision.
# SPDX-License-Identifier: GPL-3.0-or-later
"""keras_torch.py record [MODEL OUT]...   runs each MODEL (.h5) on random inputs; writes every layer's output to OUT, in
                                       the layout that `halfstep verify MODEL OUT` reads
keras_torch.py make FOLDER             writes small models that together use every layer and option that is read

Written from the documentation of Keras, not from halfstep's reader: where both agree, both understood it alike."""
import io
import json
import os
import re
import sys
import zipfile

import h5py
import numpy as np
import torch
import torch.nn.functional as F


# ---- evaluation ----

def text(value):
    return value.decode() if isinstance(value, bytes) else str(value)


def pair(value, n=2):
    return [value] * n if np.isscalar(value) else list(value)


def first(config):
    return config.get('data_format') == 'channels_first'


ACTIVATIONS = {
    'linear': lambda x: x, 'relu': torch.relu, 'relu6': lambda x: torch.clamp(x, 0, 6),
    'elu': F.elu, 'selu': F.selu, 'sigmoid': torch.sigmoid, 'tanh': torch.tanh,
    'hard_sigmoid': lambda x: torch.clamp(0.2 * x + 0.5, 0, 1),
    'hard_sigmoid_3': lambda x: torch.clamp(x / 6 + 0.5, 0, 1),
    'swish': F.silu, 'silu': F.silu, 'gelu': F.gelu, 'softplus': F.softplus, 'softsign': F.softsign,
    'softmax': lambda x: torch.softmax(x, -1), 'exponential': torch.exp,
}


def activate(config, x):
    return ACTIVATIONS[config.get('activation') or 'linear'](x)


def same(n, k, s, d=1):
    """How TensorFlow pads: the odd one goes behind."""
    total = max((-(-n // s) - 1) * s + (k - 1) * d + 1 - n, 0)
    return [total // 2, total - total // 2]


def to_first(x, config):
    return x if first(config) else x.movedim(-1, 1)


def from_first(x, config):
    return x if first(config) else x.movedim(1, -1)


def padded(x, config, k, s, d, value=0.0):
    """Pads the spatial axes of (N, C, ...) as the option `padding` says."""
    sides = []
    for axis in range(len(k)):
        n = x.shape[2 + axis]
        mode = config['padding']
        sides.append(same(n, k[axis], s[axis], d[axis]) if mode == 'same'
                     else [(k[axis] - 1) * d[axis], 0] if mode == 'causal' else [0, 0])
    flat = [v for side in reversed(sides) for v in side]
    return F.pad(x, flat, value=value)


def conv(x, w, config, groups, axes):
    k, s, d = (pair(config[name], axes) for name in ('kernel_size', 'strides', 'dilation_rate'))
    f = F.conv1d if axes == 1 else F.conv2d
    return f(padded(x, config, k, s, d), w, None, s, 0, d, groups)


def bias(x, b):
    return x + b.reshape([1, -1] + [1] * (x.dim() - 2))


def run_conv(config, w, x, axes):
    kernel = w[0].permute([axes + 1, axes] + list(range(axes)))
    y = conv(to_first(x, config), kernel, config, config.get('groups', 1), axes)
    return activate(config, from_first(bias(y, w[1]) if config['use_bias'] else y, config))


def depthwise(x, kernel, config):
    h, wd, c, m = kernel.shape
    return conv(x, kernel.permute(2, 3, 0, 1).reshape(c * m, 1, h, wd), config, c, 2)


def run_depthwise(config, w, x):
    y = depthwise(to_first(x, config), w[0], config)
    return activate(config, from_first(bias(y, w[1]) if config['use_bias'] else y, config))


def run_separable(config, w, x):
    y = F.conv2d(depthwise(to_first(x, config), w[0], config), w[1].permute(3, 2, 0, 1))
    return activate(config, from_first(bias(y, w[2]) if config['use_bias'] else y, config))


def run_norm(config, w, x):
    w = list(w)
    axis = pair(config['axis'], 1)[0] % x.dim()
    shape = [-1 if i == axis else 1 for i in range(x.dim())]
    gamma = w.pop(0).reshape(shape) if config['scale'] else 1
    beta = w.pop(0).reshape(shape) if config['center'] else 0
    mean, variance = (v.reshape(shape) for v in w)
    return (x - mean) / torch.sqrt(variance + config['epsilon']) * gamma + beta


def run_pool(config, x, axes, largest):
    k = pair(config['pool_size'], axes)
    s = pair(config['strides'], axes) if config['strides'] else k
    x, one = to_first(x, config), [1] * axes
    f = {(1, True): F.max_pool1d, (2, True): F.max_pool2d, (1, False): F.avg_pool1d, (2, False): F.avg_pool2d}[axes, largest]
    if largest:
        return from_first(f(padded(x, config, k, s, one, -torch.inf), k, s), config)
    inside = padded(torch.ones_like(x), config, k, s, one)
    return from_first(f(padded(x, config, k, s, one), k, s) / f(inside, k, s), config)


def run_upsampling(config, x, axes):
    x = to_first(x, config)
    for axis, n in enumerate(pair(config['size'], axes)):
        x = x.repeat_interleave(n, 2 + axis)
    return from_first(x, config)


def run_cropping(config, x, axes):
    p = config['cropping'] if axes == 2 else [config['cropping']]
    x = to_first(x, config)
    for axis, (before, after) in enumerate(p):
        x = x.narrow(2 + axis, before, x.shape[2 + axis] - before - after)
    return from_first(x, config)


def run_layer_norm(config, w, x):
    return F.layer_norm(x, x.shape[-1:], w[0], w[1], config['epsilon'])


def run_global(config, x, largest):
    y = to_first(x, config).flatten(2)
    y = y.amax(2) if largest else y.mean(2)
    if not config.get('keepdims'):
        return y
    ones = [1] * (x.dim() - 2)
    return y.reshape([len(y), -1] + ones if first(config) else [len(y)] + ones + [-1])


def run_relu(config, x):
    most, slope, threshold = config.get('max_value'), config.get('negative_slope', 0), config.get('threshold', 0)
    y = torch.where(x >= threshold, x, slope * (x - threshold))
    return y if most is None else torch.where(x >= most, torch.full_like(x, most), y)


def run_flatten(config, x):
    return (x.movedim(1, -1) if first(config) and x.dim() > 2 else x).flatten(1)


def run_zero(config, x, axes):
    p = config['padding']
    p = [[p, p]] * axes if np.isscalar(p) else [p] if axes == 1 else [pair(v) for v in p]
    x = to_first(x, config) if axes == 2 else x.movedim(-1, 1)
    y = F.pad(x, [v for side in reversed(p) for v in side])
    return from_first(y, config) if axes == 2 else y.movedim(1, -1)


def dense(config, w, x):
    y = x @ w[0]
    return activate(config, y + w[1] if config.get('use_bias', config.get('bias')) else y)


GATES = {'LSTM': 4, 'GRU': 3, 'SimpleRNN': 1}
MODULES = {'LSTM': torch.nn.LSTM, 'GRU': torch.nn.GRU, 'SimpleRNN': torch.nn.RNN}


def side_by_side(kind, w):
    """Kernel, recurrent kernel and biases as Keras 2 has them; Keras 1 has W, U, b of each gate (LSTM: i, c, f, o)."""
    if len(w) > 3:
        order = [0, 2, 1, 3] if kind == 'LSTM' else [0, 1, 2]
        w = [torch.cat([w[3 * g + part] for g in order], -1) for part in range(3)]
    bias = w[2] if len(w) > 2 else torch.zeros(w[0].shape[1])
    return w[0], w[1], *(bias if bias.dim() == 2 else (bias, torch.zeros_like(bias)))


def by_torch(kind, config, kernel, recurrent, bias, second, x):
    """All steps by torch's own module, gates in its order."""
    n = config['units']
    order = [1, 0, 2] if kind == 'GRU' else range(GATES[kind])
    columns = torch.cat([torch.arange(g * n, g * n + n) for g in order])
    module = MODULES[kind](kernel.shape[0], n, batch_first=True).double()
    module.load_state_dict({'weight_ih_l0': kernel.T[columns], 'weight_hh_l0': recurrent.T[columns],
                            'bias_ih_l0': bias[columns], 'bias_hh_l0': second[columns]})
    return module(x)[0].detach()


def by_hand(kind, config, kernel, recurrent, bias, second, x):
    """All steps, for the options that torch does not have."""
    n, act = config.get('units', config.get('output_dim')), ACTIVATIONS[config['activation']]
    gate = ACTIVATIONS[config.get('recurrent_activation', config.get('inner_activation', 'sigmoid'))]
    h, c, out = torch.zeros(x.shape[0], n).double(), torch.zeros(x.shape[0], n).double(), []
    for t in range(x.shape[1]):
        a, b = x[:, t] @ kernel + bias, h @ recurrent + second
        if kind == 'LSTM':
            i, f, g, o = (a + b).split(n, -1)
            c = gate(f) * c + gate(i) * act(g)
            h = gate(o) * act(c)
        elif kind == 'GRU':
            z, r = gate(a + b)[:, :n], gate(a + b)[:, n:2 * n]
            inner = r * b[:, 2 * n:] if config.get('reset_after') else (r * h) @ recurrent[:, 2 * n:] + second[2 * n:]
            h = z * h + (1 - z) * act(a[:, 2 * n:] + inner)
        else:
            h = act(a + b)
        out.append(h)
    return torch.stack(out, 1)


def run_recurrent(kind, config, w, x):
    x = x.flip(1) if config.get('go_backwards') else x
    plain = config['activation'] == 'tanh' and config.get('recurrent_activation', 'sigmoid') == 'sigmoid' \
        and 'units' in config and (kind != 'GRU' or config.get('reset_after'))
    y = (by_torch if plain else by_hand)(kind, config, *side_by_side(kind, w), x)
    return y if config['return_sequences'] else y[:, -1]


def run_both(config, w, x):
    kind, inner = config['layer']['class_name'], config['layer']['config']
    one = run_recurrent(kind, inner, w[:len(w) // 2], x)
    two = run_recurrent(kind, dict(inner, go_backwards=True), w[len(w) // 2:], x)
    two = two.flip(1) if inner['return_sequences'] else two
    return {'concat': torch.cat([one, two], -1), 'sum': one + two, 'mul': one * two}[config['merge_mode']]


def run_transpose(config, w, x, axes):
    """What a convolution sends back to its input: the gradient, by torch, of one padded as TensorFlow pads."""
    k, s, d = (pair(config[name], axes) for name in ('kernel_size', 'strides', 'dilation_rate'))
    more = config.get('output_padding')
    x = to_first(x, config)
    size = []
    for axis, n in enumerate(x.shape[2:]):
        wide = (k[axis] - 1) * d[axis] + 1
        half = config['padding'] == 'same'
        if more is None:
            size.append(n * s[axis] if half else n * s[axis] + max(wide - s[axis], 0))
        else:
            size.append((n - 1) * s[axis] + wide + pair(more, axes)[axis] - (2 * (wide // 2) if half else 0))
    kernel = w[0].permute([axes + 1, axes] + list(range(axes)))
    seed = torch.zeros([x.shape[0], kernel.shape[1]] + size, dtype=torch.float64, requires_grad=True)
    y, = torch.autograd.grad(conv(seed, kernel, config, 1, axes), seed, x)
    return activate(config, from_first(bias(y, w[1]) if config['use_bias'] else y, config))


def run_line(run, config, w, x):
    """In one dimension as in two with a height of 1, channels last."""
    c = dict(config, **{name: [1] + pair(config[name], 1) for name in ('kernel_size', 'strides', 'dilation_rate')})
    return run(c, [w[0].unsqueeze(0)] + [v.unsqueeze(0) if v.dim() == 3 else v for v in w[1:]], x.unsqueeze(1)).squeeze(1)


def run_group_norm(config, w, x):
    w, c = list(w), x.shape[1 if config['axis'] == 1 else -1]
    gamma = w.pop(0) if config['scale'] else None
    y = F.group_norm(x if config['axis'] == 1 else x.movedim(-1, 1), c if config['groups'] == -1 else config['groups'],
                     gamma, w[0] if config['center'] else None, config['epsilon'])
    return y if config['axis'] == 1 else y.movedim(1, -1)


def run_standard(config, w, x):
    """Figures of the axes that are kept, in their order."""
    axes = config['axis']
    axes = [] if axes is None else [v % x.dim() for v in (axes if isinstance(axes, list) else [axes])]
    shape = [n if i in axes else 1 for i, n in enumerate(x.shape)]
    mean, variance = w[:2] if w else (torch.tensor(config[n], dtype=torch.double) for n in ('mean', 'variance'))
    if mean.dim():
        mean, variance = mean.reshape(shape), variance.reshape(shape)
    return (x - mean) / torch.clamp(torch.sqrt(variance), min=1e-7)


def unit(x, axis):
    return x / torch.sqrt(torch.clamp((x ** 2).sum(axis, keepdim=True), min=1e-12))


def run_dot(config, x, y):
    axes = config['axes'] if isinstance(config['axes'], list) else [config['axes']] * 2
    if config['normalize']:
        x, y = unit(x, axes[0]), unit(y, axes[1])
    z = torch.stack([torch.tensordot(a, b, ([axes[0] % x.dim() - 1], [axes[1] % y.dim() - 1])) for a, b in zip(x, y)])
    return z.reshape(-1, 1) if z.dim() == 1 else z


def run_attention(config, w, query, value, key=None):
    """As einsums, the order of the call: query, value, key."""
    key = value if key is None else key
    w = list(w)

    def project(x, equation):
        y = torch.einsum(equation, x, w.pop(0))
        return y + w.pop(0) if config['use_bias'] else y
    q, k, v = (project(x, 'ntd,dhk->nthk') for x in (query, key, value))
    scores = torch.einsum('nthk,nshk->nhts', q, k) / config['key_dim'] ** 0.5
    if config.get('causal'):
        scores = scores.masked_fill(torch.ones(scores.shape[-2:], dtype=torch.bool).triu(1), -np.inf)
    return project(torch.einsum('nhts,nshv->nthv', torch.softmax(scores, -1), v), 'nthv,hvd->ntd')


LAYERS = {
    'MultiHeadAttention': run_attention,
    'PReLU': lambda c, w, x: torch.where(x > 0, x, w[0] * x),
    'ThresholdedReLU': lambda c, w, x: torch.where(x > c['theta'], x, torch.zeros_like(x)),
    'Normalization': run_standard,
    'UnitNormalization': lambda c, w, x: unit(x, c['axis']),
    'Embedding': lambda c, w, x: w[0][x.long()],
    'RepeatVector': lambda c, w, x: torch.stack([x] * c['n'], 1),
    'Dot': lambda c, w, x, y: run_dot(c, x, y),
    'Maximum': lambda c, w, *x: torch.stack(torch.broadcast_tensors(*x)).amax(0),
    'Minimum': lambda c, w, *x: torch.stack(torch.broadcast_tensors(*x)).amin(0),
    'Conv1DTranspose': lambda c, w, x: run_transpose(c, w, x, 1),
    'Conv2DTranspose': lambda c, w, x: run_transpose(c, w, x, 2),
    'DepthwiseConv1D': lambda c, w, x: run_line(run_depthwise, c, w, x),
    'SeparableConv1D': lambda c, w, x: run_line(run_separable, c, w, x),
    'GroupNormalization': run_group_norm,
    'Rescaling': lambda c, w, x: x * c['scale'] + c['offset'],
    'Average': lambda c, w, *x: sum(x[1:], x[0]) / len(x),
    'Dense': dense,
    'Conv1D': lambda c, w, x: run_conv(c, w, x, 1),
    'Conv2D': lambda c, w, x: run_conv(c, w, x, 2),
    'DepthwiseConv2D': run_depthwise,
    'SeparableConv2D': run_separable,
    'BatchNormalization': run_norm,
    'Activation': lambda c, w, x: activate(c, x),
    'ReLU': lambda c, w, x: run_relu(c, x),
    'LeakyReLU': lambda c, w, x: F.leaky_relu(x, c['alpha']),
    'ELU': lambda c, w, x: F.elu(x, c['alpha']),
    'Softmax': lambda c, w, x: torch.softmax(x, c['axis']),
    'MaxPooling1D': lambda c, w, x: run_pool(c, x, 1, True),
    'MaxPooling2D': lambda c, w, x: run_pool(c, x, 2, True),
    'AveragePooling1D': lambda c, w, x: run_pool(c, x, 1, False),
    'AveragePooling2D': lambda c, w, x: run_pool(c, x, 2, False),
    'GlobalMaxPooling1D': lambda c, w, x: run_global(c, x, True),
    'GlobalMaxPooling2D': lambda c, w, x: run_global(c, x, True),
    'GlobalAveragePooling1D': lambda c, w, x: run_global(c, x, False),
    'GlobalAveragePooling2D': lambda c, w, x: run_global(c, x, False),
    'Dropout': lambda c, w, x: x,
    'Flatten': lambda c, w, x: run_flatten(c, x),
    'Reshape': lambda c, w, x: x.reshape([x.shape[0]] + list(c['target_shape'])),
    'Permute': lambda c, w, x: x.permute([0] + list(c['dims'])),
    'ZeroPadding1D': lambda c, w, x: run_zero(c, x, 1),
    'ZeroPadding2D': lambda c, w, x: run_zero(c, x, 2),
    'Add': lambda c, w, *x: sum(x[1:], x[0]),
    'Subtract': lambda c, w, x, y: x - y,
    'Multiply': lambda c, w, x, y: x * y,
    'UpSampling1D': lambda c, w, x: run_upsampling(c, x, 1),
    'UpSampling2D': lambda c, w, x: run_upsampling(c, x, 2),
    'Cropping1D': lambda c, w, x: run_cropping(c, x, 1),
    'Cropping2D': lambda c, w, x: run_cropping(c, x, 2),
    'LayerNormalization': run_layer_norm,
    'LSTM': lambda c, w, x: run_recurrent('LSTM', c, w, x),
    'GRU': lambda c, w, x: run_recurrent('GRU', c, w, x),
    'SimpleRNN': lambda c, w, x: run_recurrent('SimpleRNN', c, w, x),
    'Bidirectional': run_both,
    'TimeDistributed': lambda c, w, x: LAYERS[c['layer']['class_name']](c['layer']['config'], w, x),
    'Concatenate': lambda c, w, *x: torch.cat(x, c['axis']),
}


def weights(group, name):
    if name not in group:
        return []
    names = [text(n) for n in group[name].attrs.get('weight_names', [])]
    return [torch.tensor(np.asarray(group[name][n], dtype='f8')) for n in names]


def weights_inside(group, name, layer):
    """Of a model in the model: those that bear the layer's name."""
    names = [text(n) for n in group[name].attrs['weight_names']]
    return [torch.tensor(np.asarray(group[name][n], dtype='f8')) for n in names if layer in n.split('/')]


def run_inside(layer, group, outermost, inputs):
    """A model used as a layer; its outputs, a list."""
    config = layer['config']
    layers, out = config['layers'], {}
    names = [v['config']['name'] for v in layers]
    if 'output_layers' in config:
        wanted = {v[0]: x for v, x in zip(config['input_layers'], inputs)}
        todo = [(v['config']['name'], i, v, sources(n)) for v in layers for i, n in enumerate(v['inbound_nodes'])]
        ends = [tuple(v[:3]) for v in config['output_layers']]
    else:
        if layers[0]['class_name'] != 'InputLayer':
            layers, names = [None] + layers, ['the input'] + names
        wanted = {names[0]: inputs[0]}
        todo = [(n, 0, v, [(b, 0)]) for n, v, b in zip(names[1:], layers[1:], names)]
        ends = [(names[-1], 0, 0)]
    for name, x in wanted.items():
        out[name, 0] = x
    while todo:
        name, call, inner, reads = todo.pop(0)
        if any(v not in out for v in reads):
            todo.append((name, call, inner, reads))
        elif 'layers' in inner['config']:
            out[name, call], = run_inside(inner, group, outermost, [out[v] for v in reads])
        else:
            out[name, call] = LAYERS[inner['class_name']](inner['config'], weights_inside(group, outermost, name),
                                                          *[out[v] for v in reads])
    return [out[v[:2]] for v in ends]


def sources(inbound):
    """(layer, call) of each input, in the forms of Keras 2 and of Keras 3."""
    if isinstance(inbound, dict):
        def find(v):
            if isinstance(v, dict) and v.get('class_name') == '__keras_tensor__':
                return [tuple(v['config']['keras_history'][:2 + (v['config']['keras_history'][2] > 0)])]
            return [s for item in v for s in find(item)] if isinstance(v, list) else []
        named = [inbound['kwargs'][k] for k in ('query', 'value', 'key') if k in inbound['kwargs']]
        return find(inbound['args']) + find(named)
    named = [inbound[0][3][k] for k in ('value', 'key') if k in (inbound[0] + [{}])[3]]
    return [(v[0], v[1]) if not v[2] else (v[0], v[1], v[2]) for v in inbound + named]


def of_call(layer):
    """The configuration with what the only call says."""
    inbound = layer['inbound_nodes'][0] if layer.get('inbound_nodes') else {}
    by_name = inbound.get('kwargs', {}) if isinstance(inbound, dict) else (inbound[0] + [{}])[3] if inbound else {}
    return dict(layer['config'], causal=True) if by_name.get('use_causal_mask') else layer['config']


def sixths(config):
    """Keras 3 has another hard sigmoid."""
    return json.loads(json.dumps(config).replace('"hard_sigmoid"', '"hard_sigmoid_3"'))


def evaluate(model, group, samples):
    """Outputs by (layer, call), the names of the inputs, and those of the outputs."""
    config = model['config']
    layers = config if isinstance(config, list) else config['layers']
    functional = isinstance(config, dict) and 'output_layers' in config
    rng = np.random.default_rng(7)
    out, ports, todo = {}, [], []

    def feed(name, shape):
        ports.append(name)
        if name.startswith('ids'):
            out[name, 0] = torch.tensor(rng.integers(0, 5, size=[samples] + list(shape[1:])).astype('f8'))
            return
        out[name, 0] = torch.tensor(rng.normal(size=[samples] + list(shape[1:])).astype('f4').astype('f8'))

    before = None
    for layer in layers:
        c = layer['config']
        name = c['name']
        if functional:
            if layer['class_name'] == 'InputLayer':
                feed(name, c.get('batch_input_shape') or c.get('batch_shape'))
            todo += [(name, i, layer, sources(v)) for i, v in enumerate(layer['inbound_nodes'])]
            continue
        if before is None:
            before = name + '_input'
            feed(before, c['batch_input_shape'])
        todo.append((name, 0, layer, [(before, 0)]))
        before = name
    while todo:
        name, call, layer, inputs = todo.pop(0)
        if any(tuple(s) not in out for s in inputs):
            todo.append((name, call, layer, inputs))
            continue
        if 'layers' in layer['config']:
            for i, value in enumerate(run_inside(layer, group, name, [out[tuple(s)] for s in inputs])):
                out[(name, call, i) if i else (name, call)] = value
            continue
        out[name, call] = LAYERS[layer['class_name']](of_call(layer), weights(group, name), *[out[tuple(s)] for s in inputs])
    ends = [v[0] for v in config['output_layers']] if functional else [before]
    return out, ports, ends


def record(path, to, samples):
    with h5py.File(path, 'r') as f:
        model = json.loads(text(f.attrs['model_config']).rstrip('\0')) if 'model_config' in f.attrs \
            else json.load(open(os.path.splitext(path)[0] + '.json'))
        if text(f.attrs.get('keras_version', '2')).startswith('3'):
            model = sixths(model)
        out, ports, ends = evaluate(model, f['model_weights'] if 'model_weights' in f else f, samples)
    with h5py.File(to, 'w') as f:
        f.attrs['inputs'] = json.dumps({'inputs': ports})
        for (name, call, *result), value in out.items():
            kind = 'inputs' if name in ports else 'activations'
            if not call and not result:
                f[f'{kind}/{name}'] = value.numpy().astype('f4')
        for name in ends:
            f[f'predictions/{name}'] = out[name, 0].numpy().astype('f4')


# ---- models ----

class Model:
    """Writes what Keras would have written."""

    def __init__(self, **attrs):
        self.layers, self.shape, self.weights, self.attrs = [], {}, {}, attrs
        self.rng = np.random.default_rng(3)
        self.inner, self.models = {}, {} # of models inside this one: their weights with names, and they themselves

    def input(self, name, shape):
        self.add('InputLayer', name, [], batch_input_shape=[None] + shape, dtype='float32', sparse=False)
        return name

    def add(self, kind, name, inputs, w=(), **config):
        if isinstance(inputs, str):
            inputs = [inputs]
        if w:
            scale = [0.5 / np.sqrt(max(1, np.prod(s[:-1]))) if len(s) > 1 else 0.3 for s in w]
            self.weights[name] = [(self.rng.normal(size=s) * k * 2).astype('f4') for s, k in zip(w, scale)]
        if kind == 'BatchNormalization':
            self.weights[name][-1] = np.abs(self.weights[name][-1]) + np.float32(0.5)
        self.layers.append({'class_name': kind, 'name': name, 'config': dict(name=name, trainable=True, **config),
                            'inbound_nodes': [[[n, 0, 0, {}] for n in inputs]] if inputs else []})
        return name

    def nest(self, name, inner, inputs, outer_inputs=(), outputs=()):
        """Another model as a layer; Sequential where it does not say its inputs. Keras keeps its trained weights before
        the others."""
        config = {'name': name, 'layers': inner.layers}
        if outputs:
            config.update(input_layers=[[n, 0, 0] for n in outer_inputs], output_layers=[[n, 0, 0] for n in outputs])
        else:
            config['layers'] = [{'class_name': v['class_name'], 'config': v['config']} for v in inner.layers]
        moving = {v['config']['name'] for v in inner.layers if v['class_name'] == 'BatchNormalization'}
        named = [[(f'{n}/weight_{i}:0', v, n in moving and i >= len(w) - 2) for i, v in enumerate(w)]
                 for n, w in inner.weights.items() if n not in inner.inner]
        named += [[v + (False,) for v in w] for w in inner.inner.values()]
        named = sorted((v for w in named for v in w), key=lambda v: v[2])
        self.inner[name], self.models[name] = [v[:2] for v in named], inner
        self.layers.append({'class_name': 'Functional' if outputs else 'Sequential', 'name': name, 'config': config,
                            'inbound_nodes': [[[n, 0, 0, {}] for n in inputs]] if inputs else []})
        return name

    def write(self, path, inputs=(), outputs=(), sequential=None, beside=False):
        model = {'class_name': 'Functional', 'config': {
            'name': 'model', 'layers': self.layers, 'input_layers': [[n, 0, 0] for n in inputs],
            'output_layers': [[n, 0, 0] for n in outputs]}}
        if sequential:
            plain = [{'class_name': v['class_name'], 'config': v['config']} for v in self.layers]
            model = {'class_name': 'Sequential',
                     'config': plain if sequential == 'list' else {'name': 'model', 'layers': plain}}
        with h5py.File(path, 'w') as f:
            group = f if beside else f.create_group('model_weights')
            for name, value in self.attrs.items():
                f.attrs[name] = value
            if not beside:
                f.attrs['model_config'] = np.bytes_(json.dumps(model)) if sequential else json.dumps(model)
            group.attrs['layer_names'] = [np.bytes_(v['config']['name']) for v in self.layers]
            for layer in self.layers:
                name = layer['config']['name']
                g = group.create_group(name)
                names = [f'{name}/weight_{i}:0' for i in range(len(self.weights.get(name, [])))]
                names += [n for n, _ in self.inner.get(name, [])]
                g.attrs['weight_names'] = [np.bytes_(n) for n in names] if names else np.zeros(0)
                for n, value in zip(names, self.weights.get(name, []) + [v for _, v in self.inner.get(name, [])]):
                    g[n] = value
        if beside:
            with open(os.path.splitext(path)[0] + '.json', 'w') as f:
                json.dump(model, f)


    def newer(self):
        """The graph as Keras 3 writes it."""
        for inner in self.models.values():
            if 'inbound_nodes' in inner.layers[0]:
                inner.newer()
        def tensor(v):
            return {'class_name': '__keras_tensor__', 'config': {'shape': [None], 'dtype': 'float32', 'keras_history': v[:3]}}
        for layer in self.layers:
            if layer['class_name'] == 'MultiHeadAttention':
                layer['inbound_nodes'] = [{'args': [tensor(v) for v in node], 'kwargs': {
                    k: tensor(v) if isinstance(v, list) else v for k, v in node[0][3].items()}} for node in layer['inbound_nodes']]
                continue
            layer['inbound_nodes'] = [{'args': [[tensor(v) for v in node]] if len(node) > 1 else [tensor(node[0])],
                                       'kwargs': {}} for node in layer['inbound_nodes']]

    def fill(self, f):
        """The groups of an archive."""
        seen = {}
        for layer in self.layers:
            kind, name = layer['class_name'], layer['config']['name']
            key = re.sub('([a-z])([A-Z])', r'\1_\2', re.sub('(.)([A-Z][a-z]+)', r'\1_\2', kind)).lower()
            seen[key] = seen.get(key, -1) + 1
            group = f.create_group(f'layers/{key}_{seen[key]}' if seen[key] else f'layers/{key}')
            if name in self.models:
                self.models[name].fill(group)
                continue
            group.create_group('vars')
            w = self.weights.get(name, [])
            parts = {'MultiHeadAttention': [p + '_dense/' for p in ('query', 'key', 'value', 'output')], 'Bidirectional': ['forward_layer/cell/', 'backward_layer/cell/'], 'TimeDistributed': ['layer/']}.get(
                kind, ['cell/'] if kind in GATES else [''])
            for i, value in enumerate(w):
                n = len(w) // len(parts)
                group[f'{parts[i // n]}vars/{i % n}'] = value

    def archive(self, path, inputs, outputs):
        """A .keras file: weights by class and number, not by name."""
        config = {'module': 'keras', 'class_name': 'Functional', 'registered_name': 'Functional', 'config': {
            'name': 'model', 'layers': self.layers, 'input_layers': [[n, 0, 0] for n in inputs],
            'output_layers': [[n, 0, 0] for n in outputs]}}
        image = io.BytesIO()
        with h5py.File(image, 'w') as f:
            self.fill(f)
        with zipfile.ZipFile(path, 'w') as z:
            z.writestr('metadata.json', json.dumps({'keras_version': self.attrs['keras_version'], 'date_saved': 'today'}))
            z.writestr('config.json', json.dumps(config), zipfile.ZIP_DEFLATED)
            z.writestr('model.weights.h5', image.getvalue())


def image_model(path):
    """Two dimensions, channels last: strides, dilations, groups, 'same' at odd sizes, joins."""
    m, c = Model(keras_version='2.4.0', backend='tensorflow'), dict(data_format='channels_last')
    x = m.input('image', [11, 10, 4])
    a = m.add('Conv2D', 'conv', x, [(3, 4, 4, 8), (8,)], filters=8, kernel_size=[3, 4], strides=[2, 2], padding='same',
              dilation_rate=[1, 1], groups=1, activation='relu', use_bias=True, **c)
    b = m.add('Conv2D', 'dilated', a, [(3, 3, 4, 6), (6,)], filters=6, kernel_size=[3, 3], strides=[1, 1], padding='same',
              dilation_rate=[2, 1], groups=2, activation='linear', use_bias=True, **c)
    d = m.add('DepthwiseConv2D', 'depth', b, [(3, 2, 6, 2), (12,)], kernel_size=[3, 2], strides=[1, 1], padding='same',
              dilation_rate=[1, 1], groups=1, depth_multiplier=2, activation='elu', use_bias=True, **c)
    s = m.add('SeparableConv2D', 'separable', d, [(2, 2, 12, 1), (1, 1, 12, 7)], filters=7, kernel_size=[2, 2],
              strides=[1, 1], padding='valid', dilation_rate=[1, 1], depth_multiplier=1, activation='tanh', use_bias=False, **c)
    n = m.add('BatchNormalization', 'norm', s, [(7,), (7,), (7,)], axis=[3], epsilon=0.01, center=1, scale=0)
    p = m.add('MaxPooling2D', 'largest', n, pool_size=[2, 2], strides=[2, 2], padding='same', **c)
    q = m.add('AveragePooling2D', 'mean', n, pool_size=[3, 3], strides=[2, 2], padding='same', **c)
    j = m.add('Concatenate', 'joined', [p, q], axis=-1)
    z = m.add('ZeroPadding2D', 'zeros', j, padding=[[1, 0], [2, 1]], **c)
    g = m.add('GlobalAveragePooling2D', 'global_mean', z, **c)
    h = m.add('GlobalMaxPooling2D', 'global_largest', z, **c)
    t = m.add('Add', 'sum', [g, h])
    u = m.add('Dropout', 'dropout', t, rate=0.5)
    r = m.add('Reshape', 'reshaped', u, target_shape=[2, -1])
    f = m.add('Flatten', 'flat', r, **c)
    o = m.add('Dense', 'classes', f, [(14, 5), (5,)], units=5, activation='softmax', use_bias=True)
    m.write(path, [x], [o])


def first_model(path):
    """Channels first; flattened as Keras does, in the order of channels last."""
    m, c = Model(keras_version='2.3.1', backend='tensorflow'), dict(data_format='channels_first')
    m.add('Conv2D', 'conv', [], [(3, 3, 3, 6)], batch_input_shape=[None, 3, 9, 8], filters=6, kernel_size=[3, 3],
          strides=[2, 1], padding='same', dilation_rate=[1, 1], activation='selu', use_bias=False, **c)
    m.add('BatchNormalization', 'norm', [], [(6,), (6,), (6,), (6,)], axis=1, epsilon=0.001, center=True, scale=True)
    m.add('MaxPooling2D', 'pool', [], pool_size=[2, 2], strides=None, padding='valid', **c)
    m.add('Activation', 'swish', [], activation='swish')
    m.add('Flatten', 'flat', [], **c)
    m.add('Dense', 'out', [], [(48, 3), (3,)], units=3, activation='sigmoid', use_bias=True)
    m.write(path, sequential='dict')


def activation_model(path):
    """Every activation, each an output of its own."""
    m = Model(keras_version='2.4.0', backend='tensorflow')
    x = m.input('x', [6])
    a = m.add('Dense', 'wide', x, [(6, 16), (16,)], units=16, activation='linear', use_bias=True)
    m.weights['wide'][0] *= 4
    ends = [m.add('Activation', 'act_' + n, a, activation=n) for n in ACTIVATIONS if n not in ('relu6', 'hard_sigmoid_3')]
    ends.append(m.add('ReLU', 'relu_options', a, max_value=1.5, negative_slope=0.1, threshold=0.3))
    ends.append(m.add('ReLU', 'relu_plain', a, max_value=None, negative_slope=0.0, threshold=0.0))
    ends.append(m.add('ReLU', 'relu_six', a, max_value=6.0, negative_slope=0.0, threshold=0.0))
    ends.append(m.add('LeakyReLU', 'leaky', a, alpha=0.2))
    ends.append(m.add('ELU', 'elu_07', a, alpha=0.7))
    ends.append(m.add('Softmax', 'softmax_layer', a, axis=-1))
    m.write(path, [x], ends)


def tied_model(path):
    """One layer used twice, two inputs, and the way Keras 3 writes a graph."""
    m = Model(keras_version='3.0.0', backend='tensorflow')
    x, y = m.input('x', [5]), m.input('y', [5])
    m.add('Dense', 'tied', x, [(5, 5), (5,)], units=5, activation='relu', use_bias=True)
    m.layers[-1]['inbound_nodes'].append([['tied', 0, 0, {}]])
    m.add('Subtract', 'difference', ['tied', y])
    m.layers[-1]['inbound_nodes'] = [[['tied', 1, 0, {}], ['y', 0, 0, {}]]]
    m.add('Multiply', 'product', ['difference', 'tied'])
    m.newer()
    m.write(path, [x, y], ['product'])


def line_model(path):
    """One dimension."""
    m, c = Model(keras_version='2.3.1', backend='tensorflow'), dict(data_format='channels_last')
    m.add('Conv1D', 'causal', [], [(3, 2, 5), (5,)], batch_input_shape=[None, 17, 2], filters=5, kernel_size=[3], strides=[1],
          padding='causal', dilation_rate=[2], activation='tanh', use_bias=True, **c)
    m.add('ZeroPadding1D', 'zeros', [], padding=[2, 1])
    m.add('Conv1D', 'strided', [], [(4, 5, 6), (6,)], filters=6, kernel_size=[4], strides=[3], padding='same',
          dilation_rate=[1], activation='relu', use_bias=True, **c)
    m.add('MaxPooling1D', 'largest', [], pool_size=[3], strides=[2], padding='same', **c)
    m.add('AveragePooling1D', 'mean', [], pool_size=[2], strides=[2], padding='same', **c)
    m.add('Permute', 'turned', [], dims=[2, 1])
    m.add('GlobalMaxPooling1D', 'global', [], **c)
    m.write(path, sequential='list')


def beside_model(path):
    """Weights alone, with the architecture in a JSON beside them."""
    m = Model(keras_version='2.4.0', backend='tensorflow')
    m.add('Dense', 'one', [], [(4, 6), (6,)], batch_input_shape=[None, 4], units=6, activation='softplus', use_bias=True)
    m.add('Dense', 'two', [], [(6, 2)], units=2, activation='linear', use_bias=False)
    m.write(path, sequential='dict', beside=True)


def recurrent(kind, inputs, units, **config):
    """Options of a recurrent layer, and the shapes of its arrays."""
    n, options = GATES[kind] * units, dict(units=units, activation='tanh', use_bias=True, return_sequences=True,
                                           go_backwards=False, stateful=False)
    if kind != 'SimpleRNN':
        options['recurrent_activation'] = 'sigmoid'
    options.update(config)
    bias = [(2, n)] if options.get('reset_after') else [(n,)] if options['use_bias'] else []
    return [(inputs, n), (units, n)] + bias, options


def around(kind, inputs, units, merge_mode, **config):
    shapes, options = recurrent(kind, inputs, units, **config)
    return shapes * 2, {'layer': {'class_name': kind, 'config': dict(options, name='inner')}, 'merge_mode': merge_mode}


def recurrent_layers(m, x):
    """One of each, in both directions too; three values a step go in."""
    def add(kind, name, x, made):
        return m.add(kind, name, x, made[0], **made[1])
    a = add('LSTM', 'long', x, recurrent('LSTM', 3, 4))
    b = add('Bidirectional', 'gru_both', a, around('GRU', 4, 3, 'concat', reset_after=True))
    c = m.add('TimeDistributed', 'each', b, [(6, 5), (5,)],
              layer={'class_name': 'Dense', 'config': dict(name='inner', units=5, activation='tanh', use_bias=True)})
    d = add('Bidirectional', 'rnn_both', c, around('SimpleRNN', 5, 4, 'sum'))
    f = add('GRU', 'gru_before', d, recurrent('GRU', 4, 3, reset_after=False, go_backwards=True,
                                              recurrent_activation='hard_sigmoid'))
    h = add('GRU', 'gru_after', f, recurrent('GRU', 3, 6, reset_after=True))
    g = add('Bidirectional', 'last_both', h, around('LSTM', 6, 2, 'mul', return_sequences=False, activation='sigmoid',
                                                    use_bias=False))
    s = add('SimpleRNN', 'last', c, recurrent('SimpleRNN', 5, 3, return_sequences=False, activation='sigmoid'))
    return m.add('Concatenate', 'ends', [g, s], axis=-1)


def recurrent_model(path):
    m = Model(keras_version='2.4.0', backend='tensorflow')
    x = m.input('x', [7, 3])
    m.write(path, [x], [recurrent_layers(m, x)])


def recurrent_first_model(path):
    """Keras 1: three arrays a gate, older names of the options."""
    m, c = Model(keras_version='1.2.2'), dict(activation='tanh', return_sequences=True, go_backwards=False)
    m.add('LSTM', 'lstm_1', [], [(2, 3), (3, 3), (3,)] * 4, batch_input_shape=[None, 6, 2], output_dim=3,
          inner_activation='hard_sigmoid', **c)
    m.add('GRU', 'gru_1', [], [(3, 4), (4, 4), (4,)] * 3, output_dim=4, inner_activation='sigmoid',
          **dict(c, return_sequences=False))
    m.add('Dense', 'dense_1', [], [(4, 2), (2,)], output_dim=2, activation='linear', bias=True)
    m.write(path, sequential='list')


def archive_model(path):
    """Keras 3: the same network as .h5 and as .keras, with names that say nothing of the groups' order."""
    m = Model(keras_version='3.4.1', backend='tensorflow')
    x, y = m.input('b', [7, 3]), m.input('a', [3])
    e = recurrent_layers(m, x)
    p = m.add('Dense', 'dense_1', y, [(3, 5), (5,)], units=5, activation='hard_sigmoid', use_bias=True)
    q = m.add('Dense', 'dense', p, [(5, 5), (5,)], units=5, activation='tanh', use_bias=True)
    m.layers[-1]['inbound_nodes'].append([['dense', 0, 0, {}]])
    n = m.add('BatchNormalization', 'norm', q, [(5,)] * 4, axis=-1, epsilon=0.001, center=True, scale=True)
    s = m.add('Add', 'sum', [n, e])
    m.layers[-1]['inbound_nodes'][0].append(['dense', 1, 0, {}])
    m.newer()
    m.write(path, [x, y], [s, p])
    m.archive(os.path.splitext(path)[0] + '.keras', [x, y], [s, p])


def resize_model(path):
    m, c = Model(keras_version='2.4.0', backend='tensorflow'), dict(data_format='channels_last')
    x, y = m.input('x', [6, 5, 3]), m.input('y', [7, 4])
    a = m.add('UpSampling2D', 'larger', x, size=[2, 3], interpolation='nearest', **c)
    b = m.add('Cropping2D', 'cut', a, cropping=[[1, 2], [0, 4]], **c)
    d = m.add('LayerNormalization', 'norm', b, [(3,), (3,)], axis=[3], epsilon=0.01, center=True, scale=True)
    e = m.add('UpSampling1D', 'longer', y, size=3)
    f = m.add('Cropping1D', 'cut_line', e, cropping=[2, 5])
    m.write(path, [x, y], [d, f])


def resize_first_model(path):
    m, c = Model(keras_version='2.4.0', backend='tensorflow'), dict(data_format='channels_first')
    x = m.input('x', [3, 6, 5])
    a = m.add('UpSampling2D', 'larger', x, size=[2, 3], interpolation='nearest', **c)
    m.write(path, [x], [m.add('Cropping2D', 'cut', a, cropping=[[1, 2], [0, 4]], **c)])


def transpose_model(path):
    """Transposed convolutions, padded either way, kernels smaller and larger than the stride; what else came later."""
    m, c = Model(keras_version='2.11.0', backend='tensorflow'), dict(data_format='channels_last', use_bias=True)
    x, y = m.input('x', [4, 5, 6]), m.input('y', [7, 4])
    r = m.add('Rescaling', 'scaled', x, scale=0.5, offset=-0.25)
    up = dict(c, activation='relu', dilation_rate=[1, 1], output_padding=None)
    a = m.add('Conv2DTranspose', 'same', r, [(3, 4, 5, 6), (5,)], filters=5, kernel_size=[3, 4], strides=[2, 3], padding='same',
              **up)
    b = m.add('Conv2DTranspose', 'valid', x, [(2, 3, 4, 6), (4,)], filters=4, kernel_size=[2, 3], strides=[3, 1],
              padding='valid', **dict(up, activation='linear'))
    d = m.add('Conv2DTranspose', 'more', x, [(3, 3, 4, 6), (4,)], filters=4, kernel_size=[3, 3], strides=[2, 2],
              padding='same', **dict(up, output_padding=[1, 0]))
    f = m.add('Conv2DTranspose', 'dilated', x, [(2, 2, 4, 6)], filters=4, kernel_size=[2, 2], strides=[1, 1],
              padding='same', **dict(up, dilation_rate=[2, 2], use_bias=False))
    g = m.add('GroupNormalization', 'groups', b, [(4,), (4,)], groups=2, axis=-1, epsilon=0.01, center=True, scale=True)
    h = m.add('GroupNormalization', 'each', d, [(4,)], groups=-1, axis=-1, epsilon=0.001, center=True, scale=False)
    i = m.add('Conv1DTranspose', 'line', y, [(5, 3, 4), (3,)], filters=3, kernel_size=[5], strides=[2], padding='same',
              **dict(up, dilation_rate=[1]))
    j = m.add('SeparableConv1D', 'separable', i, [(3, 3, 2), (1, 6, 5), (5,)], filters=5, kernel_size=[3], strides=[2],
              padding='same', dilation_rate=[1], depth_multiplier=2, activation='tanh', **c)
    k = m.add('DepthwiseConv1D', 'depth', j, [(2, 5, 1), (5,)], kernel_size=[2], strides=[1], padding='valid',
              dilation_rate=[2], depth_multiplier=1, activation='relu', **c)
    q = m.add('Average', 'mean', [f, m.add('Conv2D', 'to_four', x, [(1, 1, 6, 4)], filters=4, kernel_size=[1, 1],
                                           strides=[1, 1], padding='valid', groups=1, **dict(up, use_bias=False))])
    m.write(path, [x, y], [a, g, h, k, q])


def scale_model(path):
    """Slopes, standard figures from weights and from the configuration, norms of 1, the larger and the smaller."""
    m = Model(keras_version='2.11.0', backend='tensorflow')
    x, y = m.input('x', [4, 5, 3]), m.input('y', [4, 1, 3])
    a = m.add('PReLU', 'each', x, [(4, 5, 3)], shared_axes=None)
    b = m.add('PReLU', 'shared', x, [(1, 1, 3)], shared_axes=[1, 2])
    c = m.add('ThresholdedReLU', 'theta', x, theta=0.6)
    d = m.add('Maximum', 'larger', [a, b, y])
    e = m.add('Minimum', 'smaller', [c, d])
    f = m.add('Normalization', 'standard', e, [(3,), (3,), ()], axis=[-1], invert=False, mean=None, variance=None)
    m.weights[f][1] = np.abs(m.weights[f][1]) + np.float32(0.1)
    m.weights[f][2] = np.int64(60)
    g = m.add('Normalization', 'two_axes', f, [(4, 3), (4, 3), ()], axis=[1, 3], invert=False, mean=None, variance=None)
    m.weights[g][1] = np.abs(m.weights[g][1]) + np.float32(0.1)
    m.weights[g][1][2, 1] = 0
    m.weights[g][0][2, 1] = 0
    m.weights[g][2] = np.int64(60)
    h = m.add('Normalization', 'given', e, axis=-1, invert=False, mean=[0.5, -1.0, 2.0], variance=[1.0, 4.0, 0.25])
    i = m.add('Normalization', 'all', e, axis=None, invert=False, mean=0.25, variance=2.0)
    j = m.add('UnitNormalization', 'unit', h, axis=-1)
    n = m.add('UnitNormalization', 'unit_1', i, axis=1)
    o = m.add('GlobalAveragePooling2D', 'kept', j, keepdims=True, data_format='channels_last')
    p = m.add('GlobalMaxPooling2D', 'kept_largest', n, keepdims=True, data_format='channels_last')
    m.write(path, [x, y], [g, o, p])


def scale_first_model(path):
    m, c = Model(keras_version='2.11.0', backend='tensorflow'), dict(data_format='channels_first')
    x = m.input('x', [3, 4, 5])
    a = m.add('MaxPooling2D', 'pool', x, pool_size=[2, 2], strides=[1, 1], padding='valid', **c)
    b = m.add('PReLU', 'slopes', a, [(3, 1, 1)], shared_axes=[2, 3])
    d = m.add('Normalization', 'standard', b, axis=1, invert=False, mean=[0.5, -1.0, 2.0], variance=[1.0, 4.0, 0.25])
    m.write(path, [x], [m.add('UnitNormalization', 'unit', d, axis=1)])


def lookup_model(path):
    """Rows of a table, whatever dtype the input says; vectors repeated; products of tensors along every axis."""
    m = Model(keras_version='2.11.0', backend='tensorflow')
    i, x, y, z = m.input('ids', [6]), m.input('x', [6, 4]), m.input('y', [4, 7]), m.input('z', [4])
    e = m.add('Embedding', 'rows', i, [(5, 4)], input_dim=5, output_dim=4, mask_zero=False, input_length=None)
    ends = [m.add('Dot', 'product', [e, y], axes=[2, 1], normalize=False),
            m.add('Dot', 'turned', [y, x], axes=[1, 2], normalize=False),
            m.add('Dot', 'cosine', [e, x], axes=[1, 1], normalize=True),
            m.add('Dot', 'matrix', [x, z], axes=[-1, -1], normalize=False),
            m.add('Dot', 'row', [z, y], axes=1, normalize=False),
            m.add('Dot', 'number', [z, m.add('Flatten', 'flat', m.add('GlobalMaxPooling1D', 'largest', x), data_format='channels_last')],
                  axes=1, normalize=True),
            m.add('RepeatVector', 'again', z, n=5)]
    m.write(path, [i, x, y, z], ends)


def attention_model(path):
    """Attention of a sequence to itself, causal, and to another, with a key of its own: as .h5 of Keras 2 and 3 and .keras."""
    for name, version in (('attention', '3.4.1'), ('attention_2', '2.11.0')):
        m = Model(keras_version=version, backend='tensorflow')
        x, y, z = m.input('x', [6, 8]), m.input('y', [5, 7]), m.input('z', [5, 3])
        a = m.add('MultiHeadAttention', 'own', x, [(8, 2, 4), (2, 4), (8, 2, 4), (2, 4), (8, 2, 4), (2, 4), (2, 4, 8), (8,)],
                  num_heads=2, key_dim=4, value_dim=4, dropout=0.1, use_bias=True, output_shape=None, attention_axes=[1])
        m.layers[-1]['inbound_nodes'] = [[['x', 0, 0, {'value': ['x', 0, 0], 'use_causal_mask': True, 'training': None}]]]
        b = m.add('MultiHeadAttention', 'other', a, [(8, 3, 4), (3, 3, 4), (7, 3, 5), (3, 5, 6)], num_heads=3, key_dim=4,
                  value_dim=5, dropout=0.0, use_bias=False, output_shape=[6], attention_axes=None)
        m.layers[-1]['inbound_nodes'] = [[['own', 0, 0, {'value': ['y', 0, 0], 'key': ['z', 0, 0], 'attention_mask': None}]]]
        for w in m.weights.values():
            w[0] *= 4
        if version[0] == '3':
            m.newer()
            m.archive(os.path.splitext(path)[0] + '.keras', [x, y, z], [b])
        m.write(os.path.join(os.path.dirname(path), name + '.h5'), [x, y, z], [b])


def nested_model(path):
    """A functional model with two inputs and two outputs inside another, used twice, with a Sequential one in it; and a
    Sequential one that leaves its input to its first layer: as .h5 and as .keras."""
    c = dict(keras_version='3.4.1', backend='tensorflow')
    deep = Model(**c)
    deep.add('Dense', 'deep_1', [], [(4, 6), (6,)], batch_input_shape=[None, 4], units=6, activation='tanh', use_bias=True)
    deep.add('BatchNormalization', 'deep_norm', [], [(6,)] * 4, axis=-1, epsilon=0.001, center=True, scale=True)
    inner = Model(**c)
    x, y = inner.input('p', [4]), inner.input('q', [6])
    inner.add('BatchNormalization', 'norm', x, [(4,)] * 4, axis=-1, epsilon=0.001, center=True, scale=True)
    n = inner.nest('deeper', deep, ['norm'])
    s = inner.add('Add', 'sum', [n, y])
    d = inner.add('Dense', 'dense', s, [(6, 6), (6,)], units=6, activation='relu', use_bias=True)
    m = Model(**c)
    a, b = m.input('a', [4]), m.input('b', [6])
    m.nest('block', inner, [a, b], ['p', 'q'], [s, d])
    m.add('Dense', 'dense', b, [(6, 4)], units=4, activation='tanh', use_bias=False)
    m.layers[-1]['inbound_nodes'] = [[['block', 0, 1, {}]]]
    m.layers[-2]['inbound_nodes'].append([['dense', 0, 0, {}], ['block', 0, 0, {}]])
    end = Model(**c)
    end.add('Dense', 'head', [], [(6, 3), (3,)], batch_input_shape=[None, 6], units=3, activation='softmax', use_bias=True)
    m.nest('tail', end, [b])
    m.layers[-1]['inbound_nodes'] = [[['block', 1, 1, {}]]]
    m.newer()
    m.write(path, [a, b], ['dense', 'tail'])
    m.archive(os.path.splitext(path)[0] + '.keras', [a, b], ['dense', 'tail'])


def make(folder):
    for name, build in (('image', image_model), ('first', first_model), ('activation', activation_model),
                        ('tied', tied_model), ('line', line_model), ('beside', beside_model),
                        ('recurrent', recurrent_model), ('recurrent_first', recurrent_first_model),
                        ('resize', resize_model), ('resize_first', resize_first_model), ('archive', archive_model),
                        ('transpose', transpose_model), ('scale', scale_model), ('scale_first', scale_first_model),
                        ('lookup', lookup_model), ('attention', attention_model), ('nested', nested_model)):
        build(os.path.join(folder, name + '.h5'))


if __name__ == '__main__':
    torch.set_num_threads(1)
    if sys.argv[1] == 'make':
        make(sys.argv[2])
    else:
        for model, out in zip(sys.argv[2::2], sys.argv[3::2]):
            record(model, out, 3)
