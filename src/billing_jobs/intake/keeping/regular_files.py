"""Opening what others delivered: a regular file, no link followed, and nothing that could be waited for."""

from __future__ import annotations

import os
import stat
from io import BufferedReader
from pathlib import Path

BEING_WRITTEN = "it is still being written; write it under a name that ends in .part and rename it"
_KINDS = ((stat.S_ISLNK, "a link"), (stat.S_ISDIR, "a folder"), (stat.S_ISFIFO, "a pipe"), (stat.S_ISSOCK, "a socket"))


class NotRegular(OSError):
    """What lies there is no regular file; says what it is."""


def refuse_what_is_not_regular(mode: int) -> None:
    """Raises NotRegular by the mode of a file, as `lstat` tells it."""
    if not stat.S_ISREG(mode):
        kind = next((word for is_kind, word in _KINDS if is_kind(mode)), "a device")
        raise NotRegular(f"it is {kind}; deliver a regular file")


def open_regular(path: Path) -> BufferedReader:
    """The file opened for reading. Raises NotRegular, also where a link or a pipe took the place of a file just now."""
    refuse_what_is_not_regular(os.lstat(path).st_mode)
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        refuse_what_is_not_regular(os.fstat(descriptor).st_mode)
    except BaseException:
        os.close(descriptor)
        raise
    return os.fdopen(descriptor, "rb")
