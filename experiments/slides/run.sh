#!/bin/bash
# run.sh - what the lecture claims, row by row: small runs, then claims.py reads them and asks the other commands.
# SPDX-License-Identifier: GPL-3.0-or-later
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd) python=${PYTHON:-/usr/bin/python3}
mkdir -p "$OUT/tables"
run() { # run NAME CONFIG [KEY=VALUE]
    "$HALFSTEP" run "$here/$2.yaml" -q -j "${JOBS:-1}" -o "$WORK/$1" ${3:+--set "$3"} >/dev/null
}
for name in accuracy depth dynamic objective orders sensitive sensitive-inputs; do run $name $name; done
for n in 1 16 256; do run samples-$n samples data.calibration.samples=$n; done
"$HALFSTEP" integer "$here/integers.yaml" --output csv >"$WORK/integers.csv"
"$python" -B "$here/claims.py" "$HALFSTEP" "$WORK" "$OUT/tables"
[ "${CHECK:-false}" = false ] || exit 0
# This machine's speed, another time another: beside the tables, not compared.
mkdir -p "$OUT/times"
"$HALFSTEP" bench integer --reps 41 --output csv >"$OUT/times/integer.csv"
{ date -u +%F && grep -m 1 '^model name' /proc/cpuinfo || true; } >"$OUT/times/host.txt"
"$python" "$here/speed.py" "$OUT/times/integer.csv" "$OUT/times/host.txt" >"$OUT/times/speed.md"
