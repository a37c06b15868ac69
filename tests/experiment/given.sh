#!/bin/sh
# given.sh - scales and rounded weights from a file: those of min-max and nearest give their results; what does not fit is named.
# SPDX-License-Identifier: GPL-3.0-or-later
set -u
/usr/bin/python3 -c 'import h5py' 2>/dev/null || { echo "SKIPPED experiment/given: no python3 with h5py"; exit 77; }
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
cd "$work" || exit 99
failed=0
fail() { echo "FAILED: $*"; failed=1; }
net=$SRCDIR/experiments/networks
config() { # config WEIGHTS ACTIVATIONS [METHOD]
    cat <<END
name: given
network: $net/mlp.h5
data:
  calibration: {file: $net/fashion.h5, samples: 32}
  evaluation: {file: $net/fashion.h5, samples: 40}
scheme:
  weights: {format: int4, granularity: channel, symmetric: true}
  activations: {format: uint8, granularity: tensor, symmetric: false}
calibration: {weights: $1, activations: $2}
method: ${3-nearest}
report: {figures: []}
END
}
config minmax minmax >minmax.yaml
"$HALFSTEP" run minmax.yaml -q -o minmax >/dev/null || fail "min-max: exit $?"
# What min-max chose: weights once more from the network, activations from the table of layers.
/usr/bin/python3 - "$net" <<'END' || exit 99
import csv, h5py, json, numpy as np, sys
sites, rounded = {}, {}
net = h5py.File(sys.argv[1] + "/mlp.h5")["network"]
for g in net.values():
    if isinstance(g, h5py.Group) and "weight" in g:
        name = g.attrs["name"]
        name = name.decode() if isinstance(name, bytes) else name
        w = g["weight"][:].astype(np.float32)
        scale = (np.abs(w).max(1) / 7.0).astype(np.float32)
        sites[name + "/weight"] = dict(scale=[float(s) for s in scale])
        rounded[name + "/weight"] = np.rint(w / scale[:, None]) * scale[:, None]
res = h5py.File("minmax/results.h5")
for r in res["layers"][:]:
    site = r["site"].decode()
    if site == "input":
        sites[r["layer"].decode() + "/input"] = dict(scale=float(r["scale"]), zero_point=float(r["zero"]))
json.dump(dict(halfstep_given=1, sites=sites), open("all.json", "w"))
with h5py.File("all.h5", "w") as f:
    f.attrs["halfstep_given"] = 1
    for i, (name, s) in enumerate(sites.items()):
        g = f.create_group(f"sites/s{i:04}")
        g.attrs["site"] = name
        for key, value in s.items(): g[key] = np.asarray(value, np.float64)
def write(name, rounded):
    with h5py.File(name, "w") as f:
        f.attrs["halfstep_given"] = 1
        for i, (site, w) in enumerate(rounded.items()):
            f.create_group(f"sites/s{i:04}").attrs["site"] = site
            f[f"sites/s{i:04}/rounded"] = w
write("rounded.h5", rounded)
write("turned.h5", {k: w.T if k == "fc.1/weight" else w for k, w in rounded.items() if k != "fc.2/weight"})
write("off.h5", {k: w + 0.01 for k, w in rounded.items()})
write("infinite.h5", {k: w + np.inf for k, w in rounded.items()})
less = {k: v for k, v in sites.items() if k != "fc.1/input"}
less["fc.2/weight"] = dict(scale=[0.1, 0.2])
json.dump(dict(halfstep_given=1, sites=less), open("less.json", "w"))
json.dump(dict(halfstep_given=1, sites={"fc.0/weight": dict(scale=[0.1, -1])}), open("negative.json", "w"))
json.dump(dict(halfstep_given=1, sites={"fc.0/weight": dict(scale=[0.1, 1], zero_point=0)}), open("uneven.json", "w"))
json.dump(dict(sites=sites), open("unmarked.json", "w"))
END
printf '{"halfstep_given": 1,\n "sites": {"a": }}' >broken.json
for kind in json h5; do
    config "{given: {file: all.$kind}}" "{given: {file: all.$kind}}" >given.yaml
    "$HALFSTEP" run given.yaml -q -o given-$kind >/dev/null || fail "given $kind: exit $?"
    for t in trials nodes; do # the same figures; names of strategies, ids and candidates apart
        cut -d, -f2- minmax/tables/$t.csv | sed 's/minmax//g' >a
        cut -d, -f2- given-$kind/tables/$t.csv | sed 's/"*given(file=all\.[a-z0-9]*)"*//g' >b
        cmp -s a b || { fail "$kind: $t differ"; diff a b | head -n 6; }
    done
done
config minmax minmax "{given: {file: rounded.h5}}" >given.yaml
"$HALFSTEP" run given.yaml -q -o rounded >/dev/null || fail "given weights: exit $?"
for t in trials nodes; do
    cut -d, -f2- minmax/tables/$t.csv | sed 's/nearest//g' >a
    cut -d, -f2- rounded/tables/$t.csv | sed 's/"*given(file=rounded.h5)"*//g' >b
    cmp -s a b || { fail "rounded: $t differ"; diff a b | head -n 6; }
done
grep -q '"file": "all.json"' given-json/manifest.json || fail "the manifest does not name the file"
expect() { # expect CODE TEXT FILE
    config "{given: {file: $3}}" minmax >bad.yaml
    [ "${4-}" = both ] && config "{given: {file: $3}}" "{given: {file: $3}}" >bad.yaml
    [ "${4-}" = method ] && config minmax minmax "{given: {file: $3}}" >bad.yaml
    "$HALFSTEP" check bad.yaml >out 2>err; got=$?
    [ $got = "$1" ] && grep -q -- "$2" err || fail "$3: exit $got, not $1, or '$2' is missing: $(cat err)"
}
expect 78 'fc.1/input is missing, fc.2/weight has 2 scales where 1 or 10 are needed' less.json both
expect 78 'scale 1 of fc.0/weight' negative.json
expect 78 '2 scales and 1 zero-points' uneven.json
expect 78 'halfstep_given' unmarked.json
expect 78 'line 2' broken.json
expect 66 'gone.json' gone.json
expect 78 'fc.1/weight is (128, 64) where (64, 128) is needed, no rounded values of fc.2/weight' turned.h5 method
expect 78 'rounded value 0 of fc.0/weight' infinite.h5 method
expect 78 'no rounded values of fc.0/weight' all.h5 method
config minmax minmax given >bad.yaml
"$HALFSTEP" check bad.yaml 2>err && fail "method given without a file"
grep -q '{given: {file: FILE}}' err || fail "method given without a file: $(cat err)"
config minmax minmax "{given: {file: off.h5}}" >bad.yaml
"$HALFSTEP" run bad.yaml -q -o off >out 2>&1 && fail "weights off the grid"
grep -q 'given weight 0 of' out || fail "weights off the grid: $(cat out)"
exit $failed
