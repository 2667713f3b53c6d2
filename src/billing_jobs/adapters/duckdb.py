"""DuckDB as the platform uses it: UTC sessions, decimals kept as decimals, files swapped in whole."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

Connection = duckdb.DuckDBPyConnection
Relation = duckdb.DuckDBPyRelation


@contextmanager
def connect(path: Path | None = None, *, read_only: bool = True) -> Iterator[Connection]:
    """A connection in UTC to the file (to memory when there is none), closed afterwards so that others can open the
    file. What was written into it is in the file itself then, and it may be renamed.

    Raises duckdb.IOException when another process writes to the file, duckdb.FatalException when not all could be
    written into it.
    """
    con = duckdb.connect(str(path), read_only=read_only) if path else duckdb.connect()
    try:
        con.execute("set TimeZone = 'UTC'")
        yield con
        if path and not read_only:
            con.execute("checkpoint")  # closing does it as well, and says nothing where the disk is full
    finally:
        con.close()


def rows(con: Connection, sql: str, params: list[Any] | dict[str, Any] | None = None) -> list[dict[str, Any]]:
    """The rows of a query as dicts; DECIMAL stays Decimal, DATE stays date, instants are aware."""
    cursor = con.execute(sql, params or [])
    names = [column[0] for column in cursor.description or []]
    return [dict(zip(names, values, strict=True)) for values in cursor.fetchall()]


def has_table(con: Connection, name: str, schema: str = "main") -> bool:
    """Whether a table or view of that name is there."""
    found = con.execute(
        "select 1 from information_schema.tables where table_schema = ? and table_name = ?", [schema, name]
    )
    return bool(found.fetchall())


def sql_text(value: object) -> str:
    """A value as an SQL string literal, for the few statements (copy, attach) that take no parameters."""
    return "'" + str(value).replace("'", "''") + "'"


def quoted(name: str) -> str:
    """A name as the engine takes it for one."""
    return '"' + name.replace('"', '""') + '"'
