#!/bin/sh
# orders.sh - order_variance and order_transfer of a run over all orders agree with the experiment's own program.
# SPDX-License-Identifier: GPL-3.0-or-later
set -eu
python=${PYTHON:-/usr/bin/python3}
"$python" -c "import numpy" 2> /dev/null || { echo "SKIPPED orders.sh: python3-numpy is not installed"; exit 0; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
folder=$(cd "$SRCDIR/experiments/order-matters" && pwd)
"$BUILDDIR/halfstep" run "$folder/all-orders.yaml" -q -o "$dir/run" --set method=qep --set scheme.weights.format=int3 \
  --set "network=[$folder/networks/mlp5-1.h5, $folder/networks/mlp5-2.h5]" --set data.calibration.draws=3 \
  --set data.calibration.samples=64 --set data.evaluation.samples=100 > /dev/null
"$python" "$SRCDIR/tests/report/orders.py" "$folder" "$dir/run/tables"
