#!/bin/sh
# quickstart.sh - the committed results of the quickstart come out again, byte for byte, on whatever x86-64 machine this is;
# and the README shows them.
# SPDX-License-Identifier: GPL-3.0-or-later
set -eu
skip() { echo "SKIPPED docs/quickstart: $*"; exit 77; }
grep -q -e '--enable-sanitize' "$BUILDDIR/config.log" && skip "a sanitizer's build: it takes minutes"
grep -q -e '--with-cblas' "$BUILDDIR/config.log" && skip "with a CBLAS, results depend on the machine"
[ "$(uname -m)" = x86_64 ] || skip "the committed results are those of x86-64"
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
"$HALFSTEP" run "$SRCDIR/configs/quickstart.yaml" -q -o "$work/out" >"$work/table"
[ -s "$work/out/report.html" ]
diff -r "$work/out/tables" "$SRCDIR/results/quickstart/tables" || {
    echo "FAILED: other numbers than the committed ones. If they should change: make golden-update, see what changed, say so"
    echo "in NEWS.md, and show the new table in README.md"
    exit 1
}
awk '/^```/ { fenced = !fenced; if (fenced) text = ""; else if (text ~ /^weights? /) printf "%s", text; next }
     fenced { text = text $0 "\n" }' "$SRCDIR/README.md" >"$work/shown"
diff "$work/table" "$work/shown" || { echo "FAILED: the README shows another table"; exit 1; }
