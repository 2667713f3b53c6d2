"""A file of JSON lines that only grows: each record is on disk before `append` returns.

A crash may tear the last line; the torn piece stays where it is and readers pass over it, because an append-only file is never repaired.
"""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

from billing_jobs.adapters.files import fsync_folder


def append(path: Path, record: dict[str, Any]) -> None:
    """Add one record and wait until it is on disk. A piece that a crash left at the end is closed off first."""
    line = json.dumps(record, ensure_ascii=False, sort_keys=True, default=str).encode() + b"\n"
    is_new = not path.exists()
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
    try:
        size = os.fstat(descriptor).st_size
        is_torn = size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"
        os.write(descriptor, b"\n" + line if is_torn else line)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    if is_new:
        fsync_folder(path.parent)


def read(path: Path) -> list[dict[str, Any]]:
    """Every whole record, in the order written."""
    return [record for _, record in _numbered(path) if record is not None]


def torn_lines(path: Path) -> list[int]:
    """The line numbers (from 1) of pieces that a crash left behind."""
    return [number for number, record in _numbered(path) if record is None]


def state(path: Path, length: int | None = None) -> dict[str, Any]:
    """Length and sha256 of the first `length` bytes (of all of them by default), as a manifest records them."""
    content = path.read_bytes() if path.exists() else b""
    kept = content if length is None else content[:length]
    return {"length": len(kept), "sha256": hashlib.sha256(kept).hexdigest()}


def _numbered(path: Path) -> list[tuple[int, dict[str, Any] | None]]:
    lines = path.read_bytes().split(b"\n") if path.exists() else []
    return [(number, _record(line)) for number, line in enumerate(lines, start=1) if line]


def _record(line: bytes) -> dict[str, Any] | None:
    try:
        record = json.loads(line)
    except ValueError:
        return None
    return record if isinstance(record, dict) else None
