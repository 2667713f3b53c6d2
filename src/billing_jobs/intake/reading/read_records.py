"""From a delivered file to the table `records`: line number, the line as it stands, its fields as text, and the fault
if it is unreadable.

A CSV is read as RFC 4180, section 2, describes it; of JSONL each line is one JSON object of RFC 8259.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from billing_jobs.intake.engine import Engine, FileRefused, identifier, literal, run_template, template
from billing_jobs.intake.reading.hygiene import open_bytes, pick_lines, prepare_text
from billing_jobs.intake.reading.limits import MEGABYTE, limits, refusal

# So many lines are picked out of a file quicker than the engine numbers all of them.
_PICKED_MAX = 100_000
ENDINGS = {
    ".csv": "csv", ".csv.gz": "csv", ".jsonl": "jsonl", ".jsonl.gz": "jsonl", ".parquet": "parquet",
    ".xlsx": "xlsx",
}  # fmt: skip


@dataclass(frozen=True)
class Shape:
    """How a file is written; the defaults are the platform's own."""

    encoding: str = "utf-8"
    delimiter: str = ","
    header_line: int = 0


@dataclass(frozen=True)
class Header:
    """The line of a CSV file that names its columns, and on which line it stands."""

    line_no: int
    raw: str
    names: list[str]


def format_of(path: str) -> str | None:
    """The format that the name of a file promises; None if it is none of ours."""
    return next((kind for ending, kind in ENDINGS.items() if path.lower().endswith(ending)), None)


def read_records(con: Engine, path: Path, *, kind: str, shape: Shape, scratch: Path) -> list[str]:
    """Fill the temporary table `records` and return the names of its fields in order.

    FileRefused if nothing in the file can be read.
    """
    if path.stat().st_size == 0:
        raise FileRefused("empty_file", "at least a header line")
    if kind == "parquet":
        columns = parquet_columns(con, path, most="table_rows")
        fields = ", ".join(f"field_{place}" for place in range(1, len(columns) + 1))
        con.execute(
            "create or replace temp table records as "
            f"select line_no, null::varchar as raw, [{fields}] as fields, null::varchar as fault "
            f"from {parquet_rows(path, columns)}"
        )
        return [name for name, _ in columns]
    readable = prepare_text(path, encoding=shape.encoding, scratch=scratch)
    if kind == "csv":
        header = find_header(readable.path, shape)
        split_csv(con, readable.path, delimiter=shape.delimiter, header=header)
        return header.names
    read_lines(con, readable.path)
    keys = "case when json_valid(raw) and starts_with(ltrim(raw), '{') then json_keys(raw) end"
    found = con.execute(f"select distinct unnest({keys}) from lines order by all").fetchall()
    refuse_too_many_columns(found)
    names = readable_keys(name for (name,) in found)
    records = json_records("lines", names, is_marked=readable.is_marked)
    con.execute(
        f"create or replace temp table records as select * from ({records}) where fault is distinct from 'blank'"
    )
    return names


def lines_of(path: Path) -> str:
    """The physical lines of a text file as an SQL relation of one column `raw`, in the order of the file."""
    return (
        f"read_csv({literal(path)}, columns = {{'raw': 'VARCHAR'}}, auto_detect = false, header = false, delim = "
        "chr(31), quote = '', escape = '', max_line_size = 5000000)"
    )


def read_lines(con: Engine, path: Path, *, wanted: str = "") -> None:
    """Fill the temporary table `lines`: all, or those whose numbers the table `wanted` has.

    A byte order mark is none of its text.
    """
    numbers = (
        [number for (number,) in con.execute(f"select line_no from {wanted} order by line_no").fetchall()]
        if wanted
        else []
    )
    if wanted and len(numbers) <= _PICKED_MAX:
        con.execute(
            (
                "create or replace temp table lines as select unnest($1::bigint[]) as line_no, "
                "unnest($2::varchar[]) as raw"
            ),
            [numbers, pick_lines(path, numbers)],
        )
    else:
        run_template(
            con,
            "reading/read_lines",
            lines=lines_of(path),
            wanted=f"where line_no in (select {wanted}.line_no from {wanted})" if wanted else "",
        )
    con.execute("update lines set raw = ltrim(raw, chr(65279)) where line_no = 1")


