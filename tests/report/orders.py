# orders.py EXPERIMENT TABLES - order_variance.csv and order_transfer.csv beside components.py, which shares no code with them.
# SPDX-License-Identifier: GPL-3.0-or-later
import csv
import os
import sys

sys.path.insert(0, sys.argv[1])
sys.dont_write_bytecode = True
import components  # noqa: E402
import numpy as np  # noqa: E402


def read(name):
    with open(os.path.join(sys.argv[2], name + ".csv"), newline="") as f:
        return list(csv.DictReader(f))


def close(name, a, b):
    assert abs(a - b) <= 1e-7 * max(abs(a), abs(b), 1e-3), (name, a, b)


rows = read("orders")
names = sorted({r["network"] for r in rows})
draws = sorted({r["data_calibration_draws"] for r in rows})
y, c = (np.array([[[float(r[k]) for r in rows if r["network"] == n and r["data_calibration_draws"] == d] for d in draws] for n in names])
        for k in ("evaluation_error", "calibration_error"))
log = np.log(y)
same = {"seed": "network", "order x seed": "order x network", "draw x seed": "draw x network", "rest": "order x draw x network"}
got = {r["component"]: r for r in read("order_variance")}
assert len(got) == 7, got
for name, variance, error in zip(components.NAMES, components.components(log), components.jackknife(log)):
    row = got[same.get(name, name)]
    close(name, float(row["variance"]), variance)
    close(name + " se", float(row["variance_se"]), error)
for i, row in enumerate(read("order_transfer")):
    mean = log[i].mean(0)
    assert row["network"] == names[i] and row["chosen_by"] == "calibration error", row
    close("spread", float(row["worst_to_best"]), np.exp(mean.max() - mean.min()))
    close("forward", 100 * float(row["forward_beats"]), components.percentile(mean, mean[0]))
    close("backward", 100 * float(row["backward_beats"]), components.percentile(mean, mean[-1]))
    close("chosen", 100 * float(row["chosen_beats"]), components.transfer(c[i], y[i]))
    close("rho", float(row["rank_correlation"]), components.spearman(y[i]))
print("7 components, %d networks agree" % len(names))
