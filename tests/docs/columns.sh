#!/bin/sh
# columns.sh - every column of the tables that runs write is explained in doc/results.md, under its table's name.
# SPDX-License-Identifier: GPL-3.0-or-later
set -eu
failed=0 columns=0
for file in "$SRCDIR"/results/*/tables/*.csv; do
    table=${file##*/} table=${table%.csv}
    # Results of experiments with names of their own are explained beside them.
    grep -q "^## $table:" "$SRCDIR/doc/results.md" || continue
    # The names of factors change with the config; intervals and the float network's figures follow a pattern.
    for column in $(head -n 1 "$file" | tr ',' '\n' |
        grep -v -e '_lo$' -e '_hi$' -e '_float$' -e '^scheme_' -e '^calibration_' -e '^data_' \
            -e '^network$' -e '^method$' -e '^objective$' -e '^order$'); do
        columns=$((columns + 1))
        sed -n "/^## $table:/,/^## /p" "$SRCDIR/doc/results.md" | grep -q "^| .*\`$column\`.* |" ||
            { echo "doc/results.md does not explain $column of $table"; failed=1; }
    done
done
echo "$columns columns"
[ "$columns" -gt 30 ] && exit $failed
