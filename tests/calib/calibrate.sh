#!/bin/sh
# calibrate.sh - halfstep calibrate against numpy on tensors of several shapes, and what it says to wrong words.
# SPDX-License-Identifier: GPL-3.0-or-later
/usr/bin/python3 -c 'import h5py, numpy' 2>/dev/null || { echo "SKIPPED calib/calibrate: no python3 with h5py"; exit 77; }
dir=$(mktemp -d "$BUILDDIR/calibrate.XXXXXX") || exit 99
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 99
failed=0
fail() { echo "FAIL: $*"; failed=1; }

/usr/bin/python3 - <<'END' || exit 99
import h5py, numpy as np
r = np.random.default_rng(5)
with h5py.File("t.h5", "w") as f:
    f["w"] = (r.normal(size=(6, 3, 5, 4)) * np.arange(1, 7).reshape(6, 1, 1, 1)).astype(np.float32)
    f["x/half"] = r.normal(size=777).astype(np.float16)
    f["x/bytes"] = r.integers(0, 256, size=(10, 40), dtype=np.uint8)
    f["zeros"] = np.zeros(9, np.float32)
    f["empty"] = np.zeros((0, 3), np.float32)
    f["text"] = np.array([b"no", b"numbers"])
    bad = r.normal(size=50).astype(np.float32)
    bad[17] = np.nan
    bad[31] = np.inf
    f["bad"] = bad
END

# Every number of min-max, once more by numpy in double.
"$HALFSTEP" calibrate t.h5 w 'x/*' -s minmax,mse -f int8,int4 --output csv >t.csv || fail "exit $?"
"$HALFSTEP" calibrate t.h5 w -g channel --affine -s minmax,mse -f int8 --output csv >c.csv || fail "exit $?"
"$HALFSTEP" calibrate t.h5 w -g channel --axis -1 -s minmax -f int4 --output csv >a.csv || fail "exit $?"
"$HALFSTEP" calibrate t.h5 w -g group:7 -s minmax -f int4 --output csv >g.csv || fail "exit $?"
"$HALFSTEP" calibrate t.h5 w -f mxfp4 --output csv >m.csv || fail "exit $?"
/usr/bin/python3 - <<'END' || failed=1
import csv, h5py, numpy as np
bad = 0
f = h5py.File("t.h5")
def rows(name): return list(csv.DictReader(open(name)))
def near(what, got, want, tol=2e-6):
    global bad
    if not abs(float(got) - want) <= tol * max(1e-30, abs(want)):
        print("FAIL:", what, got, want); bad = 1
def sym(v, q):
    s = np.float32(np.abs(v).max() / q)
    return ((v - float(s) * np.clip(np.rint(v / float(s)), -q, q)) ** 2).sum(), float(s)
t = rows("t.csv")
if len(t) != 12: print("FAIL: rows", len(t)); bad = 1
for r in t:
    v = np.asarray(f[r["tensor"]], np.float64).ravel()
    near("values", r["values"], v.size)
    near("parts", float(r["clipping"]) + float(r["rounding"]), float(r["squared_error"]), 1e-7)
    if r["strategy"] == "minmax":
        e, s = sym(v, 127 if r["format"] == "int8" else 7)
        near("error " + r["tensor"], r["squared_error"], e)
        near("scale", r["scale"], s, 1e-8)
        near("sqnr", r["sqnr_db"], 10 * np.log10((v**2).sum() / e), 1e-6)
    elif float(r["ratio_to_optimum"]) != 1: print("FAIL: mse is not the optimum", r); bad = 1
w = np.asarray(f["w"], np.float64)
near("channel axis -1", rows("a.csv")[0]["squared_error"], sum(sym(w[..., k], 7)[0] for k in range(4)))
near("parts axis -1", rows("a.csv")[0]["parts"], 4)
near("group", rows("g.csv")[0]["squared_error"],
     sum(sym(c.ravel()[i:i + 7], 7)[0] for c in w for i in range(0, 60, 7)))
near("parts group", rows("g.csv")[0]["parts"], 6 * 9)
c = rows("c.csv")
near("parts channel", c[0]["parts"], 6)
def affine(v, qmin=-127, qmax=127):
    lo, hi = min(v.min(), 0), max(v.max(), 0)
    s = float(np.float32((hi - lo) / (qmax - qmin)))
    z = np.clip(np.floor(abs(qmin - lo * (qmax - qmin) / (hi - lo)) + .5) * np.sign(qmin - lo * (qmax - qmin) / (hi - lo)), qmin, qmax)
    return ((v - s * (np.clip(np.rint(v / s + z), qmin, qmax) - z)) ** 2).sum()
