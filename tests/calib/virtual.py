#!/usr/bin/python3
"""virtual.py - a virtual dataset far larger than memory is summarised in little of it, and comes out as its one block
counted so many times. REPEATS WORKDIR; prints seconds and the peak memory."""
# SPDX-License-Identifier: GPL-3.0-or-later
import os
import resource
import subprocess
import sys
import time

BLOCK = 1 << 24  # 64 MiB of float32
repeats, folder = int(sys.argv[1]), sys.argv[2]
block, big = os.path.join(folder, "block.h5"), os.path.join(folder, "big.h5")


def make():
    import h5py
    import numpy as np
    rng = np.random.default_rng(7)
    with h5py.File(block, "w") as f:
        # like activations: many magnitudes, a spike at 0
        x = (rng.standard_normal(BLOCK) * np.exp(rng.standard_normal(BLOCK))).astype(np.float32)
        x[rng.random(BLOCK) < 0.3] = 0
        f["x"] = x
    with h5py.File(big, "w") as f:
        layout = h5py.VirtualLayout(shape=(repeats, BLOCK), dtype="f4")
        for i in range(repeats):
            layout[i] = h5py.VirtualSource("block.h5", "x", shape=(BLOCK,))
        f.create_virtual_dataset("x", layout)


def summarise(path):
    start = time.perf_counter()
    subprocess.run([os.environ["HALFSTEP"], "calibrate", path, "x", "-s", "minmax,percentile,mse,entropy", "--save", path + ".sum"],
                   check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def compare():
    import h5py
    import numpy as np
    one, many = (h5py.File(p + ".sum")["summaries/s0000"] for p in (block, big))
    same = np.array_equal(one["key"][:], many["key"][:])
    for name in ("count", "low"):
        same = same and np.array_equal(one[name][:] * np.uint64(repeats), many[name][:])
    same = same and np.array_equal(one.attrs["extremes"][:2], many.attrs["extremes"][:2])
    return same and one.attrs["numbers"][2] * repeats == many.attrs["numbers"][2] == repeats * BLOCK


# In this order: what this process holds itself would count as its children's, until they are another program.
if len(sys.argv) > 3:
    make()
    sys.exit()
subprocess.run(["/bin/sh", "-c", 'exec "$0" "$@"', sys.executable, __file__, *sys.argv[1:3], "make"], check=True)
pid = os.fork()
if pid == 0:  # its only children are those that are measured
    seconds = summarise(big)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    summarise(block)
    same = compare()
    print(f"{repeats * BLOCK * 4 / 2**30:.2f} GiB in {seconds:.1f} s, peak memory {peak:.0f} MiB, "
          f"{'the block counted %d times' % repeats if same else 'NOT the block counted so often'}")
    sys.stdout.flush()
    os._exit(not same or peak > 256)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
