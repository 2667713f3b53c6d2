"""What lies in `landing/` now: regular files with a name that is text.

Everything else is named and left alone; nothing is followed.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from billing_jobs.intake.keeping.regular_files import (
    BEING_WRITTEN,
    NotRegular,
    open_regular,
    refuse_what_is_not_regular,
)

LOGS = ("intake.jsonl", "erasures.jsonl")
# Beside the lake and rebuildable: spares hashing a file whose size and time of change are as they were.
_SEEN = ".seen.json"

Seen = dict[str, tuple[int, int, str]]


@dataclass(frozen=True)
class Found:
    """A file as it lies in landing/ now."""

    path: str
    sha256: str
    size: int


@dataclass
class Landing:
    """The files to be taken in, by name, and a sentence for everything that is left alone."""

    files: list[Found] = field(default_factory=list)
    left_alone: list[str] = field(default_factory=list)

    def leave(self, name: str, why: str) -> None:
        shown = os.fsencode(name).decode("utf-8", errors="backslashreplace")
        self.left_alone.append(f"landing/{shown} is left alone: {why}")


def find_files(landing: Path, *, lake: Path) -> list[Found]:
    """Every file to be taken in, by name.

    Names that begin with `.` or end in `.part` are somebody's unfinished business.
    """
    return look_around(landing, lake=lake).files


def look_around(landing: Path, *, lake: Path) -> Landing:
    """The same, and what was left alone. `lake` keeps what is known of files that are as they were."""
    found = Landing()
    seen = _read_seen(lake)
    now: Seen = {}
    for name, path in sorted(_walk(landing, found)):
        try:
            now[name] = _looked_at(path, seen.get(name))
        except FileNotFoundError:
            continue  # taken away meanwhile
        except (_BeingWritten, NotRegular) as reason:
            found.leave(name, str(reason))
        except OSError as error:
            found.leave(name, f"it cannot be read ({error.strerror})")
    if now != seen:
        _write_seen(lake, now)
    found.files = [Found(name, sha256, size) for name, (size, _, sha256) in now.items()]
    return found


class _BeingWritten(Exception):
    """The file changed while it was looked at."""


def _looked_at(path: Path, known: tuple[int, int, str] | None) -> tuple[int, int, str]:
    status = path.lstat()
    refuse_what_is_not_regular(status.st_mode)
    if known is not None and (known[0], known[1]) == (status.st_size, status.st_mtime_ns):
        return known
    sha256 = _sha256_of(path)
    after = path.lstat()
    if (after.st_size, after.st_mtime_ns) != (status.st_size, status.st_mtime_ns):
        raise _BeingWritten(BEING_WRITTEN)
    return status.st_size, status.st_mtime_ns, sha256


def _walk(landing: Path, found: Landing) -> Iterator[tuple[str, Path]]:
    def unreadable(error: OSError) -> None:
        found.leave(os.path.relpath(error.filename, landing), f"it cannot be read ({error.strerror})")

    for folder, folders, files in os.walk(landing, onerror=unreadable):
        folders[:] = [name for name in folders if not name.startswith(".")]
        linked = [name for name in folders if os.path.islink(os.path.join(folder, name))]  # noqa: PTH114, PTH118 - a name may be no text
        for name in (*files, *linked):
            path = Path(folder) / name
            relative = path.relative_to(landing).as_posix()
            if name.startswith(".") or name.endswith(".part") or (Path(folder) == landing and name in LOGS):
                continue
            if not _is_text(relative):
                found.leave(relative, "its name is no UTF-8; deliver it under a name that is")
            else:
                yield relative, path


def _is_text(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _sha256_of(path: Path) -> str:
    with open_regular(path) as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _read_seen(lake: Path) -> Seen:
    try:
        return {name: tuple(values) for name, values in json.loads((lake / _SEEN).read_text(encoding="utf-8")).items()}
    except (FileNotFoundError, ValueError):
        return {}


def _write_seen(lake: Path, seen: Seen) -> None:
    lake.mkdir(parents=True, exist_ok=True)
    temporary = lake / f"{_SEEN}.part"
    temporary.write_text(json.dumps(seen, ensure_ascii=False), encoding="utf-8")
    temporary.replace(lake / _SEEN)
