"""files.py - a file appears under its name whole or not at all, and what went wrong with one is a sentence."""
# SPDX-License-Identifier: GPL-3.0-or-later
import contextlib
import errno
import os
import re
import stat

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
KNOWN = ("Unsupported", "ModuleNotFoundError")  # of these the text alone is a sentence


def readable(path):
    """Raises OSError where there is no regular file: a named pipe would be waited for."""
    mode = os.stat(path).st_mode
    if not stat.S_ISREG(mode):
        raise OSError(errno.EINVAL, "is a directory" if stat.S_ISDIR(mode) else "is no regular file", path)


@contextlib.contextmanager
def whole(path):
    """The name under which to write: of this process alone, and path itself only at the end, when all is on the disk."""
    folder = os.path.dirname(path) or "."
    if not os.path.isdir(folder):
        raise FileNotFoundError(errno.ENOENT, f"cannot be written: there is no folder '{folder}'", path)
    if os.path.exists(path) and not os.path.isfile(path):
        raise FileExistsError(errno.EEXIST, "cannot be written: it is there, and no ordinary file", path)
    part = f"{path}.{os.getpid()}.part"
    try:
        yield part
        with open(part, "rb+") as file:
            os.fsync(file.fileno())
        os.replace(part, path)
    finally:
        with contextlib.suppress(OSError):
            os.remove(part)


def final(part):
    """The name that a file of `whole` is to have."""
    return re.sub(r"\.\d+\.part$", "", part)


def sentence(why, inputs, output):
    """One line for whatever a stranger's file holds, with the file and the cause; the type where the text is no sentence.
    What is listed by `Unsupported`, all of it at once, keeps its lines."""
    text = str(why) if type(why).__name__ in KNOWN else " ".join(str(why).split())
    text = re.sub(re.escape(output) + r"\.\d+\.part", output, text)
    inner = re.search(r"errno = (\d+)", text)  # as HDF5 says it
    number = int(inner.group(1)) if inner else getattr(why, "errno", None)
    name = getattr(why, "filename", None)
    if number in FULL:
        return f"{output}: cannot be written: {os.strerror(number)}"
    if inner and output in text:
        return f"{output}: cannot be written: {os.strerror(number)}"
    if name:
        return f"{final(os.fspath(name))}: {why.strerror}"
    if type(why).__name__ not in KNOWN:
        text = f"{type(why).__name__}: {text}"
    return text if text.startswith(tuple(f"{f}: " for f in inputs)) else f"{inputs[0]}: {text}"
