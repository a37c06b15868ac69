#!/bin/sh
# given.sh - scales from a file: those that min-max chose give min-max's results; what does not fit is named.
# SPDX-License-Identifier: GPL-3.0-or-later
set -u
/usr/bin/python3 -c 'import h5py' 2>/dev/null || { echo "SKIPPED experiment/given: no python3 with h5py"; exit 77; }
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
cd "$work" || exit 99
failed=0
fail() { echo "FAILED: $*"; failed=1; }
net=$SRCDIR/experiments/networks
config() { # config WEIGHTS ACTIVATIONS
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
report: {figures: []}
END
}
config minmax minmax >minmax.yaml
"$HALFSTEP" run minmax.yaml -q -o minmax >/dev/null || fail "min-max: exit $?"
# What min-max chose: weights once more from the network, activations from the table of layers.
/usr/bin/python3 - "$net" <<'END' || exit 99
import csv, h5py, json, numpy as np, sys
sites = {}
net = h5py.File(sys.argv[1] + "/mlp.h5")["network"]
for g in net.values():
    if isinstance(g, h5py.Group) and "weight" in g:
        name = g.attrs["name"]
        name = name.decode() if isinstance(name, bytes) else name
        sites[name + "/weight"] = dict(scale=[float(np.float32(s)) for s in np.abs(g["weight"][:]).max(1) / 7.0])
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
grep -q '"file": "all.json"' given-json/manifest.json || fail "the manifest does not name the file"
expect() { # expect CODE TEXT FILE
    config "{given: {file: $3}}" minmax >bad.yaml
    [ "${4-}" ] && config "{given: {file: $3}}" "{given: {file: $3}}" >bad.yaml
    "$HALFSTEP" check bad.yaml >out 2>err; got=$?
    [ $got = "$1" ] && grep -q -- "$2" err || fail "$3: exit $got, not $1, or '$2' is missing: $(cat err)"
}
expect 78 'fc.1/input is missing, fc.2/weight has 2 scales where 1 or 10 are needed' less.json both
expect 78 'scale 1 of fc.0/weight' negative.json
expect 78 '2 scales and 1 zero-points' uneven.json
expect 78 'halfstep_given' unmarked.json
expect 78 'line 2' broken.json
expect 66 'gone.json' gone.json
exit $failed
