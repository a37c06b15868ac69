#!/bin/sh
# train.sh - the training script trains, its checkpoint becomes a dump, and the dump runs here as it ran there.
# SPDX-License-Identifier: GPL-3.0-or-later
set -eu
skip() { echo "SKIPPED nets/train: $*"; exit 77; }
grep -q -e '--enable-sanitize' "$BUILDDIR/config.log" && skip "a sanitizer's build: it is Python that trains"
/usr/bin/python3 -c 'import torch, h5py, numpy' 2>/dev/null || skip "python3-torch and python3-h5py are not installed"
[ -e /usr/share/datasets/fashion-mnist ] || skip "dataset-fashion-mnist is not installed"
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT
export PYTHONDONTWRITEBYTECODE=1
networks=$SRCDIR/experiments/networks
/usr/bin/python3 "$networks/train.py" mlp --steps 40 -o "$folder/mlp.pt" | tee "$folder/said"
# Forty steps are enough to be far from chance, 0.1.
awk '{ for (i = 1; i <= NF; i++) if ($i == "accuracy") a = $(i + 1) } END { exit !(a > 0.25) }' "$folder/said"
/usr/bin/python3 "$networks/export.py" reference mlp --weights "$folder/mlp.pt" -o "$folder/mlp.h5"
"$HALFSTEP" verify "$folder/mlp.h5"
