#!/usr/bin/python3
"""side_by_side.py - the same searches by torch and by halfstep bench, in turns, one thread each; prints ratios.

  side_by_side.py [--halfstep PATH] [--rounds 5] [--isa sse2|avx2|avx512] [--json FILE]

A round is: torch once, halfstep once. Ratios are those of the medians over the rounds, and, because a machine is seldom
quiet, of the best times too. Needs python3-torch and python3-h5py.
"""
# SPDX-License-Identifier: GPL-3.0-or-later
import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = "1"  # before torch is loaded
import torch  # noqa: E402

import baseline  # noqa: E402
import make_baseline  # noqa: E402

SEARCHES = ("forward", "sensitivity", "order")


def once(function):
    start = time.perf_counter()
    value = function()
    return 1e3 * (time.perf_counter() - start), value


def by_torch(net, x, reference):
    times = {"forward": once(lambda: baseline.forward(net, x))[0]}
    times["sensitivity"], solo = once(lambda: baseline.sensitivity(net, x, reference))
    times["order"], order = once(lambda: baseline.greedy(net, x, reference))
    return times, solo, order


def by_halfstep(program, dump, reps):
    command = [program, "bench", "search", "--json", "--network", dump, "--reps", str(reps)]
    rows = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    of = {row["what"]: row for row in rows}
    times = {what: of[what]["median_ms"] for what in SEARCHES}
    notes = {what: [(part.split()[0], float(part.split()[1])) for part in of[what]["note"].split(", ")]
             for what in SEARCHES[1:]}
    return times, notes["sensitivity"], notes["order"], of["peak memory"]["rate"]


def text(pairs):
    return ", ".join(f"{name} {value:.3f} dB" for name, value in pairs)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--halfstep", default=os.environ.get("HALFSTEP", "halfstep"))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--reps", type=int, default=3, help="of halfstep within a round")
    parser.add_argument("--isa")
    parser.add_argument("--json")
    args = parser.parse_args()
    if args.isa:
        os.environ["HALFSTEP_ISA"] = args.isa
    torch.set_num_threads(1)
    net, x = baseline.make()
    reference = baseline.forward(net, x)  # warms up, too
    theirs, ours = [], []
    with tempfile.TemporaryDirectory() as folder:
        dump = os.path.join(folder, "baseline.h5")
        make_baseline.main(dump)
        for _ in range(args.rounds):
            theirs.append(by_torch(net, x, reference))
            ours.append(by_halfstep(args.halfstep, dump, args.reps))
    result = {"torch": torch.__version__, "isa": args.isa or "best", "rounds": args.rounds, "searches": {}}
    print(f"{'':12} {'torch ms':>10} {'halfstep ms':>12} {'ratio':>7} {'of best':>8}   (medians of {args.rounds} rounds)")
    for what in SEARCHES:
        a, b = [t[0][what] for t in theirs], [t[0][what] for t in ours]
        ma, mb = statistics.median(a), statistics.median(b)
        result["searches"][what] = {"torch_ms": ma, "halfstep_ms": mb, "ratio": ma / mb, "ratio_of_best": min(a) / min(b)}
        print(f"{what:12} {ma:10.1f} {mb:12.1f} {ma / mb:6.1f}x {min(a) / min(b):7.1f}x")
    result["peak_MiB"] = max(t[3] for t in ours)
    print(f"peak memory of halfstep {result['peak_MiB']:.0f} MiB")
    for name, who in (("torch", theirs[-1]), ("halfstep", ours[-1])):
        print(f"{name:9} alone: {text(who[1])}\n{'':9} greedy: {text(who[2])}")
    result["same_order"] = [n for n, _ in theirs[-1][2]] == [n for n, _ in ours[-1][2]]
    print("the same order" if result["same_order"] else "ANOTHER ORDER")
    if args.json:
        with open(args.json, "w") as file:
            json.dump(result, file, indent=1)
    return 0 if result["same_order"] else 1


if __name__ == "__main__":
    sys.exit(main())
