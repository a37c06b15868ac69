#!/bin/sh
# peers.sh - statistics agree with numpy's and scipy's to 1e-9.
# SPDX-License-Identifier: GPL-3.0-or-later
set -eu
code=0
/usr/bin/python3 "$SRCDIR/tests/stats/peers.py" "$BUILDDIR/tests/stats/ask" "$SRCDIR/experiments" || code=$?
case $code in
77 | 127) echo "SKIPPED peers.sh: no python3 with numpy and scipy" ;;
*) exit $code ;;
esac
