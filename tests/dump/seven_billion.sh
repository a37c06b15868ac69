#!/bin/sh
# seven_billion.sh - a file of the size of a large language model is read within 1 GiB (HALFSTEP_LONG=1: all of it).
# SPDX-License-Identifier: GPL-3.0-or-later
/usr/bin/python3 -c 'import h5py, numpy' 2>/dev/null || { echo "SKIPPED dump/seven_billion: no python3 with h5py"; exit 77; }
grep -q -e '--enable-sanitize' "$BUILDDIR/config.log" && { echo "SKIPPED dump/seven_billion: a sanitizer's build: its memory is not the program's"; exit 77; }
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
if [ "${HALFSTEP_LONG-}" ]; then set -- 32; else set -- 1 layer00/q layer00/down layer00/norm1; fi
/usr/bin/python3 "$SRCDIR/tests/dump/seven_billion.py" "$work" "$@"
