#!/bin/sh
# bad.sh - what halfstep-export must refuse: by file and cause, without a traceback, and no half file under the final name.
# SPDX-License-Identifier: GPL-3.0-or-later
set -u
/usr/bin/python3 -c 'import h5py, numpy' 2>/dev/null || { echo "SKIPPED export/bad: python3-h5py is not installed"; exit 77; }
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT
export PYTHONDONTWRITEBYTECODE=1 PYTHONPATH="$SRCDIR/python" HALFSTEP
export="/usr/bin/python3 -m halfstep_export.cli"
/usr/bin/python3 "$SRCDIR/tests/export/bad_files.py" "$folder" && cd "$folder" || exit 1
mkfifo pipe.npz pipe.h5 && mkdir folder.h5 folder.npz
bad=0
fail() { echo "FAILED: $*"; bad=$((bad + 1)); }

# left CASE: is there a file that was not there before?
left() {
    for f in new.*; do [ ! -e "$f" ] || { fail "$1 left $f behind"; rm -f "$f"; }; done
}
# refused PATTERN FILE...: one line, or a list of what cannot be written
refused() {
    pattern=$1
    shift
    timeout 60 $export "$@" >said 2>&1
    got=$?
    if [ $got -ne 1 ] || ! head -1 said | grep -q "^halfstep-export: " || ! tr '\n' ' ' <said | grep -q -e "$pattern" ||
        { [ "$(wc -l <said)" -ne 1 ] && ! grep -q "cannot be written:$" said; }; then
        fail "$*: exit $got, or nothing like '$pattern':"
        cat said
    fi
    left "$*"
}

refused 'none\.npz: holds no array' none.npz new.h5
refused 'objects.npz: x: Python objects' objects.npz new.h5
refused 'texts.npz: x: values of type <U1' texts.npz new.h5
refused 'complex.npz: x: values of type complex64' complex.npz new.h5
refused 'cut.npz: File is not a zip file' cut.npz new.h5
refused 'crc.npz: x: Bad CRC-32' crc.npz new.h5
refused 'text.npz: File is not' text.npz new.h5
refused 'garbage.npz: x: EOF' garbage.npz new.h5
refused 'short.npz: x: fewer values' short.npz new.h5
refused "twice.npz: 'a/b' cannot name a dataset" twice.npz new.h5
refused 'pipe.npz: is no regular file' pipe.npz new.h5
refused 'folder.npz: is a directory' folder.npz new.h5
refused 'list.safetensors: not a safetensors file' list.safetensors new.h5
refused 'negative.safetensors: a: .*shape (-1,)' negative.safetensors new.h5
refused "shapeless.safetensors: a: .*'shape'" shapeless.safetensors new.h5
refused 'text.h5: .*file signature not found' text.h5 new.npz
refused "nowhere/new.h5: cannot be written: there is no folder 'nowhere'" x.npz nowhere/new.h5
refused 'pipe.h5: cannot be written: it is there, and no ordinary file' x.npz pipe.h5
refused 'folder.h5: cannot be written' x.npz folder.h5
[ -p pipe.h5 ] || fail "a file in the place of a pipe"
( # as on a full disk
    bad=0
    ulimit -f 100
    refused 'new.h5: cannot be written: File too large' long.npz new.h5
    exit $bad
) || fail "a full disk"

if /usr/bin/python3 -c 'import onnx' 2>/dev/null; then
    refused 'nan.onnx: .*fc: Gemm: weight: 1 of 12 values are NaN or infinite, the first at \[2, 1\]' nan.onnx new.h5
    refused "absent.onnx: .*fc: Gemm: nothing in the model makes its input 'b'" absent.onnx new.h5
    refused "bfloat16.onnx: input 'x': of type BFLOAT16" bfloat16.onnx new.h5
    refused "open.onnx: input 'x': of open shape" open.onnx new.h5
    refused 'outputs.onnx: .*without any output' outputs.onnx new.h5
    refused 'nodes.onnx: .*without any node' nodes.onnx new.h5
    refused "dot.onnx: input '.'" dot.onnx new.h5
    refused 'branch.onnx: .*If: control flow' branch.onnx new.h5
    refused 'integers.onnx: .*DynamicQuantizeLinear: no such operator.*MatMulInteger: no such operator' integers.onnx new.h5
    ! grep -q KeyError said || { fail "what follows from an unknown operator is told as well:"; cat said; }
    refused 'beside.bin: No such file' beside.onnx new.h5
    refused 'cut.onnx: not an ONNX model' cut.onnx new.h5
    refused 'text.onnx: not an ONNX model' text.onnx new.h5
    refused 'empty.onnx: .*without any input' empty.onnx new.h5
    refused 'shape.npz: .x. has samples of (3,)' good.onnx shape.npz new.h5
    refused "key.npz: no array for the inputs \['x'\]; there are \['foo', 'bar'\]" good.onnx key.npz new.h5
    refused "more.npz: 'foo' is no input" good.onnx more.npz new.h5
    refused 'targets.npz: other numbers of samples' good.onnx targets.npz new.h5
    refused 'recorded.npz: .y. is a recording of more samples' good.onnx recorded.npz new.h5
    refused 'rows.npz: no samples' good.onnx rows.npz new.h5
    refused 'cut.npz: File is not' good.onnx cut.npz new.h5
    refused "split 'a/b'" good.onnx x.npz new.h5 --split a/b
else
    echo "SKIPPED the models: no onnx"
fi

if /usr/bin/python3 -c 'import torch' 2>/dev/null; then
    /usr/bin/python3 "$SRCDIR/tests/export/torch_bad.py" || fail "torch"
else
    echo "SKIPPED the modules: no torch"
fi

# Killed while it writes: nothing under the final name. Ended: nothing at all.
for signal in KILL TERM; do
    $export long.npz new.h5 >said 2>&1 &
    while [ -z "$(ls new.h5.*.part 2>/dev/null)" ] && kill -0 $! 2>/dev/null; do sleep 0.01; done
    kill -$signal $! && wait $! 2>/dev/null
    [ ! -e new.h5 ] || fail "SIG$signal left a file under the final name"
    if [ $signal = KILL ]; then rm -f new.h5.*.part; else left "SIG$signal"; fi
done
# Two at once, one name: either is whole.
$export long.npz new.h5 >said 2>&1 &
$export long.npz new.h5 >said2 2>&1 || { fail "the first of two at once:"; cat said2; }
wait $! || { fail "the second of two at once:"; cat said; }
[ "$("$HALFSTEP" inspect --output csv new.h5 | grep -c '^/tensors/t.*,float32,(4194304),0,0')" -eq 16 ] || fail "two at once: not all is there"
[ $bad -eq 0 ]
