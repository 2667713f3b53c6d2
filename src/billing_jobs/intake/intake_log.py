"""`landing/intake.jsonl`: one line a file when it was first seen, append-only, flushed to disk.

A line: path (below landing/), sha256, size, received_at; `refused` when a known path came again with other content;
`removed` when a catalog file is gone, or another before it was loaded; `withdrawn` when a person took a file back, with
who (`decided_by`) and why (`reason`), at the moment of that decision; `redacted` when personal data of a customer was
taken out of a file that was received before, at the instant it was first received. A last line that a crash tore is cut
off before the next line is written: it was never acknowledged.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from billing_jobs import line_logs


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
    withdrawn: bool = False
    decided_by: str = ""
    reason: str = ""

    def to_line(self) -> str:
        values = {
            name: value
            for name, value in asdict(self).items()
            if value not in ("", False) or name in ("path", "sha256")
        }
        return json.dumps(values | {"received_at": self.received_at.isoformat()}, ensure_ascii=False) + "\n"


def read_receipts(log: Path) -> list[Receipt]:
    """All whole lines in order; a torn last line is not there."""
    return [_parse(line) for line in line_logs.whole_lines(log)]


def append_receipts(log: Path, receipts: Iterable[Receipt]) -> None:
    """Append the lines, all or none, and return when they are on disk."""
    lines = "".join(receipt.to_line() for receipt in receipts).encode()
    if lines:
        line_logs.append(log, lines, cuts_torn=True)


def _parse(line: bytes) -> Receipt:
    value = json.loads(line)
    return Receipt(
        path=value["path"],
        sha256=value["sha256"],
        size=value.get("size", 0),
        received_at=datetime.fromisoformat(value["received_at"]),
        refused=value.get("refused", ""),
        removed=value.get("removed", False),
        redacted=value.get("redacted", False),
        withdrawn=value.get("withdrawn", False),
        decided_by=value.get("decided_by", ""),
        reason=value.get("reason", ""),
    )
