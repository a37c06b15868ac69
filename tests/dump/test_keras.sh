#!/bin/sh
# test_keras.sh - Keras files: recordings of Keras itself, and a second evaluation by h5py and torch, layer by layer.
# SPDX-License-Identifier: GPL-3.0-or-later
set -u
work=$BUILDDIR/tests/dump/made-keras
py=/usr/bin/python3
failed=0 ran=0
rm -rf "$work" && mkdir -p "$work" || exit 1
trap 'rm -rf "$work"' EXIT

# verify NETWORK RECORDED
verify() {
    ran=$((ran + 1))
    if ! "$HALFSTEP" verify "$1" "$2" >"$work/out" 2>&1; then
        failed=$((failed + 1))
        echo "FAILED: halfstep verify $1 $2"
        grep -v ' agrees$' "$work/out"
    fi
}

recorded=$SHARED/data/keras-recorded
if [ -d "$recorded" ]; then
    for model in "$recorded"/activations/*_model.h5 "$recorded"/*conv1d/*_model.h5 \
                 "$recorded"/simple_*/*_model.h5; do
        verify "$model" "${model%model.h5}inputs_and_outputs.h5"
    done
    echo "keras-recorded: $ran pairs"
    [ "$ran" -eq 38 ] || { echo "FAILED: 38 pairs were expected"; failed=$((failed + 1)); }
else
    echo "SKIPPED keras-recorded: $recorded is not there"
fi

