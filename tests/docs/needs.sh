#!/bin/sh
# needs.sh - what configure asks for, bootstrap installs and the README explains.
# SPDX-License-Identifier: GPL-3.0-or-later
set -eu
cd "$SRCDIR"
asked=$(sed -n 's/.*PKG_CHECK_MODULES(\[[A-Z0-9]*\], \[\([^] ]*\).*/\1/p' configure.ac | grep -v blas)
# hdf5 (two names), gsl, yaml, jansson, xxhash, zip, check
[ "$(echo "$asked" | wc -l)" -ge 7 ]
failed=0
for module in $asked; do
    grep -q "module:.*$module" bootstrap || { echo "bootstrap does not install $module"; failed=1; }
    stem=$(echo "$module" | sed 's/-.*//; s/^lib//')
    grep -q -i "^| *\(lib\)\?$stem" README.md || { echo "README.md does not explain $module"; failed=1; }
done
exit $failed
