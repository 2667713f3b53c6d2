"""A file of JSON lines that only grows: each record is on disk, whole, before `append` returns.

A crash may tear the last line; the torn piece stays where it is and readers pass over it, because manifests hash the
file as it stood.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from billing_jobs import line_logs


def append(path: Path, *records: dict[str, Any]) -> None:
    """Add records, all or none, and wait until they are on disk.

    Raises OSError when they cannot be written whole; then nothing of them is there.
    """
    line_logs.append(
        path,
        b"".join(
            json.dumps(record, ensure_ascii=False, sort_keys=True, default=str).encode() + b"\n" for record in records
        ),
    )


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
