"""graph.py - a torch module as the nodes of a dump: python/halfstep_export's, for the scripts beside this file."""
# SPDX-License-Identifier: GPL-3.0-or-later
import dump  # noqa: F401  (finds the package)
from halfstep_export.builder import Unsupported  # noqa: F401
from halfstep_export.torch_graph import write  # noqa: F401