def find_header(path: Path, shape: Shape) -> Header:
    """FileRefused if there is none, or if it names a column twice."""
    with open_bytes(path) as stream:
        for number, line in enumerate(io.TextIOWrapper(stream, encoding="utf-8-sig", errors="replace"), start=1):
            if number >= shape.header_line and line.strip():
                return _read_header(number, line.rstrip("\r\n"), shape)
            if number > 1000:
                break
    raise FileRefused("empty_file", "a header line with the names of the columns")


def refuse_too_many_columns(names: Sequence[object], *, line_no: int = 1) -> None:
    """FileRefused beyond the limit of columns."""
    if len(names) > limits().columns:
        raise refusal("columns", "columns", found=f"{len(names):,}", line_no=line_no)


def _read_header(line_no: int, raw: str, shape: Shape) -> Header:
    names = [name.strip() for name in next(csv.reader([raw], delimiter=shape.delimiter))]
    refuse_too_many_columns(names, line_no=line_no)
    doubled = sorted({name for name in names if name and names.count(name) > 1})
    if doubled:
        raise FileRefused(
            "duplicate_column", "each column once in the header", found=", ".join(doubled), line_no=line_no
        )
    return Header(line_no, raw, names)


def split_csv(con: Engine, path: Path, *, delimiter: str, header: Header, wanted: str = "") -> None:
    """Fill `records` from the lines of the file, all or those wanted.

    Only where all are read may a quoted field go over several lines.
    """
    read_lines(con, path, wanted=wanted)
    mark = re.escape(delimiter)
    parameters = {
        "delimiter": delimiter,
        "piece": f'{mark}( *"(?:[^"]|"")*" *|[^"{mark}][^{mark}]*|)',
        "header_line": header.line_no,
        "header": header.raw,
        "width": len(header.names),
    }
    run_template(con, "reading/split_csv", parameters, lines="lines")
    if not wanted and _has_open_quotes(con):
        run_template(con, "reading/join_lines")
        run_template(con, "reading/split_csv", parameters, lines="joined")
        if con.execute("select 1 from records where fault is not null and contains(raw, chr(10)) limit 1").fetchone():
            # A quote that never closes would swallow good lines: then each line stands for itself.
            run_template(con, "reading/split_csv", parameters, lines="lines")


def _has_open_quotes(con: Engine) -> bool:
    return (
        con.execute(
            "select 1 from records where (length(raw) - length(replace(raw, '\"', ''))) % 2 = 1 limit 1"
        ).fetchone()
        is not None
    )


def json_records(lines: str, names: Sequence[str], *, is_marked: bool, as_struct: bool = False) -> str:
    """The query that takes lines (line_no, raw) of JSON apart; `fields` is a list, or a struct, which is quicker."""
    shape = literal(json.dumps(dict.fromkeys(names, "VARCHAR"), ensure_ascii=False))
    taken = f"json_transform(line, {shape})" if as_struct else f"json_extract_string(line, {json_paths(names)})"
    of_raw, of_quoted = taken.replace("line", "raw", 1), taken.replace("line", "quoted", 1)
    return template(
        "reading/split_jsonl",
        lines=lines,
        is_marked=str(is_marked).lower(),
        is_deep=_IS_DEEP,
        depth=str(limits().depth),
        fields_of_raw=of_raw,
        fields_of_quoted=of_quoted,
    )


