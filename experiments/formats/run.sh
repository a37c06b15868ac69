#!/bin/bash
# run.sh - weights alone, then weights and activations; keeps the tables of trials, and draws error against bits.
# SPDX-License-Identifier: GPL-3.0-or-later
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$OUT/tables" "$OUT/figures"
for side in weights activations; do
    "$HALFSTEP" run "$here/$side.yaml" -q -j "${JOBS:-1}" -o "$WORK/$side" >/dev/null
    for end in csv md; do cp "$WORK/$side/tables/trials.$end" "$OUT/tables/$side.$end"; done
done
cp "$here/bits.gp" "$here/../../src/report/"{style,term}.gp "$OUT/figures/"
# network, kind (as in bits.gp), bits, SQNR; columns by their names
awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
    { f = $at["scheme_weights_format"]; g = $at["scheme_weights_granularity"]
      kind = g == "block" ? 6 : f == "nf4" ? 5 : (f ~ /^int/ ? 1 : 3) + (g != "channel")
      print $at["network"], kind, $at["weight_bits"], $at["sqnr"], f, g }' "$OUT/tables/weights.csv" >"$OUT/figures/bits.dat"
(cd "$OUT/figures" && gnuplot bits.gp)
