"""The bare engine: DuckDB alone reads, deduplicates and sums the same files, with the least SQL a careful person would write by hand.

It does not reject row by row, find contradictions, know contracts, zones or prices, nor keep anything for tomorrow. It is the floor, not a rival.
"""

from __future__ import annotations

import time
from pathlib import Path

import duckdb

LOAD = """
copy (
    select event_id, event_type, event_at::timestamptz as event_at, contract_id, customer_id, quantity::decimal(38, 12) as quantity, property_region as region
    from read_csv($files, header = true, all_varchar = true, ignore_errors = true, store_rejects = true)
    where try_cast(event_at as timestamptz) is not null and try_cast(quantity as decimal(38, 12)) is not null
    qualify row_number() over (partition by event_id order by event_at, quantity) = 1
) to '{target}' (format parquet)
"""
SUM = """
create table usage_daily as
select contract_id, customer_id, (event_at at time zone 'Asia/Tokyo')::date as usage_date, region, sum(quantity) as quantity, count(*) as event_count
from read_parquet($file)
group by all
"""


def measure(usage: Path, scratch: Path) -> dict[str, float]:
    """Seconds to load the files into one Parquet file, and to sum it by contract, local day and region; and the rows kept and made."""
    con = duckdb.connect()
    con.execute("set TimeZone = 'UTC'")
    con.execute("set enable_progress_bar = false")
    target = scratch / "bare.parquet"
    began = time.perf_counter()
    con.execute(LOAD.format(target=target), {"files": str(usage / "**" / "*.csv")})
    loaded = time.perf_counter()
    con.execute(SUM, {"file": str(target)})
    summed = time.perf_counter()
    rows = con.execute("select sum(event_count), count(*) from usage_daily").fetchall()[0]
    return {"load": loaded - began, "sum": summed - loaded, "events": float(rows[0]), "rows": float(rows[1])}
