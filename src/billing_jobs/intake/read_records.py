"""From a delivered file to the table `records`: line number, the line as it stands, its fields as text, and the fault if it is unreadable."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from billing_jobs.intake.engine import Engine, FileRefused, identifier, literal, run_template
from billing_jobs.intake.hygiene import open_bytes, prepare_text

ENDINGS = {".csv": "csv", ".csv.gz": "csv", ".jsonl": "jsonl", ".jsonl.gz": "jsonl", ".parquet": "parquet"}


@dataclass(frozen=True)
class Shape:
    """How a file is written; the defaults are the platform's own."""

    encoding: str = "utf-8"
    delimiter: str = ","
    header_line: int = 0


def format_of(path: str) -> str | None:
    """The format that the name of a file promises; None if it is none of ours."""
    return next((kind for ending, kind in ENDINGS.items() if path.lower().endswith(ending)), None)


def read_records(con: Engine, path: Path, *, kind: str, shape: Shape, scratch: Path, known: Sequence[str] = ()) -> list[str]:
    """Fill the temporary table `records` and return the names of its fields in order. FileRefused if nothing in the file can be read.

    known: the keys that JSON Lines may have, besides any `property_<name>`; without it every key of the file is looked for.
    """
    if path.stat().st_size == 0:
        raise FileRefused("empty_file", "at least a header line")
    if kind == "parquet":
        return _read_parquet(con, path)
    readable = prepare_text(path, encoding=shape.encoding, scratch=scratch)
    run_template(con, "read_lines", {"path": str(readable)})
    return _split_jsonl(con, known) if kind == "jsonl" else _split_csv(con, readable, shape)


def _split_csv(con: Engine, path: Path, shape: Shape) -> list[str]:
    header_line, header = _find_header(path, shape)
    names = [name.strip() for name in next(csv.reader([header], delimiter=shape.delimiter))]
    doubled = sorted({name for name in names if name and names.count(name) > 1})
    if doubled:
        raise FileRefused("duplicate_column", "each column once in the header", found=", ".join(doubled), line_no=header_line)
    mark = re.escape(shape.delimiter)
    parameters = {
        "delimiter": shape.delimiter,
        "piece": f'{mark}("(?:[^"]|"")*"|[^"{mark}][^{mark}]*|)',
        "header_line": header_line,
        "header": header,
        "width": len(names),
    }
    run_template(con, "split_csv", parameters, lines="lines")
    if _has_open_quotes(con):
        run_template(con, "join_lines")
        run_template(con, "split_csv", parameters, lines="joined")
        if con.execute("select 1 from records where fault is not null and contains(raw, chr(10)) limit 1").fetchone():
            # A quote that never closes would swallow good lines: then each line stands for itself.
            run_template(con, "split_csv", parameters, lines="lines")
    return names


def _has_open_quotes(con: Engine) -> bool:
    return con.execute("select 1 from records where (length(raw) - length(replace(raw, '\"', ''))) % 2 = 1 limit 1").fetchone() is not None


def _find_header(path: Path, shape: Shape) -> tuple[int, str]:
    with open_bytes(path) as stream:
        for number, line in enumerate(io.TextIOWrapper(stream, encoding="utf-8-sig", errors="replace"), start=1):
            if number >= shape.header_line and line.strip():
                return number, line.rstrip("\r\n")
            if number > 1000:
                break
    raise FileRefused("empty_file", "a header line with the names of the columns")


def _split_jsonl(con: Engine, known: Sequence[str]) -> list[str]:
    con.execute("update lines set raw = ltrim(raw, chr(65279)) where line_no = 1")
    keys = 'regexp_extract_all(raw, \'"(property_[^"]+)"\', 1)' if known else "json_keys(raw)"
    readable = "contains(raw, '\"property_')" if known else "json_valid(raw) and starts_with(ltrim(raw), '{')"
    query = f"select distinct unnest(keys) from (select distinct case when {readable} then {keys} end as keys from lines) order by all"
    found = [name for (name,) in con.execute(query).fetchall()]
    names = [name for name in dict.fromkeys([*known, *found]) if '"' not in name and "\\" not in name]
    run_template(con, "split_jsonl", {"paths": [f'$."{name}"' for name in names]})
    return names


def _read_parquet(con: Engine, path: Path) -> list[str]:
    file = f"read_parquet({literal(path)}, file_row_number = true)"
    try:
        columns = [(name, kind) for name, kind, *_ in con.execute(f"describe select * exclude (file_row_number) from {file}").fetchall()]
        texts = [_as_text(name, kind) for name, kind in columns]
        con.execute(
            "create or replace temp table records as select file_row_number + 1 as line_no, cast(null as varchar) as raw, "
            f"[{', '.join(texts)}] as fields, cast(null as varchar) as fault from {file}"
        )
    except Exception as error:  # whatever the engine finds wrong in it, the file is the cause
        raise FileRefused("unreadable_parquet", "a whole Parquet file; deliver it again under a new name") from error
    return [name for name, _ in columns]


def _as_text(name: str, kind: str) -> str:
    column = identifier(name)
    if kind.startswith(("STRUCT", "MAP")) or kind.endswith("]"):
        return f"cast(to_json({column}) as varchar)"
    if kind == "TIMESTAMP WITH TIME ZONE":
        return f"strftime({column}, '%Y-%m-%dT%H:%M:%S.%fZ')"
    return f"cast({column} as varchar)"
