#!/bin/sh
# threads.sh - mixed precision: one thread or two give the same bytes; what a budget cannot hold is refused before anything runs.
# SPDX-License-Identifier: GPL-3.0-or-later
networks=$SRCDIR/experiments/networks
for file in mlp.h5 fashion.h5; do
  test -r "$networks/$file" || { echo "SKIPPED threads.sh: no $networks/$file"; exit 77; }
done
work=$(mktemp -d "${TMPDIR:-/tmp}/halfstep-budget-XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
bad=0
fail() { echo "FAIL $*"; bad=$((bad + 1)); }

cat > a.yaml <<END
name: budget
network: $networks/mlp.h5
data:
  calibration: {file: $networks/fashion.h5, samples: 8, draws: 2}
  evaluation: {file: $networks/fashion.h5, samples: 20}
scheme: {activations: {format: [none, int8]}}
budget: {formats: [int2, int4, none], at: [0.1, 0.25], sides: both}
report: {figures: []}
END
for of in memory bitops; do
  "$HALFSTEP" run a.yaml -o $of-1 -j 1 -q --set budget.of=$of > /dev/null || fail "one thread, $of"
  "$HALFSTEP" run a.yaml -o $of-2 -j 2 -q --set budget.of=$of > /dev/null || fail "two threads, $of"
  diff -r $of-1/tables $of-2/tables && diff -r $of-1/trials $of-2/trials && cmp $of-1/results.h5 $of-2/results.h5 ||
    fail "$of: one thread or two give other bytes"
  # 4 trials x (3 uniform + 2 budgets x 3 searches)
  test "$(wc -l < $of-1/tables/budget.csv)" -eq 37 || fail "$of: $(wc -l < $of-1/tables/budget.csv) lines"
done
cmp -s memory-1/tables/budget.csv bitops-1/tables/budget.csv && fail "memory and bit operations are the same"

refused() { # sentence, arguments
  "$HALFSTEP" check a.yaml --set "$2" > said 2>&1
  test $? -eq 78 && grep -q "$1" said || { fail "$2 should say: $1"; cat said; }
}
refused "budget.at: 0.01 of float32 is below the cheapest assignment of mlp: 0.0625 without any scale" "budget.at=0.01"
refused "2 is out of range: 1e-06 to 1" "budget.at=2"
refused "expected a number, got" "budget.at=half"
refused "no number format 'int44'" "budget.formats=int44"
refused "no search 'pair'; did you mean 'pairs'?" "budget.search=pair"
refused "no 'time' for budget.of" "budget.of=time"
refused "no key 'limit' in budget" "budget.limit=1"
sed '/  calibration:/d' a.yaml > b.yaml
"$HALFSTEP" check b.yaml --set scheme.activations=none > said 2>&1 && fail "without calibration data"
grep -q "budget: formats are chosen on calibration data" said || { fail "says why"; cat said; }

# Between the codes alone and the codes with their scales: the trial says it.
"$HALFSTEP" run a.yaml -o close -q --set budget.at=0.06251 > /dev/null 2> said && fail "a budget without room for scales"
grep -q "is below the cheapest assignment's [0-9]* (budget 0.0625" said || { fail "says how much"; cat said; }
test $bad -eq 0