near("affine channel", c[0]["squared_error"], sum(affine(k) for k in w))
def mx(v):
    if np.abs(v).max() == 0: return 0
    s = 2.0 ** (np.floor(np.log2(np.abs(v).max())) - 2)
    l = np.array([0, .5, 1, 1.5, 2, 3, 4, 6]); l = np.concatenate([-l[::-1], l])
    return (np.abs(v[:, None] / s - l).min(1) ** 2).sum() * s * s
near("mxfp4", rows("m.csv")[0]["squared_error"], sum(mx(c.ravel()[i:i + 32]) for c in w for i in (0, 32)))
raise SystemExit(bad)
END

# All of a file: text and empty datasets are left out, zeros have their grid.
"$HALFSTEP" calibrate t.h5 zeros -s minmax,mse,entropy,sawb --output csv >z.csv || fail "zeros: exit $?"
[ "$(grep -c ',0,0,0,' z.csv)" -ge 4 ] || fail "zeros: $(cat z.csv)"
expect() { # exit code, part of the message, words
    want=$1 say=$2; shift 2
    "$HALFSTEP" calibrate "$@" >out 2>err; got=$?
    [ $got = "$want" ] || fail "calibrate $*: exit $got, not $want: $(cat err)"
    [ -z "$say" ] || grep -q -- "$say" err || fail "calibrate $*: '$say' is missing in: $(cat err)"
    [ ! -s out ] || [ "$want" = 0 ] || fail "calibrate $*: output in spite of the error"
}
expect 65 'index 17' t.h5 bad
expect 65 '2 values that are NaN' t.h5 bad
expect 0 '' t.h5 bad --allow-nonfinite -s minmax
expect 65 'block formats take finite' t.h5 bad --allow-nonfinite -f mxfp4
expect 65 'no numeric tensor' t.h5 nothing
expect 66 'none.h5' none.h5
expect 64 "did you mean 'entropy'" t.h5 w -s entrpy
expect 64 'no knob' t.h5 w -s percentile:q=3
expect 64 '50 to 100' t.h5 w -s percentile:p=200
expect 64 'no granularity' t.h5 w -g chanel
expect 64 'int9000\|no number format' t.h5 w -f int9000
expect 64 'axis 7' t.h5 w -g channel --axis 7
expect 64 'which file' --affine
# The order of threads does not matter, nor does the number of them.
"$HALFSTEP" calibrate t.h5 w -g group:3 -s mse,lp -f int4 -j 1 >j1; "$HALFSTEP" calibrate t.h5 w -g group:3 -s mse,lp -f int4 -j 3 >j3
cmp -s j1 j3 || fail "threads change the result"
# A strategy without an answer for a width says so in its row, and the others stand.
"$HALFSTEP" calibrate t.h5 w -s sawb,minmax -f int6 --output csv >s.csv || fail "sawb: exit $?"
grep -q 'sawb.*coefficients' s.csv || fail "sawb: $(cat s.csv)"
# A figure a tensor and format; its script and data are there even without gnuplot.
"$HALFSTEP" calibrate t.h5 w x/half zeros -f int8,nf4 --plot p >p.txt 2>p.err || fail "--plot: exit $?: $(cat p.err)"
for f in w-int8 w-nf4 x_half-int8 x_half-nf4; do
    [ -s "p/figures/$f.gp" ] && [ -s "p/figures/$f.dat" ] || fail "--plot: no $f"
    ! command -v gnuplot >/dev/null || [ -s "p/figures/$f.svg" ] || fail "--plot: $f.svg was not drawn: $(cat p.err)"
