#!/bin/sh
# man.sh - the man page is sound roff, and has every command with every option.
# SPDX-License-Identifier: GPL-3.0-or-later
page=$BUILDDIR/doc/halfstep.1
bad=0
fail() { echo "FAIL $*"; bad=1; }
[ -s "$page" ] || { echo "FAIL no $page"; exit 1; }
if grep -n '@[A-Z]*@' "$page"; then fail "something was not put in"; fi
options=0
for c in $("$HALFSTEP" --help | sed -n 's/^  \([a-z]*\)  *.*/\1/p'); do
    section=$(sed -n "/^\.SS \"halfstep $c\"/,/^\.S[SH] [^\"]*$/p" "$page" | sed 's/\\//g')
    [ -n "$section" ] || fail "no section on $c"
    for o in $("$HALFSTEP" "$c" --help | grep -o '^ .*--[a-z][a-z-]*' | grep -o -- '--[a-z][a-z-]*' | sort -u); do
        case $o in --help | --usage) continue ;; esac
        options=$((options + 1))
        printf '%s\n' "$section" | grep -q -e "$o" || fail "$c: $o is missing"
    done
done
[ "$options" -gt 30 ] || fail "only $options options were looked for"
if command -v groff >/dev/null 2>&1; then
    said=$(groff -ww -man -Tutf8 "$page" 2>&1 >/dev/null)
    [ -z "$said" ] || fail "groff: $said"
else
    echo "SKIPPED docs/man: groff is not there"
fi
echo "$options options"
exit $bad
