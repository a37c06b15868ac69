"""baseline.py - the network of the speed comparison, as a torch user would write its searches.

conv 3x3 1 -> 32 (padding 1), relu, max-pool 2, conv 3x3 32 -> 64 (padding 1), relu, max-pool 2, linear 3136 -> 128, relu,
linear 128 -> 10; torch's own initial weights, seed 1234; images from N(0, 1), 28 x 28, seed 4321. A layer is quantized
by int8 fake quantization of its weight and of its input: symmetric, one scale a tensor, from the largest magnitude.
"""
# SPDX-License-Identifier: GPL-3.0-or-later
import torch
import torch.nn.functional as F
from torch import nn

LAYERS = ("c1", "c2", "f1", "f2")


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.c1 = nn.Conv2d(1, 32, 3, padding=1)
        self.c2 = nn.Conv2d(32, 64, 3, padding=1)
        self.f1 = nn.Linear(3136, 128)
        self.f2 = nn.Linear(128, 10)


def make(images=1000):
    torch.manual_seed(1234)
    net = Net().eval()
    x = torch.randn(images, 1, 28, 28, generator=torch.Generator().manual_seed(4321))
    return net, x


def fake_quantize(t):
    scale = float(t.abs().max()) / 127
    return torch.fake_quantize_per_tensor_affine(t, scale if scale > 0 else 1.0, 0, -128, 127)


@torch.no_grad()
def forward(net, x, quantized=()):
    def layer(name, x, function):
        module = getattr(net, name)
        weight = module.weight
        if name in quantized:
            weight, x = fake_quantize(weight), fake_quantize(x)
        return function(x, weight, module.bias)

    def conv(x, weight, bias):
        return F.conv2d(x, weight, bias, padding=1)

    x = F.max_pool2d(F.relu(layer("c1", x, conv)), 2)
    x = F.max_pool2d(F.relu(layer("c2", x, conv)), 2)
    x = F.relu(layer("f1", x.flatten(1), F.linear))
    return layer("f2", x, F.linear)


def sqnr(y, reference):
    error = ((y - reference).double() ** 2).sum()
    return float(10 * torch.log10((reference.double() ** 2).sum() / error))


def sensitivity(net, x, reference):
    """Each layer alone: one pass a layer."""
    return [(name, sqnr(forward(net, x, (name,)), reference)) for name in LAYERS]


def greedy(net, x, reference):
    """At each step every remaining layer is tried on top of those done; the least harmful one stays."""
    done = []
    while len(done) < len(LAYERS):
        names = [name for name, _ in done]
        tried = [(sqnr(forward(net, x, names + [name]), reference), name) for name in LAYERS if name not in names]
        best = max(tried, key=lambda t: t[0])
        done.append((best[1], best[0]))
    return done
