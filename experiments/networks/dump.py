"""dump.py - the writer of dumps, which is python/halfstep_export's, for the scripts beside this file."""
# SPDX-License-Identifier: GPL-3.0-or-later
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "python"))

from halfstep_export.writer import Dump  # noqa: E402,F401
