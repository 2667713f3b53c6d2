"""List what was refused and has not come again: each row with its file, line, reason and what stands there."""

from __future__ import annotations

from typing import Any

from billing_jobs.adapters.language import language_of
from billing_jobs.adapters.published import refusals
from billing_jobs.records import Run
from billing_jobs.settings import Home


def rejects(home: Home, run: Run, *, file_name: str = "", shows_all: bool = False) -> dict[str, Any]:
    """The refused rows of one file (its path below landing/) or of all; those that have come again since only where a
    file is named or all are asked for. For a person at a shell: what was found may be personal. Changes nothing."""
    name = file_name.removeprefix("landing/")
    found = [row for row in refusals.refused(home) if name in ("", row["file_name"])]
    shown = found if name or shows_all else [row for row in found if not row["is_settled"]]
    return {
        "kind": "rejects",
        "language": language_of(home),
        "file_name": name,
        "rows": [{column: row.get(column) for column in refusals.SHOWN} for row in shown],
        "left_out": len(found) - len(shown),
    }
