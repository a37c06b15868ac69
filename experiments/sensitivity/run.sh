#!/bin/bash
# run.sh - one-in errors of all layers of three networks, by kind of layer.
# SPDX-License-Identifier: GPL-3.0-or-later
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
studies=(weights activations images) folders=()
for s in "${studies[@]}"; do
    mkdir -p "$OUT/$s/tables"
    "$HALFSTEP" run "$here/$s.yaml" -q -j "${JOBS:-1}" -o "$WORK/$s" >/dev/null
    cp "$WORK/$s/tables/"{one_in.csv,trials.csv} "$OUT/$s/tables/"
    name=$s
    [ "$s" = images ] || name=charlm
    folders+=("$name=$WORK/$s")
done
mkdir -p "$OUT/tables"
/usr/bin/python3 "$here/kinds.py" "${folders[@]}" >"$OUT/tables/kinds.md"
