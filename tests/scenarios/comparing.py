"""Expected rows against published rows: only a story's own rows, only the columns its CSV names, in any order."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from .stories import Story

NAMING_COLUMNS = (
    "customer_id",
    "contract_id",
    "plan_id",
    "product",
    "department",
    "file_name",
    "recipient",
    "payment_method_id",
    "quote_id",
)
LOOKUP = re.compile(r"\{\{\s*(\w+)\.(\w+)((?:\s+\w+=\S+?)*)\s*\}\}")
Row = tuple[str, ...]


def connect(database: Path) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(str(database), read_only=True)
    connection.execute("set TimeZone = 'UTC'")
    return connection


def filled_in(text: str, database: Path) -> str:
    """The text with each `{{table.column key=value …}}` replaced by the one value it names;
    none or several are an error."""

    def look_up(match: re.Match[str]) -> str:
        table, column, conditions = match.groups()
        pairs = [part.split("=", 1) for part in conditions.split()]
        where = " and ".join(f"{key}::varchar = ?" for key, _ in pairs) or "true"
        with connect(database) as connection:
            found = connection.execute(
                f"select distinct {column}::varchar from {table} where {where}", [value for _, value in pairs]
            ).fetchall()
        if len(found) != 1:
            raise LookupError(f"{match.group(0)} names {len(found)} values, must name one")
        return str(found[0][0])

    return LOOKUP.sub(look_up, text)


def plain(value: Any) -> str:
    """A value as it is written in a CSV: no trailing zeros, ISO dates, true/false, nothing for null."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Decimal):
        text = f"{value:f}"
        return (text.rstrip("0").rstrip(".") if "." in text else text) if value else "0"
    return str(value)


def written(cell: str) -> str:
    """An expected cell in the same form: `12000.00` is `12000`."""
    return plain(Decimal(cell)) if re.fullmatch(r"-?\d+\.\d+", cell) else cell


def own_rows(story: Story, columns: set[str]) -> str:
    """SQL condition for the rows of a story: some id, name, file or recipient begins with its prefix,
    or they hang on such a document."""
    pattern = f"(^|[/_]){story.prefix}[-.@_]"
    conditions = [f"regexp_matches({column}, '{pattern}')" for column in NAMING_COLUMNS if column in columns]
    for key in {"document_id", "document_number"} & columns:
        conditions.append(f"{key} in (select {key} from invoices where regexp_matches(customer_id, '{pattern}'))")
    if "document_id" in columns:
        conditions.append(
            f"document_id in (select document_id from draft_invoices where regexp_matches(customer_id, '{pattern}'))"
        )
    if story.currency and "currency" in columns:
        conditions.append(f"currency = '{story.currency}'")
    return " or ".join(conditions) or "true"


def published_rows(story: Story, table: str, header: list[str], database: Path) -> Counter[Row]:
    """The story's rows of a table, the named columns only; columns under `totals` are summed over the others."""
    summed = story.totals.get(table, [])
    with connect(database) as connection:
        columns = {row[0] for row in connection.execute(f"select column_name from (describe {table})").fetchall()}
        chosen = ", ".join(f"sum({name})::decimal(38, 12) as {name}" if name in summed else name for name in header)
        query = (
            f"select {chosen} from {table} where ({own_rows(story, columns)}) and ({story.where.get(table, 'true')})"
        )
        rows = connection.execute(query + (" group by all" if summed else "")).fetchall()
    return Counter(tuple(plain(value) for value in row) for row in rows)


def differences(story: Story, path: Path, database: Path) -> str:
    """'' when published and expected rows agree, else both side by side."""
    text = path.read_text(encoding="utf-8")
    header, *lines = list(csv.reader(io.StringIO(filled_in(text, database) if "{{" in text else text)))
    expected = Counter(tuple(written(cell) for cell in line) for line in lines if line)
    try:
        published = published_rows(story, path.stem, header, database)
    except duckdb.Error as error:
        return f"{path.stem}: cannot be read: {error}"
    if expected == published:
        return ""
    return side_by_side(path, header, list((expected - published).elements()), list((published - expected).elements()))


def side_by_side(path: Path, header: list[str], missing: list[Row], unexpected: list[Row]) -> str:
    """Rows that are expected but not published on the left of rows that are published but not expected."""
    table = [tuple(header), *sorted(missing), *sorted(unexpected)]
    widths = [max(len(row[column]) for row in table) for column in range(len(header))]

    def line(row: Row) -> str:
        return "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))

    width = len(line(tuple(header)))
    left = ["missing (expected, not published)", line(tuple(header)), *map(line, sorted(missing))]
    right = ["unexpected (published, not expected)", line(tuple(header)), *map(line, sorted(unexpected))]
    height = max(len(left), len(right))
    pairs = zip(left + [""] * (height - len(left)), right + [""] * (height - len(right)), strict=True)
    place = path.stem if path.parent.name == "expected" else f"{path.stem} after {path.parent.name}"
    return "\n".join([f"{place}:", *(f"  {one.ljust(max(width, 34))} | {other}".rstrip() for one, other in pairs)])


def all_rows(database: Path) -> dict[str, Counter[str]]:
    """Every row of every published table, proposals included, for comparing two builds."""
    with connect(database) as connection:
        tables = connection.execute(
            "select table_schema, table_name from information_schema.tables "
            "where table_schema in ('main', 'jobs') order by all"
        ).fetchall()
        return {
            f"{schema}.{table}": Counter(
                json.dumps([plain(value) for value in row])
                for row in connection.execute(f'from "{schema}"."{table}"').fetchall()
            )
            for schema, table in tables
        }
