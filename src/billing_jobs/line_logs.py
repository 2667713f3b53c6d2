"""Files of lines that only grow: what is added is on disk, whole, before `append` returns, or the file is as long as it
was.

A line ends at a line feed and nowhere else: names in it may hold every other character at which text is wont to be
split. A last line without its line feed was torn by a crash, and what it stands for never happened.
"""

from __future__ import annotations

import errno
import os
from pathlib import Path


def whole_lines(path: Path) -> list[bytes]:
    """Every line that ends, in order, without its line feed; blank ones and a torn last one are left out."""
    content = path.read_bytes() if path.exists() else b""
    return [line for line in content[: content.rfind(b"\n") + 1].split(b"\n") if line.strip()]


def append(path: Path, lines: bytes, *, cuts_torn: bool = False) -> None:
    """Add whole lines. A piece that a crash left at the end is cut off, or closed off where the file must never become
    shorter.

    Raises OSError when they cannot be written whole, as on a full disk; then nothing of them is left.
    """
    is_new = not path.exists()
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        length, end = os.fstat(descriptor).st_size, _end_of_whole_lines(descriptor)
        if cuts_torn:
            os.ftruncate(descriptor, end)
            length = end
        _write_whole(descriptor, lines if end == length else b"\n" + lines, length)
    finally:
        os.close(descriptor)
    if is_new:
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


class Reserve:
    """Room on the disk of a log, kept in a file beside it, for a line that must be written whatever fills the disk."""

    def __init__(self, path: Path, size: int) -> None:
        self._path, self._size = path, size

    def hold(self) -> None:
        """Take the room, if it is not held. Raises OSError when there is none: then nothing is held."""
        if self._path.exists() and self._path.stat().st_size == self._size:
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            if hasattr(os, "posix_fallocate"):
                os.posix_fallocate(descriptor, 0, self._size)
            else:  # macOS
                os.write(descriptor, bytes(self._size))
                os.fsync(descriptor)
        except BaseException:
            self._path.unlink(missing_ok=True)
            raise
        finally:
            os.close(descriptor)

    def release(self) -> bool:
        """Give the room back; whether any was held."""
        try:
            self._path.unlink()
        except FileNotFoundError:
            return False
        return True


def _write_whole(descriptor: int, content: bytes, length: int) -> None:
    """One write may take a part and report no error; only what is read back is there."""
    try:
        written = 0
        while written < len(content):
            count = os.write(descriptor, content[written:])
            if count == 0:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            written += count
        os.fsync(descriptor)
        if os.pread(descriptor, len(content), length) != content or os.fstat(descriptor).st_size != length + len(
            content
        ):
            raise OSError(errno.EIO, "what was written is not what is read back")
    except BaseException:
        os.ftruncate(descriptor, length)
        raise


def _end_of_whole_lines(descriptor: int) -> int:
    end = os.fstat(descriptor).st_size
    while end:
        begin = max(0, end - 65_536)
        found = os.pread(descriptor, end - begin, begin).rfind(b"\n")
        if found >= 0:
            return begin + found + 1
        end = begin
    return 0
