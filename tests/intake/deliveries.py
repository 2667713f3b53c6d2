"""A home in a folder of its own, files put into its landing folder, and the lake's rows as dicts."""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from billing_jobs.adapters.duckdb import connect, rows
from billing_jobs.jobs.ingest import ingest
from billing_jobs.jobs.init import init
from billing_jobs.records import JobResult, Run
from billing_jobs.settings import Home

USAGE_HEADER = "event_id,event_type,event_at,contract_id,quantity\n"
CATALOG = """
entities:
  - {entity: main, name: {ja: 会社, en: Company}, time_zone: Asia/Tokyo, currency: JPY, payment_terms: net30}
payment_terms:
  - {payment_terms: net30, days: 30}
tax_codes:
  - {tax_code: standard, name: {ja: 標準, en: Standard}, kind: standard, rates: [{from: 2019-10-01, rate: 10}]}
meters:
  - {meter: calls, event_type: api.request, aggregation: sum, dimensions: [region]}
plans:
  - plan: team
    name: {ja: チーム, en: Team}
    entity: main
    currency: JPY
    interval: {every: 1, unit: month}
    fees:
      - {fee: base, kind: recurring, in: advance, model: flat, tax_code: standard,
         versions: [{from: 2026-01-01, amount: 12000}]}
"""


def at(day: int, hour: int = 17) -> Run:
    """The run of October `day`, 2026, whose night ends at `hour` UTC."""
    return Run(date(2026, 10, day), datetime(2026, 10, day, hour, tzinfo=UTC))


@cache
def _initialised() -> Path:
    root = Path(mkdtemp(prefix="home-"))
    init(Home(root), at(1))
    return root


def new_home(folder: Path) -> Home:
    """An initialised, empty home."""
    home = Home(folder / "home")
    shutil.copytree(_initialised(), home.root)
    return home


def deliver(home: Home, path: str, content: str | bytes) -> Path:
    """Put a file below landing/."""
    target = home.landing / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content.encode() if isinstance(content, str) else content)
    return target


def deliver_usage(home: Home, name: str, *lines: str) -> None:
    deliver(home, f"usage/{name}", USAGE_HEADER + "".join(f"{line}\n" for line in lines))


def take_in(home: Home, day: int = 1) -> JobResult:
    return ingest(home, at(day))


def rebuild(home: Home) -> None:
    """Throw the lake away and take everything in again, later."""
    shutil.rmtree(home.lake)
    take_in(home, 30)


def lake(home: Home, stream: str, *, order: str = "all") -> list[dict[str, Any]]:
    """The rows of a stream such as `rejects`, `crm/customers`, `usage/*`."""
    with connect() as con:
        return rows(
            con,
            f"select * from read_parquet('{home.lake}/{stream}/*.parquet', hive_partitioning = false) order by {order}",
        )


def rejects(home: Home) -> list[tuple[int, str | None, str]]:
    """(line, column, reason) of every refused row."""
    return [
        (row["line_no"], row["column_name"], row["reason_code"])
        for row in lake(home, "rejects", order="file_name, line_no")
    ]


def accepted_ids(home: Home) -> list[str]:
    return [row["event_id"] for row in lake(home, "usage/*", order="file_name, line_no")]


def counts(home: Home) -> list[tuple[str, str | None, int, int, int, int]]:
    """(file, day, received, accepted, rejected, duplicate) of every usage file."""
    names = ("rows_received", "rows_accepted", "rows_rejected", "rows_duplicate")
    found = [row for row in lake(home, "intake", order="file_name, event_date") if row["stream"] == "usage"]
    return [(row["file_name"], str(row["event_date"]), *(row[name] for name in names)) for row in found]  # type: ignore[misc]
