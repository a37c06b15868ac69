#!/bin/sh
# compare.sh - halfstep compare says which differences are real, and refuses what cannot be compared.
# SPDX-License-Identifier: GPL-3.0-or-later
networks=$SRCDIR/experiments/networks
for file in mlp.h5 fashion.h5; do
  test -r "$networks/$file" || { echo "SKIPPED compare.sh: no $networks/$file"; exit 77; }
done
work=$(mktemp -d "${TMPDIR:-/tmp}/halfstep-compare-XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
bad=0
fail() { echo "FAIL $*"; bad=$((bad + 1)); }

cat > a.yaml <<END
name: compared
network: $networks/mlp.h5
data:
  calibration: {file: $networks/fashion.h5, samples: 16, draws: 2}
  evaluation: {file: $networks/fashion.h5, samples: 220}
scheme: {weights: {format: [int8, int3]}, activations: none}
calibration: {weights: [minmax, mse, {percentile: {p: 99.9}}]}
report: {figures: []}
END
run() { "$HALFSTEP" run a.yaml -q "$@" > /dev/null || fail "run $*"; }
run -o one
cp -r one again
run -o other --set method=gptq --set 'calibration.weights=[minmax, mse]'
run -o few --set 'data.calibration.draws=1' --set data.evaluation.samples=20 --set method=gptq
run -o elsewhere --set 'scheme.weights.format=[int5, int6]'
if command -v h5copy > /dev/null; then # data without targets
  h5copy -p -i "$networks/fashion.h5" -o bare.h5 -s /data/evaluation/inputs -d /data/evaluation/inputs
  run -o blind --set data.evaluation.file=bare.h5 --set data.evaluation.inputs=/data/evaluation/inputs
fi

# One run: the best of each format against the two others, whose csv adds up.
"$HALFSTEP" compare one > out || fail "compare one"
grep -q "mse .*percentile" out || fail "the best is not compared with the others: $(cat out)"
"$HALFSTEP" compare one --output csv > one.csv || fail "csv"
test "$(wc -l < one.csv)" -eq 5 || fail "two formats, two rivals each: $(cat one.csv)"
awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
  { d = $at["value_a"] - $at["value_b"]; x = $at["difference"]
    if ((d - x) ^ 2 > 1e-12 * x ^ 2 || x > 0) { print "difference " x " of " d; exit 1 }
    if (!($at["difference_lo"] <= x && x <= $at["difference_hi"] && $at["holm_p"] >= $at["wilcoxon_p"])) { print $0; exit 1 }
    if ($at["verdict"] == "better" && !($at["holm_p"] < 0.05 && $at["difference_hi"] < 0)) { print $0; exit 1 } }' one.csv ||
  fail "a row of the csv does not fit together"
grep -q better one.csv || fail "3 bits: least squares is not told from min-max: $(cat one.csv)"
for format in text md tex json; do "$HALFSTEP" compare one --output $format > out.$format || fail "$format"; done
grep -q '^ *"verdict": "better"' out.json || fail "json: $(head -n 5 out.json)"
grep -q toprule out.tex || fail "tex"
"$HALFSTEP" compare one --metric sqnr --output csv > sqnr.csv && cut -d, -f1-3 one.csv > x && cut -d, -f1-3 sqnr.csv | diff - x ||
  fail "the SQNR ranks otherwise than the output error"
test "$(cut -d, -f4 one.csv)" = "$(cut -d, -f4 sqnr.csv)" || fail "the SQNR judges otherwise than the output error"

# The run's own table says the same of the pairs that it has.
cut -d, -f1-4 one.csv > x
cut -d, -f1-4 one/tables/differences.csv | diff - x || fail "tables/differences.csv says otherwise"
head -n 1 one/tables/differences.csv | grep -q ratio_lo || fail "the ratio in the report has no interval"

# Runs side by side: the same, and a method against another one with what has no like.
"$HALFSTEP" compare one again --output csv > same.csv || fail "a copy"
test "$(grep -c ',the same,' same.csv)" -eq 6 || fail "a copy is not the same: $(cat same.csv)"
"$HALFSTEP" compare one other > out || fail "two runs"
grep -q "differ in method: nearest in one, gptq in other" out || fail "what tells the runs apart is not said: $(cat out)"
test "$(grep -c '^one .*percentile' out)" -eq 2 || fail "trials without their like: $(cat out)"
"$HALFSTEP" compare other one --output csv > back.csv
"$HALFSTEP" compare one other --output csv | sed -n '/worse/p' | grep -q . && { grep -q better back.csv || fail "turned round, worse is not better"; }
"$HALFSTEP" compare other/ one --metric accuracy --output csv | grep -q a_only && fail "flips of averaged draws"
"$HALFSTEP" compare few few/../one > out 2>&1 && fail "other samples were paired"
grep -q "same samples" out || fail "other samples: $(cat out)"
"$HALFSTEP" compare few --metric accuracy --output csv | head -n 1 | grep -q 'a_only,b_only,mcnemar_p' || fail "no flips of one draw"

# Levels of a factor, runs among them.
"$HALFSTEP" compare one --factor calibration.weights --output csv > ranks.csv || fail "--factor"
test "$(sed 1d ranks.csv | wc -l)" -eq 3 || fail "ranks: $(cat ranks.csv)"
sed 1d ranks.csv | awk -F, '{ s += $3 } END { exit !(s > 5.99999 && s < 6.00001) }' || fail "ranks of three levels add up to 6: $(cat ranks.csv)"
"$HALFSTEP" compare one other --factor run --metric agreement > out || fail "--factor run"
grep -q '^run .*other' out || fail "$(cat out)"

# What cannot be.
refuse() { # refuse CODE WORDS ARGUMENTS...
  want=$1 words=$2
  shift 2
  "$HALFSTEP" compare "$@" > out 2> err
  code=$?
  test $code -eq "$want" || fail "compare $*: exit code $code, not $want: $(cat err)"
  grep -q -e "$words" err || fail "compare $*: '$words' is not in: $(cat err)"
  test -s out && fail "compare $*: something on standard output"
}
mkdir empty
refuse 64 "which runs"
refuse 66 "manifest.json" empty
refuse 66 "nowhere" nowhere
refuse 64 "twice" one one
refuse 64 "there are: output-error" one --metric kl
refuse 64 "there are: output-error" one --factor calibration.weights --metric beauty
refuse 64 "these do: .*calibration.weights" one --factor order
if test -d blind; then refuse 65 "no trial holds the accuracy" blind --metric accuracy
else echo "SKIPPED compare.sh, accuracy without targets: no h5copy"; fi
refuse 65 "has its like" other elsewhere
refuse 64 "output format" one --output yaml
rm one/trials/*.trial
refuse 66 "no trial is finished" one

test $bad -eq 0 && echo "ok"
exit $bad
