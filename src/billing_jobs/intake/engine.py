"""What the intake asks of the engine: run a template, and write Parquet in one step.

The connection is opened by the caller (`adapters.duckdb.connect`); values are bound, names and expressions that a
template needs are made here and in `record_sql` from our own specifications and quoted.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

from billing_jobs.engine_paths import in_folder
from billing_jobs.streams import Columns, empty_select
from billing_jobs.whole_files import make_folder, put_in_place

_HERE = Path(__file__).parent
_BATCH = 10_000


class Result(Protocol):
    def fetchall(self) -> list[tuple[Any, ...]]: ...

    def fetchone(self) -> tuple[Any, ...] | None: ...


class Engine(Protocol):
    """A DuckDB connection in UTC."""

    def execute(self, query: str, parameters: Any = None) -> Result: ...


class FileRefused(Exception):
    """A file that cannot be read at all (with this profile). It never stops the night: it becomes one reject row."""

    def __init__(
        self, reason_code: str, expected: str, *, found: str = "", line_no: int = 1, sentence: str = ""
    ) -> None:
        super().__init__(reason_code)
        self.reason_code, self.expected, self.found, self.line_no = reason_code, expected, found, line_no
        self.sentence = sentence


def run_template(con: Engine, name: str, parameters: Mapping[str, Any] | None = None, **parts: str) -> Result:
    """Run `<name>.sql`, a path below this folder; `{part}` places take SQL made by us,
    `$name` places take bound values."""
    text = template(name, **parts)
    return con.execute(text, dict(parameters)) if parameters else con.execute(text)


def template(name: str, **parts: str) -> str:
    """The text of `<name>.sql`, a path below this folder, with SQL made by us in its `{part}` places."""
    text = _text_of(name)
    for part, value in parts.items():
        text = text.replace("{" + part + "}", value)
    return text


@cache
def _text_of(name: str) -> str:
    return (_HERE / f"{name}.sql").read_text(encoding="utf-8")


def literal(value: object) -> str:
    """A value of a profile or of our specifications as an SQL text."""
    return "'" + str(value).replace("'", "''") + "'"


def identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def copy_to_parquet(con: Engine, query: str, path: Path) -> None:
    """The rows of `query` as a Parquet file that is there whole or not at all."""
    make_folder(path.parent)
    temporary = path.with_name(f".{path.name}.part")
    con.execute(f"copy ({query}) to {literal(in_folder(temporary))} (format parquet)")
    put_in_place(temporary, path)


def write_rows(con: Engine, path: Path, *, columns: Columns, rows: Iterable[Mapping[str, Any]]) -> int:
    """Rows as a Parquet file with exactly these columns; values go through their text, so a Decimal stays exact.

    A missing column is null. Gives the number of rows.
    """
    count = stage_rows(con, "written", columns=columns, rows=rows)
    copy_to_parquet(con, "select * from written", path)
    return count


def stage_rows(con: Engine, table: str, *, columns: Columns, rows: Iterable[Mapping[str, Any]]) -> int:
    """Rows as a temporary table with exactly these columns, in their order; gives their number.

    Some thousand at a time: as one text, a bank's largest file takes a gigabyte.
    """
    con.execute(f"create or replace temp table {identifier(table)} as {empty_select(columns)}")
    shape = json.dumps([dict.fromkeys(columns, "VARCHAR")])
    casts = ", ".join(f"cast(one.{identifier(name)} as {kind}) as {identifier(name)}" for name, kind in columns.items())
    left, count = iter(rows), 0
    while batch := list(islice(left, _BATCH)):
        texts = [{name: None if row.get(name) is None else _text(row[name]) for name in columns} for row in batch]
        con.execute(
            f"insert into {identifier(table)} select {casts} "
            f"from (select unnest(from_json(?, {literal(shape)})) as one)",
            [json.dumps(texts, ensure_ascii=False)],
        )
        count += len(batch)
    return count


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
