#!/bin/sh
# links.sh - what the documents point to is there.
# SPDX-License-Identifier: GPL-3.0-or-later
set -u
cd "$SRCDIR" || exit 1
failed=0 links=0
for document in README.md CONTRIBUTING.md NEWS.md doc/*.md configs/*.md experiments/*/README.md; do
    [ -e "$document" ] || continue
    for target in $(grep -o '](\([^)#]*\))' "$document" | sed 's/^](//; s/)$//' | grep -v '^http'); do
        links=$((links + 1))
        [ -e "$(dirname "$document")/$target" ] || { echo "$document: no $target"; failed=1; }
    done
done
echo "$links links"
[ "$links" -gt 5 ] && [ $failed = 0 ]
