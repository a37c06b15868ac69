#!/bin/bash
# run.sh - every data-free table, computed from the densities.
# SPDX-License-Identifier: GPL-3.0-or-later
set -euo pipefail
mkdir -p "$OUT/tables"
for name in $("$HALFSTEP" paper --output csv | tail -n +2 | cut -d, -f1); do
    for format in csv md; do "$HALFSTEP" paper "$name" --output $format >"$OUT/tables/$name.$format"; done
done
