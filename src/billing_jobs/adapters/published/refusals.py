"""Rows and files that were refused, at load or because they do not fit the other facts, and whether what they said has
come again since.

A row came again when a later one with its key was taken (an event: its id, or an amendment of it). A file, or a row
without a key, came again when a later file of its folder was taken whole whose name begins with its name, and which is
at least half as large; it is settled as well when a person took it back. The same bytes delivered twice need nothing.
"""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import PurePosixPath
from typing import Any

from billing_jobs import line_logs, seeds, streams
from billing_jobs.adapters import duckdb as engine
from billing_jobs.adapters.duckdb import Connection, sql_text
from billing_jobs.engine_paths import in_folder
from billing_jobs.settings import Home

Row = dict[str, Any]
NEEDS_NOTHING = ("same_file_again", "file_withdrawn")

SHOWN = (
    "file_name", "line_no", "column_name", "reason_code", "meaning_ja", "meaning_en", "found", "expected", "message",
    "received_at", "is_settled",
)  # fmt: skip

_AT_LOAD = """
    select
        rejects.*, files.stream, files.state, files.sha256
    from read_parquet($rejects, union_by_name = true) as rejects
    left join (
        select distinct file_name, stream, state, sha256, rows_received_at from read_parquet($intake)
        where rows_rejected > 0 or state = 'withdrawn'
    ) as files on rejects.file_name = files.file_name and rejects.received_at = files.rows_received_at
    qualify row_number() over (partition by rejects.file_name order by line_no) <= 1000
"""
_JUDGED = "select source, file_name, line_no, column_name, reason_code, expected, message from rejected_rows"
_FILES = """
    select file_name, any_value(stream) as stream, min(received_at) as received_at
    from read_parquet($intake) where state = 'loaded'
    group by file_name having sum(rows_rejected) = 0 and sum(rows_accepted + rows_duplicate) > 0
"""


def refused(home: Home) -> list[Row]:
    """Every refused row in the order of files and lines, of each file at most its first 1,000: what SHOWN names, and
    what a row is known by. `found` is what stands there; personal data may be among it."""
    places = {
        "rejects": str(in_folder(home.lake / "rejects" / "*.parquet")),
        "intake": str(in_folder(home.lake / "intake" / "*.parquet")),
    }
    with engine.connect() as con:
        at_load = engine.rows(con, _AT_LOAD, places)
        loaded = engine.rows(con, _FILES, {"intake": places["intake"]})
        judged = _judged(home, con, {(row["file_name"], row["line_no"]) for row in at_load})
        rows = [*at_load, *judged]
        again = _came_again(home, con, rows)
    sizes = _sizes(home)
    meanings = {row["reason_code"]: row for row in seeds.rows("refusal_reasons")}
    for place, row in enumerate(rows):
        meaning = meanings.get(row["reason_code"], {})
        row |= {name: meaning.get(name, "") for name in ("meaning_ja", "meaning_en")}
        row["is_settled"] = (
            row["reason_code"] in NEEDS_NOTHING
            or place in again
            or (not row.get("row_key") and _has_heir(row, loaded, sizes))
        )
    return sorted(rows, key=lambda row: (row["file_name"], row["line_no"], row["reason_code"]))


def _judged(home: Home, con: Connection, known: set[tuple[str, int]]) -> list[Row]:
    """What the last published night refused besides, with what each row is known by."""
    if not home.published_database.exists():
        return []
    with engine.connect(home.published_database) as published:
        found = [row for row in engine.rows(published, _JUDGED) if (row["file_name"], row["line_no"]) not in known]
    for name, rows in _by_kind(found).items():
        folder, key = _place_of(home, name), _key_of(name)
        files = [row["file_name"] for row in rows]
        taken = engine.rows(
            con,
            f"select file_name, line_no, received_at, {key} as row_key from read_parquet({sql_text(folder)}, "
            "union_by_name = true) where list_contains(?, file_name)",
            [files],
        )
        facts = {(row["file_name"], row["line_no"]): row for row in taken}
        for row in rows:
            row |= {"stream": name, "found": None, **facts.get((row["file_name"], row["line_no"]), {})}
    return found


