"""cli.py - the command halfstep-export."""
# SPDX-License-Identifier: GPL-3.0-or-later
import argparse
import os
import signal
import sys

from .files import readable, sentence, whole
from .terms import TASKS, checked_split

USES = """\
  halfstep-export MODEL.onnx [DATA.npz] NET.h5   a network, and data with an array for each input
  halfstep-export ARRAYS.npz NET.h5              bare tensors, to inspect and calibrate
  halfstep-export WEIGHTS.safetensors NET.h5     bare tensors
  halfstep-export NET.h5 WEIGHTS.npz             the way back: weights rounded to --format, as float32; those that
                                                 `halfstep apply` wrote, as they are

PyTorch, from Python: from halfstep_export import dump; dump(model, loader, "net.h5")"""


def onnx(args, inputs, output):
    from . import onnx_dump
    samples = onnx_dump.dump(inputs[0], inputs[1] if len(inputs) > 1 else None, output, args.name, args.task, args.split)
    return f"a network, {samples} samples"


def bare(args, inputs, output):
    from .arrays import bare as write
    from .writer import Dump
    with Dump(output, args.name or os.path.basename(inputs[0]), inputs[0], args.task) as dump:
        count = write(inputs[0], dump)
    return f"{count} tensors"


def back(args, inputs, output):
    from .back import back as write
    rounded, others = write(inputs[0], output, args.format, args.strategy, args.granularity == "channel", args.affine)
    if not rounded:
        return f"{others} parameters as they are"
    return f"{rounded} weights in {args.format}, {others} other parameters as they are"


# (ends of the inputs, end of the output) -> what is done
WAYS = {((".onnx",), ".h5"): onnx, ((".onnx", ".npz"), ".h5"): onnx, ((".npz",), ".h5"): bare,
        ((".safetensors",), ".h5"): bare, ((".h5",), ".npz"): back}


def arguments(given):
    parser = argparse.ArgumentParser(prog="halfstep-export", description=USES, usage="halfstep-export [OPTION...] INPUT... OUTPUT",
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", metavar="FILE", help="inputs, then the output")
    parser.add_argument("--name", help="of the network (the model's own)")
    parser.add_argument("--task", default="none", choices=TASKS)
    parser.add_argument("--split", default="evaluation", help="what the data is called (evaluation)")
    group = parser.add_argument_group("the way back")
    group.add_argument("--format", default="int8", help="int2 to int16, uint2 to uint16 (int8)")
    group.add_argument("--strategy", default="minmax", help="a strategy of 'halfstep list strategies' (minmax)")
    group.add_argument("--granularity", default="tensor", choices=["tensor", "channel"])
    group.add_argument("--affine", action="store_true", help="with a zero-point")
    return parser, parser.parse_args(given)


def main(given=None):
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # not at once: what is half written goes first
    parser, args = arguments(given)
    *inputs, output = args.files
    ends = tuple(os.path.splitext(f)[1].lower() for f in args.files)
    way = WAYS.get((ends[:-1], ends[-1]))
    if not way:
        parser.error(f"no way from {' and '.join(ends[:-1]) or 'nothing'} to {ends[-1]}:\n{USES}")
    try:
        checked_split(args.split)
        for path in inputs:
            readable(path)
        with whole(output) as part:
            said = way(args, inputs, part)
    except Exception as why:
        fail(sentence(why, inputs, output), 1)
    except KeyboardInterrupt:
        fail("interrupted", 130)
    print(f"{output}: {said}")


def fail(text, code):
    """Ends the process at once: the HDF5 library, asked to end in order, tries again to write what it could not, and crashes."""
    print(f"halfstep-export: {text}", file=sys.stderr, flush=True)
    sys.stdout.flush()
    os._exit(code)


if __name__ == "__main__":
    main()
