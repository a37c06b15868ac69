"""own_network.py - modules that use all that the exporter's tables know, and some that they do not."""
# SPDX-License-Identifier: GPL-3.0-or-later
import torch
import torch.nn.functional as F
from torch import nn


class Head(nn.Module):
    def __init__(self):
        super().__init__()
        self.drop = nn.Dropout(0.3)
        self.fc1 = nn.Linear(24, 11)
        self.norm = nn.BatchNorm1d(11)
        self.fc2 = nn.Linear(11, 5)
        self.soft = nn.Softmax(dim=1)

    def forward(self, x):
        x = torch.tanh(self.norm(self.fc1(self.drop(x))))
        return self.soft(self.fc2(x))


class Net(nn.Module):
    """Every activation, odd sizes, dilation, groups, both kinds of pooling, a product, a concatenation; one norm, one convolution used twice."""

    def __init__(self):
        super().__init__()
        torch.manual_seed(3)
        self.pad = nn.ZeroPad2d((1, 2, 0, 1))
        self.conv = nn.Conv2d(3, 8, (3, 5), (1, 2), (1, 0), dilation=(2, 1))
        self.depthwise = nn.Conv2d(8, 8, 3, padding=1, groups=8, bias=False)
        self.bn = nn.BatchNorm2d(8)
        self.acts = nn.ModuleList([nn.ReLU6(), nn.LeakyReLU(0.2), nn.ELU(0.7), nn.SELU(), nn.GELU(), nn.GELU("tanh"),
                                   nn.SiLU(), nn.Mish(), nn.Sigmoid(), nn.Hardsigmoid(), nn.Hardswish(), nn.Tanh(),
                                   nn.Softplus(beta=1.5), nn.Identity()])
        self.small = nn.AvgPool2d(3, 2, 1, ceil_mode=True, count_include_pad=False)
        self.wide = nn.Conv2d(16, 24, 1)
        self.gap = nn.AdaptiveAvgPool2d(1)
        self.head = Head()
        for m in self.modules():
            if isinstance(m, nn.modules.batchnorm._BatchNorm):
                nn.init.normal_(m.running_mean, 0, 0.3)
                nn.init.uniform_(m.running_var, 0.5, 2)
                nn.init.normal_(m.weight)
                nn.init.normal_(m.bias)

    def forward(self, x):
        x = self.bn(self.depthwise(F.relu(self.conv(self.pad(x)))))
        for act in self.acts:
            x = act(self.bn(x)) + x
        y = torch.cat([self.small(x), F.max_pool2d(x, 3, 2, 1, ceil_mode=True)], 1)
        y = F.silu(self.wide(y)) * torch.sigmoid(self.wide(y))
        return self.head(torch.flatten(self.gap(y), 1))


class Foreign(nn.Module):
    """Three things that a dump cannot say (yet)."""

    def __init__(self):
        super().__init__()
        self.act = nn.CELU()
        self.rnn = nn.GRU(17, 4)

    def forward(self, x):
        x = self.act(x).cumsum(2)
        return self.rnn(x.flatten(0, 1))[0]
