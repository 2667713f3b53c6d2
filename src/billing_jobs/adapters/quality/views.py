"""What the rules of border control may read: the candidate's tables, and beside them the lake and the ledger as views.

`lake_<table>`: all rows that the run knows. `lake_new_<table>`: of these, what came in since the last finished night.
`ledger_<stream>`: what is recorded. `lake_<catalog table>` shows the newest catalog only;
`lake_fields_changed_after_billing` compares it with the catalogs that were billed by. The views live in the connection;
the candidate is opened read-only.
"""

from __future__ import annotations

import re
from pathlib import Path

from billing_jobs import seeds, streams
from billing_jobs.adapters.duckdb import Connection, sql_text
from billing_jobs.engine_paths import folder_for_engine, in_folder
from billing_jobs.settings import Home

_FILES = {
    "files": "intake/*.parquet",
    "rejects": "rejects/*.parquet",
    "usage": "usage/event_date=*/*.parquet",
    "payments": "payments/*.parquet",
    "decisions": "decisions/*.parquet",
    **{kind: f"crm/{kind}/*.parquet" for kind in streams.CRM},
}
# What the catalog says of things that were billed, by kind of thing; `changed` compares it with the newest catalog.
_BILLED = Path(__file__).with_name("billed_definitions")
_BILLED_KINDS = ("plans", "fees", "entities", "tax_codes", "discounts")
_KNOWN = "received_at <= (select known_until from jobs.run)"
_LAST_NIGHT = """
    (
        select coalesce(max(known_until), timestamptz '1970-01-01 00:00:00+00') from {runs}
        where known_until < (select known_until from jobs.run)
    )
"""
# Events lie in the files of the days they fell on, under the id of the file they came in: only those of new files are
# opened. One file at least, for a view must know its columns.
_NEW_USAGE_FILES = """
    with files as (
        select file, split_part(parse_filename(file, true), '-', 1) as file_id from glob({usage})
    )
    select file from files
    where
        file = (select min(file) from files)
        or file_id in (select file_id from lake_files where stream = 'usage'
            and greatest(received_at, rows_received_at) > {since})
    order by file
"""
# By home: where its intake's records lie in one file, and which usage files are new.
_looked_up: dict[Path, tuple[Path, list[str]]] = {}


def forget() -> None:
    """Look anew at the files of homes: to be called before a check, whose many connections then share one look."""
    _looked_up.clear()


def prepare(con: Connection, home: Home, *, read_by: str) -> None:
    """Create the views that the SQL in `read_by` names, and no others: each costs a look at its files."""
    con.execute("set TimeZone = 'UTC'")
    wanted = set(re.findall(r"\b(?:lake|ledger)_\w+", read_by))
    if home.root not in _looked_up:
        _looked_up[home.root] = _look_up(con, home)
    intake, new_usage = _looked_up[home.root]
    definitions = _definitions(home)
    definitions["lake_files"] = f"select * from read_parquet({sql_text(in_folder(intake))})"
    definitions["lake_new_usage"] = definitions["lake_new_usage"].replace(
        "{files}", ", ".join(sql_text(file) for file in new_usage)
    )
    for name, sql in definitions.items():
        if name in wanted or (name == "lake_files" and "lake_new_files" in wanted):
            con.execute(f"create or replace temp view {name} as {sql}")


def _look_up(con: Connection, home: Home) -> tuple[Path, list[str]]:
    """The intake's records as one file beside dbt's, and the usage files that came in since the last night. A few rows
    in a small file for each file that ever came: opened once, and not by every rule and connection."""
    intake, since = home.root / ".dbt" / "intake.parquet", _LAST_NIGHT.format(runs=_ledger(home, "runs"))
    intake.parent.mkdir(exist_ok=True)
    known = _definitions(home)["lake_files"]
    con.execute(f"create or replace temp table lake_files as {known}")
    con.execute(f"copy lake_files to {sql_text(in_folder(intake))} (format parquet)")
    found = con.execute(
        _NEW_USAGE_FILES.format(usage=sql_text(folder_for_engine(home.lake) / _FILES["usage"]), since=since)
    ).fetchall()
    con.execute("drop table lake_files")
    return intake, [file for (file,) in found]


def _definitions(home: Home) -> dict[str, str]:
    views: dict[str, str] = {}
    since = _LAST_NIGHT.format(runs=_ledger(home, "runs"))
    for name, pattern in _FILES.items():
        files = f"read_parquet({sql_text(folder_for_engine(home.lake) / pattern)})"
        views[f"lake_{name}"] = f"select * from {files} where {_KNOWN}"
        views[f"lake_new_{name}"] = f"select * from {files} where {_KNOWN} and received_at > {since}"
    views["lake_new_files"] = f"select * from lake_files where received_at > {since}"
    views["lake_new_usage"] = (
        f"select * from read_parquet([{{files}}], hive_partitioning = true) where {_KNOWN} and received_at > {since}"
    )
    versions = {
        name: f"read_parquet({sql_text(in_folder(home.lake / 'catalog' / name / '*.parquet'))}, union_by_name = true)"
        for name in streams.CATALOG
    }
    newest = f"select max(received_at) from {versions['entities']} where {_KNOWN}"
    for name, files in versions.items():
        views[f"lake_{name}"] = f"select * from {files} where received_at = ({newest})"
    views["lake_discount_versions"] = f"select * from {versions['discounts']} where {_KNOWN}"
    views |= _billed_definitions(home, versions, newest)
    for stream in streams.LEDGER:
        views[f"ledger_{stream}"] = f"select * from {_ledger(home, stream)}"
    return views


def _billed_definitions(home: Home, versions: dict[str, str], newest: str) -> dict[str, str]:
    """What the catalog says of things that were billed, where it is no longer what they were billed with."""
    known = {name: f"(select * from {files} where {_KNOWN})" for name, files in versions.items()}
    ledger = {"lines": _ledger(home, "document_lines"), "documents": _ledger(home, "documents")}
    aggregations = f"read_csv({sql_text(in_folder(seeds.FOLDER / 'aggregations.csv'))})"
    views = {
        kind: (_BILLED / f"{kind}.sql").read_text("utf-8").format(**known, **ledger, aggregations=aggregations)
        for kind in _BILLED_KINDS
    }
    united = "\nunion all\n".join(f"select * from ({sql})" for sql in views.values())
    changed = (_BILLED / "changed.sql").read_text("utf-8")
    return {
        "lake_fields_changed_after_billing": changed.format(
            definitions=united, catalogs=known["entities"], newest=f"({newest})"
        )
    }


def _ledger(home: Home, stream: str) -> str:
    files = folder_for_engine(home.ledger) / "[0-9][0-9][0-9][0-9][0-9][0-9]" / f"{stream}.parquet"
    return f"read_parquet({sql_text(files)})"
