"""Python's garbage collector beside packages of half a million objects: its walks over them cost more than they ever
give back."""

from __future__ import annotations

import atexit
import functools
import gc
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import NoReturn


@contextmanager
def unhurried_collector() -> Iterator[None]:
    """Let the garbage collector rest while the block runs: a build makes few cycles and ends soon."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def leave_out_what_stays() -> None:
    """Keep what is loaded by now out of the collector's walks: packages and projects that a process holds until it
    ends.

    What is unreachable already when this is called is never freed. When the interpreter ends it sees everything again.
    """
    gc.freeze()
    _undo_at_the_end()


@functools.cache
def _undo_at_the_end() -> None:
    atexit.register(gc.unfreeze)


def end_process(code: int) -> NoReturn:
    """End now, with all that was registered for the end done and all output written, but without freeing what the
    process holds.

    With dbt's project and Airflow in memory the interpreter took up to 14 s to take itself apart.
    """
    atexit._run_exitfuncs()
    with suppress(BrokenPipeError):  # the reader of a pipe may have had enough
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code)
