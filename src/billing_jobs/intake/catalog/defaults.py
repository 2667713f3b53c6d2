"""What holds where the catalog does not say it: the `default` of each key in the catalog's JSON Schema,
and nowhere else."""

from __future__ import annotations

from functools import cache
from typing import Any

from billing_jobs.intake.catalog.schema import schema


@cache
def defaults_of(kind: str) -> dict[str, Any]:
    """Key -> default of one definition of the schema (`entity`, `plan`, `fee` …)."""
    properties = schema()["$defs"][kind]["properties"]
    return {key: said["default"] for key, said in properties.items() if "default" in said}


def with_defaults(value: dict[str, Any], kind: str) -> dict[str, Any]:
    """An entry of the catalog with what it leaves out."""
    return {**defaults_of(kind), **value}
