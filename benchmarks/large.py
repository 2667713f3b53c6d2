"""A home with a lake of any size, written straight in the lake's format, and one more file of usage that a night
brings.

Ids look random, as those of real sources do, so that no range of them can be skipped. Of the new file's events a few
are late by days, come twice, or cannot be read, and its last line is torn.
"""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import duckdb

from billing_jobs.intake.engine import copy_to_parquet, write_rows
from billing_jobs.intake.intake_log import Receipt, append_receipts
from billing_jobs.intake.outcome import LOADED
from billing_jobs.intake.reading.received import file_id_of
from billing_jobs.jobs.ingest import ingest
from billing_jobs.jobs.init import init
from billing_jobs.records import Run
from billing_jobs.settings import Home
from billing_jobs.streams import INTAKE
from examples.demo.generate import CATALOG
from examples.demo.tables import write_csv

NIGHT = date(2026, 10, 31)
SINCE = date(2023, 1, 1)
LATE_EVERY, TWICE_EVERY, UNREADABLE_EVERY = 500, 1000, 997

EVENT = """
    'evt_' || lower(to_hex(hash(i, {salt}))) as event_id,
    'api.request' as event_type,
    'K' || lpad(least(hash(i, 1, {salt}) % {contracts}, hash(i, 2, {salt}) % {contracts})::varchar, 6, '0')
        as contract_id,
    1 + hash(i, 3) % 700 as quantity,
    ['tokyo', 'osaka', 'singapore', 'oregon'][1 + (hash(i, 4) % 4)::integer] as region,
"""
LAKE = """
select
    event_id, 'web' as source, event_type,
    timestamptz '{day} 00:00:00+00' + to_seconds(i * 86400 // {count}) as event_at, null::timestamptz as ended_at,
    contract_id, '' as customer_id, quantity::decimal(38, 12) as quantity,
    '{{"region":"' || region || '"{price}}}' as properties,
    null::varchar as amends, null::varchar as retracts, '{name}' as file_name, i + 2 as line_no,
    timestamptz '{at}' as received_at,
from (select i, {event} from range({count}) as numbers(i))
"""
NEW = """
select
    event_id, event_type,
    strftime(timestamp '{day} 00:00:00' + to_seconds(i * 86400 // {count}) - to_days(if(i % {late} = 7, 1 + i % 13,
        0)::integer), '%Y-%m-%dT%H:%M:%S')
    || '+09:00' as event_at,
    contract_id, if(i % {unreadable} = 5, 'n/a', quantity::varchar) as quantity, {properties},
from (select i, {event} from (from range({count}) union all from range(3, {count}, {twice})) as numbers(i) order by i)
"""


@dataclass(frozen=True)
class Size:
    """events: in the lake, spread evenly over so many days before the night. is_priced: each brings its own price."""

    events: int
    days: int
    contracts: int
    plan: str = "api_payg"
    since: date = SINCE
    is_priced: bool = False


def write_home(home: Home, size: Size, *, more: str = "") -> None:
    """Catalog (the demo's, and a file `more`), contracts and the lake, as if every day's file had come on its day."""
    run = Run(NIGHT - timedelta(days=1), datetime.combine(NIGHT - timedelta(days=1), time(17), UTC))
    init(home, run)
    shutil.copytree(CATALOG, home.landing / "catalog", dirs_exist_ok=True)
    if more:
        (home.landing / "catalog" / "more.yml").write_text(more, encoding="utf-8")
    write_csv(
        home.landing / "crm" / "customers.csv",
        [{"customer_id": f"C{number:05}", "name": f"見本商事{number}"} for number in range(1000)],
    )
    contracts = [
        {
            "contract_id": f"K{number:06}",
            "customer_id": f"C{number % 1000:05}",
            "plan_id": size.plan,
            "service_from": size.since,
        }
        for number in range(size.contracts)
    ]
    write_csv(home.landing / "crm" / "contracts.csv", contracts)
    ingest(home, run)
    with duckdb.connect() as con:
        con.execute("set TimeZone = 'UTC'")
        append_receipts(
            home.intake_log,
            [_write_day(con, home, size, NIGHT - timedelta(days=back)) for back in range(size.days, 0, -1)],
        )


def _write_day(con: duckdb.DuckDBPyConnection, home: Home, size: Size, day: date) -> Receipt:
    name, at, count = f"usage/web/web-{day:%Y%m%d}.csv", datetime.combine(day, time(17), UTC), size.events // size.days
    file_id, sha256 = file_id_of(name), hashlib.sha256(name.encode()).hexdigest()
    event = EVENT.format(salt=day.toordinal(), contracts=size.contracts)
    copy_to_parquet(
        con,
        LAKE.format(
            day=day, count=count, name=name, at=at, event=event, price=',"unit_price":"1.5"' if size.is_priced else ""
        ),
        home.lake / "usage" / f"event_date={day}" / f"{file_id}.parquet",
    )
    row = {
        "file_id": file_id, "file_name": name, "sha256": sha256, "stream": "usage", "source": "web", "received_at": at,
        "rows_received_at": at, "state": LOADED,
        "event_date": day, "rows_received": count, "rows_accepted": count, "rows_rejected": 0, "rows_duplicate": 0,
    }  # fmt: skip
    write_rows(con, home.lake / "intake" / f"{file_id}.parquet", columns=INTAKE, rows=[row])
    return Receipt(name, sha256, 1, at)


def write_new_file(home: Home, size: Size, *, events: int, kind: str) -> Path:
    """The night's file of usage, `csv` or `jsonl`, in landing/."""
    target = home.landing / "usage" / "web" / f"web-{NIGHT:%Y%m%d}.{kind}"
    target.parent.mkdir(parents=True, exist_ok=True)
    properties = "region as property_region" if kind == "csv" else "{'region': region} as properties"
    event = EVENT.format(salt=NIGHT.toordinal(), contracts=size.contracts)
    made = NEW.format(
        day=NIGHT,
        count=events,
        late=LATE_EVERY,
        twice=TWICE_EVERY,
        unreadable=UNREADABLE_EVERY,
        properties=properties,
        event=event,
    )
    with duckdb.connect() as con:
        con.execute(f"copy ({made}) to '{target}' ({'format csv, header' if kind == 'csv' else 'format json'})")
    with target.open("ab") as file:
        file.write(b"torn,line\n")
    return target
