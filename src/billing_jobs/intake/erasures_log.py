"""`landing/erasures.jsonl`: one line a file that personal data was taken out of, written before the file changes;
without the data.

A line: at, path, rows, sha256_before, sha256; of a bank's file also `payments`, the id of the deposit on each line that
was redacted.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from billing_jobs import line_logs


def append_erasure(log: Path, record: dict[str, Any]) -> None:
    """Append a line and return when it is on disk."""
    line_logs.append(log, json.dumps(record, ensure_ascii=False).encode() + b"\n", cuts_torn=True)


def erased_lines(log: Path) -> dict[str, dict[int, str]]:
    """Per bank file the lines that were redacted, each with the id of its deposit."""
    found: dict[str, dict[int, str]] = {}
    for line in line_logs.whole_lines(log):
        record = json.loads(line)
        if "payments" in record:
            found.setdefault(record["path"], {}).update(
                {int(number): key for number, key in record["payments"].items()}
            )
    return found
