"""`landing/intake.jsonl`: one line a file when it was first seen, append-only, flushed to disk.

A line: path (below landing/), sha256, size, received_at; `refused` when a known path came again with other content;
`removed` when a catalog file is gone, or another before it was loaded; `withdrawn` when a person took a file back, with
who (`decided_by`) and why (`reason`), at the moment of that decision; `redacted` when personal data of a customer was
taken out of a file that was received before, at the instant it was first received. A last line that a crash tore is cut
off before the next line is written: it was never acknowledged.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

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
    """Append the lines, all or none, and return when they are on disk. The first of them has the hash of all whole
    lines before it (`log_before`)."""
    lines = [receipt.to_line() for receipt in receipts]
    if lines:
        first = json.loads(lines[0]) | {"log_before": log_state(log).sha256}
        lines[0] = json.dumps(first, ensure_ascii=False) + "\n"
        line_logs.append(log, "".join(lines).encode(), cuts_torn=True)


class LogState(NamedTuple):
    """How far a log has grown: the bytes of its whole lines and their hash. What was added later leaves both true."""

    bytes: int
    sha256: str


def log_state(log: Path) -> LogState:
    """The state of `intake.jsonl`, or of `erasures.jsonl`, to be recorded where it cannot be edited with the log."""
    content = _whole(log)
    return LogState(len(content), hashlib.sha256(content).hexdigest())


def has_grown_from(log: Path, state: LogState) -> bool:
    """Whether the log still begins with the lines that a recorded state tells of."""
    content = _whole(log)[: state.bytes]
    return len(content) == state.bytes and hashlib.sha256(content).hexdigest() == state.sha256


def first_edited_line(log: Path) -> int | None:
    """The number of the first line by which it shows that one before it was edited, added or cut out, or that is no
    line of ours; None if all fits."""
    digest = hashlib.sha256()
    for number, line in enumerate(_whole(log).split(b"\n")[:-1], start=1):
        try:
            value = json.loads(line)
            _parse(line)
        except (ValueError, KeyError, TypeError):
            return number
        if value.get("log_before", digest.hexdigest()) != digest.hexdigest():
            return number
        digest.update(line + b"\n")
    return None


def _whole(log: Path) -> bytes:
    content = log.read_bytes() if log.exists() else b""
    return content[: content.rfind(b"\n") + 1]


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