if $py -c 'import torch, h5py' 2>/dev/null; then
    $py "$SRCDIR/tests/dump/keras_torch.py" make "$work" || exit 1
    tiny=$SHARED/data/mlperf-tiny
    for name in ad01 kws_ref_model pretrainedResnet str_ww_ref_model vww_96; do
        if [ -f "$tiny/$name.h5" ]; then ln -s "$tiny/$name.h5" "$work/$name.h5"
        else echo "SKIPPED mlperf-tiny/$name: $tiny is not there"; fi
    done
    set --
    for model in "$work"/*.h5; do set -- "$@" "$model" "${model%.h5}.rec"; done
    $py "$SRCDIR/tests/dump/keras_torch.py" record "$@" || exit 1
    for model in "$work"/*.h5; do
        verify "$model" "${model%.h5}.rec"
        echo "$(basename "$model" .h5): $(grep -c ' agrees$' "$work/out") layers agree"
    done
    # An archive holds the same network as the file that Keras 3 wrote beside it.
    "$HALFSTEP" verify "$work/archive.keras" "$work/archive.rec" >"$work/out" 2>&1
    if grep -q 'has no libzip' "$work/out"; then
        echo "SKIPPED archives: this build has no libzip"
    else
        verify "$work/nested.keras" "$work/nested.rec"
        verify "$work/attention.keras" "$work/attention.rec"
        verify "$work/archive.keras" "$work/archive.rec"
        echo "archive.keras: $(grep -c ' agrees$' "$work/out") layers agree"
        $py - "$work" <<'EOF' || exit 1
import sys, zipfile
folder = sys.argv[1]
whole = open(folder + '/archive.keras', 'rb').read()
open(folder + '/cut.keras', 'wb').write(whole[:len(whole) // 2])
members = zipfile.ZipFile(folder + '/archive.keras')
def write(name, **changed):
    with zipfile.ZipFile(f'{folder}/{name}.keras', 'w', zipfile.ZIP_DEFLATED) as z:
        for m in members.namelist():
            value = changed.get(m.split('.')[-1] if m != 'config.json' else 'config', members.read(m))
            if value is not None: z.writestr(m, value)
write('bare', config=None)
write('broken', h5=b'not HDF5')
write('bomb', h5=bytes(1 << 26))
write('words', config='{')
EOF
        for case in "cut:cannot open the archive" "bare:without 'config.json'" "broken:cannot open model.weights.h5" \
                    "bomb:more than it can be worth" "words:config.json is no JSON"; do
            "$HALFSTEP" verify "$work/${case%%:*}.keras" >"$work/out" 2>&1
            code=$?
            [ $code -eq 65 ] && grep -qF "${case#*:}" "$work/out" && grep -qF "${case%%:*}.keras" "$work/out" ||
                { echo "FAILED: ${case%%:*}.keras (exit $code)"; cat "$work/out"; failed=$((failed + 1)); }
        done
    fi
    # One tensor that is a little wrong must be seen.
    $py - "$work/first.rec" <<'EOF' || exit 1
import h5py, sys
f = h5py.File(sys.argv[1], 'r+')
f['activations/norm'][1, 2, 3, 4] += 1e-3
EOF
    "$HALFSTEP" verify "$work/first.h5" "$work/first.rec" >"$work/out" 2>&1
    code=$?
    [ $code -eq 1 ] && [ "$(grep -c differs "$work/out")" -eq 1 ] && grep differs "$work/out" | grep -q '^norm' ||
        { echo "FAILED: a wrong recording was not found (exit $code)"; cat "$work/out"; failed=$((failed + 1)); }
    # Whatever cannot be read is named in one message.
    $py - "$work" <<'EOF' || exit 1
import os, sys
sys.path.insert(0, os.environ['SRCDIR'] + '/tests/dump')
import keras_torch as k
m = k.Model(keras_version='2.4.0')
x = m.input('x', [6, 6, 2])
inner = k.Model(keras_version='2.4.0')
inner.add('Conv2DTranspose', 'up', [], filters=3, batch_input_shape=[None, 6, 6, 2])
inner.add('Lambda', 'hidden', [])
a = m.nest('nest', inner, [x])
b = m.add('Conv2D', 'odd', a, filters=3, kernel_size=[3, 3], strides=[1, 1], padding='full', activation='swoosh')
c = m.add('Lambda', 'mystery', b)
d = m.add('Activation', 'act', c, activation='nothing')
f = m.add('GRU', 'keeps', d, units=3, stateful=True, activation='tanh', recurrent_activation='sigmoid')
g = m.add('Bidirectional', 'both', f, layer={'class_name': 'ConvLSTM2D', 'config': {}}, merge_mode='concat')
n = m.add('Embedding', 'masked', g, mask_zero=True)
o = m.add('Masking', 'mask', n, mask_value=0.0)
q = m.add('MultiHeadAttention', 'attends', o, num_heads=2, key_dim=3)
m.layers[-1]['inbound_nodes'] = [[[o, 0, 0, {'value': [o, 0, 0], 'attention_mask': [x, 0, 0]}]]]
h = m.add('MyOwnLayer', 'own', q)
m.write(sys.argv[1] + '/unsupported.h5', [x], [h])
EOF
    "$HALFSTEP" verify "$work/unsupported.h5" >"$work/out" 2>&1
    code=$?
    for word in "'nest/up' (Conv2DTranspose)" "'nest/hidden' (Lambda)" "'odd' (Conv2D)" "'full'" "'swoosh'" "'mystery' (Lambda)" "'nothing'" "'keeps' (GRU)" \
        "'ConvLSTM2D'" "'masked' (Embedding): mask_zero" "'mask' (Masking)" "'attends' (MultiHeadAttention): the argument 'attention_mask'" "'own' (MyOwnLayer)"; do
        grep -qF "$word" "$work/out" || { echo "FAILED: $word is not named"; cat "$work/out"; failed=$((failed + 1)); }
    done
    [ $code -eq 65 ] || { echo "FAILED: exit $code"; failed=$((failed + 1)); }
else
    echo "SKIPPED torch: a second evaluation of Keras files needs python3-torch and python3-h5py"
fi

[ $ran -gt 0 ] || exit 77
echo "$ran networks verified, $failed failed"
[ $failed -eq 0 ]
