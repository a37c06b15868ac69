#!/bin/bash
# run.sh - both networks, then the components of variance; keeps the tables of trials and the figure of the orders.
# SPDX-License-Identifier: GPL-3.0-or-later
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$OUT/tables" "$OUT/figures"
for name in deep_mlp cnn; do
    "$HALFSTEP" run "$here/$name.yaml" -q -j "${JOBS:-1}" -o "$WORK/$name" >/dev/null
    cp "$WORK/$name/tables/trials.csv" "$OUT/tables/$name.csv"
    /usr/bin/python3 "$here/variance.py" "$WORK/$name/tables/trials.csv" >"$OUT/tables/$name-variance.md"
    for end in svg gp dat; do cp "$WORK/$name/figures/orders.$end" "$OUT/figures/$name.$end"; done
    cp "$WORK/$name/figures/"{style,term}.gp "$OUT/figures/"
done
