#!/bin/sh
# apply.sh - what apply writes is the trial: its accuracy here and in torch, its bytes twice; and whatever is wrong is said.
# SPDX-License-Identifier: GPL-3.0-or-later
networks=$SRCDIR/experiments/networks
work=$(mktemp -d "${TMPDIR:-/tmp}/halfstep-apply-XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
bad=0
fail() { echo "FAIL $*"; bad=1; }
ok() { echo "ok   $*"; }
cp "$networks/cnn.h5" "$networks/mlp.h5" "$networks/fashion.h5" . || exit 1
samples=100
mkdir configs
cat > configs/a.yaml <<END
name: a
network: ../cnn.h5
data:
  calibration: {file: ../fashion.h5, samples: 16}
  evaluation: {file: ../fashion.h5, samples: $samples}
scheme:
  weights: {format: [int4, uint4], granularity: [channel, tensor], symmetric: false}
  activations: none
calibration: {weights: minmax}
method: [nearest, {gptq: {bias: corrected}}]
metrics: [accuracy]
zip: [[scheme.weights.format, scheme.weights.granularity, method]]
report: {figures: []}
END
"$HALFSTEP" run configs/a.yaml -o run -q > run.txt 2>&1 || { fail "run: $(cat run.txt)"; exit 1; }
id() { sed -n "$(($1 + 2))p" run/tables/trials.csv | cut -d, -f1; }

# The network that was written, as any other: the trial's accuracy without quantizing anything.
accuracy() { # FILE
    cat > float.yaml <<END
network: $1
data: {evaluation: {file: fashion.h5, samples: $samples}}
scheme: {weights: none, activations: none}
metrics: [accuracy]
report: {figures: []}
END
    rm -rf float
    "$HALFSTEP" run float.yaml -o float -q > float.txt 2>&1 || cat float.txt
    awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "accuracy") at = i } NR == 2 { print $at }' float/tables/trials.csv
}
of_trial() { awk -F, -v id="$1" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "accuracy") at = i } $1 == id { print $at }' run/tables/trials.csv; }

for number in 0 1; do
    trial=$(id $number)
    "$HALFSTEP" apply run $number -o n$number.h5 --from configs > apply.txt 2>&1 || { fail "apply $number: $(cat apply.txt)"; continue; }
    "$HALFSTEP" apply run "$trial" -o again.h5 --from configs --force > /dev/null && cmp n$number.h5 again.h5 &&
        ok "trial $number, by number and by id: the same bytes" || fail "trial $number: other bytes"
    here=$(accuracy n$number.h5) then=$(of_trial "$trial")
    test -n "$here" && test "$here" = "$then" && ok "trial $number: accuracy $here" || fail "trial $number: '$here', not '$then'"
    /usr/bin/python3 -c 'import h5py, numpy' 2> /dev/null || { echo "SKIPPED apply/codes: no python3 with h5py"; continue; }
    PYTHONPATH=$SRCDIR/python HALFSTEP=$HALFSTEP /usr/bin/python3 -c 'import sys; from halfstep_export.cli import main; main(sys.argv[1:])' \
        n$number.h5 n$number.npz > export.txt 2>&1 || fail "npz: $(cat export.txt)"
    /usr/bin/python3 "$SRCDIR/tests/apply/apply.py" n$number.h5 n$number.npz run/tables/trials.csv "$trial" $samples "$networks" ||
        fail "trial $number: codes, scales, torch"
done

best=$(awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "accuracy") at = i } NR > 1 && $at > most { most = $at; id = $1 } END { print id }' run/tables/trials.csv)
for word in best; do
    "$HALFSTEP" apply run $word -o best.h5 --from configs --force > best.txt 2>&1
    grep -q "$(echo "$best" | cut -c 1-12)" best.txt && ok "$word" || fail "$word: $(cat best.txt), not $best"
done

# Grids of activations, one for each quantizer, static and dynamic.
sed 's/format: \[int4, uint4\], granularity: \[channel, tensor\]/format: nvfp4, granularity: tensor/; s/activations: none/activations: {format: int8, dynamic: [false, true]}/' configs/a.yaml > configs/b.yaml
sed -i 's/symmetric: false}/symmetric: true}/; /^method/d; /^zip/d' configs/b.yaml
"$HALFSTEP" run configs/b.yaml -o b -q > b.txt 2>&1 || fail "b: $(cat b.txt)"
for number in 0 1; do
    "$HALFSTEP" apply b $number -o b$number.h5 --from configs > b.txt 2>&1 || fail "b $number: $(cat b.txt)"
    "$HALFSTEP" inspect b$number.h5 '/quantization/*' --output csv > b.csv 2> b.txt || fail "inspect: $(cat b.txt)"
    grep -c '/input/scale,float32,(1)' b.csv > count.txt
    test "$(cat count.txt)" -eq $((number ? 0 : 8)) || fail "b $number: $(cat count.txt) fixed scales of inputs"
    test "$(grep -c '/weight/tensor_scale' b.csv)" -eq 8 || fail "b $number: no tensor scales"
done

# refused WORDS CODE ARGUMENTS...
refused() {
    words=$1 code=$2
    shift 2
    "$HALFSTEP" apply "$@" > no.txt 2>&1
    got=$?
    test $got -eq "$code" && grep -q "$words" no.txt && ok "refused: $words" || fail "$words: exit $got, $(cat no.txt)"
}
refused 'exists; --force' 73 run 0 -o n0.h5 --from configs
mkfifo pipe.h5
refused 'no ordinary file' 73 run 0 -o pipe.h5 --from configs --force
test -p pipe.h5 || fail 'a pipe was replaced by a file'
refused "has no trial 'zz'" 64 run zz -o no.h5 --from configs
refused "has no trial '99'" 64 run 99 -o no.h5 --from configs
refused "no stored trial of run has the metric perplexity" 64 run best:perplexity -o no.h5 --from configs
refused 'nowhere/manifest.json' 66 nowhere 0 -o no.h5
refused 'from names the folder' 66 run 0 -o no.h5
refused 'which TRIAL' 64 run -o no.h5
refused 'cannot write' 73 run 0 -o nowhere/no.h5 --from configs
mkdir cut && echo '{"trials": []' > cut/manifest.json
refused 'manifest.json, line' 65 cut 0 -o no.h5
echo '{"trials": ["x"]}' > cut/manifest.json
refused 'names no config' 65 cut 0 -o no.h5
cp -r run other
sed -i 's/"network": "[0-9a-f]*"/"network": "00"/' other/manifest.json
refused 'is not the one that was run' 65 other 0 -o no.h5 --from configs
cp run/manifest.json other/
sed -i 's/"calibration": \[ *$/&/; s/"evaluation": "[0-9a-f]*"/"evaluation": "00"/' other/manifest.json
refused 'evaluation data' 65 other 0 -o no.h5 --from configs
sed 's/"granularity": "channel"/&/; s/"seed": [0-9]*/"seed": 77/' run/manifest.json > other/manifest.json
grep -q '"seed": 77' other/manifest.json || fail 'no seed to change'
refused 'make other trials now\|calibration data' 65 other 0 -o no.h5 --from configs
test ! -e no.h5 || fail 'a refused file is there'
exit $bad
