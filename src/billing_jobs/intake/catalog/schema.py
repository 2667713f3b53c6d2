"""The JSON Schema of the catalog (draft 2020-12).

Some words are put in when it is read: where it says `x-seed`, the rows of that seed; where it says `x-formats`, the
formats of files that there are readers for.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from billing_jobs import seeds
from billing_jobs.formats.bank_formats import BANK_FORMATS
from billing_jobs.intake.profiles import USAGE_FORMATS

FILE = Path(__file__).with_name("catalog.schema.json")


@cache
def schema() -> dict[str, Any]:
    """The whole schema with the words of the seeds. It is shared: do not change it."""
    read: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    _fill(read)
    return read


def _fill(part: Any) -> None:
    if isinstance(part, dict):
        if "x-seed" in part:
            part["enum"] = list(seeds.names(*part["x-seed"]))
        if "x-formats" in part:
            part["enum"] = [*USAGE_FORMATS, *BANK_FORMATS]
        for inner in part.values():
            _fill(inner)
    elif isinstance(part, list):
        for inner in part:
            _fill(inner)
