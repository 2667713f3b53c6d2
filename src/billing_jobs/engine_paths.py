"""Paths as the engine may have them. It takes `[`, `*`, `?` for a pattern, `\\` for a separator, `name=value` in a
folder for a column and a comma for the end of a path, wherever they stand; so what people named (a home, a delivered
file) reaches it under a name that we made.
"""

from __future__ import annotations

import atexit
import hashlib
import os
import re
import shutil
import tempfile
from functools import cache
from pathlib import Path

# Characters that mean something to the engine, and names that are no text.
_NOT_A_NAME = re.compile("[*?\\[\\\\=,\ud800-\udfff]")


def folder_for_engine(folder: Path) -> Path:
    """The folder itself if the engine takes its path for what it is, else a link to it,
    which goes with this process."""
    path = str(folder.absolute())
    if not _NOT_A_NAME.search(path):
        return folder
    link = _room(os.getpid()) / hashlib.sha256(os.fsencode(path)).hexdigest()[:16]
    if not link.is_symlink():
        link.symlink_to(path)
    return link


def cannot_lie_in(folder: Path) -> str:
    """Why the engine can keep no database in this folder, by whatever name it is reached; nothing where it can."""
    found = sorted(set(os.path.realpath(folder)) & set("?\\"))
    return (
        f"its path has {' and '.join(found)}, which the engine cannot have in the path of a database" if found else ""
    )


def in_folder(path: Path) -> Path:
    """A path whose last part is a name, or a pattern, of our own, in its folder as the engine may have it."""
    return folder_for_engine(path.parent) / path.name


@cache
def _room(_process: int) -> Path:
    room = tempfile.mkdtemp(prefix="billing-")
    atexit.register(shutil.rmtree, room, ignore_errors=True)
    return Path(room)
