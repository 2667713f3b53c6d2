"""A function in a process of its own that may be killed: what it returned, or how it ended."""

from __future__ import annotations

import os
import pickle
import resource
import signal
import tempfile
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Outcome:
    """value: what the function returned; error: how it failed, empty when it did not; killed: by a signal."""

    value: Any = None
    error: str = ""
    killed: bool = False

    @property
    def is_done(self) -> bool:
        return not self.error and not self.killed


def apart(function: Callable[..., Any], *arguments: Any, seconds: float = 480) -> Outcome:
    """Run the function in a fork. After `seconds` it is killed, and the outcome says that it hung."""
    return together((function, *arguments), seconds=seconds)[0]


def together(*calls: tuple[Any, ...], seconds: float = 480) -> list[Outcome]:
    """Run several calls (a function and its arguments) at once, each in a fork of its own."""
    with tempfile.TemporaryDirectory() as folder:
        places = [Path(folder) / str(number) for number in range(len(calls))]
        children = []
        for (function, *arguments), place in zip(calls, places, strict=True):
            child = os.fork()
            if child == 0:
                _run(function, tuple(arguments), place)
            children.append(child)
        until = time.monotonic() + seconds
        return [_outcome(child, place, until) for child, place in zip(children, places, strict=True)]


def _outcome(child: int, place: Path, until: float) -> Outcome:
    status, hung = _wait(child, until)
    if hung:
        return Outcome(error="hung")
    if os.WIFSIGNALED(status):
        return Outcome(killed=True)
    outcome: Outcome = pickle.loads(place.read_bytes())
    return outcome


def _run(function: Callable[..., Any], arguments: tuple[Any, ...], place: Path) -> None:
    try:
        with Path(os.devnull).open("wb") as nothing:
            os.dup2(nothing.fileno(), 1)
            os.dup2(nothing.fileno(), 2)
        outcome = Outcome(function(*arguments))
    except BaseException as fault:  # whatever it is, the process outside is to know
        outcome = Outcome(error="".join(traceback.format_exception_only(fault)).strip() or type(fault).__name__)
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    place.write_bytes(pickle.dumps(outcome))
    os._exit(0)


def _wait(child: int, until: float) -> tuple[int, bool]:
    while time.monotonic() < until:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return status, False
        time.sleep(0.01)
    os.kill(child, signal.SIGKILL)
    return os.waitpid(child, 0)[1], True
