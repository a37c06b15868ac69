#!/bin/bash
# run.sh - times of integer products, whole networks in integers beside the simulation, and the model of energy.
# SPDX-License-Identifier: GPL-3.0-or-later
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$OUT/tables"
# This machine's, another time others: they lie beside the tables and are not compared.
if [ "${CHECK:-false}" = false ]; then
    mkdir -p "$OUT/times"
    "$HALFSTEP" bench integer --reps 21 --output csv >"$OUT/times/integer.csv"
fi
for format in csv md; do "$HALFSTEP" integer "$here/integer.yaml" --output $format >"$OUT/tables/integer.$format"; done
for network in mlp deep_mlp cnn charlm; do
    "$HALFSTEP" inspect --energy "$here/../networks/$network.h5" none --output csv |
        awk -v name=$network '/^# energy/ { on = 1; next } on && !NF { exit }
            on && !head { head = 1; if (name == "mlp") print "network," $0; next } on { print name "," $0 }'
done >"$OUT/tables/energy.csv"
