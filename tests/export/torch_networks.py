"""torch_networks.py FOLDER - writes dumps of networks of torch; halfstep verifies them afterwards (torch.sh).

Each prints its name and how many of its nodes must have been recorded, or fails by an assertion."""
# SPDX-License-Identifier: GPL-3.0-or-later
import contextlib
import io
import os
import sys

import h5py
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from halfstep_export import Unsupported, dump

torch.set_num_threads(1)
torch.manual_seed(5)


class Block(nn.Module):
    """Two convolutions beside a path that is the input, or a 1x1 convolution of it."""

    def __init__(self, channels, out, stride=1):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, out, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(out)
        self.conv2 = nn.Conv2d(out, out, 3, 1, "same", bias=False)
        self.bn2 = nn.BatchNorm2d(out)
        self.short = nn.Sequential(nn.Conv2d(channels, out, 1, stride, bias=False), nn.BatchNorm2d(out)) \
            if stride > 1 or channels != out else nn.Identity()

    def forward(self, x):
        y = F.relu(self.bn1(self.conv1(x)), inplace=True)
        y = self.bn2(self.conv2(y))
        y += self.short(x)
        return F.relu(y)


class ResNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, 8, 3, padding=1, bias=False), nn.BatchNorm2d(8), nn.ReLU(), nn.MaxPool2d(3, 2, 1))
        self.stages = nn.Sequential(Block(8, 8), Block(8, 16, 2), Block(16, 16), Block(16, 24, 2))
        self.fc = nn.Linear(24, 10)
        for m in self.modules():
            if isinstance(m, nn.BatchNorm2d):
                nn.init.normal_(m.running_mean, 0, 0.3)
                nn.init.uniform_(m.running_var, 0.5, 2)
                nn.init.normal_(m.bias)

    def forward(self, x):
        x = self.stages(self.stem(x))
        return self.fc(F.adaptive_avg_pool2d(x, 1).flatten(1))


class Encoder(nn.Module):
    """An encoder layer with a padding mask; an argument that is not given."""

    def __init__(self, **options):
        super().__init__()
        self.layer = nn.TransformerEncoderLayer(32, 4, 64, batch_first=True, **options)
        self.head = nn.Linear(32, 5)

    def forward(self, x, padding=None, scale=None):
        if scale is not None:
            x = x * scale
        return self.head(self.layer(x, src_key_padding_mask=padding))


