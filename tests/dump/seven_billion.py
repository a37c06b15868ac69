#!/usr/bin/python3
"""seven_billion.py - weights of the shapes of a language model of seven billion parameters, as float16, every tensor a
virtual dataset that repeats a block of real weights: inspected and calibrated tensor by tensor within 1 GiB, with the
block's results counted so many times. WORKDIR LAYERS TENSOR...: of all LAYERS, all tensors or those calibrated."""
# SPDX-License-Identifier: GPL-3.0-or-later
import csv
import os
import resource
import subprocess
import sys
import time

WIDTH, HIDDEN, TOKENS, ROWS = 4096, 11008, 32000, 128  # rows of a block
LIMIT = 1 << 30
folder, layers, wanted = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
path = os.path.join(folder, "seven.h5")


def shapes():
    yield "embed", (TOKENS, WIDTH)
    for i in range(layers):
        for name in ("q", "k", "v", "o"):
            yield f"layer{i:02}/{name}", (WIDTH, WIDTH)
        yield f"layer{i:02}/gate", (HIDDEN, WIDTH)
        yield f"layer{i:02}/up", (HIDDEN, WIDTH)
        yield f"layer{i:02}/down", (WIDTH, HIDDEN)
        yield f"layer{i:02}/norm1", (WIDTH,)
        yield f"layer{i:02}/norm2", (WIDTH,)
    yield "norm", (WIDTH,)
    yield "head", (TOKENS, WIDTH)


def make():
    import h5py
    import numpy as np
    real = []
    with h5py.File(os.path.join(os.environ["SRCDIR"], "experiments/networks/charlm.h5")) as f:
        f["network"].visititems(lambda name, set: real.append(set[:].ravel()) if name.endswith("/weight") else None)
    real = np.concatenate(real).astype(np.float16)
    with h5py.File(path, "w") as f:
        for columns in (WIDTH, HIDDEN):
            f[f"block{columns}"] = np.resize(real, (ROWS, columns))
        f["block1"] = real[:ROWS]
        for name, shape in shapes():
            block = f[f"block{shape[1] if len(shape) > 1 else 1}"]
            layout = h5py.VirtualLayout(shape=shape, dtype="f2")
            for i in range(0, shape[0], ROWS):
                layout[i:i + ROWS] = h5py.VirtualSource(block)
            f.create_virtual_dataset(name, layout)


def measured(what, *arguments):
    """The rows by tensor of a command that may map 1 GiB; twice its largest process bounds program and reader together."""
    out, start = os.path.join(folder, "out.csv"), time.perf_counter()
    pid = os.fork()
    if pid == 0:
        os.dup2(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), 1)
        resource.setrlimit(resource.RLIMIT_AS, (LIMIT, LIMIT))
        os.execv(os.environ["HALFSTEP"], ["halfstep", what, path, *arguments, "--output", "csv"])
    _, status, used = os.wait4(pid, 0)
    seconds, peak = time.perf_counter() - start, used.ru_maxrss / 1024
    if status:
        sys.exit(f"halfstep {what}: exit {os.waitstatus_to_exitcode(status)}")
    if 2 * used.ru_maxrss * 1024 > LIMIT:
        sys.exit(f"halfstep {what}: two processes of up to {peak:.0f} MiB")
    rows = {}
    with open(out) as f:
        for row in csv.DictReader(f):
            rows.setdefault(row["tensor"].lstrip("/"), []).append(row)
    return rows, seconds, peak


def compare(rows, linear, same):
    """Of each tensor: columns that are the block's, and columns that are as many times the block's."""
    bad, values = 0, 0
    for name, shape in shapes():
        if name not in rows:
            continue
        columns = shape[1] if len(shape) > 1 else 1
        values += shape[0] * (columns if len(shape) > 1 else 1)
        block = rows[f"block{columns}"]
        bad += len(rows[name]) != len(block)
        for r, b in zip(rows[name], block):
            for k, times in [(k, 1) for k in same] + [(k, shape[0] // ROWS) for k in linear]:
                if r[k] == b[k] == "":
                    continue
                near = 1e-8 * abs(times * float(b[k])) + 1e-12  # nine digits are printed
                if not abs(float(r[k]) - times * float(b[k])) <= near:
                    bad += 1
                    print(f"{name}, {r.get('strategy', '')}: {k} is {r[k]}, the block's {b[k]} x {times}")
    return bad, values


if wanted == ["make"]:
    make()
    sys.exit()
# numpy's memory would count as the program's, until it is another program
subprocess.run(["/bin/sh", "-c", 'exec "$0" "$@"', sys.executable, __file__, folder, sys.argv[2], "make"], check=True)
rows, seconds, peak = measured("inspect")
bad, values = compare(rows, [], ["min", "max", "mean", "std", "zeros", "beyond_6_sigma", "nonfinite"])
missing = [name for name, _ in shapes() if name not in rows]
print(f"inspect: {values / 1e9:.3f}e9 values, {seconds:.1f} s, {peak:.0f} MiB")
todo = wanted or [name for name, _ in shapes()]
got, seconds, peak = measured("calibrate", *(["/block*"] + wanted if wanted else []), "-s", "minmax,octav,mse",
                              "-f", "int8,int4")  # no percentile: between two values it depends on their number
wrong, values = compare(got, ["values", "squared_error", "rounding"], ["lo", "hi", "scale", "sqnr_db", "clipped_percent"])
missing += [name for name in todo if name not in got]
print(f"calibrate: {values / 1e9:.3f}e9 values, {seconds:.1f} s, {peak:.0f} MiB")
if missing:
    print("not there:", *missing)
sys.exit(bool(bad or wrong or missing))
