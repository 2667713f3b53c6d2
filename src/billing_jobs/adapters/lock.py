"""One writer per home. The lock is the operating system's, so a killed run never leaves it behind.

Who comes second waits as long as its caller says, and says for whom: a decision of milliseconds costs nobody a night.
"""

from __future__ import annotations

import fcntl
import logging
import math
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from billing_jobs.adapters.permissions import private
from billing_jobs.engine_paths import cannot_lie_in
from billing_jobs.errors import HomeLocked, UsageError
from billing_jobs.settings import Home

log = logging.getLogger("billing")
LOOKS_EVERY_SECONDS = 0.1
SAYS_SO_EVERY_SECONDS = 60
_held: set[Path] = set()


@contextmanager
def hold(home: Home, *, wait_seconds: float = 0) -> Iterator[bool]:
    """Hold the home's lock while the block runs; a job called by another job of the same process shares its lock.

    wait_seconds: how long another process is waited for, `math.inf` for as long as it takes. Gives whether there was
    one: then what was read before may be out of date. What the block writes is its owner's alone (`permissions.py`).
    Raises UsageError for a home that lies where none can be, and
    HomeLocked, with the number of the process that holds the lock, when the time is over.
    """
    hindrance = cannot_lie_in(home.root)
    if hindrance:
        raise UsageError(
            f"{home.root} cannot be a home: {hindrance}. Give the folder another name; nothing was changed."
        )
    path = home.lock_file.resolve()
    if path in _held:
        yield False
        return
    with private(home):
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            had_to_wait = _take(descriptor, path, wait_seconds)
            _held.add(path)
            try:
                yield had_to_wait
            finally:
                _held.discard(path)
        finally:
            os.close(descriptor)


def _take(descriptor: int, path: Path, wait_seconds: float) -> bool:
    begun, said, is_free = time.monotonic(), -math.inf, _try(descriptor)
    had_to_wait = not is_free
    while not is_free:
        waited = time.monotonic() - begun
        if waited >= wait_seconds:
            raise HomeLocked(
                f"Process {_holder(descriptor)} is working in {path.parent}. Wait until it ends, or stop it; nothing "
                f"was changed (waited {waited:.0f} seconds)."
            )
        if waited - said >= SAYS_SO_EVERY_SECONDS:
            said = waited
            limit = "as long as it takes" if wait_seconds == math.inf else f"up to {wait_seconds:g} seconds"
            log.warning("Process %s is working in %s: waiting for it, %s.", _holder(descriptor), path.parent, limit)
        time.sleep(min(LOOKS_EVERY_SECONDS, max(wait_seconds - waited, 0.001)))
        is_free = _try(descriptor)
    with suppress(OSError):  # on a full disk nobody is told who holds it; it is held all the same
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
    return had_to_wait


def _try(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _holder(descriptor: int) -> str:
    return os.pread(descriptor, 32, 0).decode(errors="replace").strip() or "unknown"
