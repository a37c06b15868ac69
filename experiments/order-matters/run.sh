#!/bin/bash
# run.sh - samples of orders of two networks; all orders of ten, orders with a name and independent noise beside them.
# SPDX-License-Identifier: GPL-3.0-or-later
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd) python=${PYTHON:-/usr/bin/python3}
mkdir -p "$OUT/tables" "$OUT/figures"
for name in deep_mlp cnn; do
    "$HALFSTEP" run "$here/$name.yaml" -q -j "${JOBS:-1}" -o "$WORK/$name" >/dev/null
    cp "$WORK/$name/tables/trials.csv" "$OUT/tables/$name.csv"
    "$python" "$here/variance.py" "$WORK/$name/tables/trials.csv" >"$OUT/tables/$name-variance.md"
    for end in svg gp dat; do cp "$WORK/$name/figures/orders.$end" "$OUT/figures/$name.$end"; done
    cp "$WORK/$name/figures/"{style,term}.gp "$OUT/figures/"
done
for layers in 5 7; do
    runs=() named=() null=()
    for seed in 1 2 3 4 5; do
        runs+=("$WORK/mlp$layers-$seed")
        "$HALFSTEP" run "$here/all-orders.yaml" -q -j "${JOBS:-1}" --set network="$here/networks/mlp$layers-$seed.h5" \
            -o "$WORK/mlp$layers-$seed" >/dev/null
        named+=("$WORK/named$layers-$seed") null+=("$WORK/null$layers-$seed")
        for name in named null; do
            "$HALFSTEP" run "$here/$name.yaml" -q -j "${JOBS:-1}" --set network="$here/networks/mlp$layers-$seed.h5" \
                -o "$WORK/$name$layers-$seed" >/dev/null
        done
    done
    "$python" "$here/components.py" "${runs[@]}" --data "$OUT/figures/all-$layers.dat" >"$OUT/tables/all-$layers.md"
    "$python" "$here/named.py" --named "${named[@]}" --null "${null[@]}" --data "$OUT/figures/all-$layers.dat" \
        >"$OUT/tables/named-$layers.md"
done
cp "$here/violins.gp" "$OUT/figures/"
(cd "$OUT/figures" && gnuplot violins.gp)
