#!/bin/sh
# charlm.sh - the language model: every node as in torch; perplexity in float32 and with its weights rounded.
# SPDX-License-Identifier: GPL-3.0-or-later
set -eu
grep -q -e '--enable-sanitize' "$BUILDDIR/config.log" && { echo "SKIPPED nets/charlm: a sanitizer's build: it takes minutes"; exit 77; }
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
networks=$SRCDIR/experiments/networks weights=$SHARED/data/reference-networks/charlm.weights.npz

if ! /usr/bin/python3 -c 'import torch, h5py' 2>/dev/null; then echo "SKIPPED nets/charlm-nodes: no python3-torch, python3-h5py"
elif [ ! -e "$weights" ]; then echo "SKIPPED nets/charlm-nodes: no trained weights in $SHARED"
elif ! command -v bible >/dev/null; then echo "SKIPPED nets/charlm-nodes: bible-kjv is not installed"
else
    PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3 "$networks/export.py" reference charlm --weights "$weights" --recorded 1 -o "$work/charlm.h5"
    "$HALFSTEP" verify "$work/charlm.h5" >"$work/nodes" || { cat "$work/nodes"; exit 1; }
    echo "$(grep -c agrees "$work/nodes") nodes agree within 2e-5"
fi

# windows FORMAT GRANULARITY SYMMETRIC RANGE: perplexity in float32 and rounded, on the first so many windows
perplexity() {
    "$HALFSTEP" run "$SRCDIR/configs/charlm.yaml" -q -j 1 -o "$work/run" --set network="$networks/charlm.h5" \
        --set data.evaluation.file="$networks/kjv.h5" --set data.evaluation.samples="$1" --set "scheme.weights.format=$2" \
        --set "scheme.weights.granularity=$3" --set "scheme.weights.symmetric=$4" --set "scheme.weights.range=$5" \
        --set "exclude=[]" >/dev/null
    awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next } { print $at["perplexity_float"], $at["perplexity"] }' \
        "$work/run/tables/trials.csv"
}
failed=0
expect() { # expect WHAT GOT WANTED TOLERANCE
    awk -v g="$2" -v w="$3" -v t="$4" 'BEGIN { exit !(g - w <= t && w - g <= t) }' ||
        { echo "$1: $2, not $3 within $4"; failed=1; }
}
if [ "${HALFSTEP_LONG:-0}" != 0 ]; then
    set -- $(perplexity 1000 int4 tensor false full)
    expect "float32" "$1" 3.381 0.0005 && expect "int4 min-max" "$2" 3.703 0.01
    set -- $(perplexity 1000 int4 channel true restricted)
    expect "int4 symmetric by channel" "$2" 3.504 0.01
    echo "1,000 windows: float32 $1, int4 symmetric by channel $2"
else
    echo "SKIPPED nets/charlm-1000: HALFSTEP_LONG=1 runs all windows"
    set -- $(perplexity 20 int4 tensor false full)
    expect "float32, 20 windows" "$1" 3.873 0.001 && expect "int4 min-max, 20 windows" "$2" 4.150 0.01
fi
exit $failed
