#!/bin/bash
# results.sh - the experiments that take seconds give the committed tables again (the quickstart has a test of its own).
# SPDX-License-Identifier: GPL-3.0-or-later
set -euo pipefail
skip() { echo "SKIPPED docs/results: $*"; exit 77; }
if grep -q -e '--enable-sanitize' "$BUILDDIR/config.log"; then skip "a sanitizer's build: it takes minutes"; fi
if grep -q -e '--with-cblas' "$BUILDDIR/config.log"; then skip "with a CBLAS, results depend on the machine"; fi
[ "$(uname -m)" = x86_64 ] || skip "the committed results are those of x86-64"
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
check() { HALFSTEP=$HALFSTEP WORK=$work RESULTS=$SRCDIR/results bash "$SRCDIR/experiments/run.sh" --check "$1"; }
check papers
[ -x "${PYTHON:-/usr/bin/python3}" ] || { echo "SKIPPED docs/results slides: no python3"; exit 0; }
check slides
