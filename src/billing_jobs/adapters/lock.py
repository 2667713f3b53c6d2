"""One writer per home. The lock is the operating system's, so a killed run never leaves it behind."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from billing_jobs.engine_paths import cannot_lie_in
from billing_jobs.errors import HomeLocked, UsageError
from billing_jobs.settings import Home

_held: set[Path] = set()


@contextmanager
def hold(home: Home) -> Iterator[None]:
    """Hold the home's lock while the block runs; a job called by another job of the same process shares its lock.

    Raises UsageError for a home that lies where none can be, and HomeLocked, with the number of the process that holds
    it, at once: waiting is the scheduler's business.
    """
    hindrance = cannot_lie_in(home.root)
    if hindrance:
        raise UsageError(
            f"{home.root} cannot be a home: {hindrance}. Give the folder another name; nothing was changed."
        )
    path = home.lock_file.resolve()
    if path in _held:
        yield
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        _take(descriptor, path)
        _held.add(path)
        try:
            yield
        finally:
            _held.discard(path)
    finally:
        os.close(descriptor)


def _take(descriptor: int, path: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.pread(descriptor, 32, 0).decode(errors="replace").strip() or "unknown"
        raise HomeLocked(
            f"Process {holder} is working in {path.parent}. Wait until it ends, or stop it; nothing was changed."
        ) from None
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
