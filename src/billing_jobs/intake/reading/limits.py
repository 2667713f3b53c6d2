"""How much one file may ask of the machine: what is beyond is refused with the limit, and every other file is taken.

A limit is a matter of the machine: `BILLING_LIMIT_<NAME>` in the environment sets another. One that is lowered refuses
in a rebuild what was taken before; raise them only.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, fields
from functools import cache

from billing_jobs.errors import UsageError
from billing_jobs.intake.engine import FileRefused

MEGABYTE = 1_000_000
_VARIABLES = {
    "unpacked_mb": "BILLING_LIMIT_UNPACKED_MB",
    "bank_mb": "BILLING_LIMIT_BANK_MB",
    "catalog_mb": "BILLING_LIMIT_CATALOG_MB",
    "sheet_mb": "BILLING_LIMIT_SHEET_MB",
    "rows": "BILLING_LIMIT_ROWS",
    "table_rows": "BILLING_LIMIT_TABLE_ROWS",
    "bank_rows": "BILLING_LIMIT_BANK_ROWS",
    "columns": "BILLING_LIMIT_COLUMNS",
    "depth": "BILLING_LIMIT_DEPTH",
    "aliases": "BILLING_LIMIT_ALIASES",
    "engine_mb": "BILLING_LIMIT_ENGINE_MB",
}


@dataclass(frozen=True)
class Limits:
    """The limits of one file, as they are where nothing else is said.

    unpacked_mb: bytes of usage and of tables; bank_mb: of a bank's file, which is read whole; catalog_mb: of a file
    of the catalog; sheet_mb: of a spreadsheet. rows: lines of usage; table_rows: of any other table; bank_rows: of a
    bank's file. columns: of a header, or keys of JSON Lines. depth: values within values in a line of JSON, or in YAML.
    aliases: uses of an anchor in a file of the catalog. engine_mb: what the engine may hold in memory before it goes to
    disk.
    """

    unpacked_mb: int = 20_000
    bank_mb: int = 32
    catalog_mb: int = 16
    sheet_mb: int = 200
    rows: int = 50_000_000
    table_rows: int = 500_000
    bank_rows: int = 200_000
    columns: int = 1_000
    depth: int = 100
    aliases: int = 100
    engine_mb: int = 1_000


def limits() -> Limits:
    """The limits in force. UsageError if one of the environment is no whole number above zero."""
    return _read(tuple(os.environ.get(_VARIABLES[field.name], "") for field in fields(Limits)))


def refusal(name: str, what: str, *, found: str = "more", line_no: int = 1) -> FileRefused:
    """The refusal of a file beyond a limit: `what` it is a limit of, in words."""
    most = getattr(limits(), name)
    return FileRefused(
        "too_large",
        f"at most {most:,} {what}; deliver it in parts, or set {_VARIABLES[name]}",
        found=found,
        line_no=line_no,
    )


@cache
def _read(said: tuple[str, ...]) -> Limits:
    given = {}
    for field, text in zip(fields(Limits), said, strict=True):
        if text and not (text.isascii() and text.isdigit() and int(text) > 0):
            raise UsageError(f"{_VARIABLES[field.name]} is {text}; expected a whole number above zero.")
        if text:
            given[field.name] = int(text)
    return Limits(**given)