done
[ ! -e p/figures/zeros-int8.gp ] || fail "--plot draws zeros"
grep -q 'aimet' p/figures/w-int8.gp || fail "--plot: no strategy is marked"
expect 64 'whole tensors' t.h5 w -g channel --plot q
# The values' shares are all of them, each strategy's levels are those of its scale, and both figures can be asked for at once.
"$HALFSTEP" calibrate t.h5 w zeros -f int3,int8 -s minmax,mse --plot h --histogram h --output csv >h.csv 2>h.err || fail "--histogram: exit $?: $(cat h.err)"
[ -s h/figures/w-int3.gp ] && [ -s h/figures/w-int8-values.gp ] || fail "--histogram beside --plot: $(ls h/figures)"
! command -v gnuplot >/dev/null || [ -s h/figures/w-int3-values.svg ] || fail "--histogram: not drawn: $(cat h.err)"
[ ! -e h/figures/zeros-int3-values.gp ] || fail "--histogram draws zeros"
awk 'BEGIN { RS = "\n\n\n" } NR == 1 { n = split($0, line, "\n"); for (i = 1; i <= n; i++) if (split(line[i], x, " ") == 2 && x[1] + 0 == x[1]) sum += x[2] }
     END { exit !(sum > 0.999999 && sum < 1.000001) }' h/figures/w-int3-values.dat || fail "--histogram: shares: $(head -20 h/figures/w-int3-values.dat)"
awk '/# row, level/ { on = 1; next } on && NF { n[$1]++; if (n[$1] == 1) first[$1] = $2; last[$1] = $2 }
     END { exit !(n[0] == 7 && n[1] == 7 && first[0] < 0 && last[0] == -first[0] && last[1] <= last[0]) }' h/figures/w-int3-values.dat ||
    fail "--histogram: levels: $(tail -20 h/figures/w-int3-values.dat)"
expect 64 'whole tensors' t.h5 w -g channel --histogram q
[ ! -e q ] || fail "--plot wrote in spite of the error"

# Summaries stand for the data, and for the data of several files: the same rows, byte for byte.
/usr/bin/python3 - <<'END' || exit 99
import h5py, numpy as np
r = np.random.default_rng(6)
w = r.laplace(size=1300000).astype(np.float32) # more than is held exactly
levels, few = r.integers(0, 50, size=2000).astype(np.uint8), r.normal(size=99).astype(np.float32)
for name, a, b in (("all", 0, 1), ("one", 0, .3), ("two", .3, 1)):
    with h5py.File(name + ".h5", "w") as f:
        for key, x in (("w", w), ("levels", levels), ("few", few)):
            f[key] = x[int(a * len(x)):int(b * len(x))]
END
how="-s minmax,mse,entropy,percentile,torch-histogram -f int8,int4 --output csv"
"$HALFSTEP" calibrate all.h5 $how --save all.sum >all.csv || fail "--save: exit $?"
"$HALFSTEP" calibrate all.sum $how >again.csv || fail "summaries: exit $?"
"$HALFSTEP" calibrate one.h5 $how --save one.sum >/dev/null || fail "--save: exit $?"
"$HALFSTEP" calibrate two.h5 $how --merge one.sum --save both.sum >merged.csv || fail "--merge: exit $?"
"$HALFSTEP" calibrate both.sum $how >both.csv || fail "merged summaries: exit $?"
for f in again merged both; do cmp all.csv $f.csv || fail "$f: other rows than from the data"; done
"$HALFSTEP" calibrate all.h5 $how --save all2.sum >/dev/null && cmp all.sum all2.sum || fail "the same data give another file of summaries"
expect 64 'neighbours' all.sum -f mxfp4
expect 64 'whole tensors' all.sum -g channel
expect 65 'no summary of that name' all.sum nothing
expect 65 'holds no summaries' two.h5 --merge one.h5
expect 65 'no file to merge with has a summary of /x/half' t.h5 x/half --merge one.sum
expect 66 'gone.sum' two.h5 --merge gone.sum
expect 73 'cannot' two.h5 --save nowhere/x.sum
for damage in 'f["summaries/s0002/count"][0] = 0' 'f["summaries/s0002"].attrs["extremes"] = [1.0, 0.0, 0.0, 0.0]' \
    'del f["summaries/s0002/low"]' 'f.attrs["halfstep_summaries"] = 9' 'del f["summaries/s0001"]' \
    'f["summaries/s0002/key"][5] = 2**31'; do
    cp all.sum bad.sum
    /usr/bin/python3 -c "import h5py; f = h5py.File('bad.sum', 'r+'); $damage" || exit 99
    expect 65 'bad.sum' bad.sum
done

# Every strategy is in the manual.
for name in $("$HALFSTEP" list strategies --output csv | awk -F, '/^$/ {exit} NR > 1 {print $1}'); do
    grep -q "^| \`$name\` |" "$SRCDIR/doc/strategies.md" || fail "doc/strategies.md lacks $name"
done
exit $failed
