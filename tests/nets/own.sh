#!/bin/sh
# own.sh - a network of one's own, from PyTorch to a dump that runs here as it ran there; what cannot be written is named.
# SPDX-License-Identifier: GPL-3.0-or-later
set -eu
skip() { echo "SKIPPED nets/own: $*"; exit 77; }
fail() { echo "FAILED: $*"; exit 1; }
/usr/bin/python3 -c 'import torch, h5py, numpy' 2>/dev/null || skip "python3-torch and python3-h5py are not installed"
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT
export PYTHONDONTWRITEBYTECODE=1
export="/usr/bin/python3 $SRCDIR/experiments/networks/export.py"
mine=$SRCDIR/tests/nets/own_network.py

$export torch "$mine:Net" --shape 3,20,17 -o "$folder/net.h5"
"$HALFSTEP" verify "$folder/net.h5" || fail "the exported network runs otherwise here"

if $export torch "$mine:Foreign" --shape 3,20,17 -o "$folder/foreign.h5" 2>"$folder/said"; then fail "took what it cannot write"; fi
for word in GRU cumsum CELU; do grep -q "$word" "$folder/said" || { cat "$folder/said"; fail "did not name $word"; }; done
[ ! -e "$folder/foreign.h5" ] || fail "left a file behind"

/usr/bin/python3 - "$folder" <<'END'
import sys, numpy as np
x = np.random.default_rng(1).integers(0, 255, (9, 3, 20, 17)).astype(np.uint8)
np.savez(sys.argv[1] + "/some.npz", x=x, y=np.arange(9))
END
$export arrays -o "$folder/data.h5" --calibration "$folder/some.npz" --evaluation "$folder/some.npz" --scale 0.00392156862745098
"$HALFSTEP" inspect "$folder/data.h5" | grep -q '/data/evaluation/targets' || fail "arrays: no targets"
