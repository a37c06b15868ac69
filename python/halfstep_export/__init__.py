"""halfstep_export - networks from PyTorch and ONNX, and bare tensors, as dumps that halfstep reads (doc/export.md)."""
# SPDX-License-Identifier: GPL-3.0-or-later
from .builder import Unsupported

__all__ = ["Unsupported", "dump"]


def dump(model, loader, path, **options):
    """A torch module and its data as a dump: see torch_dump.dump, which needs torch only when it is called."""
    from .torch_dump import dump as write
    return write(model, loader, path, **options)
