#!/bin/bash
# run.sh - the same trials on 1 to 16,384 samples a draw, and on data unlike those to come; the large draws need the full training set.
# SPDX-License-Identifier: GPL-3.0-or-later
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd) full=$WORK/full.h5 python=${PYTHON:-/usr/bin/python3}
mkdir -p "$OUT/tables" "$OUT/figures"

ask() { # ask SAMPLES DRAWS FILE...: trials.csv of one size
    "$HALFSTEP" run "$here/configs/draws.yaml" -q -j "${JOBS:-1}" -o "$WORK/$1" --set data.calibration.samples="$1" \
        --set data.calibration.draws="$2" --set data.calibration.file="$3" >/dev/null
    files+=("$1=$WORK/$1/tables/trials.csv")
}

unlike() { # unlike SET DRAWS: three strategies on 256 images of SET a draw
    "$HALFSTEP" run "$here/configs/draws.yaml" -q -j "${JOBS:-1}" -o "$WORK/$1" --set data.calibration.draws="$2" \
        --set data.calibration.file="$WORK/$1.h5" --set 'calibration.activations=[minmax, {percentile: {p: 99.99}}, mse]' >/dev/null
    files+=("$1=$WORK/$1/tables/trials.csv")
}

files=()
for n in 1 4 16 64 256; do ask $n 8 "$here/../networks/fashion.h5"; done
"$python" "$here/summary.py" "${files[@]}" --table "$OUT/tables/small.csv" >"$OUT/tables/small.md"
cp "$WORK/256/tables/trials.csv" "$WORK/mixed.csv" # the full draws of 256 come into the same folder
files=("mixed=$WORK/mixed.csv")
if "$python" "$here/unlike.py" "$here/../networks/fashion.h5" "$WORK" 2>"$WORK/why"; then
    for n in 0 1 2 3 4 5 6 7 8 9; do unlike class$n 1; done
    unlike negative 8
    "$python" "$here/unlike_table.py" "${files[@]}" --table "$OUT/tables/unlike.csv" >"$OUT/tables/unlike.md"
else
    echo "representative-data: no data that do not represent: $(tail -n 1 "$WORK/why")" >&2
fi
if [ ! -e "$full" ]; then
    "$python" "$here/../networks/export.py" fashion --full -o "$full.part" 2>"$WORK/why" && mv "$full.part" "$full" || {
        echo "representative-data: no draws of 1,024 and more: $(tail -n 1 "$WORK/why")" >&2
        exit 0
    }
fi
files=()
for n in 1 4 16 64 256 1024 4096; do ask $n 8 "$full"; done
ask 16384 3 "$full"
"$python" "$here/summary.py" "${files[@]}" --table "$OUT/tables/full.csv" --data "$OUT/figures/samples.dat" >"$OUT/tables/full.md"
cp "$here/samples.gp" "$here/../../src/report/"{style,term}.gp "$OUT/figures/"
(cd "$OUT/figures" && gnuplot samples.gp)
