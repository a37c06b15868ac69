#!/bin/sh
# install.sh - what `make install` puts into place runs from there: the exporter and its package.
# SPDX-License-Identifier: GPL-3.0-or-later
set -eu
skip() { echo "SKIPPED export/install: $*"; exit 77; }
fail() { echo "FAILED: $*"; exit 1; }
/usr/bin/python3 -c 'import h5py, numpy' 2>/dev/null || skip "python3-h5py is not installed"
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT
unset MAKEFLAGS MFLAGS MAKELEVEL PYTHONPATH
make -s -C "$BUILDDIR" install-binSCRIPTS install-dist_exportpackageDATA DESTDIR="$folder/to" >"$folder/said" 2>&1 ||
    { cat "$folder/said"; fail "make install"; }
script=$(find "$folder/to" -name halfstep-export -type f)
[ -x "$script" ] || fail "no program was installed"
there=$(sed -n 's/^sys.path.insert(0, "\(.*\)")$/\1/p' "$script")
[ -f "$folder/to$there/halfstep_export/cli.py" ] || fail "the program looks in '$there', which was not installed"
for f in "$SRCDIR"/python/halfstep_export/*.py; do
    cmp "$f" "$folder/to$there/halfstep_export/$(basename "$f")" || fail "$f is not installed"
done
# From another folder, with the package where DESTDIR put it.
cd "$folder"
export PYTHONDONTWRITEBYTECODE=1 PYTHONPATH="$folder/to$there"
/usr/bin/python3 -c 'import numpy as np; np.savez("some.npz", weight=np.arange(12, dtype="f4").reshape(3, 4))'
/usr/bin/python3 "$script" some.npz some.h5 || fail "the installed program"
"$HALFSTEP" inspect some.h5 | grep -q weight || fail "the dump holds no tensor"
"$script" --help >help 2>&1 || /usr/bin/python3 "$script" --help >help || fail "--help"
grep -q 'usage' help || fail "no usage"
