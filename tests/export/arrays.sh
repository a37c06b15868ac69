#!/bin/sh
# arrays.sh - bare tensors of .npz and safetensors files, and the way back: weights, rounded, as .npz.
# SPDX-License-Identifier: GPL-3.0-or-later
set -eu
skip() { echo "SKIPPED export/arrays: $*"; exit 77; }
fail() { echo "FAILED: $*"; exit 1; }
/usr/bin/python3 -c 'import h5py, numpy' 2>/dev/null || skip "python3-h5py and python3-numpy are not installed"
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT
export PYTHONDONTWRITEBYTECODE=1 PYTHONPATH="$SRCDIR/python" HALFSTEP
export="/usr/bin/python3 -m halfstep_export.cli"
/usr/bin/python3 "$SRCDIR/tests/export/arrays.py" "$folder" || fail "the arrays"

$export "$folder/some.npz" "$folder/some.h5" || fail "npz"
$export "$folder/some.safetensors" "$folder/safe.h5" || fail "safetensors"
"$HALFSTEP" calibrate "$folder/safe.h5" '/tensors/w.brain' -s minmax --output csv | grep -q '^/tensors/w.brain,32,int8' || fail "bfloat16 is not read"
$export "$folder/net.h5" "$folder/tensor.npz" --format int4 || fail "the way back"
$export "$folder/net.h5" "$folder/channel.npz" --format int4 --granularity channel || fail "the way back, by channel"
/usr/bin/python3 "$SRCDIR/tests/export/arrays.py" "$folder" check || fail "other values"

refused() { # refused INPUT OUTPUT WORDS
    if $export "$folder/$1" "$folder/$2" 2>"$folder/said"; then fail "took $1"; fi
    grep -q "$3" "$folder/said" && grep -q "$1" "$folder/said" || { cat "$folder/said"; fail "$1: no cause"; }
    [ ! -e "$folder/$2" ] && [ -z "$(ls "$folder"/*.part 2>/dev/null)" ] || fail "$1 left a file behind"
}
refused short.safetensors bad.h5 "do not lie at"
refused strange.safetensors bad.h5 "F8_E4M3"
refused huge.safetensors bad.h5 "not a safetensors file"
refused missing.npz bad.h5 "No such file"
