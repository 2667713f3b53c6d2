"""Faults of the machine, put into one process: killed, disk full, a broken disk, half a write, at the n-th of the
process's own acts on a folder (a file opened for writing, a write, a flush, a rename, a removal)."""

from __future__ import annotations

import errno
import os
import resource
import signal
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
# What Python's own files, renames and removals are called by the interpreter before they happen.
ACTS = {"open", "os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.truncate", "os.link", "os.symlink"}


@dataclass(frozen=True)
class Fault:
    """What goes wrong, and when.

    kind: `kill` (SIGKILL), `moment` (killed `at` milliseconds after the beginning, in the middle of whatever it does),
    `full` (ENOSPC, and everything after it as well: the disk stays full), `once` (ENOSPC, then there is room again),
    `broken` (EIO once), `short` (half of a write, then full), `limit` (no file may grow beyond `at` bytes, which also
    stops what the engine writes), `none` (the acts are only counted).
    at: the number of the act, from 1; bytes for `limit`; milliseconds for `moment`.
    """

    kind: str
    at: int = 0

    def __str__(self) -> str:
        return f"{self.kind} at {self.at}"


KINDS = ("kill", "full", "once", "broken", "short")


class Saboteur:
    """Counts the acts below `root` in this process and lets the fault happen; never taken out again, so only for a
    process that ends with it."""

    def __init__(self, fault: Fault, root: Path) -> None:
        self.fault, self.root, self.acts, self.hit = fault, str(root.resolve()), 0, False
        self._write, self._fsync = os.write, os.fsync

    def begin(self) -> None:
        """From here on every act counts."""
        if self.fault.kind == "limit":
            self.hit = True
            resource.setrlimit(resource.RLIMIT_FSIZE, (self.fault.at, resource.RLIM_INFINITY))
        if self.fault.kind == "moment":
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
            signal.setitimer(signal.ITIMER_REAL, self.fault.at / 1000)
        sys.addaudithook(self._heard)
        os.write, os.fsync = self._written, self._flushed  # type: ignore[assignment]

    def _heard(self, event: str, details: tuple[Any, ...]) -> None:
        if event not in ACTS or (event == "open" and not _is_for_writing(details)):
            return
        if any(self._is_below(path) for path in details[:2] if isinstance(path, (str, bytes, os.PathLike))):
            self._act()

    def _written(self, descriptor: int, content: Any) -> int:
        if self._is_ours(descriptor):
            self.acts += 1
            if self._is_due() and self.fault.kind == "short":
                self.hit = True
                return self._write(descriptor, bytes(content)[: max(1, len(content) // 2)])
            self._strike()
        return self._write(descriptor, content)

    def _flushed(self, descriptor: int) -> None:
        if self._is_ours(descriptor):
            self._act()
        self._fsync(descriptor)

    def _act(self) -> None:
        self.acts += 1
        self._strike()

    def _is_due(self) -> bool:
        if self.fault.kind in ("full", "short") and self.hit:
            return self.acts > self.fault.at
        return self.acts == self.fault.at

    def _strike(self) -> None:
        if self.fault.kind in ("none", "limit", "moment") or not self._is_due():
            return
        self.hit = True
        if self.fault.kind == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        _fail(errno.EIO if self.fault.kind == "broken" else errno.ENOSPC)

    def _is_ours(self, descriptor: int) -> bool:
        try:
            return self._is_below(Path(f"/proc/self/fd/{descriptor}").readlink())
        except OSError:
            return False

    def _is_below(self, path: Any) -> bool:
        return os.path.abspath(os.fsdecode(path)).startswith(self.root + os.sep)  # noqa: PTH100  links are not followed


def _is_for_writing(details: tuple[Any, ...]) -> bool:
    _path, mode, flags = details
    return any(letter in "wax+" for letter in mode) if isinstance(mode, str) else bool((flags or 0) & WRITING)


def _fail(number: int) -> NoReturn:
    raise OSError(number, os.strerror(number))
