#!/bin/sh
# onnx.sh - an ONNX file of more than 15 operators becomes a dump that gives what torch gives; what a dump cannot say is named.
# SPDX-License-Identifier: GPL-3.0-or-later
set -eu
skip() { echo "SKIPPED export/onnx: $*"; exit 77; }
fail() { echo "FAILED: $*"; exit 1; }
/usr/bin/python3 -c 'import torch, onnx, h5py, numpy' 2>/dev/null || skip "python3-onnx, python3-torch and python3-h5py are not installed"
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT
export PYTHONDONTWRITEBYTECODE=1 PYTHONPATH="$SRCDIR/python"
export="/usr/bin/python3 -m halfstep_export.cli"
/usr/bin/python3 "$SRCDIR/tests/export/onnx_network.py" "$folder" || fail "the model"

$export "$folder/small.onnx" "$folder/small.npz" "$folder/small.h5" --task classification || fail "the export"
"$HALFSTEP" verify --tolerance 1e-5 "$folder/small.h5" --output csv >"$folder/said" || { cat "$folder/said"; fail "the network runs otherwise here"; }
[ "$(grep -c ',agrees$' "$folder/said")" -eq 2 ] || fail "the output and one node inside were not both compared"
"$HALFSTEP" inspect "$folder/small.h5" | grep -q '/data/evaluation/targets' || fail "no targets"

$export "$folder/quantized.onnx" "$folder/quantized.npz" "$folder/quantized.h5" 2>"$folder/said" || { cat "$folder/said"; fail "a quantized model"; }
grep -q "1 tensors are quantized" "$folder/said" || { cat "$folder/said"; fail "did not say that scales are left out"; }
"$HALFSTEP" verify --tolerance 1e-5 "$folder/quantized.h5" || fail "the dequantized network runs otherwise here"
# Its scales, by site: under them its weights are on their grid already, and its input gets the model's own.
cat >"$folder/given.yaml" <<'END'
network: quantized.h5
task: none
data: {calibration: {split: evaluation, rows: "0:5"}, evaluation: {rows: "5:11"}}
scheme:
  weights: {format: int8, granularity: channel, symmetric: false, range: full}
  activations: {format: int8, granularity: tensor, symmetric: false, range: full}
calibration: {weights: {given: {file: quantized.given.json}}, activations: {given: {file: quantized.given.json}}}
report: {figures: []}
END
"$HALFSTEP" run "$folder/given.yaml" -q -o "$folder/given" >/dev/null || fail "a run with the model's own scales"
/usr/bin/python3 - "$folder/given/tables/layers.csv" <<'END' || fail "other scales than the model's: $(cat "$folder/given/tables/layers.csv")"
import csv, sys
site = {r["site"]: r for r in csv.DictReader(open(sys.argv[1]))}
assert float(site["weight"]["error"]) < 1e-12, site["weight"]
assert (float(site["input"]["scale"]), float(site["input"]["zero"])) == (0.5, 3), site["input"]
END

if $export "$folder/foreign.onnx" "$folder/foreign.h5" 2>"$folder/said"; then fail "took what a dump cannot say"; fi
for word in LRN angle Atan; do grep -q "$word" "$folder/said" || { cat "$folder/said"; fail "did not name $word"; }; done
if $export "$folder/small.onnx" "$folder/wrong.npz" "$folder/foreign.h5" 2>"$folder/said"; then fail "took data of another shape"; fi
grep -q "samples of (3, 5, 9)" "$folder/said" || { cat "$folder/said"; fail "did not name the shape"; }
[ ! -e "$folder/foreign.h5" ] && [ -z "$(ls "$folder"/*.part 2>/dev/null)" ] || fail "left a file behind"
