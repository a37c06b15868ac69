#!/bin/sh
# transform.sh - transforms in a config: a factor like any other, the same bytes with any number of threads, clear refusals.
# SPDX-License-Identifier: GPL-3.0-or-later
networks=$SRCDIR/experiments/networks
work=$(mktemp -d "${TMPDIR:-/tmp}/halfstep-transform-XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
bad=0
fail() { echo "FAIL $*"; bad=1; }
ok() { echo "ok   $*"; }
cp "$networks/cnn.h5" "$networks/mlp.h5" "$networks/fashion.h5" . || exit 1
cat > a.yaml <<'END'
name: a
network: [mlp.h5, cnn.h5]
data:
  calibration: {file: fashion.h5, samples: 16, draws: 2}
  evaluation: {file: fashion.h5, samples: 40}
scheme:
  weights: {format: int4}
  activations: {format: int8}
transform: [none, cle, {smoothquant: {alpha: 0.25}}, smoothquant, awq, hadamard]
report: {figures: []}
END
run() { "$HALFSTEP" run a.yaml -q -o "$@" >out.txt 2>&1 || { fail "run $*: $(cat out.txt)"; exit 1; }; }
run one -j 1
run two -j 2
if cmp -s one/tables/trials.csv two/tables/trials.csv; then ok "one thread and two"; else fail "one thread and two differ"; fi
n=$(($(wc -l < one/tables/trials.csv) - 1))
if [ "$n" = 24 ]; then ok "2 networks, 2 draws, 6 transforms: 24 trials"; else fail "$n trials, not 24"; fi

# Without the key a trial is who it was.
sed '/^transform/d' a.yaml > plain.yaml
"$HALFSTEP" run plain.yaml -q -o plain >out.txt 2>&1 || fail "plain: $(cat out.txt)"
column() { awk -F, -v name="$2" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) c = i } NR > 1 { print $c }' "$1"; }
column plain/tables/trials.csv trial | sort > plain.ids
column one/tables/trials.csv trial | sort > all.ids
if [ "$(comm -12 plain.ids all.ids | wc -l)" = 4 ] && [ "$(sort -u all.ids | wc -l)" = 24 ]; then
    ok "trials without a transform keep their names"
else fail "names: $(comm -12 plain.ids all.ids | wc -l) of 4 kept"; fi

refused() { # WHAT CODE TEXT COMMAND...
    what=$1 code=$2 text=$3
    shift 3
    "$@" >out.txt 2>&1
    got=$?
    if [ "$got" = "$code" ] && grep -q -e "$text" out.txt; then ok "$what"; else fail "$what: exit $got, $(cat out.txt)"; fi
}
sed '/calibration:/d; s/^  activations:.*/  activations: none/; s/^transform:.*/transform: smoothquant/' a.yaml > nodata.yaml
refused "nothing to fold" 78 "bn-fold finds nothing to do in mlp: it looks for a batch norm" "$HALFSTEP" check a.yaml --set transform=bn-fold
refused "no data to look at" 78 "smoothquant looks at what layers read: data.calibration is needed" \
    "$HALFSTEP" check nodata.yaml
refused "a name that is nearly one" 78 "did you mean 'hadamard'" "$HALFSTEP" check a.yaml --set transform=hadamar
refused "a knob out of range" 78 "alpha" "$HALFSTEP" check a.yaml --set 'transform={smoothquant: {alpha: 2}}'
id=$(awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) { if ($i == "trial") t = i; if ($i == "transform") f = i } } $f == "cle" { print $t; exit }' one/tables/trials.csv)
refused "apply of a rewritten network" 64 "transform: cle" "$HALFSTEP" apply one "$id" -o w.h5
exit $bad
