"""terms.py - what a dump lets one say in words: tasks, and names of splits (doc/dump.md)."""
# SPDX-License-Identifier: GPL-3.0-or-later
TASKS = ("classification", "language-model", "reconstruction", "regression", "none")


def checked_task(name):
    if name not in TASKS:
        raise ValueError(f"task '{name}': known are {', '.join(TASKS)}")
    return name


def checked_split(name):
    """One step of a path."""
    if not name or "/" in name or name == ".":
        raise ValueError(f"split '{name}': a name without '/' is expected")
    return name
