"""What is kept of a ledger that held: for each commit the hash of its manifest, and of each of its files how it looks
in the file system. One file of the home, `.proven.json`, hashed; whatever is wrong with it, it counts as not there.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from billing_jobs.settings import Home

# Name of a file (`.` is the folder itself) -> size, time of its change, of the change of its entry, its number.
Marks = dict[str, list[int]]


@dataclass(frozen=True)
class Fitting:
    """A commit that fitted when it was read."""

    manifest: str
    marks: Marks

    def sizes(self) -> list[int]:
        return [mark[0] for name, mark in self.marks.items() if name != "."]


@dataclass
class Proven:
    """What was found to fit, the newest state of each log that a manifest records, and whose turn to be read it is."""

    commits: dict[int, Fitting] = field(default_factory=dict)
    logs: dict[str, tuple[int, str]] = field(default_factory=dict)
    next_to_read: int = 1

    def add(self, sequence: int, manifest_hash: str, marks: Marks, manifest: dict[str, Any]) -> None:
        """Take in a commit that was read."""
        self.commits[sequence] = Fitting(manifest_hash, marks)
        for name in ("sending", "papers", "seals"):
            if state := manifest.get(name):
                self.logs[name] = max(self.logs.get(name, (0, "")), (state["length"], state["sha256"]))

    def with_logs_of(self, before: Proven) -> Proven:
        """The same, with the state of logs that were read before, where that is newer."""
        for name, state in before.logs.items():
            self.logs[name] = max(self.logs.get(name, (0, "")), state)
        return self


def marks_of(folder: Path) -> Marks:
    """How a commit's folder and its files look now."""
    return {".": _mark(folder)[1:]} | {path.name: _mark(path) for path in sorted(folder.iterdir())}


def looks_the_same(root: str, sequence: int, known: Fitting) -> bool:
    """Whether the folder and each of its files are, to the file system, those that were read."""
    folder = f"{root}/{sequence:06d}"  # ten thousand files a night: no Path for each
    try:
        return all(
            (_mark(folder)[1:] if name == "." else _mark(f"{folder}/{name}")) == mark
            for name, mark in known.marks.items()
        )
    except OSError:
        return False


def _mark(path: Path | str) -> list[int]:
    status = os.lstat(path)
    return [status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino]


def read(home: Home) -> Proven:
    """What was kept; nothing where there is no such file, or it is not as it was written."""
    try:
        sha256, _, content = home.proven.read_text(encoding="utf-8").partition("\n")
        if hashlib.sha256(content.encode()).hexdigest() != sha256:
            return Proven()
        found = json.loads(content)
        return Proven(
            {int(number): Fitting(manifest, marks) for number, (manifest, marks) in found["commits"].items()},
            {name: (length, digest) for name, (length, digest) in found["logs"].items()},
            found["next_to_read"],
        )
    except (OSError, ValueError, KeyError, TypeError):
        return Proven()


def write(home: Home, before: Proven, found: Proven) -> None:
    """Keep what was found to fit, where it says anything new."""
    if found.with_logs_of(before) == before:
        return
    content = json.dumps(
        {
            "commits": {number: [fitting.manifest, fitting.marks] for number, fitting in found.commits.items()},
            "logs": found.logs,
            "next_to_read": found.next_to_read,
        }
    )
    keep_file(home.proven, f"{hashlib.sha256(content.encode()).hexdigest()}\n{content}")


def keep_file(path: Path, content: str) -> None:
    """Write what may be lost, but not be half: without waiting for the disk."""
    temporary = path.with_name(f"{path.name}.{os.getpid()}.part")
    temporary.write_text(content, encoding="utf-8")
    temporary.replace(path)
