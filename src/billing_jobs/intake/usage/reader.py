"""How a file of usage is read in one pass by the engine's own readers, and its doubtful lines once more, line by line.

A `Reading` names the file's fields and gives two relations: `records`, all of it in the order of the file, and, after
`read_again`, the same for the lines in the table `asked`. Where the two cannot be brought together with certainty
`number_of` says so, and the file is read line by line.
"""

from __future__ import annotations

import mmap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from billing_jobs.intake.engine import Engine, FileRefused, identifier, literal
from billing_jobs.intake.reading.hygiene import TOO_LONG, UNREADABLE, Text, locate_lines, prepare_text
from billing_jobs.intake.reading.read_records import (
    Header,
    Shape,
    find_header,
    json_records,
    lines_of,
    parquet_columns,
    parquet_rows,
    read_lines,
    readable_keys,
    refuse_too_many_columns,
    split_csv,
)

ALL_LINES = ""


@dataclass(frozen=True)
class Reading:
    """names: the file's fields in order. fields: the SQL of each. raw: the SQL of the row as it came, in the second
    reading.

    number_of: the SQL of a row's line in the table `typed`, which was filled from `records` row by row; None if that is
    not certain.
    read_again: fills what its result names with the lines of a table, or with all lines.
    """

    names: list[str]
    fields: list[str]
    raw: str
    records: str
    number_of: Callable[[Engine], str | None]
    read_again: Callable[[Engine, str], str]


def open_usage(con: Engine, path: Path, *, kind: str, shape: Shape, scratch: Path, known: Sequence[str]) -> Reading:
    """FileRefused if nothing in the file can be read. known: the keys that JSON Lines may have,
    besides any `property_<name>`."""
    if path.stat().st_size == 0:
        raise FileRefused("empty_file", "at least a header line")
    if kind == "parquet":
        return _open_parquet(con, path)
    text = prepare_text(path, encoding=shape.encoding, scratch=scratch, most="rows")
    return _open_jsonl(con, text, known) if kind == "jsonl" else _open_csv(text, shape)


def _open_parquet(con: Engine, path: Path) -> Reading:
    columns = parquet_columns(con, path, most="rows")
    fields = [f"field_{number}" for number in range(1, len(columns) + 1)]
    rows = f"(select *, null::varchar as fault from {parquet_rows(path, columns)})"

    def read_again(_con: Engine, asked: str) -> str:
        return f"(from {rows} where line_no in (select {asked}.line_no from {asked}))" if asked else rows

    return Reading(
        [name for name, _ in columns],
        fields,
        f"concat_ws(',', {', '.join(fields)})",
        rows,
        lambda _con: "line_no",
        read_again,
    )


def _open_jsonl(con: Engine, text: Text, known: Sequence[str]) -> Reading:
    lines = f"(select null::bigint as line_no, raw from {lines_of(text.path)})"
    found = []
    if _contains(text.path, b'"property_'):
        keys = "case when contains(raw, '\"property_') then regexp_extract_all(raw, '\"(property_[^\"]+)\"', 1) end"
        found = con.execute(
            f"select distinct unnest(keys) from (select distinct {keys} as keys from {lines}) order by all"
        ).fetchall()
    refuse_too_many_columns(found)
    names = readable_keys([*known, *(name for (name,) in found)])

    def number_of(con: Engine) -> str | None:
        (rows,) = con.execute("select count(*) from typed").fetchall()[0]
        return "rowid + 1" if rows == text.lines else None

    def read_again(con: Engine, asked: str) -> str:
        read_lines(con, text.path, wanted=asked)
        return (
            f"(from ({json_records('lines', names, is_marked=text.is_marked, as_struct=True)}) "
            "where fault is distinct from 'blank')"
        )

    fields = [f"fields.{identifier(name)}" for name in names]
    return Reading(
        names,
        fields,
        "raw",
        f"({json_records(lines, names, is_marked=text.is_marked, as_struct=True)})",
        number_of,
        read_again,
    )


def _open_csv(text: Text, shape: Shape) -> Reading:
    header = find_header(text.path, shape)
    fields = [f"field_{number}" for number in range(1, len(header.names) + 1)]
    marks = " or ".join(f"contains({field}, {literal(mark)})" for field in fields for mark in (UNREADABLE, TOO_LONG))
    fault = f"case when {marks} then 'marked' end" if text.is_marked else "null::varchar"
    columns = ", ".join(f"{literal(field)}: 'VARCHAR'" for field in fields)
    rows = (
        f"(select null::bigint as line_no, *, {fault} as fault "
        f"from read_csv({literal(text.path)}, columns = {{{columns}}}, auto_detect = false, "
        f"header = false, skip = {header.line_no}, delim = {literal(shape.delimiter)}, quote = '\"', escape = '\"', "
        "strict_mode = true, "
        "allow_quoted_nulls = false, ignore_errors = true, store_rejects = true, max_line_size = 5000000))"
    )

    def read_again(con: Engine, asked: str) -> str:
        split_csv(con, text.path, delimiter=shape.delimiter, header=header, wanted=asked)
        listed = ", ".join(f"fields[{number}] as {field}" for number, field in enumerate(fields, start=1))
        return f"(select line_no, raw, fault, {listed} from records)"

    return Reading(header.names, fields, "raw", rows, lambda con: _number_csv(con, text, header), read_again)


def _number_csv(con: Engine, text: Text, header: Header) -> str | None:
    """Rows, records that the reader gave up and blank lines must together be the lines of the file: then each row is
    one line, and the n-th row stands on the n-th of the lines that became rows. Else a quoted field went over several
    lines. Fills `broken` with the lines given up."""
    (rows,) = con.execute("select count(*) from typed").fetchall()[0]
    positions = [
        position for (position,) in con.execute("select distinct line_byte_position from reject_errors").fetchall()
    ]
    first = header.line_no + 1
    con.execute("create or replace temp table broken (line_no bigint)")
    if not positions and rows == text.lines - header.line_no:
        return f"rowid + {first}"
    broken, blank = locate_lines(text.path, positions)
    skipped = sorted(number for number in broken | blank if number >= first)
    if len(broken) != len(positions) or rows + len(skipped) != text.lines - header.line_no:
        return None
    con.execute("insert into broken select unnest(?::bigint[])", [sorted(broken)])
    moves = {
        number - first - before: before + 1 for before, number in enumerate(skipped) if number - first - before < rows
    }
    if not moves:
        return f"rowid + {first}"
    con.execute(
        (
            "create or replace temp table moves as select pair[1] as row_id, pair[2] as moved "
            "from (select unnest(?::bigint[][]) as pair)"
        ),
        [list(map(list, moves.items()))],
    )
    con.execute(
        f"create or replace temp table typed as select typed.* replace (typed.rowid + {first} + coalesce(moves.moved, "
        "0) as line_no) "
        "from typed asof left join moves on typed.rowid >= moves.row_id"
    )
    return "line_no"


def _contains(path: Path, token: bytes) -> bool:
    """Whether the bytes stand in the file; of a compressed one it is not looked at."""
    if path.name.endswith(".gz"):
        return True
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return content.find(token) >= 0
