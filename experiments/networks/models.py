"""models.py - the reference networks, in plain torch. Their parameter names are those of the committed weights."""
# SPDX-License-Identifier: GPL-3.0-or-later
from collections import OrderedDict

import torch
from torch import nn


class MLP(nn.Module):
    """flatten, then (linear, relu) for each width but the last, then linear: logits."""

    def __init__(self, *widths):
        super().__init__()
        pairs = list(zip(widths[:-1], widths[1:]))
        self.flatten = nn.Flatten()
        self.fc = nn.ModuleList(nn.Linear(a, b) for a, b in pairs)
        self.relu = nn.ModuleList(nn.ReLU() for _ in pairs[1:])
        for layer in self.fc:
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
            nn.init.zeros_(layer.bias)

    def forward(self, x):
        x = self.flatten(x)
        for layer, relu in zip(self.fc, self.relu):
            x = relu(layer(x))
        return self.fc[-1](x)


class Block(nn.Module):
    """relu(bn2(conv2(relu1(bn1(conv1(x))))) + bns(skip(x))): the residual block of ResNet, skip a 1x1 convolution."""

    def __init__(self, channels_in, channels_out, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(channels_in, channels_out, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(channels_out)
        self.relu1 = nn.ReLU()
        self.conv2 = nn.Conv2d(channels_out, channels_out, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(channels_out)
        self.skip = nn.Conv2d(channels_in, channels_out, 1, stride, 0, bias=False)
        self.bns = nn.BatchNorm2d(channels_out)
        self.out = nn.ReLU()

    def forward(self, x):
        branch = self.bn2(self.conv2(self.relu1(self.bn1(self.conv1(x)))))
        return self.out(branch + self.bns(self.skip(x)))


class CNN(nn.Module):
    """1x28x28: stem of 16 channels, 2x2 max-pool, block to 32 (14x14), block to 64 (7x7), average, linear: logits."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(1, 16, 3, 1, 1, bias=False)
        self.bn0 = nn.BatchNorm2d(16)
        self.relu0 = nn.ReLU()
        self.pool0 = nn.MaxPool2d(2)
        self.b1 = Block(16, 32, 1)
        self.b2 = Block(32, 64, 2)
        self.gap = Average()
        self.fc = nn.Linear(64, 10)

    def forward(self, x):
        x = self.pool0(self.relu0(self.bn0(self.stem(x))))
        return self.fc(self.gap(self.b2(self.b1(x))))


class Average(nn.Module):
    """The mean of each channel: (N, C, H, W) -> (N, C)."""

    def forward(self, x):
        return x.mean((2, 3))


class TextBlock(nn.Module):
    """A pre-norm transformer block: causal attention of several heads, then a feed-forward part four times as wide."""

    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.ln1 = nn.LayerNorm(width)
        self.q, self.k, self.v, self.o = (nn.Linear(width, width) for _ in range(4))
        self.ln2 = nn.LayerNorm(width)
        self.fc1, self.fc2 = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)
        self.gelu = nn.GELU()

    def forward(self, x, hidden):
        n, t, d = x.shape
        a = self.ln1(x)
        q, k, v = (f(a).view(n, t, self.heads, d // self.heads).transpose(1, 2) for f in (self.q, self.k, self.v))
        scores = (q @ k.transpose(-1, -2) / (d // self.heads) ** 0.5).masked_fill(hidden, float("-inf"))
        x = x + self.o((scores.softmax(-1) @ v).transpose(1, 2).reshape(n, t, d))
        return x + self.fc2(self.gelu(self.fc1(self.ln2(x))))


class CharLM(nn.Module):
    """Predicts the next of 63 characters from up to 128: four blocks of width 128, learned positions, an untied head."""

    def __init__(self, vocabulary=63, width=128, blocks=4, heads=4, context=128):
        super().__init__()
        self.tok, self.pos = nn.Embedding(vocabulary, width), nn.Embedding(context, width)
        self.blocks = nn.ModuleList(TextBlock(width, heads) for _ in range(blocks))
        self.lnf = nn.LayerNorm(width)
        self.head = nn.Linear(width, vocabulary, bias=False)
        self.register_buffer("hidden", torch.ones(context, context).triu(1).bool(), persistent=False)

    def forward(self, ids):
        t = ids.shape[1]
        x = self.tok(ids) + self.pos(torch.arange(t))
        for block in self.blocks:
            x = block(x, self.hidden[:t, :t])
        return self.head(self.lnf(x))


# name: (constructor, what the committed weights reach on the 10,000 test images)
REFERENCE = OrderedDict(
    mlp=(lambda: MLP(784, 128, 64, 10), 0.8924),
    deep_mlp=(lambda: MLP(784, *[128] * 12, 10), 0.8891),
    cnn=(CNN, 0.9219),
    charlm=(CharLM, None),
)


def load(name, path):
    """A reference network with weights from .npz (one array a parameter) or from a torch checkpoint, ready to run."""
    import numpy as np

    model = REFERENCE[name][0]()
    if str(path).endswith(".npz"):
        state = {key: torch.from_numpy(value) for key, value in np.load(path).items()}
    else:
        state = torch.load(path, map_location="cpu")
    # num_batches_tracked counts training steps and is not kept in .npz
    missing, unexpected = model.load_state_dict(state, strict=False)
    missing = [key for key in missing if not key.endswith("num_batches_tracked")]
    if missing or unexpected:
        raise SystemExit(f"{path} does not fit {name}: missing {missing}, unexpected {unexpected}")
    return model.eval()
