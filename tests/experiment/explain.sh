#!/bin/sh
# explain.sh - the config reference in doc/ is the one that the program prints.
# SPDX-License-Identifier: GPL-3.0-or-later
# GOLDEN_UPDATE=1 writes it.
if test -n "$GOLDEN_UPDATE"; then "$HALFSTEP" check --explain > "$SRCDIR/doc/config.md" || exit 1; fi
"$HALFSTEP" check --explain | diff -u "$SRCDIR/doc/config.md" - || {
  echo "doc/config.md is not what halfstep check --explain prints: run this with GOLDEN_UPDATE=1"
  exit 1
}
