#!/bin/sh
# torch.sh - networks of PyTorch, exported in one line, run here as they ran there; what cannot be traced is exported by hooks.
# SPDX-License-Identifier: GPL-3.0-or-later
set -eu
skip() { echo "SKIPPED export/torch: $*"; exit 77; }
fail() { echo "FAILED: $*"; exit 1; }
/usr/bin/python3 -c 'import torch, h5py, numpy' 2>/dev/null || skip "python3-torch and python3-h5py are not installed"
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT
export PYTHONDONTWRITEBYTECODE=1 PYTHONPATH="$SRCDIR/python"
/usr/bin/python3 "$SRCDIR/tests/export/torch_networks.py" "$folder" >"$folder/made" || fail "the export"
[ "$(wc -l <"$folder/made")" -eq 6 ] || fail "too few networks"
while read -r name nodes; do
    "$HALFSTEP" verify --tolerance 1e-5 "$folder/$name.h5" --output csv >"$folder/said" || { cat "$folder/said"; fail "$name runs otherwise here"; }
    agree=$(grep -c ',agrees$' "$folder/said")
    echo "$name: $agree nodes agree"
    [ "$agree" -ge "$nodes" ] || { cat "$folder/said"; fail "$name: only $agree nodes were compared"; }
done <"$folder/made"
