"""The bare engine: DuckDB alone does the same work, with the least SQL a careful person would write by hand.

It does not say why it left a row out, find contradictions, know contracts, zones or prices, nor keep anything for
tomorrow. It is the floor, not a rival.
"""

from __future__ import annotations

import shutil
import time
from datetime import timedelta
from pathlib import Path

import duckdb

from benchmarks.large import NIGHT

WINDOW_DAYS = 45
READ = {
    "csv": (
        "select *, property_region as region from read_csv('{file}', header = true, all_varchar = true, "
        "ignore_errors = true)"
    ),
    "jsonl": "select *, properties ->> 'region' as region from read_json('{file}', format = 'newline_delimited', "
    "ignore_errors = true, columns = "
    "{{'event_id': 'VARCHAR', 'event_type': 'VARCHAR', 'event_at': 'VARCHAR', 'contract_id': 'VARCHAR', 'quantity': "
    "'VARCHAR', 'properties': 'VARCHAR'}})",
}
LOAD = """
copy (
    select
        event_id, event_type, try_cast(event_at as timestamptz) as event_at, contract_id,
        try_cast(quantity as decimal(38, 12)) as quantity, region,
        cast(try_cast(event_at as timestamptz) as date) as day,
    from ({read}) as new
    where
        try_cast(event_at as timestamptz) is not null and try_cast(quantity as decimal(38, 12)) is not null
        and event_id not in (
            select event_id from read_parquet('{lake}/usage/*/*.parquet', hive_partitioning = true)
            where event_date >= date '{since}'
        )
    qualify row_number() over (partition by event_id, day order by event_at) = 1
) to '{target}' (format parquet, partition_by (day))
"""
LOAD_FILES = """
copy (
    select event_id, event_type, event_at::timestamptz as event_at, contract_id, customer_id,
        quantity::decimal(38, 12) as quantity, property_region as region
    from read_csv($files, header = true, all_varchar = true, ignore_errors = true, store_rejects = true)
    where try_cast(event_at as timestamptz) is not null and try_cast(quantity as decimal(38, 12)) is not null
    qualify row_number() over (partition by event_id order by event_at, quantity) = 1
) to '{target}' (format parquet)
"""
SUM_FILES = """
create table usage_daily as
select contract_id, customer_id, (event_at at time zone 'Asia/Tokyo')::date as usage_date, region,
    sum(quantity) as quantity, count(*) as event_count
from read_parquet($file)
group by all
"""
SUM_NEW = """
create table usage_daily as
select contract_id, event_type, region, cast(event_at at time zone 'Asia/Tokyo' as date) as usage_date,
    sum(quantity) as quantity, count(*) as event_count
from read_parquet('{target}/*/*.parquet')
group by all
"""
SUM_DAY = """
insert into usage_daily
select contract_id, event_type, properties, cast(event_at at time zone 'Asia/Tokyo' as date), sum(quantity), count(*)
from {events}
group by all
"""


def load_and_sum(file: Path, lake: Path, scratch: Path) -> dict[str, float]:
    """Seconds to load one new file into Parquet by day, without what the lake has seen, and to sum it by contract,
    meter, region and local day."""
    target = scratch / "bare"
    shutil.rmtree(target, ignore_errors=True)
    con = _connect()
    began = time.perf_counter()
    read = READ[file.suffix.lstrip(".")].format(file=file)
    con.execute(LOAD.format(read=read, lake=lake, since=NIGHT - timedelta(days=WINDOW_DAYS), target=target))
    loaded = time.perf_counter()
    con.execute(SUM_NEW.format(target=target))
    return {"load": loaded - began, "sum": time.perf_counter() - loaded, "events": _events(con)}


def load_and_sum_files(usage: Path, scratch: Path) -> dict[str, float]:
    """Seconds to load the files into one Parquet file, and to sum it by contract, local day and region;
    and the rows kept and made."""
    con = _connect()
    target = scratch / "bare.parquet"
    began = time.perf_counter()
    con.execute(LOAD_FILES.format(target=target), {"files": str(usage / "**" / "*.csv")})
    loaded = time.perf_counter()
    con.execute(SUM_FILES, {"file": str(target)})
    summed = time.perf_counter()
    rows = con.execute("select sum(event_count), count(*) from usage_daily").fetchall()[0]
    return {"load": loaded - began, "sum": summed - loaded, "events": float(rows[0]), "rows": float(rows[1])}


def sum_lake(lake: Path) -> dict[str, float]:
    """Seconds to sum all of the lake by contract, meter, properties and local day, day by day, each id once a day."""
    con = _connect()
    con.execute(
        "create table usage_daily (contract_id varchar, event_type varchar, properties varchar, usage_date date, "
        "quantity decimal(38, 12), event_count bigint)"
    )
    began = time.perf_counter()
    for folder in sorted((lake / "usage").glob("event_date=2*")):
        con.execute(
            SUM_DAY.format(
                events=(
                    f"(from read_parquet('{folder}/*.parquet') qualify row_number() over (partition by event_id) = 1)"
                )
            )
        )
    deduplicated = time.perf_counter()
    con.execute("delete from usage_daily")
    con.execute(SUM_DAY.format(events=f"read_parquet('{lake}/usage/event_date=2*/*.parquet')"))
    return {"sum": time.perf_counter() - deduplicated, "deduplicated": deduplicated - began, "events": _events(con)}


def _connect() -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    con.execute("set TimeZone = 'UTC'")
    con.execute("set enable_progress_bar = false")
    return con


def _events(con: duckdb.DuckDBPyConnection) -> float:
    return float(con.execute("select sum(event_count) from usage_daily").fetchall()[0][0])
