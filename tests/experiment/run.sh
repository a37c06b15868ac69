#!/bin/sh
# run.sh - a run that is killed, cut into shards or spread over threads ends with the bytes of an undisturbed one.
# SPDX-License-Identifier: GPL-3.0-or-later
# HALFSTEP_KILLS=20 kills more often.
networks=$SRCDIR/experiments/networks
for file in mlp.h5 fashion.h5; do
  test -r "$networks/$file" || { echo "SKIPPED run.sh: no $networks/$file"; exit 77; }
done
work=$(mktemp -d "${TMPDIR:-/tmp}/halfstep-run-XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
bad=0
fail() { echo "FAIL $*"; bad=$((bad + 1)); }
ok() { echo "ok   $*"; }

cat > a.yaml <<END
name: killed
network: $networks/mlp.h5
data:
  calibration: {file: $networks/fashion.h5, samples: 8, draws: 2}
  evaluation: {file: $networks/fashion.h5, samples: 20}
scheme: {weights: {format: [int8, int4]}}
order: [forward, {random: {count: 3}}, greedy, {sensitivity: {by: trace}}, exhaustive, beam, improve, annealing]
report: {figures: []}
END

# What must not depend on how the run came about.
same() { diff -rq ref/trials "$1/trials" && diff -rq ref/tables "$1/tables" && cmp ref/results.h5 "$1/results.h5"; }

"$HALFSTEP" run a.yaml -o ref -j 1 -q > ref.out 2> ref.err || fail "the undisturbed run: $(cat ref.err)"
test -s ref.err && fail "-q is not quiet: $(cat ref.err)"
test "$(ls ref/trials | wc -l)" -eq 40 || fail "40 trials, not $(ls ref/trials | wc -l)"

"$HALFSTEP" run a.yaml -o two -j 2 > /dev/null 2> two.err || fail "two threads: $(cat two.err)"
same two && ok "two threads" || fail "two threads give other bytes"
grep -q "$(printf '\r')" two.err && fail "a line is rewritten where there is no terminal"

for k in 1 2 3; do
  "$HALFSTEP" run a.yaml -o shards --shard $k/3 -q > /dev/null || fail "shard $k"
done
if "$HALFSTEP" report shards > /dev/null 2>&1; then same shards && ok "three shards" || fail "three shards give other bytes"
else echo "SKIPPED joining shards: halfstep report is not there"; diff -rq ref/trials shards/trials || fail "shards: other trials"; fi

# Two runs at once in one folder: the same files twice over.
"$HALFSTEP" run a.yaml -o both -j 1 -q > /dev/null 2> both.err &
"$HALFSTEP" run a.yaml -o both -j 1 -q > /dev/null 2>> both.err || fail "two runs at once: $(cat both.err)"
wait $! && same both && ok "two runs at once" || fail "two runs at once: $(cat both.err)"

# All is there: nothing is run again, and no byte changes.
"$HALFSTEP" run a.yaml -o two > /dev/null 2> again.err
grep -q "40 kept, 0 run" again.err && same two && ok "a finished run is kept" || fail "a finished run: $(cat again.err)"

# kill -9 at moments all over a run's length.
start=$(date +%s%N)
"$HALFSTEP" run a.yaml -o timed -j 2 -q > /dev/null
length=$((($(date +%s%N) - start) / 1000000))
kills=${HALFSTEP_KILLS:-5} k=0 cut=0
while test $k -lt "$kills"; do
  k=$((k + 1))
  at=$((length * (2 * k - 1) / (2 * kills)))
  "$HALFSTEP" run a.yaml -o kill$k -j 2 -q > /dev/null &
  sleep "$((at / 1000)).$(printf %03d $((at % 1000)))"
  kill -9 $! 2> /dev/null
  wait $! 2> /dev/null
  done=$(ls kill$k/trials 2> /dev/null | grep -c 'trial$')
  test "$done" -gt 0 && test "$done" -lt 40 && cut=$((cut + 1))
  for trial in kill$k/trials/*.trial; do
    test ! -e "$trial" || cmp -s "$trial" "ref/trials/${trial##*/}" || fail "kill $k left $trial, which differs"
  done
  "$HALFSTEP" run a.yaml -o kill$k -j 2 -q > /dev/null || fail "after kill $k"
  find kill$k -name '.*.tmp' -delete # a killed run may leave one: it is ignored
  same kill$k || fail "after kill $k at $at ms, with $done trials done, the bytes differ"
