#!/bin/sh
# energy.sh - the model of energy adds up: from counts by hand to joules.
# SPDX-License-Identifier: GPL-3.0-or-later
net=$SRCDIR/experiments/networks/mlp.h5
test -r "$net" || { echo "SKIPPED integer/energy: no $net"; exit 77; }
"$HALFSTEP" inspect --energy "$net" none --output csv | awk -F, '
    function near(a, b) { return a - b < 1e-6 * b && b - a < 1e-6 * b }
    /^# energy/ { on = 1; getline; next } on && !NF { exit }
    on {
        sub(/"int4 weights, int8 activations"/, "int4"); n++
        # 784 - 128 - 64 - 10, biases in float32; each layer reads and writes its values once
        weights = 784 * 128 + 128 * 64 + 64 * 10; values = 784 + 2 * 128 + 2 * 64 + 10
        size = $1 == "float32" ? 4 : $1 == "float16" ? 2 : 1; w = $1 == "int4" ? 0.5 : size
        pair = $1 == "float32" ? 4.6 : $1 == "float16" ? 1.5 : 0.3
        bytes = w * weights + 4 * 202
        if (n == 1) first = $8
        if ($2 != weights || $3 != bytes || $4 != size * values || !near($5, weights * pair / 1e6) || !near($6, bytes * 162.5e-6) ||
            !near($7, size * values * 2.5e-6) || !near($8, $5 + $6 + $7) || !near($9, $8 / first)) { print "FAIL " $0; bad = 1 }
    }
    END { if (n != 4) print "FAIL " n " rows"; exit bad || n != 4 }' && echo "ok   four rows add up"
