#!/bin/sh
# verify.sh - the committed networks run here as they ran where they were trained.
# SPDX-License-Identifier: GPL-3.0-or-later
set -eu
networks=$SRCDIR/experiments/networks
for name in mlp deep_mlp cnn; do
    "$HALFSTEP" verify "$networks/$name.h5" --output csv >"verify-$name.csv" || { cat "verify-$name.csv"; exit 1; }
    agree=$(grep -c ',agrees$' "verify-$name.csv")
    [ "$agree" -ge 6 ] || { echo "$name: only $agree nodes were compared"; exit 1; }
    echo "$name: $agree nodes agree"
    rm -f "verify-$name.csv"
done
