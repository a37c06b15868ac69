#!/bin/sh
# slides.sh - the command: its outputs, its refusals, a real tensor.
# SPDX-License-Identifier: GPL-3.0-or-later
set -eu
fail() { echo "FAILED: $*" >&2; exit 1; }
refused() { # refused CODE TEXT ARGUMENT...: exits with CODE, says TEXT, prints nothing
    code=$1 text=$2; shift 2
    set +e; out=$("$HALFSTEP" slides "$@" 2>slides-error.txt); got=$?; set -e
    [ "$got" = "$code" ] || fail "slides $*: exit $got, not $code"
    [ -z "$out" ] || fail "slides $*: printed something"
    grep -q -e "$text" slides-error.txt || fail "slides $*: did not say '$text'"
    rm -f slides-error.txt
}
tensor=$SRCDIR/experiments/networks/cnn.h5:/network/n0000/weight

"$HALFSTEP" slides | grep -q 'two.s complement, not sign and magnitude' || fail "all: text"
"$HALFSTEP" slides --output csv | grep -q '^# memory-models$' || fail "all: csv"
"$HALFSTEP" slides example --output csv | grep -q '^0.5,-1/2,tie,-1,' || fail "example: csv"
[ "$("$HALFSTEP" slides clipping --output csv --tensor "$tensor" | grep -c best)" = 2 ] || fail "a real tensor"
"$HALFSTEP" slides fp16 --value 0.1 --output md | grep -q '0.09997558594' || fail "fp16 of a value"
refused 64 "did you mean 'example'" exampel
refused 64 "no decimal number" example --value half
refused 64 "takes no values" memory --value 1
refused 64 "FILE:/PATH" clipping --tensor nothing
refused 66 "no-such.h5" clipping --tensor no-such.h5:/x
refused 65 "/nowhere" clipping --tensor "${tensor%%:*}:/nowhere"

rm -rf slides-figure && "$HALFSTEP" slides clipping --figure slides-figure >/dev/null || fail "a figure"
for name in clipping.gp clipping.dat style.gp term.gp; do [ -s "slides-figure/figures/$name" ] || fail "no $name"; done
[ "$(grep -c '^[0-9]' slides-figure/figures/clipping.dat)" = 240 ] || fail "the figure's data are not 6 curves of 40 points"
if command -v gnuplot >/dev/null; then
    for kind in svg pdf png; do [ -s "slides-figure/figures/clipping.$kind" ] || fail "no clipping.$kind"; done
else echo "SKIPPED slides/pictures: no gnuplot"; fi
rm -rf slides-figure
