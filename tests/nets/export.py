"""export.py NETWORKS WEIGHTS FOLDER - exports anew into FOLDER and compares with the committed dumps.

Everything is equal but for the recorded activations, which another torch may compute in another order."""
# SPDX-License-Identifier: GPL-3.0-or-later
import filecmp
import os
import shutil
import subprocess
import sys

import h5py
import numpy as np


def compare(made, committed):
    problems = []
    with h5py.File(made) as a, h5py.File(committed) as b:
        paths_a, paths_b = [], []
        a.visit(paths_a.append)
        b.visit(paths_b.append)
        if paths_a != paths_b:
            return [f"other objects: {sorted(set(paths_a) ^ set(paths_b))[:5]}"]
        for path in ["/"] + paths_a:
            if set(a[path].attrs) != set(b[path].attrs):
                problems.append(f"{path}: other attributes")
                continue
            for key in a[path].attrs:
                if not np.array_equal(a[path].attrs[key], b[path].attrs[key]):
                    problems.append(f"{path}: attribute {key} differs")
            if isinstance(a[path], h5py.Group):
                continue
            x, y = a[path][()], b[path][()]
            if x.dtype != y.dtype or x.shape != y.shape:
                problems.append(f"{path}: {x.dtype}{x.shape}, not {y.dtype}{y.shape}")
            elif path.startswith("activations/"):
                if np.abs(x - y).max() > 2e-5 * max(1, np.abs(y).max()):
                    problems.append(f"{path}: differs by {np.abs(x - y).max()}")
            elif not np.array_equal(x, y):
                problems.append(f"{path}: other values")
    return problems


def main(networks, weights, folder):
    def export(*arguments):
        subprocess.run([sys.executable, os.path.join(networks, "export.py"), *arguments], check=True)

    failed = 0
    names = ["mlp", "deep_mlp", "cnn", "fashion", "charlm"]
    if shutil.which("bible"):
        names.append("kjv")
    else:
        print("SKIPPED nets/export-kjv: bible-kjv is not installed")
    for name in names:
        made = os.path.join(folder, name + ".h5")
        what = ["fashion"] if name == "fashion" else ["text"] if name == "kjv" else ["reference", name, "--weights",
                                                      os.path.join(weights, name + ".weights.npz")]
        export(*what, "-o", made)
        problems = compare(made, os.path.join(networks, name + ".h5"))
        if name == "mlp":
            export(*what, "-o", made + ".again")
            if not filecmp.cmp(made, made + ".again", shallow=False):
                problems.append("two runs gave different bytes")
        failed += bool(problems)
        print(f"{name}: {'; '.join(problems) or 'as committed'}")
    return failed


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
