"""Faults of the machine, put into one process: killed, disk full, a broken disk, half a write, at the n-th of the
process's own acts on a folder (a file opened for writing, a write, a flush, a rename, a removal, room that is kept)."""

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
# They need no room, so a full disk lets them pass.
REMOVALS = {"os.remove", "os.rmdir", "os.truncate"}
FULL = ("full", "once", "short")
LOG = ".jsonl"


@dataclass(frozen=True)
class Fault:
    """What goes wrong, and when.

    kind: `kill` (SIGKILL), `moment` (killed `at` milliseconds after the beginning, in the middle of whatever it does),
    `full` (ENOSPC, and everything after it as well: the disk stays full), `once` (ENOSPC, then there is room again),
    `broken` (EIO once), `short` (half of a write, then full), `torn` (half of a write, then killed), `limit` (no file
    may grow beyond `at` bytes, which also stops what the engine writes), `worker` (the process that renders is killed
    at the `at`-th document), `none` (the acts are only told).
    at: the number of the act, from 1; bytes for `limit`; milliseconds for `moment`.
    """

    kind: str
    at: int = 0

    def __str__(self) -> str:
        return f"{self.kind} at {self.at}"


KINDS = ("kill", "full", "once", "broken", "short", "torn")


class Saboteur:
    """Tells the acts below `root` (a home and what lies beside it) in this process and lets the fault happen; never
    taken out again, so only for a process that ends with it."""

    def __init__(self, fault: Fault, root: Path) -> None:
        self.fault, self.root, self.hit = fault, str(root.resolve()), False
        self.acts: list[str] = []  # where (a log, ledger, lake, ...) and what (open, write, fsync, rename, ...)
        self._write, self._fsync, self._room = os.write, os.fsync, getattr(os, "posix_fallocate", None)

    def begin(self) -> None:
        """From here on every act counts."""
        if self.fault.kind == "limit":
            self.hit = True
            resource.setrlimit(resource.RLIMIT_FSIZE, (self.fault.at, resource.RLIM_INFINITY))
        if self.fault.kind == "moment":
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
            signal.setitimer(signal.ITIMER_REAL, self.fault.at / 1000)
        if self.fault.kind == "worker":
            self._end_a_worker()
        sys.addaudithook(self._heard)
        os.write, os.fsync = self._written, self._flushed  # type: ignore[assignment]
        if self._room:
            os.posix_fallocate = self._kept

    def _heard(self, event: str, details: tuple[Any, ...]) -> None:
        if event not in ACTS or (event == "open" and not _is_for_writing(details)):
            return
        paths = [path for path in details[:2] if isinstance(path, (str, bytes, os.PathLike)) and self._is_below(path)]
        if paths:
            self._act(paths[0], event.removeprefix("os."), needs_room=event not in REMOVALS)

    def _written(self, descriptor: int, content: Any) -> int:
        if path := self._path_of(descriptor):
            is_torn = self.fault.kind in ("short", "torn") and len(self.acts) + 1 == self.fault.at
            if is_torn:
                self._tell(path, "write")
                self.hit = True
                count = self._write(descriptor, bytes(content)[: max(1, len(content) // 2)])
                if self.fault.kind == "torn":
                    os.kill(os.getpid(), signal.SIGKILL)
                return count
            self._act(path, "write")
        return self._write(descriptor, content)

    def _flushed(self, descriptor: int) -> None:
        if path := self._path_of(descriptor):
            self._act(path, "fsync")
        self._fsync(descriptor)

    def _kept(self, descriptor: int, offset: int, length: int) -> None:
        if path := self._path_of(descriptor):
            self._act(path, "room")
        assert self._room
        self._room(descriptor, offset, length)

    def _act(self, path: Any, what: str, *, needs_room: bool = True) -> None:
        self._tell(path, what)
        if self.fault.kind not in KINDS or not self._is_due() or (self.fault.kind in FULL and not needs_room):
            return
        self.hit = True
        if self.fault.kind in ("kill", "torn"):
            os.kill(os.getpid(), signal.SIGKILL)
        _fail(errno.EIO if self.fault.kind == "broken" else errno.ENOSPC)

    def _tell(self, path: Any, what: str) -> None:
        parts = Path(os.path.abspath(os.fsdecode(path))).relative_to(self.root).parts  # noqa: PTH100
        inside = parts[1:] if parts[0] == "home" else parts
        is_log = parts[-1].endswith(LOG)
        self.acts.append(f"{parts[-1] if is_log else inside[0] if len(inside) > 1 else 'home'} {what}")

    def _is_due(self) -> bool:
        if self.fault.kind in ("full", "short"):
            return len(self.acts) >= self.fault.at
        return len(self.acts) == self.fault.at

    def _path_of(self, descriptor: int) -> Path | None:
        try:
            path = Path(f"/proc/self/fd/{descriptor}").readlink()
        except OSError:
            return None
        return path if self._is_below(path) else None

    def _is_below(self, path: Any) -> bool:
        return os.path.abspath(os.fsdecode(path)).startswith(self.root + os.sep)  # noqa: PTH100  links are not followed

    def _end_a_worker(self) -> None:
        from billing_jobs.documents import pool

        asked, ask = [0], pool._Worker._ask

        def ask_and_end(worker: Any, line: bytes) -> tuple[bytes, bool]:
            asked[0] += bool(line)
            if line and asked[0] == self.fault.at:
                self.hit = True
                worker._process.kill()
            return ask(worker, line)

        pool._Worker._ask = ask_and_end


def _is_for_writing(details: tuple[Any, ...]) -> bool:
    _path, mode, flags = details
    return any(letter in "wax+" for letter in mode) if isinstance(mode, str) else bool((flags or 0) & WRITING)


def _fail(number: int) -> NoReturn:
    raise OSError(number, os.strerror(number))
