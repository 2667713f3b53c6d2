"""The whole book priced from nothing in a room beside the warehouse: the facts are the home's, the ledger is empty,
the catalog is given."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from billing_jobs.adapters import duckdb as engine
from billing_jobs.adapters.duckdb import Connection, sql_text
from billing_jobs.adapters.ledger.commits import create_ledger
from billing_jobs.adapters.spreadsheets import write_csv
from billing_jobs.adapters.warehouse import dbt, runs
from billing_jobs.engine_paths import in_folder
from billing_jobs.errors import BuildFailed
from billing_jobs.records import Run
from billing_jobs.settings import Home

Row = dict[str, Any]
OWED = "int_charges_net_of_tax"
_QUERIES = Path(__file__).with_name("simulation.sql")
TABLES = ("charges", "customers", "months", "fees", "totals")
WRITTEN = ("customers", "charges")


def open_room(home: Home, room: Home, run: Run, *, with_catalog: bool) -> None:
    """Make a room: links to the lake (without its catalog unless asked for), the run,
    and a ledger in which nothing was ever recorded."""
    room.lake.mkdir(parents=True)
    left_out = {*runs.OF_ONE_BUILD} | (set() if with_catalog else {"catalog"})
    for stream in (path for path in home.lake.iterdir() if path.is_dir() and path.name not in left_out):
        (room.lake / stream.name).symlink_to(stream.resolve())
    runs.write_run(room, run, create_ledger(room, run), view=True)


def price(room: Home, *, catalog: str) -> None:
    """Compute what every charge of the room owes.

    Raises BuildFailed with what stands in the way; `catalog` names it.
    """
    outcome = dbt.build(room.root, f"+{OWED}", full_refresh=True, is_complete=False)
    if not outcome.ok:
        raise BuildFailed(
            f"The book could not be priced with {catalog}; nothing was changed.\n" + "\n".join(outcome.failures)
        )


def contracts_in_doubt(room: Home) -> list[str]:
    """Contracts of which something is in doubt with the room's catalog: a broken claim names it,
    so it owes nothing there."""
    with engine.connect(room.warehouse) as con:
        return [
            row["contract_id"]
            for row in engine.rows(
                con, "select distinct contract_id from int_charge_claims_broken order by contract_id"
            )
        ]


def compare(rooms: dict[str, Home], *, begins: str, ends: str, into: Path) -> dict[str, list[Row]]:
    """What the charges of both rooms (`current`, `proposed`) come to, side by side: rows by table, and files of
    customers and charges.

    Periods that begin before `begins` or on or after `ends` are left out; an empty text is no bound.
    """
    with engine.connect() as con:
        for name, room in rooms.items():
            con.execute(f"attach {sql_text(in_folder(room.warehouse))} as {name} (read_only)")
        con.execute(f"set variable begins = {sql_text(begins or '0001-01-01')}")
        con.execute(f"set variable ends = {sql_text(ends or '9999-12-31')}")
        con.execute(_QUERIES.read_text(encoding="utf-8"))
        for table in WRITTEN:
            _write(con, table, into)
        return {
            table: engine.rows(con, f"select * from {table} order by all") for table in TABLES if table != "charges"
        }


def _write(con: Connection, table: str, into: Path) -> None:
    write_csv(con, f"select * from {table} order by all", into / f"{table}.csv")
    con.execute(
        f"copy (select * from {table} order by all) to {sql_text(in_folder(into / f'{table}.parquet'))} (format "
        "parquet)"
    )