class CausalBlock(nn.Module):
    """Attention written out, as language models have it: one fused projection, a mask that is a buffer."""

    def __init__(self, width, heads, length):
        super().__init__()
        self.ln1, self.ln2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.qkv, self.proj = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.up, self.down = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)
        self.heads = heads
        self.register_buffer("hidden", torch.ones(length, length).triu(1).bool()[None, None])

    def forward(self, x):
        n, t, d = x.shape
        q, k, v = self.qkv(self.ln1(x)).chunk(3, dim=-1)
        q, k, v = (p.view(n, t, self.heads, d // self.heads).transpose(1, 2) for p in (q, k, v))
        scores = (q @ k.transpose(-2, -1)) / (d // self.heads) ** 0.5
        scores = scores.masked_fill(self.hidden[:, :, :t, :t], float("-inf"))
        x = x + self.proj((F.softmax(scores, dim=-1) @ v).transpose(1, 2).contiguous().view(n, t, d))
        return x + self.down(F.gelu(self.up(self.ln2(x))))


class Language(nn.Module):
    def __init__(self):
        super().__init__()
        self.token, self.place = nn.Embedding(17, 24), nn.Embedding(12, 24)
        self.blocks = nn.ModuleList([CausalBlock(24, 3, 12) for _ in range(2)])
        self.norm = nn.LayerNorm(24)
        self.head = nn.Linear(24, 17, bias=False)
        self.head.weight = self.token.weight

    def forward(self, ids):
        x = self.token(ids) + self.place(torch.arange(ids.shape[1]))
        for block in self.blocks:
            x = block(x)
        return self.head(self.norm(x))


class Odds(nn.Module):
    """What the others do not hold: group and instance norms, upsampling, functions with constants, an LSTM, frozen."""

    def __init__(self):
        super().__init__()
        self.conv, self.up = nn.Conv2d(3, 8, 1), nn.Upsample(scale_factor=2, mode="bilinear")
        self.group, self.instance = nn.GroupNorm(4, 8), nn.InstanceNorm2d(8)
        self.shift = nn.Parameter(torch.randn(8, 1, 1))
        self.rnn = nn.LSTM(8, 6, 2, batch_first=True)
        self.out = nn.Linear(6, 4)
        for p in self.parameters():
            nn.init.normal_(p, 0.1, 0.5)
            p.requires_grad_(False)

    def forward(self, x):
        x = self.instance(self.group(self.conv(F.pad(x, (1, 0, 0, 2))))) * 1.5 - self.shift
        x = F.interpolate(self.up(x), scale_factor=2).clamp(-2, max=2)
        x = 1 - x ** 2 / (1 + torch.abs(x))
        rows = torch.stack([x.mean(3), x.sum(dim=3) / 20, x[..., 1]], dim=1)
        first, _, last = rows.split(1, dim=1)
        states, _ = self.rnn((first - last).squeeze(1).permute(0, 2, 1))
        return torch.sigmoid(self.out(states[:, -1]))


class Upwards(nn.Module):
    """Transposed convolutions as modules and as functions, pooling to a size and by norms, slopes, the larger of two."""

    def __init__(self):
        super().__init__()
        self.up = nn.ConvTranspose2d(4, 6, 3, 2, 1, 1, groups=2)
        self.wide = nn.ConvTranspose2d(6, 5, (2, 3), (1, 2), (0, 1), dilation=(2, 1), bias=False)
        self.line, self.one, self.each = nn.ConvTranspose1d(5, 4, 4, 3), nn.PReLU(), nn.PReLU(6)
        self.even, self.most, self.norm = nn.AdaptiveAvgPool2d((7, None)), nn.AdaptiveMaxPool2d(5), nn.LPPool2d(2, 2)
        self.kernel = nn.Parameter(torch.randn(5, 5, 2, 2))
        nn.init.normal_(self.each.weight)

    def forward(self, x):
        x = self.one(self.wide(self.each(self.up(x))))
        y = F.conv_transpose2d(self.norm(self.even(x)), self.kernel, stride=(2, 1), padding=(0, 1))
        y = torch.maximum(torch.minimum(self.most(y), self.most(x)), torch.tensor(0.1))
        return F.adaptive_max_pool1d(self.line(y.flatten(2)), 11)


class Branching(nn.Module):
    """What torch.fx cannot trace: a path that the values choose."""

    def __init__(self):
        super().__init__()
        self.one, self.two = nn.Linear(6, 4), nn.Linear(6, 4)

    def forward(self, x):
        return self.one(x) if x.sum() > 0 else self.two(x)


def resnet(folder):
    x, y = torch.randn(37, 3, 24, 24), torch.arange(37) % 10
    batches = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(x, y), batch_size=5)
    path = os.path.join(folder, "resnet.h5")
    model = ResNet().train()
    written = dump(model, batches, path, task="classification", record=7, strict=True)
    assert written.graph and written[1:3] == (37, 7) and model.training, written
    with h5py.File(path) as f:
        assert np.array_equal(f["data/evaluation/inputs"], x) and np.array_equal(f["data/evaluation/targets"], y)
        last = f["network"].attrs["outputs"][0]
        assert np.abs(f[f"activations/evaluation/{last}"] - model.eval()(x[:7]).detach().numpy()).max() <= 1e-5
    return "resnet", 30


def encoders(folder):
    x = torch.randn(6, 9, 32)
    padding = torch.arange(9)[None] >= torch.tensor([9, 4, 7, 1, 8, 9])[:, None]
    for name, options in (("encoder", {}), ("encoder-first", dict(norm_first=True, activation="gelu"))):
        path, model = os.path.join(folder, name + ".h5"), Encoder(**options)
        dump(model, [dict(x=x[:4], padding=padding[:4]), dict(x=x[4:], padding=padding[4:])], path, padding="padding", strict=True)
        with h5py.File(path) as f:
            assert np.array_equal(f["data/evaluation/mask"], ~padding.numpy())
            last = f["network"].attrs["outputs"][0]
            model.eval()
            assert np.abs(f[f"activations/evaluation/{last}"] - model(x, padding).detach().numpy()).max() <= 1e-5
        yield name, 6


def language(folder):
    ids = torch.randint(0, 17, (5, 12))
    path = os.path.join(folder, "language.h5")
    dump(Language(), [(ids, ids.roll(-1, 1))], path, task="language-model", strict=True)
    with h5py.File(path) as f:
        ops = {n: (g.attrs["op"], g.attrs.get("shares")) for n, g in f["network"].items() if n.startswith("n")}
    assert "position_embedding" in [op for op, _ in ops.values()], ops
    return "language", 40


def odds(folder):
    dump(Odds(), [torch.randn(4, 3, 6, 5)], os.path.join(folder, "odds.h5"), strict=True)
    return "odds", 28


def upwards(folder):
    dump(Upwards(), [torch.randn(4, 4, 5, 6)], os.path.join(folder, "upwards.h5"), strict=True)
    return "upwards", 14


def hooks(folder):
    path, x = os.path.join(folder, "branching.h5"), torch.randn(20, 6)
    model, said = Branching(), io.StringIO()
    with contextlib.redirect_stderr(said):
        written = dump(model, [x[:10] + 9, x[10:] + 9], path)
    assert not written.graph and "no graph" in said.getvalue() and "trace" in written.reason, (written, said.getvalue())
    with h5py.File(path) as f:
        assert "network" not in f and np.array_equal(f["weights/two.bias"], model.two.bias.detach())
        wanted = (model.one if (x + 9).sum() > 0 else model.two)(x + 9).detach().numpy()
        got = [f["activations/evaluation/" + k][()] for k in f["activations/evaluation"]]
        assert len(got) == 1 and np.abs(got[0] - wanted).max() < 1e-5
    try:
        dump(model, [x], os.path.join(folder, "none.h5"), strict=True)
        raise AssertionError("took what torch.fx cannot trace")
    except Unsupported:
        assert not [n for n in os.listdir(folder) if n.startswith("none")], "left a file behind"


def main(folder):
    made = [resnet(folder), *encoders(folder), language(folder), odds(folder), upwards(folder)]
    hooks(folder)
    for name, nodes in made:
        print(name, nodes)


main(sys.argv[1])
