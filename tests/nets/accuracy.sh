#!/bin/bash
# accuracy.sh - rounding only the weights, on the full test set: the accuracies that the networks' page states, and those of
# the keyword spotter; within 0.15 and 0.2 points. What needs other people's data skips by name. Of the convolutional
# network, which takes most of the time, all formats are run only with HALFSTEP_LONG=1.
# SPDX-License-Identifier: GPL-3.0-or-later
set -u
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT || exit 1
export PYTHONDONTWRITEBYTECODE=1
networks=$SRCDIR/experiments/networks configs=$SRCDIR/configs
compared=0 failed=0

# Under sanitizers all costs ten times as much, and the figures are the same: the smallest network does.
slow=$(grep -c -- '--enable-sanitize' "$BUILDDIR/config.log" || :)

compare() { # compare TOLERANCE < "network format granularity symmetric accuracy float" TABLE; rows of the run in $work/rows
    while read -r key want; do
        got=$(awk -v key="$key" '$1 == key { print $2; exit }' "$work/rows")
        if [ -z "$got" ] || ! awk -v a="$got" -v b="$want" -v t="$1" 'BEGIN { exit !(a - b <= t && b - a <= t) }'; then
            echo "FAILED $key: ${got:-nothing}, not $want"
            failed=1
        fi
        compared=$((compared + 1))
    done
}

# "key accuracy" in percent of every trial, and of the float network. The table leaves out what is the same in all rows:
# NETWORK and COLUMN=VALUE say what it is then.
rows() { # rows NETWORK COLUMN[=VALUE]...
    awk -F, -v network="$1" -v columns="${*:2}" '
        NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; n = split(columns, c, " "); next }
        {
            name = ("network" in at) ? $at["network"] : network
            key = name
            for (i = 1; i <= n; i++) { split(c[i], part, "="); key = key "/" (part[1] in at ? $at[part[1]] : part[2]) }
            print key, 100 * $at["accuracy"]
            print name "/float", 100 * $at["accuracy_float"]
        }' "$work/out/tables/trials.csv" >"$work/rows"
}

run() { # run CONFIG OPTION...
    rm -rf "$work/out"
    "$HALFSTEP" run "$configs/$1" -q -o "$work/out" "${@:2}" >"$work/said" 2>&1 && return
    cat "$work/said"
    failed=1
    return 1
}

# The table of the page itself, as keys and accuracies: the page cannot be wrong unnoticed.
page() {
    awk -F'|' '/^\| network \| float32 \| 8 bits/ { on = 1; next } !/^\|/ { on = 0 } on && !/---/ {
        gsub(/ /, "")
        print $2 "/float", $3; print $2 "/uint8/tensor/false", $4; print $2 "/uint4/tensor/false", $5
        print $2 "/uint3/tensor/false", $6; print $2 "/int4/tensor/true", $7; print $2 "/int4/channel/true", $8
    }' "$networks/README.md"
}

fashion() { # fashion NETWORKS WANTED OPTION...: a list, a pattern of keys
    local columns="scheme_weights_format=int4 scheme_weights_granularity scheme_weights_symmetric=true"
    run full-test-set.yaml --set "network=[$1]" --set "data.evaluation.file=$work/full.h5" \
        "${@:3}" || return
    rows "$(basename "$1" .h5)" $columns
    page | grep -E "$2" >"$work/want"
    compare 0.15 <"$work/want"
}

all_fashion() {
    if ! [ -e /usr/share/datasets/fashion-mnist ] || ! /usr/bin/python3 -c 'import h5py' 2>/dev/null; then
        echo "SKIPPED nets/accuracy-fashion: dataset-fashion-mnist or python3-h5py is not installed"
        return
    fi
    /usr/bin/python3 "$networks/export.py" fashion --full -o "$work/full.h5" || { failed=1; return; }
    [ "$(page | wc -l)" = 18 ] || { echo "FAILED: the page holds $(page | wc -l) figures"; failed=1; }
    if [ "$slow" != 0 ]; then
        fashion "$networks/mlp.h5" "^mlp/"
        echo "SKIPPED nets/accuracy-deep_mlp, nets/accuracy-cnn: a sanitizer's build"
        return
    fi
    fashion "$networks/mlp.h5, $networks/deep_mlp.h5" "mlp/"
    if [ -n "${HALFSTEP_LONG-}" ]; then fashion "$networks/cnn.h5" "cnn/"
    else
        fashion "$networks/cnn.h5" "cnn/(float|int4)" --set scheme.weights.format=int4 --set scheme.weights.symmetric=true \
            --set 'exclude=[]'
    fi
}

keywords() {
    local tiny=$SHARED/data/mlperf-tiny
    if ! [ -e "$tiny/kws_ref_model.h5" ] || ! [ -e "$tiny/kws01_inputs.h5" ]; then
        echo "SKIPPED nets/accuracy-kws: no keyword spotter in $tiny"
        return
    fi
    if [ "$slow" != 0 ]; then
        echo "SKIPPED nets/accuracy-kws: a sanitizer's build"
        return
    fi
    run kws.yaml --set "network=$tiny/kws_ref_model.h5" --set "data.evaluation.file=$tiny/kws01_inputs.h5" \
        --set 'scheme.weights.format=[uint8, uint4, uint3]' || return
    rows kws scheme_weights_format
    compare 0.2 <<'END'
kws/float 91.3
kws/uint8 91.4
kws/uint4 84.7
kws/uint3 36.9
END
}

all_fashion
keywords
echo "$compared accuracies"
[ $failed = 0 ] || exit 1
[ $compared -gt 0 ] || exit 77
