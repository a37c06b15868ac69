#!/usr/bin/python3
"""bad_files.py FOLDER - models and arrays that halfstep-export must refuse, each by the file and the cause (bad.sh)."""
# SPDX-License-Identifier: GPL-3.0-or-later
import io
import os
import sys
import zipfile

import numpy as np

os.chdir(sys.argv[1])
rng = np.random.default_rng(1)
x = rng.standard_normal((6, 4)).astype("f4")


def npy(array):
    text = io.BytesIO()
    np.save(text, array)
    return text.getvalue()


def archive(name, members):
    with zipfile.ZipFile(name, "w") as file:
        for member, content in members:
            file.writestr(member, content)


np.savez("x.npz", x=x)
np.savez("shape.npz", x=x[:, :3])
np.savez("key.npz", foo=x, bar=x)
np.savez("more.npz", x=x, foo=x)
np.savez("targets.npz", x=x, targets=np.arange(5))
np.savez("recorded.npz", x=x[:5], y=np.zeros((6, 3), "f4"))
np.savez("rows.npz", x=x[:0])
np.savez("objects.npz", x=np.array([None, "a"], object))
np.savez("texts.npz", x=np.array([["a"] * 4] * 6))
np.savez("complex.npz", x=x.astype("c8"))
np.savez("none.npz")
np.savez_compressed("long.npz", **{f"t{i}": np.zeros(1 << 22, "f4") for i in range(16)})
whole = open("x.npz", "rb").read()
open("cut.npz", "wb").write(whole[:-30])
open("crc.npz", "wb").write(whole[:150] + bytes([whole[150] ^ 255]) + whole[151:])
open("text.npz", "w").write("no archive")
archive("garbage.npz", [("x.npy", b"garbage")])
archive("short.npz", [("x.npy", npy(x)[:-8])])
archive("twice.npz", [("a.npy", npy(x)), ("a/b.npy", npy(x))])
open("list.safetensors", "wb").write((4).to_bytes(8, "little") + b"[ 1]")
header = b'{"a":{"dtype":"F32","shape":[-1],"data_offsets":[4,0]}}'
open("negative.safetensors", "wb").write(len(header).to_bytes(8, "little") + header + bytes(8))
header = b'{"a":{"dtype":"F32","data_offsets":[0,4]}}'
open("shapeless.safetensors", "wb").write(len(header).to_bytes(8, "little") + header + bytes(8))
open("text.h5", "w").write("no HDF5")

try:
    import onnx
    from onnx import TensorProto as T
    from onnx import helper, numpy_helper
except ImportError:
    sys.exit(0)
w, b = rng.standard_normal((4, 3)).astype("f4"), np.zeros(3, "f4")
FC = [helper.make_node("Gemm", ["x", "w", "b"], ["y"], name="fc")]


def model(name, nodes, arrays, inputs=(("x", [None, 4]),), outputs=(("y", [None, 3]),), kind=T.FLOAT):
    infos = [[helper.make_tensor_value_info(n, kind, s) for n, s in ports] for ports in (inputs, outputs)]
    graph = helper.make_graph(nodes, "g", *infos, [a if isinstance(a, T) else numpy_helper.from_array(a, n) for n, a in arrays.items()])
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)])
    made.ir_version = 8
    onnx.save(made, name)


nan = w.copy()
nan[1, 2] = np.nan
model("good.onnx", FC, dict(w=w, b=b))
model("nan.onnx", FC, dict(w=nan, b=b))
model("absent.onnx", FC, dict(w=w))
model("bfloat16.onnx", FC, dict(w=w, b=b), kind=T.BFLOAT16)
model("open.onnx", FC, dict(w=w, b=b), inputs=(("x", [None, None]),))
model("outputs.onnx", FC, dict(w=w, b=b), outputs=())
model("nodes.onnx", [], {}, outputs=(("x", [None, 4]),))
model("dot.onnx", [helper.make_node("Gemm", [".", "w", "b"], ["y"])], dict(w=w, b=b), inputs=((".", [None, 4]),))
branch = [helper.make_graph([helper.make_node(op, ["x"], [op])], op, [], [helper.make_tensor_value_info(op, T.FLOAT, [None, 4])])
          for op in ("Relu", "Neg")]
model("branch.onnx", [helper.make_node("If", ["c"], ["z"], then_branch=branch[0], else_branch=branch[1]),
                      helper.make_node("Gemm", ["z", "w", "b"], ["y"])], dict(c=np.array(True), w=w, b=b))
model("integers.onnx", [helper.make_node("DynamicQuantizeLinear", ["x"], ["xq", "xs", "xz"]),
                        helper.make_node("MatMulInteger", ["xq", "wq"], ["yi"]), helper.make_node("Cast", ["yi"], ["yf"], to=1),
                        helper.make_node("Mul", ["yf", "xs"], ["y"])], dict(wq=(10 * w).astype("i1")))
onnx.save_model(onnx.load("good.onnx"), "beside.onnx", save_as_external_data=True, location="beside.bin", size_threshold=0)
os.remove("beside.bin")
whole = open("good.onnx", "rb").read()
open("cut.onnx", "wb").write(whole[:len(whole) // 2])
open("text.onnx", "w").write("no model\n" * 9)
open("empty.onnx", "w").close()
