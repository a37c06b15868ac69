#!/usr/bin/python3
"""make_baseline.py FILE - writes the baseline network and its images as a dump of schema version 1."""
# SPDX-License-Identifier: GPL-3.0-or-later
import os
import sys

import baseline

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "networks"))
from dump import Dump  # noqa: E402


def main(path):
    net, x = baseline.make()
    with Dump(path, "baseline", "experiments/bench/make_baseline.py") as dump:
        def layer(name, op, inputs, attributes=None):
            module = getattr(net, name)
            parameters = {"weight": module.weight.detach().numpy(), "bias": module.bias.detach().numpy()}
            return dump.node(name, op, [inputs], attributes, parameters)

        dump.network()
        at = dump.port("x", (-1, 1, 28, 28), ("N", "C", "H", "W"))
        for k in "12":
            at = layer("c" + k, "conv2d", at, {"padding": [1, 1]})
            at = dump.node("relu" + k, "relu", [at])
            at = dump.node("pool" + k, "maxpool2d", [at], {"kernel": [2, 2], "stride": [2, 2]})
        at = dump.node("flat", "flatten", [at])
        at = layer("f1", "linear", at)
        at = dump.node("relu3", "relu", [at])
        at = layer("f2", "linear", at)
        dump.outputs([at])
        dump.split("calibration", x.numpy())


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    main(sys.argv[1])
