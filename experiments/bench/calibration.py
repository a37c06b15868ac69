#!/usr/bin/python3
"""calibration.py - 2^24 Gaussian values calibrated by torch and by halfstep bench, in turns, one thread each; prints ratios.

  calibration.py [--halfstep PATH] [--rounds 5]

A round is: numpy's sum of the values, torch's HistogramObserver (observe, then choose a scale), halfstep bench calibration.
Ratios are those of the medians over the rounds, and of the best times. Needs python3-torch and python3-numpy.
"""
# SPDX-License-Identifier: GPL-3.0-or-later
import argparse
import json
import os
import statistics
import subprocess
import time

os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = "1"  # before torch is loaded
import numpy as np  # noqa: E402
import torch  # noqa: E402
from torch.ao.quantization.observer import HistogramObserver  # noqa: E402

N = 1 << 24


def timed(function, times=1):
    best = []
    for _ in range(times):
        start = time.perf_counter()
        function()
        best.append(1e3 * (time.perf_counter() - start))
    return statistics.median(best)


def observe(x):
    observer = HistogramObserver(dtype=torch.qint8, qscheme=torch.per_tensor_symmetric)
    observer(x)
    observer.calculate_qparams()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--halfstep", default=os.environ.get("HALFSTEP", "halfstep"))
    parser.add_argument("--rounds", type=int, default=5)
    args = parser.parse_args()
    torch.set_num_threads(1)
    x = np.random.default_rng(1).standard_normal(N, dtype=np.float32)
    t = torch.from_numpy(x)
    observe(t), x.sum()  # warm up
    sums, theirs, ours, four, two = [], [], [], [], []
    for _ in range(args.rounds):
        sums.append(timed(x.sum, 5))
        theirs.append(timed(lambda: observe(t)))
        command = [args.halfstep, "bench", "calibration", "--json", "--reps", "5"]
        rows = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        of = {(r["what"], r["variant"]): r for r in rows}
        ours.append(of["summary and these four", "int8"]["median_ms"])
        four.append(of["fit int8 to the summary", "these four"]["median_ms"])
        two.append(float(of["summary", "two threads"]["note"].split()[0]))
        sums.append(timed(x.sum, 5))
    middle, best = statistics.median, min
    print(f"torch {torch.__version__} HistogramObserver {middle(theirs):8.2f} ms\n"
          f"numpy {np.__version__} sum               {middle(sums):8.2f} ms\n"
          f"summary + minmax + percentile + mse + entropy {middle(ours):8.2f} ms   (medians of {args.rounds} rounds)\n"
          f"HistogramObserver / ours {middle(theirs) / middle(ours):6.2f} (of best times {best(theirs) / best(ours):.2f})\n"
          f"ours / numpy's sum       {middle(ours) / middle(sums):6.2f} (of best times {best(ours) / best(sums):.2f})\n"
          f"the four strategies, given the summary {middle(four):.2f} ms\n"
          f"summary by two threads   {middle(two):6.2f} x one")


if __name__ == "__main__":
    main()