# A line so deep is as long as it is deep and has as many brackets; only then they are counted up and down. Beyond ten
# times as many that is not done: it costs too much.
_BRACKETS = "strlen(raw) - strlen(translate(raw, '{[', ''))"
_IS_DEEP = rf"""
    case when strlen(raw) > {{depth}} then
        case
            when {_BRACKETS} > 10 * {{depth}} then true
            when {_BRACKETS} > {{depth}} then
                list_reduce(
                    list_transform(
                        regexp_extract_all(regexp_replace(raw, '"(\\.|[^"\\])*"', '', 'g'), '[\[\]{{}}]'),
                        lambda bracket: {{'now': if(bracket in ('[', '{{'), 1, -1), 'most': 0}}
                    ),
                    lambda before, one: {{
                        'now': before.now + one.now, 'most': greatest(before.most, before.now + one.now)
                    }},
                    {{'now': 0, 'most': 0}}
                ).most > {{depth}}
        end
    end
"""


def json_paths(names: Sequence[str]) -> str:
    """The SQL of a list of paths to these keys."""
    return "[" + ", ".join(literal(f'$."{name}"') for name in names) + "]::varchar[]"


def readable_keys(names: object) -> list[str]:
    """Keys that a path can name, each once."""
    return [name for name in dict.fromkeys(names) if '"' not in name and "\\" not in name]  # type: ignore[call-overload]


def parquet_rows(path: Path, columns: Sequence[tuple[str, str]]) -> str:
    """The rows of a Parquet file: their number as line_no, the texts of their columns as field_1, field_2 …;
    the file may have columns of these names."""
    is_numbered = "file_row_number" not in (name.lower() for name, _ in columns)
    number, asked = ("file_row_number + 1", ", file_row_number = true") if is_numbered else ("row_number() over ()", "")
    texts = ", ".join(f"{text} as field_{place}" for place, (_, text) in enumerate(columns, start=1))
    return f"(select {number} as line_no, {texts} from read_parquet({literal(path)}{asked}))"


def parquet_columns(con: Engine, path: Path, *, most: str) -> list[tuple[str, str]]:
    """The name of each column and the SQL of its text. FileRefused if the file is broken or beyond a limit (`most`:
    that of its rows)."""
    try:
        _refuse_large_parquet(con, path, most)
        described = con.execute(f"describe select * from read_parquet({literal(path)})").fetchall()
        texts = [(name, _as_text(name, kind)) for name, kind, *_ in described]
        con.execute(
            f"select count(hash({', '.join(identifier(name) for name, _ in texts)})) from read_parquet({literal(path)})"
        ).fetchall()
    except FileRefused:
        raise
    except Exception as error:  # whatever the engine finds wrong in it, the file is the cause
        raise FileRefused("unreadable_parquet", "a whole Parquet file; deliver it again under a new name") from error
    return texts


def _refuse_large_parquet(con: Engine, path: Path, most: str) -> None:
    """What the file says of itself is looked at before any of it is unpacked."""
    rows = con.execute(f"select sum(num_rows) from parquet_file_metadata({literal(path)})").fetchall()[0][0]
    if (rows or 0) > getattr(limits(), most):
        raise refusal(most, "rows", found=f"{rows:,}")
    columns = con.execute(
        f"select count(*) from parquet_schema({literal(path)}) where num_children is null"
    ).fetchall()[0][0]
    if columns > limits().columns:
        raise refusal("columns", "columns", found=f"{columns:,}")
    unpacked = con.execute(f"select sum(total_uncompressed_size) from parquet_metadata({literal(path)})").fetchall()
    if (unpacked[0][0] or 0) > limits().unpacked_mb * MEGABYTE:
        raise refusal("unpacked_mb", "megabytes unpacked")


def _as_text(name: str, kind: str) -> str:
    column = identifier(name)
    if kind.startswith(("STRUCT", "MAP")) or kind.endswith("]"):
        return f"cast(to_json({column}) as varchar)"
    if kind == "TIMESTAMP WITH TIME ZONE":
        return f"strftime({column}, '%Y-%m-%dT%H:%M:%S.%fZ')"
    return f"cast({column} as varchar)"
