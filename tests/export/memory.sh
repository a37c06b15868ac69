#!/bin/sh
# memory.sh - however much a loader gives, an export holds a batch of it: sixteen times the rows take no more memory.
# SPDX-License-Identifier: GPL-3.0-or-later
set -eu
grep -q -e '--enable-sanitize' "$BUILDDIR/config.log" &&
    { echo "SKIPPED export/memory: a sanitizer's build: all of it is Python"; exit 77; }
/usr/bin/python3 -c 'import torch, h5py, numpy' 2>/dev/null ||
    { echo "SKIPPED export/memory: python3-torch and python3-h5py are not installed"; exit 77; }
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT
export PYTHONDONTWRITEBYTECODE=1 PYTHONPATH="$SRCDIR/python"
/usr/bin/python3 - "$folder/some.h5" <<'END'
import resource
import sys

import torch
from torch import nn

from halfstep_export import dump

torch.set_num_threads(1)
model = nn.Sequential(nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), nn.Flatten(), nn.Linear(8 * 32 * 32, 10))


def peak(batches):  # KiB, of 256 KiB of inputs each, and 2 MiB of activations at every node of the first two
    dump(model, (torch.full((64, 1, 32, 32), float(i)) for i in range(batches)), sys.argv[1], record=None, strict=True)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


few = peak(4)
many = peak(64)
print(f"peak with 4 batches {few / 1024:.0f} MiB, with 64 {many / 1024:.0f} MiB, of {64 * 4.25:.0f} MiB written")
assert many - few < 48 * 1024, "memory grows with the loader"
END
