"""What holds where the catalog does not say it: the `default` of each key in the catalog's JSON Schema, and nowhere else."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

_SCHEMA_FILE = Path(__file__).with_name("catalog.schema.json")


@cache
def defaults_of(kind: str) -> dict[str, Any]:
    """Key -> default of one definition of the schema (`entity`, `plan`, `fee` …)."""
    properties = json.loads(_SCHEMA_FILE.read_text(encoding="utf-8"))["$defs"][kind]["properties"]
    return {key: said["default"] for key, said in properties.items() if "default" in said}


def with_defaults(value: dict[str, Any], kind: str) -> dict[str, Any]:
    """An entry of the catalog with what it leaves out."""
    return {**defaults_of(kind), **value}
