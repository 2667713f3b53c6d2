"""The journal of a closed month as a CSV file for the accounting system, written from the ledger alone.

The file is a CSV of RFC 4180 with a layout of our own: `COLUMNS`, one line an entry's side. No accounting system's
import layout is written; one maps these columns.
"""

from __future__ import annotations

from datetime import date

from billing_jobs.adapters import duckdb as engine
from billing_jobs.adapters.duckdb import Connection, sql_text
from billing_jobs.adapters.ledger.commits import open_ledger
from billing_jobs.engine_paths import in_folder
from billing_jobs.settings import Home
from billing_jobs.whole_files import put_in_place

COLUMNS = (
    "entry_id, line_no, entity_id, posted_on, account, side, amount, currency, source_type, source_id, product, "
    "department"
)


def write_months(home: Home) -> list[str]:
    """Write `reports/journal_<yyyy-mm>.csv` for every closed month; returns the names of the files, oldest first."""
    ledger = open_ledger(home)
    home.reports.mkdir(parents=True, exist_ok=True)
    with engine.connect() as con:
        months = engine.rows(
            con, "select distinct month from read_parquet(?) order by month", [ledger.glob("period_closes")]
        )
        return [_write(con, home, ledger.glob("journal_entries"), row["month"]) for row in months]


def _write(con: Connection, home: Home, files: str, month: date) -> str:
    """One month: the entries posted in it, those of late facts included.

    Amounts as decimals with a point, UTF-8 with a BOM for spreadsheets.
    """
    target = home.reports / f"journal_{month:%Y-%m}.csv"
    temporary = target.with_name(f".{target.name}.part")
    entries = (
        f"select {COLUMNS} from read_parquet({sql_text(files)}) where month = {sql_text(month)} "
        "order by entry_id, line_no, side, account"
    )
    con.execute(f"copy ({entries}) to {sql_text(in_folder(temporary))} (format csv, header)")
    temporary.write_bytes("\ufeff".encode() + temporary.read_bytes())
    put_in_place(temporary, target)
    return target.name
