#!/bin/bash
# run.sh - weights and activations; keeps the tables of trials, the figures of strategies, and ranks the strategies.
# SPDX-License-Identifier: GPL-3.0-or-later
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$OUT/tables" "$OUT/figures"
for side in weights activations; do
    "$HALFSTEP" run "$here/$side.yaml" -q -j "${JOBS:-1}" -o "$WORK/$side" >/dev/null
    table=trials
    if [ $side = activations ]; then table=summary; fi # means over draws
    for end in csv md; do cp "$WORK/$side/tables/$table.$end" "$OUT/tables/$side.$end"; done
    /usr/bin/python3 "$here/ranks.py" "$OUT/tables/$side.csv" "calibration_$side" >"$OUT/tables/$side-ranks.md"
    for end in svg gp dat; do cp "$WORK/$side/figures/strategies.$end" "$OUT/figures/$side.$end"; done
    sed -i "s/= \"strategies\(\.dat\)\?\"/= \"$side\1\"/" "$OUT/figures/$side.gp"
    cp "$WORK/$side/figures/"{style,term}.gp "$OUT/figures/"
done