def _came_again(home: Home, con: Connection, rows: list[Row]) -> set[int]:
    """The places in `rows` of those whose key was taken later."""
    con.execute("create or replace temp table asked (place bigint, row_key varchar, received_at timestamptz)")
    refused_again = {(row["file_name"], row["line_no"]) for row in rows}
    settled: set[int] = set()
    by_stream: dict[tuple[str, str], list[int]] = defaultdict(list)
    for place, row in enumerate(rows):
        if row.get("row_key") and row.get("received_at"):
            stream = str(row.get("stream") or "").removeprefix("crm_")
            by_stream[stream, str(row.get("source") or "") if stream == "usage" else ""].append(place)
    for (stream, source), places in by_stream.items():
        taken = _usage_of(home, con, source, rows, places) if stream == "usage" else _table_of(home, stream)
        if not taken:
            continue
        con.execute("delete from asked")
        con.executemany(
            "insert into asked values (?, ?, ?)",
            [[place, rows[place]["row_key"], rows[place]["received_at"]] for place in places],
        )
        met = engine.rows(
            con,
            f"select place, taken.file_name, taken.line_no from asked inner join ({taken}) as taken "
            "on asked.row_key = taken.row_key and taken.received_at > asked.received_at",
        )
        settled |= {row["place"] for row in met if (row["file_name"], row["line_no"]) not in refused_again}
    return settled


def _table_of(home: Home, kind: str) -> str:
    if kind not in streams.KEYS:
        return ""
    return (
        f"select {_key_of(kind)} as row_key, file_name, line_no, received_at "
        f"from read_parquet({sql_text(_place_of(home, kind))}, union_by_name = true)"
    )


def _usage_of(home: Home, con: Connection, source: str, rows: list[Row], places: list[int]) -> str:
    """Events of the source's files that came later than the first of these rows; no other file is opened."""
    since = min(rows[place]["received_at"] for place in places)
    later = con.execute(
        "select list(distinct file_id) from read_parquet(?) where stream = 'usage' and source = ? and state = 'loaded' "
        "and rows_received_at > ?",
        [str(in_folder(home.lake / "intake" / "*.parquet")), source, since],
    ).fetchall()[0][0]
    known = set(later or [])
    paths = [path for path in home.lake.glob("usage/event_date=*/*.parquet") if path.stem.split("-")[0] in known]
    if not paths:
        return ""
    listed = ", ".join(sql_text(in_folder(path)) for path in paths)
    events = f"(select event_id, amends, file_name, line_no, received_at from read_parquet([{listed}]))"
    return (
        f"select event_id as row_key, file_name, line_no, received_at from {events} "
        f"union all select amends, file_name, line_no, received_at from {events} where amends is not null"
    )


def _has_heir(row: Row, loaded: list[Row], sizes: dict[str, int]) -> bool:
    """Whether a later file took the place of this one: the same folder, a name that begins with its name, not much
    smaller, and taken whole."""
    if not row.get("received_at"):
        return False
    old = PurePosixPath(row["file_name"])
    stem = old.name.split(".")[0]
    return any(
        heir["received_at"] > row["received_at"]
        and PurePosixPath(heir["file_name"]).parent == old.parent
        and PurePosixPath(heir["file_name"]).name.startswith(stem)
        and 2 * sizes.get(heir["file_name"], 0) >= sizes.get(row["file_name"], 0)
        for heir in loaded
    )


def _sizes(home: Home) -> dict[str, int]:
    lines = (json.loads(line) for line in line_logs.whole_lines(home.intake_log))
    return {line["path"]: int(line.get("size", 0)) for line in lines}


def _by_kind(rows: list[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        folder, _, name = row["file_name"].partition("/")
        fitting = [kind for kind in streams.CRM if folder == "crm" and name.startswith(kind)]
        if fitting:
            found[max(fitting, key=len)].append(row)
    return found


def _place_of(home: Home, kind: str) -> str:
    folder = home.lake / "decisions" if kind == "decisions" else home.lake / "crm" / kind
    return str(in_folder(folder / "*.parquet"))


def _key_of(kind: str) -> str:
    return f"concat_ws('|', {', '.join(f'cast({column} as varchar)' for column in streams.KEYS[kind])})"
