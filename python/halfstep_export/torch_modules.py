"""torch_modules.py - torch's modules as nodes. To add one, add a row to the table at the end.

A row is a function (builder, name, module, the arguments of its forward) that returns a Value, or a tuple of them;
builder.result is what the module itself gave for the sample.
"""
# SPDX-License-Identifier: GPL-3.0-or-later
import torch
import torch.nn.functional as F
from torch import nn

from .builder import MASKED, Unsupported, Value


def array(tensor):
    return None if tensor is None else tensor.detach().cpu().float().numpy()


def listed(value, n=2):
    return list(value) if isinstance(value, (tuple, list)) else [value] * n


def weights(module):
    found = {"weight": array(module.weight)}
    if getattr(module, "bias", None) is not None:
        found["bias"] = array(module.bias)
    return found


def same_padding(kernel, dilation):
    """[before ..., after ...], the odd one behind, as torch pads 'same'."""
    total = [d * (k - 1) for k, d in zip(kernel, dilation)]
    return [t // 2 for t in total] + [t - t // 2 for t in total]


def conv_attributes(axes, kernel, stride, padding, dilation, groups):
    dilation = listed(dilation, axes)
    if padding == "same":
        padding = same_padding(kernel, dilation)
    elif padding == "valid":
        padding = 0
    return dict(stride=listed(stride, axes), padding=listed(padding, axes), dilation=dilation, groups=groups)


def conv(axes):
    def describe(m):
        if m.padding_mode != "zeros":
            raise Unsupported(f"padding_mode {m.padding_mode}")
        return conv_attributes(axes, m.kernel_size, m.stride, m.padding, m.dilation, m.groups), weights(m)
    return f"conv{axes}d", describe


def transposed_attributes(axes, stride, padding, output_padding, groups, dilation):
    return dict(stride=listed(stride, axes), padding=listed(padding, axes), output_padding=listed(output_padding, axes),
                dilation=listed(dilation, axes), groups=groups)


def conv_transpose(axes):
    return f"conv_transpose{axes}d", lambda m: (transposed_attributes(axes, m.stride, m.padding, m.output_padding, m.groups,
                                                                      m.dilation), weights(m))


def batch_norm(m):
    if m.running_mean is None:
        raise Unsupported("a norm without running statistics")
    parameters = dict(mean=array(m.running_mean), variance=array(m.running_var))
    if m.affine:
        parameters.update(gamma=array(m.weight), beta=array(m.bias))
    return dict(epsilon=float(m.eps)), parameters


def layer_norm(m):
    parameters = {} if m.weight is None else dict(gamma=array(m.weight))
    if m.bias is not None:
        parameters.update(beta=array(m.bias))
    return dict(epsilon=float(m.eps), axes=len(m.normalized_shape)), parameters


def max_pool(kernel, stride=None, padding=0, dilation=1, ceil_mode=False, return_indices=False, axes=2):
    if set(listed(dilation)) != {1} or return_indices:
        raise Unsupported("max-pooling with dilation or indices")
    return dict(kernel=listed(kernel, axes), stride=listed(stride or kernel, axes), padding=listed(padding, axes),
                ceil=int(ceil_mode)), {}


def avg_pool(kernel, stride=None, padding=0, ceil_mode=False, count_include_pad=True, divisor_override=None, axes=2):
    if divisor_override:
        raise Unsupported("average pooling with a divisor of its own")
    return dict(kernel=listed(kernel, axes), stride=listed(stride or kernel, axes), padding=listed(padding, axes),
                ceil=int(ceil_mode), count_include_pad=int(count_include_pad)), {}


def adaptive(kind, x, result):
    """(operator, attributes) of pooling to the size of the result."""
    if all(n == 1 for n in result[2:]):
        return f"global_{kind}pool", dict(keepdims=1)
    return f"adaptive_{kind}pool{x.rank - 2}d", dict(size=list(result[2:]))


def adaptive_pool(kind):
    def row(b, name, m, x):
        if getattr(m, "return_indices", False):
            raise Unsupported("pooling with indices")
        op, attributes = adaptive(kind, x, b.result.shape)
        return b.emit(name, op, [x], b.result.shape, attributes)
    return row


def lp_pool(norm, kernel, stride=None, ceil_mode=False, axes=2):
    if norm != 2 or ceil_mode:  # torch's norm for 1 is a sum with signs, and a partial window is scaled up
        raise Unsupported("power-average pooling other than of squares in whole windows")
    return dict(p=2, kernel=listed(kernel, axes), stride=listed(stride or kernel, axes)), {}


def plain(_module):
    return {}, {}


def pool(op, describe, axes):
    if op == "maxpool":
        return f"maxpool{axes}d", lambda m: max_pool(m.kernel_size, m.stride, m.padding, m.dilation, m.ceil_mode,
                                                     m.return_indices, axes)
    return f"avgpool{axes}d", lambda m: avg_pool(m.kernel_size, m.stride, m.padding, m.ceil_mode, m.count_include_pad,
                                                 getattr(m, "divisor_override", None), axes)


def zero_pad(padding):
    left, right, top, bottom = padding
    return dict(padding=[top, left, bottom, right]), {}


# Modules of one node: class -> (operator, module -> attributes and parameters)
ONE = {
    nn.Linear: ("linear", lambda m: ({}, weights(m))),
    nn.Conv1d: conv(1),
    nn.Conv2d: conv(2),
    nn.ConvTranspose1d: conv_transpose(1),
    nn.ConvTranspose2d: conv_transpose(2),
    nn.BatchNorm1d: ("batch_norm", batch_norm),
    nn.BatchNorm2d: ("batch_norm", batch_norm),
    nn.LayerNorm: ("layer_norm", layer_norm),
    nn.ReLU: ("relu", plain),
    nn.ReLU6: ("relu", lambda m: (dict(max_value=6.0), {})),
    nn.Hardtanh: ("clip", lambda m: (dict(min=float(m.min_val), max=float(m.max_val)), {})),
    nn.LeakyReLU: ("leaky_relu", lambda m: (dict(negative_slope=float(m.negative_slope)), {})),
    nn.ELU: ("elu", lambda m: (dict(alpha=float(m.alpha)), {})),
    nn.SELU: ("selu", plain),
    nn.GELU: ("gelu", lambda m: (dict(approximate=m.approximate), {})),
    nn.SiLU: ("silu", plain),
    nn.Mish: ("mish", plain),
    nn.Sigmoid: ("sigmoid", plain),
    nn.Hardsigmoid: ("hard_sigmoid", lambda m: (dict(slope=1 / 6, offset=0.5), {})),
    nn.Hardswish: ("hard_silu", plain),
    nn.Tanh: ("tanh", plain),
    nn.Softsign: ("softsign", plain),
    nn.Softplus: ("softplus", lambda m: (dict(beta=float(m.beta)), {})),
    nn.Softmax: ("softmax", lambda m: (dict(axis=-1 if m.dim is None else m.dim), {})),
    nn.MaxPool1d: pool("maxpool", None, 1),
    nn.MaxPool2d: pool("maxpool", None, 2),
    nn.AvgPool1d: pool("avgpool", None, 1),
    nn.AvgPool2d: pool("avgpool", None, 2),
    nn.LPPool1d: ("lppool1d", lambda m: lp_pool(m.norm_type, m.kernel_size, m.stride, m.ceil_mode, 1)),
    nn.LPPool2d: ("lppool2d", lambda m: lp_pool(m.norm_type, m.kernel_size, m.stride, m.ceil_mode, 2)),
    nn.ZeroPad2d: ("zero_pad2d", lambda m: zero_pad(m.padding)),
    nn.Dropout: ("dropout", plain),
    nn.Dropout1d: ("dropout", plain),
    nn.Dropout2d: ("dropout", plain),
    nn.Identity: ("identity", plain),
}


def one(b, name, m, x):
    op, describe = ONE[type(m)]
    attributes, parameters = describe(m)
    return b.emit(name, op, [x], b.result.shape, attributes, parameters, key=id(m))


def flatten(b, name, _m, x):
    return b.reshape(name, x, b.result.shape)


def embedding(b, name, m, ids):
    if m.max_norm is not None:
        raise Unsupported("an embedding with max_norm")
    return b.emit(name, "embedding", [ids], b.result.shape, None, dict(weight=array(m.weight)), key=id(m.weight))


def prelu(b, name, m, x):
    return slopes(b, name, x, array(m.weight))


def slopes(b, name, x, slope):
    """relu(x) - slope relu(-x), a slope a channel or one for all."""
    shape = (1,) + ((len(slope),) + (1,) * (x.rank - 2) if x.rank > 1 and len(slope) > 1 else (1,) * (x.rank - 1))
    below = b.unary(f"{name}.below", "relu", b.unary(f"{name}.negative", "neg", x))
    below = b.binary(f"{name}.product", "mul", below, slope.reshape(shape))
    return b.binary(name, "sub", b.unary(f"{name}.above", "relu", x), below)


def group_norm(b, name, m, x):
    gamma, beta = (array(m.weight), array(m.bias)) if m.affine else (None, None)
    return b.group_norm(name, x, m.num_groups, m.eps, gamma, beta)


def instance_norm(b, name, m, x):
    if m.track_running_stats:
        raise Unsupported("an instance norm with running statistics")
    gamma, beta = (array(m.weight), array(m.bias)) if m.affine else (None, None)
    return b.group_norm(name, x, x.shape[1], m.eps, gamma, beta)


def upsample(b, name, m, x):
    return resized(b, name, x, m.mode, m.align_corners)


def resized(b, name, x, mode, align_corners):
    if align_corners or mode not in ("nearest", "bilinear"):
        raise Unsupported(f"interpolation '{mode}'" + " with align_corners" * bool(align_corners))
    factor = [new / old for new, old in zip(b.result.shape[2:], x.shape[2:])]
    if any(f != int(f) or f < 1 for f in factor):
        raise Unsupported(f"interpolation by {factor}: only by whole factors")
    return b.emit(name, f"upsample{len(factor)}d", [x], b.result.shape, dict(factor=[int(f) for f in factor], mode=mode))


def lstm(b, name, m, x, state=None):
    if state is not None:
        raise Unsupported("an LSTM that is given its first state")
    if not m.batch_first or m.bidirectional or m.proj_size:
        raise Unsupported("an LSTM without batch_first, or bidirectional, or with projections")
    for k in range(m.num_layers):
        bias = array(getattr(m, f"bias_ih_l{k}") + getattr(m, f"bias_hh_l{k}")) if m.bias else None
        parameters = dict(weight=array(getattr(m, f"weight_ih_l{k}")),
                          recurrent_weight=array(getattr(m, f"weight_hh_l{k}")))
        if m.bias:
            parameters.update(bias=bias)
        layer = name if k == m.num_layers - 1 else f"{name}.l{k}"
        x = b.emit(layer, "lstm", [x], x.shape[:2] + (m.hidden_size,), dict(sequences=1), parameters, key=(id(m), k))
    return x, None  # the state has its layers before the samples


def hidden_positions(b, name, mask, heads):
    """What is added to the scores for a mask (queries, keys), and whether it is the causal one."""
    mask = mask.detach().cpu()
    if mask.ndim != 2:
        raise Unsupported(f"an attention mask of {mask.ndim} axes")
    hidden = mask if mask.dtype == torch.bool else mask < -1e4
    pure = mask.dtype == torch.bool or bool((mask[~hidden] == 0).all())
    if pure and mask.shape[0] == mask.shape[1] and torch.equal(hidden, torch.ones_like(hidden).triu(1)):
        return None, True
    added = hidden.float() * MASKED if pure else mask.float().clamp(min=MASKED)
    return added.numpy()[None, None], False


def padding(b, name, mask, like):
    """What is added to the scores (N, heads, queries, keys) for a padding mask (N, keys), true where a key is none."""
    if not isinstance(mask, Value):
        raise Unsupported("a padding mask that is the same for all samples")
    if mask.kind == "bool":
        mask = b.affine(f"{name}.padding", mask, MASKED)
    return b.reshape(f"{name}.padding.row", mask, (mask.shape[0], 1, 1, mask.shape[1]))


def attention(b, name, m, query, key, value, key_padding_mask=None, need_weights=True, attn_mask=None,
              average_attn_weights=True, is_causal=False):
    if not m.batch_first:
        raise Unsupported("attention without batch_first: the samples must be the first axis")
    if m.bias_k is not None or m.add_zero_attn:
        raise Unsupported("attention with add_bias_kv or add_zero_attn")
    if m._qkv_same_embed_dim:
        weight = array(m.in_proj_weight).reshape(3, m.embed_dim, m.embed_dim)
    else:
        weight = [array(w) for w in (m.q_proj_weight, m.k_proj_weight, m.v_proj_weight)]
    bias = [None] * 3 if m.in_proj_bias is None else array(m.in_proj_bias).reshape(3, m.embed_dim)
    q, k, v = (b.linear(f"{name}.{part}_proj", x, weight[i], bias[i], key=(id(m), part))
               for i, (part, x) in enumerate((("q", query), ("k", key), ("v", value))))
    hidden, causal = None, False
    if attn_mask is not None:
        if isinstance(attn_mask, Value):
            raise Unsupported("an attention mask computed from the inputs")
        hidden, causal = hidden_positions(b, name, attn_mask, m.num_heads)
    if key_padding_mask is not None:
        row = padding(b, name, key_padding_mask, q)
        hidden = row if hidden is None else b.binary(f"{name}.hidden", "add", row, hidden)
    mixed = b.attention(name, q, k, v, m.num_heads, hidden, causal)
    out = b.linear(f"{name}.out_proj", mixed, array(m.out_proj.weight), array(m.out_proj.bias), key=id(m.out_proj))
    b.inner[name] = out.reference
    return out, None  # the weights are a site, but no result


def encoder_layer(b, name, m, x, src_mask=None, src_key_padding_mask=None, is_causal=False):
    """torch's own order: attention, then the feed-forward part, each beside a residual path; norms before or after."""
    activations = {F.relu: ("relu", {}), torch.relu: ("relu", {}), F.gelu: ("gelu", {}), F.silu: ("silu", {})}
    act = activations.get(m.activation)
    if act is None:
        row = ONE.get(type(m.activation))
        if row is None:
            raise Unsupported(f"the activation {getattr(m.activation, '__name__', type(m.activation).__name__)}")
        act = row[0], row[1](m.activation)[0]

    def norm(part, x):
        module = getattr(m, part)
        attributes, parameters = layer_norm(module)
        return inner(part, b.emit(f"{name}.{part}", "layer_norm", [x], x.shape, attributes, parameters, key=id(module)))

    def inner(part, value):
        b.inner[f"{name}.{part}"] = value.reference
        return value

    def attend(x):
        return attention(b, f"{name}.self_attn", m.self_attn, x, x, x, attn_mask=src_mask,
                         key_padding_mask=src_key_padding_mask)[0]

    def feed(x):
        x = inner("linear1", b.linear(f"{name}.linear1", x, array(m.linear1.weight), array(m.linear1.bias),
                                      key=id(m.linear1)))
        x = b.emit(f"{name}.activation", act[0], [x], x.shape, act[1])
        return inner("linear2", b.linear(f"{name}.linear2", x, array(m.linear2.weight), array(m.linear2.bias),
                                         key=id(m.linear2)))

    if m.norm_first:
        x = b.binary(f"{name}.residual1", "add", x, attend(norm("norm1", x)))
        x = b.binary(f"{name}.residual2", "add", x, feed(norm("norm2", x)))
    else:
        x = norm("norm1", b.binary(f"{name}.residual1", "add", x, attend(x)))
        x = norm("norm2", b.binary(f"{name}.residual2", "add", x, feed(x)))
    b.inner[name] = x.reference
    return x


def encoder(b, name, m, x, mask=None, src_key_padding_mask=None, is_causal=False):
    for i, layer in enumerate(m.layers):
        x = encoder_layer(b, f"{name}.layers.{i}", layer, x, src_mask=mask,
                          src_key_padding_mask=src_key_padding_mask)
    if m.norm is not None:
        attributes, parameters = layer_norm(m.norm)
        x = b.emit(f"{name}.norm", "layer_norm", [x], x.shape, attributes, parameters, key=id(m.norm))
    return x


MODULES = {**{kind: one for kind in ONE}, nn.Flatten: flatten, nn.Unflatten: flatten, nn.Embedding: embedding,
           nn.GroupNorm: group_norm, nn.InstanceNorm1d: instance_norm, nn.InstanceNorm2d: instance_norm,
           nn.AdaptiveAvgPool1d: adaptive_pool("avg"), nn.AdaptiveAvgPool2d: adaptive_pool("avg"),
           nn.AdaptiveMaxPool1d: adaptive_pool("max"), nn.AdaptiveMaxPool2d: adaptive_pool("max"), nn.PReLU: prelu,
           nn.Upsample: upsample, nn.LSTM: lstm, nn.MultiheadAttention: attention,
           nn.TransformerEncoderLayer: encoder_layer, nn.TransformerEncoder: encoder}
