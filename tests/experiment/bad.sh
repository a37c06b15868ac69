#!/bin/sh
# bad.sh - every kind of mistake in a config, a folder each: what `halfstep check` says about it, word for word.
# SPDX-License-Identifier: GPL-3.0-or-later
# A folder has config.yaml, expected, and, one a line, further arguments in args. GOLDEN_UPDATE=1 writes expected.
failed=0 seen=0
for folder in "$SRCDIR"/tests/experiment/bad/*/; do
  name=$(basename "$folder")
  got=$(
    cd "$folder" || exit 1
    set -- config.yaml
    if test -f args; then while IFS= read -r word; do set -- "$@" "$word"; done < args; fi
    "$HALFSTEP" check "$@" 2>&1
    echo "exit $?"
  )
  if test -n "$GOLDEN_UPDATE"; then printf '%s\n' "$got" > "$folder/expected"; fi
  if printf '%s\n' "$got" | diff -u "$folder/expected" - > bad.diff 2>&1; then :; else
    echo "FAIL $name"
    cat bad.diff
    failed=$((failed + 1))
  fi
  rm -f bad.diff
  seen=$((seen + 1))
done
echo "$seen folders, $failed failed"
test "$seen" -ge 20 && test "$failed" -eq 0
