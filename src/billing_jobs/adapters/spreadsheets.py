"""Tables as files that people open with a spreadsheet."""

from __future__ import annotations

from pathlib import Path

from billing_jobs.adapters.duckdb import Connection, sql_text
from billing_jobs.engine_paths import in_folder
from billing_jobs.formats import spreadsheet_cells
from billing_jobs.whole_files import put_in_place

# Columns that can hold no text; every other is made harmless as text.
_NO_TEXT = ("BOOLEAN", "DATE", "DECIMAL", "DOUBLE", "FLOAT", "HUGEINT", "INTEGER", "BIGINT", "SMALLINT", "TIME")
_MARK = "\ufeff"


def write_csv(con: Connection, query: str, path: Path, *, with_mark: bool = False) -> None:
    """Write the rows of a query as CSV (RFC 4180), in one step, with no cell that a spreadsheet runs.

    with_mark: with the byte order mark by which spreadsheets know UTF-8.
    """
    temporary = path.with_name(f".{path.name}.part")
    described = con.execute(f"describe {query}").fetchall()
    columns = ", ".join(_cell(name, kind) for name, kind, *_ in described)
    con.execute(f"copy (select {columns} from ({query})) to {sql_text(in_folder(temporary))} (format csv, header)")
    if with_mark:
        temporary.write_bytes(_MARK.encode() + temporary.read_bytes())
    put_in_place(temporary, path)


def _cell(name: str, kind: str) -> str:
    column = '"' + name.replace('"', '""') + '"'
    if kind.startswith(_NO_TEXT) and not kind.endswith("]"):
        return column
    runs, leads, number = (
        sql_text(pattern) for pattern in (spreadsheet_cells.RUNS, spreadsheet_cells.LEADS, spreadsheet_cells.NUMBER)
    )
    text = f"cast({column} as varchar)"
    marked = f"regexp_replace({text}, {runs}, '\\1''\\2', 'g')"
    return (
        f"case when regexp_matches({text}, {number}) then {text} when regexp_matches({marked}, {leads}) "
        f"then '''' || {marked} else {marked} end as {column}"
    )
