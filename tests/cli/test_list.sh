#!/bin/sh
# test_list.sh - halfstep list shows every roster in every format, and refuses what it does not know.
# SPDX-License-Identifier: GPL-3.0-or-later
failed=0
fail() { echo "FAIL: $*"; failed=1; }
expect_exit() { # code, words of the command
    want=$1; shift
    "$HALFSTEP" "$@" >/dev/null 2>err.$$; got=$?
    [ "$got" = "$want" ] || fail "halfstep $*: exit $got, not $want: $(cat err.$$)"
}
# Names in src/ROOM/local.mk that the list lacks, or the other way round.
names() { sed -n "/^$2 *=/,/[^\\\\]\$/p" "$SRCDIR/src/$1/local.mk" | sed "s/^$2 *=//" | tr -d '\\' | tr -s ' \n' '\n' | sed '/^$/d' | sort; }

names net op_members >want.$$
"$HALFSTEP" list operators --output csv | sed 1d | cut -d, -f1 | sort >got.$$
[ -s want.$$ ] || fail "src/net/local.mk was not understood"
cmp -s want.$$ got.$$ || fail "operators differ from src/net/local.mk: $(diff want.$$ got.$$)"

for roster in strategies formats methods orders metrics operators; do
    [ "$("$HALFSTEP" list $roster --output csv | sed -n '1s/,.*//p')" = name ] || fail "$roster: the first column is not 'name'"
    for how in text csv md tex json; do
        rows=$("$HALFSTEP" list $roster --output $how | wc -l)
        [ "$rows" -ge 2 ] || fail "$roster in $how has $rows lines"
    done
done
"$HALFSTEP" list strategies percentile | grep -q '99.99' || fail "the knob of percentile is not shown"
"$HALFSTEP" list operators 'maxpool*' --output csv | grep -q '^maxpool2d,attribute,kernel,yes,' ||
    fail "attributes of operators are not shown"
"$HALFSTEP" list | grep -q '^nearest ' || fail "the overview lacks the methods"

expect_exit 0 list --help
expect_exit 64 list operatrs
grep -q "did you mean 'operators'" err.$$ || fail "no suggestion for a misspelt list"
expect_exit 64 list orders nosuchorder
expect_exit 64 list --output jsn
expect_exit 64 list --nosuchoption
expect_exit 64 list orders forward more
if [ -w /dev/full ]; then
    "$HALFSTEP" list >/dev/full 2>err.$$
    [ $? = 73 ] || fail "a full disk is not noticed"
fi
if command -v python3 >/dev/null; then
    "$HALFSTEP" list --output json | python3 -c 'import json, sys; assert len(json.load(sys.stdin)["formats"]) > 20' ||
        fail "not valid JSON"
else
    echo "SKIPPED json parsed by python: no python3"
fi
rm -f want.$$ got.$$ err.$$
exit $failed
