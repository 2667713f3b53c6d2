"""`landing/intake.jsonl`: one line a file when it was first seen, append-only, flushed to disk.

A line: path (below landing/), sha256, size, received_at; `refused` when a known path came again with other content; `removed` when a
catalog file is gone; `redacted` when personal data of a customer was taken out of a file that was received before, at the instant it was
first received. A last line that a crash tore is cut off before the next line is written: it was never acknowledged.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path


@dataclass(frozen=True)
class Receipt:
    """That a file was seen. `received_at` is an aware instant in UTC."""

    path: str
    sha256: str
    size: int
    received_at: datetime
    refused: str = ""
    removed: bool = False
    redacted: bool = False

    def to_line(self) -> str:
        values = {name: value for name, value in asdict(self).items() if value not in ("", False) or name in ("path", "sha256")}
        return json.dumps(values | {"received_at": self.received_at.isoformat()}, ensure_ascii=False) + "\n"


def read_receipts(log: Path) -> list[Receipt]:
    """All whole lines in order; a torn last line is not there."""
    if not log.exists():
        return []
    whole = log.read_bytes()
    whole = whole[: whole.rfind(b"\n") + 1]
    return [_parse(line) for line in whole.decode("utf-8").splitlines() if line.strip()]


def append_receipts(log: Path, receipts: Iterable[Receipt]) -> None:
    """Append the lines in one write and return when they are on disk."""
    lines = "".join(receipt.to_line() for receipt in receipts).encode()
    if not lines:
        return
    log.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(log, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        with os.fdopen(os.dup(descriptor), "rb") as stream:
            whole = stream.read().rfind(b"\n") + 1
        os.ftruncate(descriptor, whole)
        os.lseek(descriptor, whole, os.SEEK_SET)
        written = 0
        while written < len(lines):
            written += os.write(descriptor, lines[written:])
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _parse(line: str) -> Receipt:
    value = json.loads(line)
    return Receipt(
        path=value["path"],
        sha256=value["sha256"],
        size=value.get("size", 0),
        received_at=datetime.fromisoformat(value["received_at"]),
        refused=value.get("refused", ""),
        removed=value.get("removed", False),
        redacted=value.get("redacted", False),
    )
