#!/bin/bash
# experiments.sh - the driver of the experiments: writes tables, finds them unchanged, notices one changed byte, resumes.
# SPDX-License-Identifier: GPL-3.0-or-later
set -euo pipefail
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
# A tree of its own, so that what is committed does not matter here.
mkdir -p "$work/tree/configs" "$work/tree/experiments/one" "$work/tree/experiments/two" "$work/tree/experiments/networks"
cp "$SRCDIR/experiments/run.sh" "$work/tree/experiments/"
ln -s "$SRCDIR/experiments/networks/"{mlp,fashion}.h5 "$work/tree/experiments/networks/"
config() { # config NAME FORMAT
    cat <<END
name: $1
network: ../networks/mlp.h5
data: {evaluation: {file: ../networks/fashion.h5, samples: 20}}
scheme: {weights: {format: $2}, activations: none}
END
}
config first int8 >"$work/tree/experiments/one/first.yaml"
config second int4 >"$work/tree/experiments/one/second.yaml"
printf 'mkdir -p "$OUT/tables" && "$HALFSTEP" list formats --output csv >"$OUT/tables/formats.csv"\n' >"$work/tree/experiments/two/run.sh"
run() { HALFSTEP=$HALFSTEP WORK=$work/work JOBS=1 bash "$work/tree/experiments/run.sh" "$@"; }
fail() { echo "FAILED: $*"; exit 1; }

[ "$(run --list | tr '\n' ' ')" = "quickstart one two " ] || fail "lists $(run --list | tr '\n' ' ')"
run one two >"$work/said"
for t in one/first/tables/trials.csv one/second/tables/trials.md two/tables/formats.csv; do
    [ -s "$work/tree/results/$t" ] || fail "no results/$t"
done
run --check one two >"$work/said" || fail "sees a difference where there is none: $(cat "$work/said")"
printf 'x' >>"$work/tree/results/one/second/tables/trials.csv"
if run --check one >"$work/said"; then fail "a changed table is not noticed"; fi
grep -q '^  ./second/tables/trials.csv$' "$work/said" || fail "the changed table is not named: $(cat "$work/said")"
run one >/dev/null && run --check one >/dev/null || fail "writing anew does not mend a table"
code=0; run three 2>"$work/said" || code=$?
[ $code = 64 ] && grep -q "no experiment 'three'" "$work/said" || fail "an unknown experiment: exit $code, $(cat "$work/said")"