done
ok "$kills kills over $length ms, $cut of them between the first trial and the last"

# A damaged record is noticed and computed again.
victim=$(ls two/trials | head -1)
dd if=two/trials/$victim of=cut bs=1 count=700 2> /dev/null && cp cut two/trials/$victim
"$HALFSTEP" run a.yaml -o two > /dev/null 2> damaged.err
grep -q "damaged" damaged.err && grep -q "39 kept, 1 run" damaged.err && same two && ok "a damaged record" ||
  fail "a damaged record: $(cat damaged.err)"

# An enlarged plan keeps what it had.
"$HALFSTEP" run a.yaml -o two --set 'order=[backward, forward, {random: {count: 4}}]' > /dev/null 2> larger.err
grep -q "24 trials, 16 kept, 8 run" larger.err && ok "an enlarged plan" || fail "an enlarged plan: $(cat larger.err)"

# One trial alone, by its own command line.
id=${victim%.trial}
"$HALFSTEP" run a.yaml -o one --only "$id" -q > /dev/null && cmp one/trials/$victim ref/trials/$victim && ok "one trial alone" ||
  fail "one trial alone"
"$HALFSTEP" run a.yaml -o one --only nothing 2> only.err
test $? -eq 64 || fail "an id that is not there: $(cat only.err)"

# Interrupted: it says how to go on, and goes on.
"$HALFSTEP" run a.yaml -o stopped -j 1 -v > /dev/null 2> stopped.err &
while test ! -s stopped.err && kill -0 $! 2> /dev/null; do sleep 0.01; done
kill -INT $!
wait $!
code=$?
if test $code -eq 0; then echo "SKIPPED interrupt: the run was over before it"; else
  test $code -eq 130 && grep -q "goes on from there" stopped.err || fail "interrupted, exit $code: $(cat stopped.err)"
  "$HALFSTEP" run a.yaml -o stopped -q > /dev/null && same stopped && ok "interrupted" || fail "after an interrupt"
fi

# A full disk, as far as it can be had without one: no file may be longer than half a kilobyte.
(trap '' XFSZ; ulimit -f 1; "$HALFSTEP" run a.yaml -o full -q) > /dev/null 2> full.err
code=$?
test $code -eq 73 && grep -q "was not written" full.err || fail "a full disk, exit $code: $(cat full.err)"
ls full/trials/*.trial > /dev/null 2>&1 && fail "a full disk leaves a record"
"$HALFSTEP" run a.yaml -o full -q > /dev/null && same full && ok "a full disk" || fail "after a full disk"
# Full in the middle: what was finished stays.
mkdir -p middle/trials && cp ref/trials/"$victim" middle/trials/ && cp ref/manifest.json middle/
(trap '' XFSZ; ulimit -f 8; "$HALFSTEP" run a.yaml -o middle -q) > /dev/null 2> middle.err
test $? -eq 73 && grep -q "stay valid" middle.err && cmp -s middle/trials/"$victim" ref/trials/"$victim" && ok "full in the middle" ||
  fail "full in the middle: $(cat middle.err)"

"$HALFSTEP" run a.yaml -o /proc/nowhere > /dev/null 2> proc.err
test $? -eq 73 || fail "a folder that cannot be made: $(cat proc.err)"
"$HALFSTEP" run a.yaml --shard 4/3 > /dev/null 2>&1
test $? -eq 64 || fail "--shard 4/3 is accepted"
"$HALFSTEP" run missing.yaml > /dev/null 2>&1
test $? -eq 66 || fail "a config that is not there"

test $bad -eq 0
