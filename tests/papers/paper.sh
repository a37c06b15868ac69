#!/bin/sh
# paper.sh - halfstep paper lists its tables, prints each, one in every format, and knows a misspelt one.
# SPDX-License-Identifier: GPL-3.0-or-later
failed=0
fail() { echo "FAIL: $*"; failed=1; }
names=$("$HALFSTEP" paper --output csv | sed 1d | cut -d, -f1)
[ "$(echo "$names" | wc -l)" -ge 9 ] || fail "too few papers: $names"
for name in $names; do
    lines=$("$HALFSTEP" paper "$name" | wc -l)
    [ "$lines" -ge 10 ] || fail "$name has $lines lines"
done
for how in text csv md tex json; do
    lines=$("$HALFSTEP" paper octav2022 --output $how | wc -l)
    [ "$lines" -ge 20 ] || fail "octav2022 in $how has $lines lines"
done
"$HALFSTEP" paper max196 2>err.$$; [ $? = 64 ] || fail "a misspelt name: exit $?"
grep -q "did you mean 'max1960'" err.$$ || fail "no suggestion: $(cat err.$$)"
rm -f err.$$
exit $failed
