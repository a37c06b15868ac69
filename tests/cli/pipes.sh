#!/bin/sh
# pipes.sh - a named pipe in the place of any file: said at once and by name, instead of waiting for a writer for ever.
# SPDX-License-Identifier: GPL-3.0-or-later
set -u
work=$(mktemp -d "${TMPDIR:-/tmp}/halfstep-pipes-XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
mkfifo pipe && mkdir run && mkfifo run/manifest.json || exit 77
mlp=$SRCDIR/experiments/networks/mlp.h5
bad=0

# refused CODE FILE COMMAND...
refused() {
    code=$1 file=$2
    shift 2
    timeout 20 "$HALFSTEP" "$@" </dev/null >out 2>err
    got=$?
    if [ $got -ne "$code" ] || [ "$(wc -l <err)" -ne 1 ] || ! grep -q "$file.*regular file" err; then
        bad=$((bad + 1))
        echo "FAILED: halfstep $*: exit $got instead of $code:"
        cat err
    fi
}

for command in run check integer; do refused 66 pipe $command pipe; done
for command in report compare; do refused 66 run/manifest.json $command run; done
refused 66 run/manifest.json apply run x -o there.h5
for command in inspect calibrate verify; do refused 65 pipe $command pipe; done
refused 65 pipe verify "$mlp" pipe
refused 65 pipe calibrate "$mlp" --merge pipe
refused 65 pipe calibrate "$mlp" -s given:file=pipe
refused 65 pipe bench search -f pipe
printf 'network: %s\ndata: {evaluation: {file: %s}}\nscheme: {activations: none}\n' pipe "$mlp" >config.yaml
refused 65 pipe check config.yaml
if /usr/bin/python3 -c 'import h5py' 2>/dev/null; then
    /usr/bin/python3 -c 'import h5py; h5py.File("keras.h5", "w").attrs["layer_names"] = [b"one"]' && mkfifo keras.json
    refused 65 keras.json verify keras.h5
else
    echo "SKIPPED the JSON beside a file of Keras: no h5py"
fi
[ $bad -eq 0 ]
