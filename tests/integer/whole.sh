#!/bin/sh
# whole.sh - whole networks in integers: every int32 sum is the simulation's, and its codes but for a few.
# SPDX-License-Identifier: GPL-3.0-or-later
# HALFSTEP_LONG=1: more samples, but not under sanitizers: they pass through the same code.
networks=$SRCDIR/experiments/networks tiny=$SHARED/data/mlperf-tiny
work=$(mktemp -d "${TMPDIR:-/tmp}/halfstep-integer-XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
bad=0 more=${HALFSTEP_LONG:+5}
grep -q -e '--enable-sanitize' "$BUILDDIR/config.log" && more=
many=$((100 * ${more:-1})) some=$((24 * ${more:-1})) few=$((8 * ${more:-1}))

config() { # NETWORK CALIBRATION EVALUATION [LINE]...
    printf 'network: %s\ndata:\n  calibration: {%s}\n  evaluation: {%s}\n' "$1" "$2" "$3"
    echo 'scheme:'
    echo '  weights: {format: int8, granularity: channel, symmetric: true}'
    echo '  activations: {format: int8, granularity: tensor, symmetric: false}'
    shift 3
    for line in "$@"; do echo "$line"; done
}

# NAME LAYERS PRODUCTS PER_THOUSAND STEP: every layer in integers; no sum and no answer differs, and of the codes at most so
# many, by at most so much. Whatever the network makes of them, differences arise by single steps. Where the simulation
# multiplies codes, too, (0 0) nothing differs at all, the last bit of the last output included.
compare_products() {
    if ! "$HALFSTEP" integer "$1.yaml" --set "scheme.products=$3" --output csv > "$1.csv" 2> "$1.err"; then
        echo "FAIL $1: $(cat "$1.err")"; bad=1; return
    fi
    awk -F, -v name="$1, $3" -v layers="$2" -v most="$4" -v step="$5" '
        /^# networks/ { getline; for (i = 1; i <= NF; i++) at[$i] = i; getline
            wrong = $at["layers"] != layers || $at["in_integers"] != layers || $at["sums"] + 0 == 0 || $at["sums_differ"] != 0 ||
                $at["rescaled_ulp"] > 2 || $at["per_thousand"] > most || $at["largest_step"] > step ||
                $at["fresh_step"] > 1 || $at["fresh_differ"] * 1000 > $at["codes"] || $at["codes"] + 0 == 0 ||
                $at["top1_differs"] * 1000 > $at["samples"] ||
                (step == 0 && ($at["largest_difference"] != 0 || !($at["largest_output"] > 0)))
            printf "%s %s: %s of %s layers, %s of %s sums differ, %s ulp, %.3f per thousand codes, by %s, fresh %s by %s, %s of %s answers, outputs by %s\n",
                wrong ? "FAIL" : "ok  ", name, $at["in_integers"], $at["layers"], $at["sums_differ"], $at["sums"],
                $at["rescaled_ulp"], $at["per_thousand"], $at["largest_step"],
                $at["fresh_differ"], $at["fresh_step"], $at["top1_differs"], $at["samples"], $at["largest_difference"]
            seen = 1; exit wrong }
        END { if (!seen) print "FAIL " name ": no table"; exit wrong || !seen }' "$1.csv" || bad=1
}

compare() { # NAME LAYERS PER_THOUSAND STEP, of dequantized products
    compare_products "$1" "$2" codes 0 0
    compare_products "$1" "$2" values "$3" "$4"
}

for name in mlp cnn; do
    data="file: $networks/fashion.h5, samples"
    config "$networks/$name.h5" "$data: 64" "$data: $many" > $name.yaml
done
compare mlp 3 1 1
compare cnn 8 1 1

# A bias that is corrected and weights with zero points go the same way; a layer that stays float says why.
config "$networks/cnn.h5" "file: $networks/fashion.h5, samples: 64" "file: $networks/fashion.h5, samples: 50" \
    'method: {gptq: {bias: corrected}}' > corrected.yaml
compare corrected 8 1 1
sed 's/symmetric: true/symmetric: false/' cnn.yaml > affine.yaml
compare affine 8 1 1
"$HALFSTEP" integer mlp.yaml --set scheme.activations.dynamic=true > dynamic.txt 2>&1
grep -q 'no single input scale that is fixed beforehand' dynamic.txt || { echo "FAIL dynamic: $(cat dynamic.txt)"; bad=1; }
"$HALFSTEP" integer mlp.yaml --only nothing > none.txt 2>&1
test $? -eq 64 && grep -q "begins with 'nothing'" none.txt || { echo "FAIL --only: $(cat none.txt)"; bad=1; }

if test ! -r "$tiny/kws_ref_model.h5"; then
    echo "SKIPPED integer/kws, integer/resnet, integer/vww: no $tiny"
    exit $bad
fi
data="file: $tiny/kws01_inputs.h5, inputs: x, targets: y"
config "$tiny/kws_ref_model.h5" "$data, rows: \"0:256\"" "$data, rows: \"256:$((256 + many))\"" \
    'task: classification' 'output: probabilities' > kws.yaml
compare kws 10 1 1

# These two come without images: made ones, squares of colour under noise. Where dequantized values are multiplied and a sum
# lies next to a tie, float32 may round it to the other side; that is one step (fresh), and the layers behind it make of it
# what they make of any change of that size: more than one step in both, and in vww of more than one code in 1,000 (the
# README of experiments/speed). The limits for these two say what was seen there, not what one would ask for.
/usr/bin/python3 - $some $few <<'END' || { echo "SKIPPED integer/resnet, integer/vww: no python3 with h5py"; exit $bad; }
import sys
import h5py
import numpy

for name, n, size in ("resnet", int(sys.argv[1]), 32), ("vww", int(sys.argv[2]), 96):
    r = numpy.random.default_rng(1)
    x = r.uniform(0, 255, (16 + n, 8, 8, 3)).repeat(size // 8, 1).repeat(size // 8, 2)
    x = numpy.clip(x + r.normal(0, 20, x.shape), 0, 255) / 255
    with h5py.File(name + ".h5", "w") as h:
        h["x"] = x.astype("f4")
END
made() { # NAME FILE
    config "$tiny/$2.h5" "file: $1.h5, inputs: x, rows: \"0:16\"" "file: $1.h5, inputs: x, rows: \"16:\"" \
        'task: classification' 'output: probabilities' > "$1.yaml"
}
made resnet pretrainedResnet
made vww vww_96
compare resnet 10 1 4
compare vww 28 4 16
exit $bad
