"""The log of mails: `ledger/sending.jsonl`, one line for the intent before a call and one for its outcome after it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from billing_jobs import streams
from billing_jobs.adapters import append_log
from billing_jobs.adapters import duckdb as engine
from billing_jobs.adapters.duckdb import Connection
from billing_jobs.adapters.files import replace_parquet
from billing_jobs.engine_paths import in_folder
from billing_jobs.settings import Home


def append(home: Home, *records: dict[str, Any]) -> None:
    """Add records, all or none, and wait until they are on disk. Raises ValueError for a field that the stream does not
    have, OSError when they cannot be written whole."""
    unknown = {name for record in records for name in record} - set(streams.SENDING)
    if unknown:
        raise ValueError(f"sending.jsonl has no such fields: {', '.join(sorted(unknown))}")
    append_log.append(home.sending_log, *records)


def read(home: Home) -> list[dict[str, Any]]:
    """Every whole record, in the order written."""
    return append_log.read(home.sending_log)


def torn_lines(home: Home) -> list[int]:
    """The line numbers (from 1) of pieces that a crash left behind: a mail whose line was torn has no record of its
    own."""
    return append_log.torn_lines(home.sending_log)


def write_table(home: Home, target: Path) -> None:
    """The log as the typed Parquet file that dbt reads."""
    with engine.connect() as con:
        load(con, home, "sent")
        replace_parquet(con.table("sent"), target)


def load(con: Connection, home: Home, table: str) -> None:
    """The log as a temporary table; a record's missing fields are null, and whose data was erased has no address
    there."""
    names = list(streams.SENDING)
    records = read(home)
    columns = [[None if record.get(name) is None else str(record[name]) for record in records] for name in names]
    con.execute(f"create temp table {table} as {streams.empty_select(streams.SENDING)}")
    con.execute(f"insert into {table} select {', '.join(['unnest(cast(? as varchar[]))'] * len(names))}", columns)
    for path in (home.lake / "crm" / "erasures").glob("*.parquet"):
        erased = f"(select customer_id from read_parquet({engine.sql_text(in_folder(path))}))"
        con.execute(
            f"update {table} set recipient = 'erased', error = if(error is null, null, 'erased') "
            f"where customer_id in {erased}"
        )
