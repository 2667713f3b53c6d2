"""Files that are there whole or not at all, also after a power cut: first the bytes reach the disk, then the name, then
the folder that holds the name. Each only counts once the one before is there.
"""

from __future__ import annotations

import os
from pathlib import Path


def flush(path: Path) -> None:
    """Return when a file's bytes, or a folder's entries (creations, renames), are on disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def put_in_place(temporary: Path, path: Path) -> None:
    """Give a finished file its name, and return when both are on disk."""
    flush(temporary)
    temporary.replace(path)
    flush(path.parent)


def make_folder(folder: Path) -> None:
    """A folder with all above it, each new one known on disk to the one that holds it."""
    missing = []
    while not folder.exists():
        missing.append(folder)
        folder = folder.parent
    for new in reversed(missing):
        new.mkdir(exist_ok=True)
        flush(new.parent)
