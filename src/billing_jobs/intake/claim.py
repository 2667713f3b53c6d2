"""Claiming: which files in `landing/` are new, written into the intake log before anything reads them."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from billing_jobs.intake.intake_log import Receipt, append_receipts, read_receipts
from billing_jobs.records import Run
from billing_jobs.settings import Home

CATALOG = "catalog/"
VERSIONS = "catalog/.versions"
LOGS = ("intake.jsonl", "erasures.jsonl")
FILE_CHANGED = "file_changed"
# Beside the lake and rebuildable: spares hashing a file whose size and time of change are as they were.
_SEEN = ".seen.json"

Seen = dict[str, tuple[int, int, str]]


@dataclass(frozen=True)
class Found:
    """A file as it lies in landing/ now."""

    path: str
    sha256: str
    size: int


def find_files(home: Home) -> list[Found]:
    """Every file to be taken in, by name. Names that begin with `.` or end in `.part` are somebody's unfinished business."""
    seen = _read_seen(home)
    now: Seen = {}
    for name, path in sorted(_walk(home.landing)):
        status = path.stat()
        known = seen.get(name)
        fresh = known is None or (known[0], known[1]) != (status.st_size, status.st_mtime_ns)
        now[name] = (status.st_size, status.st_mtime_ns, _sha256_of(path) if known is None or fresh else known[2])
    if now != seen:
        _write_seen(home, now)
    return [Found(name, sha256, size) for name, (size, _, sha256) in now.items()]


def claim_new_files(home: Home, run: Run, found: list[Found]) -> list[Receipt]:
    """Log what is new, received now; keep each version of a catalog file. Returns the new receipts, refused ones among them."""
    receipts = read_receipts(home.intake_log)
    known = {receipt.path: receipt for receipt in receipts if not receipt.refused}
    told = {(receipt.path, receipt.sha256) for receipt in receipts}
    new: list[Receipt] = []
    for file in found:
        before = known.get(file.path)
        if before is not None and before.sha256 == file.sha256 and not before.removed:
            continue
        if file.path.startswith(CATALOG):
            keep_version(home, file)
            new.append(Receipt(file.path, file.sha256, file.size, run.now))
        elif before is None:
            new.append(Receipt(file.path, file.sha256, file.size, run.now))
        elif (file.path, file.sha256) not in told:
            new.append(Receipt(file.path, file.sha256, file.size, run.now, refused=FILE_CHANGED))
    there = {file.path for file in found}
    gone = [path for path, receipt in known.items() if path.startswith(CATALOG) and path not in there and not receipt.removed]
    new += [Receipt(path, "", 0, run.now, removed=True) for path in gone]
    append_receipts(home.intake_log, new)
    return new


def keep_version(home: Home, file: Found) -> None:
    """A copy of the catalog file under its hash, on disk before its receipt is written."""
    kept = home.landing / VERSIONS / f"{file.sha256}.yml"
    if kept.exists():
        return
    kept.parent.mkdir(parents=True, exist_ok=True)
    temporary = kept.with_name(f".{kept.name}.part")
    shutil.copyfile(home.landing / file.path, temporary)
    with temporary.open("rb") as stream:
        os.fsync(stream.fileno())
    temporary.replace(kept)


def _walk(landing: Path) -> Iterator[tuple[str, Path]]:
    for folder, folders, files in os.walk(landing):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in files:
            path = Path(folder) / name
            if not name.startswith(".") and not name.endswith(".part") and not (Path(folder) == landing and name in LOGS):
                yield path.relative_to(landing).as_posix(), path


def _sha256_of(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _read_seen(home: Home) -> Seen:
    try:
        return {name: tuple(values) for name, values in json.loads((home.lake / _SEEN).read_text(encoding="utf-8")).items()}
    except (FileNotFoundError, ValueError):
        return {}


def _write_seen(home: Home, seen: Seen) -> None:
    home.lake.mkdir(parents=True, exist_ok=True)
    temporary = home.lake / f"{_SEEN}.part"
    temporary.write_text(json.dumps(seen, ensure_ascii=False), encoding="utf-8")
    temporary.replace(home.lake / _SEEN)
