#!/bin/sh
# test_doc.sh - the example of doc/dump.md is a dump, and the network computes what it records.
# SPDX-License-Identifier: GPL-3.0-or-later
set -eu
py=/usr/bin/python3
$py -c 'import h5py' 2>/dev/null || { echo "SKIPPED test_doc: no python3-h5py"; exit 77; }
work=$BUILDDIR/tests/dump/made-doc
rm -rf "$work" && mkdir -p "$work"
trap 'rm -rf "$work"' EXIT
cd "$work"
sed -n '/^```python$/,/^```$/p' "$SRCDIR/doc/dump.md" | sed '/^```/d' >example.py
[ "$(wc -l <example.py)" -gt 20 ]
$py example.py
"$HALFSTEP" verify example.h5
"$HALFSTEP" inspect example.h5 | tee out
grep -q 'act *leaky_relu *fc1 *(-, 16)' out
