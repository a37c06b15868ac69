# bca.py FIGURE - scipy's BCa interval of a figure, for the two columns on standard input.
# SPDX-License-Identifier: GPL-3.0-or-later
import sys

try:
    import numpy as np
    from scipy.stats import bootstrap
except ImportError:
    sys.exit(77)

figure = {
    "ratio": lambda a, b, axis: a.sum(axis) / b.sum(axis),
    "variance": lambda a, b, axis: b.mean(axis) - a.mean(axis) ** 2,
    "share": lambda a, b, axis: a.mean(axis),
}[sys.argv[1]]
x = np.loadtxt(sys.stdin)
r = bootstrap((x[:, 0], x[:, 1]), figure, paired=True,
              vectorized=True, n_resamples=20000, method="BCa", random_state=np.random.default_rng(1))
print("%.17g %.17g" % (r.confidence_interval.low, r.confidence_interval.high))
