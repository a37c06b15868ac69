#!/bin/bash
# run.sh - three objectives on ten draws; keeps the tables that say what came of it.
# SPDX-License-Identifier: GPL-3.0-or-later
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$OUT/tables" "$OUT/figures"
"$HALFSTEP" run "$here/experiment.yaml" -q -j "${JOBS:-1}" -o "$WORK" >/dev/null
cp "$WORK/tables/"{trials.csv,summary.csv,summary.md,objective_search.csv} "$OUT/tables/"
/usr/bin/python3 "$here/ratios.py" "$WORK/tables/trials.csv" "$WORK/tables/objective_search.csv" >"$OUT/tables/ratios.md"
for f in strategies.{svg,gp,dat} style.gp term.gp; do cp "$WORK/figures/$f" "$OUT/figures/"; done
