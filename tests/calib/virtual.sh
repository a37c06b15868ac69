#!/bin/sh
# virtual.sh - summaries of more than the memory holds (HALFSTEP_LONG=1: 20 GiB).
# SPDX-License-Identifier: GPL-3.0-or-later
/usr/bin/python3 -c 'import h5py, numpy' 2>/dev/null || { echo "SKIPPED calib/virtual: no python3 with h5py"; exit 77; }
grep -q -e '--enable-sanitize' "$BUILDDIR/config.log" && { echo "SKIPPED calib/virtual: a sanitizer's build: its memory is not the program's"; exit 77; }
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
if [ "${HALFSTEP_LONG-}" ]; then repeats=320; else repeats=12; fi
/usr/bin/python3 "$SRCDIR/tests/calib/virtual.py" $repeats "$work"
