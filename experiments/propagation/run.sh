#!/bin/bash
# run.sh - the error at every node, and on fewer images beside it that of independent noise of the same power.
# SPDX-License-Identifier: GPL-3.0-or-later
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$OUT/tables" "$OUT/figures"
for config in experiment null-model; do "$HALFSTEP" run "$here/$config.yaml" -q -j "${JOBS:-1}" -o "$WORK/$config" >/dev/null; done
cp "$WORK/experiment/tables/"* "$OUT/tables/"
cp "$WORK/experiment/figures/"* "$OUT/figures/"
cp "$WORK/null-model/tables/"null_model.{csv,md} "$OUT/tables/"
