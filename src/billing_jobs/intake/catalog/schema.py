"""The JSON Schema of the catalog (draft 2020-12).

Where it says `x-seed`, the words allowed are the rows of that seed: they are put in when it is read.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from billing_jobs import seeds

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
        for inner in part.values():
            _fill(inner)
    elif isinstance(part, list):
        for inner in part:
            _fill(inner)
