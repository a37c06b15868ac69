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
    timeout 60 "$HALFSTEP" "$@" >"$work/out" 2>"$work/err"
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
expect 0 '^/data/evaluation/targets' inspect --output csv "$nets/fashion.h5" 'data/evaluation/*'
expect 65 "no tensor 'data/eval'" inspect "$nets/fashion.h5" data/eval
for energy in '' --energy; do # with or without the other tables
    expect 65 "no tensor 'data/evaluation/target' in .* (did you mean 'data/evaluation/targets'?)" inspect $energy "$nets/fashion.h5" data/evaluation/target
    expect 65 "no tensor '/network/n0000/weigth' in .* (did you mean '/network/n0000/weight'?)" inspect $energy "$nets/cnn.h5" /network/n0000/weigth
    expect 0 '^Nodes' inspect $energy "$nets/cnn.h5" none
done
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
    mkdir "$work/wrong" && /usr/bin/python3 "$SRCDIR/tests/dump/wrong.py" "$work/wrong"
    cd "$work/wrong" || exit 1
    expect 0 '^/x,float32,(3),1,3,2' inspect --output csv beside.h5
    while read -r file cause; do # every refusal names the file and the cause, in one line
        expect 65 "$cause" calibrate "$file" x -s minmax
        grep -q "$file" "$work/err" && [ "$(wc -l <"$work/err")" -eq 1 ] ||
            { echo "FAILED: calibrate does not name $file:"; cat "$work/err"; failed=$((failed + 1)); }
        [ "$file" = inflate.h5 ] && expected=65 || expected=0 # what a dataset's header tells does not hide the others
        expect $expected "$cause.*$([ $expected -eq 0 ] || echo "$file")" inspect --output csv "$file"
    done <<END
v-pipe.h5 'pipe.h5', which is no regular file
v-gone.h5 'gone.h5', which is not there
v-dataset.h5 'y' in 'good.h5', which is not there
v-self.h5 which is itself
v-here.h5 'nothing', which is not there
v-outside.h5 'x' in 'outside.h5', which keeps its values in another file
outside.h5 keeps its values in another file
v-circle.h5 too many behind it
v-chain.h5 'x' in 'gone.h5', which is not there
v-prefix.h5 'only.h5', which is not there
lzf.h5 filter 32000 (lzf).*save it with gzip
inflate.h5 inflate() failed
shape.h5 more elements than 64 bits can count
END
    # The library's variable for folders of sources is followed as the library does, and no reason to look no further.
    export HDF5_VDS_PREFIX HDF5_EXTFILE_PREFIX
    for HDF5_VDS_PREFIX in prefix none:prefix: "\${ORIGIN}/prefix"; do
        expect 0 '^/x,float32,(3),7,9,8' inspect --output csv v-prefix.h5
        expect 0 '^/x,float32,(3),1,3,2' inspect --output csv beside.h5
        expect 65 "'gone.h5', which is not there" calibrate v-gone.h5 x -s minmax
    done
    HDF5_VDS_PREFIX=none HDF5_EXTFILE_PREFIX=.
    expect 65 "'only.h5', which is not there" calibrate v-prefix.h5 x -s minmax
    expect 65 "keeps its values in another file" calibrate outside.h5 x -s minmax
    unset HDF5_VDS_PREFIX HDF5_EXTFILE_PREFIX
    for given in pipe.h5:'no regular file' .:'a directory'; do # no waiting for somebody who writes into the pipe
        expect 65 "'${given%%:*}' is ${given#*:}, not a table of given scales" calibrate good.h5 x -s "given:file=${given%%:*}"
    done
    for how in text csv json; do # no byte that a terminal or a reader of UTF-8 would stumble over
        expect 0 '??' inspect --output $how name.h5
        ! LC_ALL=C grep -q "$(printf '\033')" "$work/out" && iconv -f UTF-8 -t UTF-8 "$work/out" >/dev/null && grep -q é "$work/out" ||
            { echo "FAILED: a name is printed as it is, $how"; failed=$((failed + 1)); }
    done
    cd "$OLDPWD" && rm -rf "$work/wrong"
else
    echo "SKIPPED inspect of NaN, wrong files: no h5py"
fi
expect 64 'which file' inspect
expect 64 'no number' verify --tolerance x "$nets/mlp.h5"
[ "$(find "$work" -name '*.h5' | wc -l)" -eq 1 ] || { echo "FAILED: a file was left behind"; failed=$((failed + 1)); }
[ $failed -eq 0 ]
