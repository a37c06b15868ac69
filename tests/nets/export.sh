#!/bin/sh
# export.sh - the committed dumps are what the exporter makes of the trained weights and of the data.
# SPDX-License-Identifier: GPL-3.0-or-later
weights=$SHARED/data/reference-networks
skip() { echo "SKIPPED nets/export: $*"; exit 77; }
grep -q -e '--enable-sanitize' "$BUILDDIR/config.log" && skip "a sanitizer's build: all of it is Python"
/usr/bin/python3 -c 'import torch, h5py, numpy' 2>/dev/null || skip "python3-torch and python3-h5py are not installed"
[ -e /usr/share/datasets/fashion-mnist ] || skip "dataset-fashion-mnist is not installed"
[ -e "$weights/cnn.weights.npz" ] || skip "no trained weights in $weights"
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT || exit 1
PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3 "$SRCDIR/tests/nets/export.py" "$SRCDIR/experiments/networks" "$weights" "$folder"
