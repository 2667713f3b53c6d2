"""Who runs on this machine, of which family, and on what they listen, as Linux tells in /proc (proc(5))."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path


def working_in(folder: Path) -> set[int]:
    """Who was started in the folder or works in it, whoever its parents were."""
    found = set()
    for place in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if (place / "cwd").readlink().is_relative_to(folder):
                found.add(int(place.name))
    return found - {os.getpid()}


def family(process: int) -> set[int]:
    """The process, what it started, what that started, and whatever is of a session of one of these."""
    parents, sessions = {}, {}
    for place in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            _state, parent, _group, session, *_ = (place / "stat").read_text().rpartition(")")[2].split()
            parents[int(place.name)], sessions[int(place.name)] = int(parent), int(session)
    found = {process}
    while more := {one for one, parent in parents.items() if parent in found or sessions[one] in found} - found:
        found |= more
    return found & set(parents)


def everybody() -> set[int]:
    """Who runs; who has ended and only waits for a parent to take note of it does not."""
    found = set()
    for place in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if (place / "stat").read_text().rpartition(")")[2].split()[0] != "Z":
                found.add(int(place.name))
    return found


def listening(processes: set[int]) -> set[tuple[str, int]]:
    """(address, port) of every TCP socket on which they wait for connections (proc(5): state 0A)."""
    inodes = set()
    for process in processes:
        for handle in Path(f"/proc/{process}/fd").glob("*"):
            with contextlib.suppress(OSError):
                inodes.add(str(handle.readlink()).removeprefix("socket:[").removesuffix("]"))
    found = set()
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            columns = line.split()
            if columns[3] == "0A" and columns[9] in inodes:
                host, _, port = columns[1].partition(":")
                found.add((host, int(port, 16)))
    return found
