"""What failed in a build, as a sentence for the person who is woken by it: the claim, and a few rows that break it.

Rows are shown without personal data: numbers, dates and flags of any column, texts only of columns known to hold ids or
codes.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from billing_jobs.adapters import duckdb as engine

ROWS_SHOWN = 3
_CLAIM = re.compile(r"fails if[^\n]*", re.IGNORECASE)
_BROKEN_KEY = re.compile(
    r"Fails: (?P<said>\d+ keys \((?P<columns>[a-z_, ]+)\)[^\n]*)"
)  # what the macro refuse_double_keys says
_HARMLESS_TEXT = re.compile(
    r"(^|_)(id|number|currency|state|status|kind|reason|meter|month|side|account|tax_code|reason_code|price_basis)$"
)


def has_failed(result: Any) -> bool:
    """Whether a dbt result is a failure of its own (not one that was skipped because of another)."""
    return str(result.status) in ("error", "fail", "runtime error")


def explain(result: Any, workdir: Path) -> str:
    """One failure in plain words. Called with the working directory at `workdir`, since views hold relative paths."""
    node = result.node
    broken_key = _BROKEN_KEY.search(str(result.message))
    if broken_key:
        said, columns = broken_key.group("said", "columns")
        missing = "" if "," in columns else f" or {columns} is null"
        double = (
            f"select {columns}, count(*) as row_count from {node.relation_name} group by all "
            f"having count(*) > 1{missing}"
        )
        return f"Model {node.name} could not be built: {said}" + "".join(
            f"\n    {row}" for row in _rows(double, workdir)
        )
    if node.resource_type not in ("test", "unit_test"):
        return f"Model {node.name} could not be built: {_short(result.message)}"
    if str(result.status) != "fail" or node.resource_type == "unit_test":
        return f"Test {node.name} could not be run: {_short(result.message)}"
    claim = _CLAIM.search(node.raw_code or "")
    words = claim.group(0).rstrip(" #-}") if claim else "Fails if a row breaks this rule."
    shown = _rows(node.compiled_code or "", workdir)
    return f"Test {node.name} found {result.failures} rows. {words}" + "".join(f"\n    {row}" for row in shown)


def _short(message: object) -> str:
    lines = [line.strip() for line in str(message).splitlines() if line.strip()]
    return " ".join(lines[:6])[:600]


def _rows(sql: str, workdir: Path) -> list[str]:
    try:
        with engine.connect(workdir / "warehouse.duckdb") as con:
            found = engine.rows(con, f"select * from ({sql}) as failing limit {ROWS_SHOWN}")
    except duckdb.Error:
        return []  # the claim stands without its rows
    return [", ".join(f"{name}={value}" for name, value in row.items() if _may_be_shown(name, value)) for row in found]


def _may_be_shown(name: str, value: object) -> bool:
    return isinstance(value, (int, Decimal, date, datetime)) or bool(_HARMLESS_TEXT.search(name))
