#!/bin/sh
# strategy.sh - the strategy that CONTRIBUTING.md shows compiles as it stands.
# SPDX-License-Identifier: GPL-3.0-or-later
set -eu
sed -n '/^ *```c$/,/^ *```$/p' "$SRCDIR/CONTRIBUTING.md" | sed '/^ *```/d' >strategy-example.c
trap 'rm -f strategy-example.c' EXIT
[ "$(wc -l <strategy-example.c)" -gt 15 ]
${CC:-gcc} -std=c11 -Wall -Wextra -Wshadow -Wstrict-prototypes -Werror -fsyntax-only -I"$SRCDIR/src" strategy-example.c
