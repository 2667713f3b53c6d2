"""Small tables as delivered files: rows of text, written the same way every time."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

Row = Mapping[str, Any]


def write_csv(path: Path, rows: Iterable[Row], *, columns: list[str] | None = None, encoding: str = "utf-8") -> None:
    """One CSV file with a header; an absent value is an empty field. Nothing is written when there are no rows."""
    listed = list(rows)
    if not listed:
        return
    text = io.StringIO()
    writer = csv.DictWriter(text, columns or list(listed[0]), lineterminator="\r\n", restval="")
    writer.writeheader()
    writer.writerows({name: "" if value is None else value for name, value in row.items()} for row in listed)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.getvalue().encode(encoding))
