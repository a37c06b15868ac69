#!/bin/sh
# test_commands.sh - halfstep inspect and verify on the networks of the project, and their exit codes.
# SPDX-License-Identifier: GPL-3.0-or-later
set -u
nets=$SRCDIR/experiments/networks
work=$BUILDDIR/tests/dump/made-commands
failed=0
rm -rf "$work" && mkdir -p "$work" || exit 1
trap 'rm -rf "$work"' EXIT

# expect CODE PATTERN COMMAND...: exit code, and a line of stdout or stderr; nothing else may be written on failure
expect() {
    code=$1 pattern=$2
    shift 2
    "$HALFSTEP" "$@" >"$work/out" 2>"$work/err"
    got=$?
    if [ $got -ne "$code" ] || ! cat "$work/out" "$work/err" | grep -q -e "$pattern"; then
        failed=$((failed + 1))
        echo "FAILED: halfstep $*: exit $got instead of $code, or nothing like '$pattern'"
        cat "$work/out" "$work/err"
    fi
}

for name in mlp deep_mlp cnn; do
    expect 0 'agrees' verify "$nets/$name.h5"
    ! grep -q differs "$work/out" || { echo "FAILED: $name differs"; failed=$((failed + 1)); }
    expect 1 'differs' verify --tolerance 0 "$nets/$name.h5"
done
expect 0 '^Nodes' inspect "$nets/cnn.h5"
expect 0 '^ *0 *stem *conv2d *@image *(-, 16, 28, 28) *144' inspect "$nets/cnn.h5"
expect 0 '^tensor,type,shape' inspect --output csv "$nets/fashion.h5" '/data/evaluation/*'
expect 0 '"beyond_6_sigma"' inspect --output json "$nets/mlp.h5" '/network/*'
expect 0 '/data/calibration/targets  *uint8  *(4096)  *0  *9' inspect "$nets/fashion.h5"
expect 66 'No such file' inspect "$work/none.h5"
expect 66 'No such file' verify "$work/none.h5"
expect 66 'No such file' verify "$nets/mlp.h5" "$work/none.h5"
expect 65 'not an HDF5 file' inspect "$SRCDIR/configure.ac"
expect 65 'holds no network' verify "$nets/fashion.h5"
expect 65 'no recorded activations' verify "$nets/mlp.h5" "$nets/fashion.h5"
head -c 40000 "$nets/mlp.h5" >"$work/cut.h5"
expect 65 'truncated' inspect "$work/cut.h5"
expect 65 'truncated' verify "$work/cut.h5"
[ "$(wc -l <"$work/err")" -eq 1 ] || { echo "FAILED: more than one line:"; cat "$work/err"; failed=$((failed + 1)); }
# What is not finite is counted and takes no part in the mean.
if /usr/bin/python3 -c 'import h5py' 2>/dev/null; then
    mkdir -p "$work/nan"
    /usr/bin/python3 -c 'import h5py, sys; h5py.File(sys.argv[1], "w")["x"] = [1.0, 2.0, 6.0, float("nan"), float("inf")]' "$work/nan/x"
    expect 0 '^/x,float64,(5),1,6,3,.*,2,$' inspect --output csv "$work/nan/x"
else
    echo "SKIPPED inspect of NaN: no h5py"
fi
expect 64 'which file' inspect
expect 64 'no number' verify --tolerance x "$nets/mlp.h5"
[ "$(find "$work" -name '*.h5' | wc -l)" -eq 1 ] || { echo "FAILED: a file was left behind"; failed=$((failed + 1)); }
[ $failed -eq 0 ]
