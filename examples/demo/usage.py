"""Usage of any size, made in sets by the engine: the same arguments give the same bytes.

Some rows come twice, some come weeks late, some contradict themselves, some cannot be read: as in real life, but a
known share of each. As a program: a usage folder for a benchmark,
`python -m examples.demo.usage --events 1_000_000 --contracts 10_000 --out DIR`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import click
import duckdb

LATE_EVERY, TWICE_EVERY, UNREADABLE_EVERY, CONTRADICTING_EVERY = 211, 331, 997, 1499
LATE_BY = timedelta(days=25)


@dataclass(frozen=True)
class Route:
    """A contract that uses something: which source reports it, as which event type, from which day on."""

    source: str
    event_type: str
    contract_id: str
    customer_id: str
    starts: date


@dataclass(frozen=True)
class Window:
    """The days that one file reports: `first` inclusive, `until` exclusive,
    delivered on the evening of its last day."""

    first: date
    until: date

    @property
    def delivered(self) -> date:
        return self.until - timedelta(days=1)


# How a source writes an event: (name of the file's format, columns, options of COPY). Units and prices stay text: no
# float is near them.
JST = "strftime(event_at at time zone 'Asia/Tokyo', '%Y-%m-%dT%H:%M:%S') || '+09:00'"
ZULU = "strftime(event_at at time zone 'UTC', '%Y-%m-%dT%H:%M:%S.%fZ')"
OWNER = (
    "if(contract_no % 9 = 4, '', contract_id) as contract_id, if(contract_no % 9 = 4, customer_id, '') as customer_id"
)
FORMATS = {
    "web": ("csv", f"event_id, event_type, {JST} as event_at, {OWNER}, quantity, region as property_region", (
        "format csv, "
        "header"
    )),
    "gateway": (
        "csv.gz", (
            f"event_id as request_id, {ZULU} as finished_at, contract_id as tenant, "
            "quantity as calls, region as zone"
        ),
        "format csv, header, compression gzip",
    ),
    "storage": ("jsonl", (
        f"event_id, event_type, {JST} as event_at, contract_id, {{'class': class, 'gigabytes': quantity}} as "
        "properties"
    ), (
        "format "
        "json"
    )),
    "sms": (
        "jsonl.gz", (
            f"event_id, event_type, {JST} as event_at, contract_id, quantity, {{'carrier': carrier, 'unit_price': "
            f"unit_price}} as properties"
        ),
        "format json, compression gzip",
    ),
    "edge": ("parquet", (
        "event_id, event_type, event_at, contract_id, try_cast(quantity as integer) as quantity, region as "
        "property_region"
    ), (
        "format "
        "parquet"
    )),
}  # fmt: skip

# `chosen` picks the smaller of two random contracts, so that some use much and most use little. `draw` is one random
# number an event.
EVENTS = """
create or replace temp table events as
with
drawn as (
    select i as event_no, hash(i, $seed, $window) as draw, hash(i, $window, $seed, 'contract') as pick
    from range($count) as numbers(i)
),
chosen as (
    select *, least(pick % $routes, (pick // 1048576) % $routes)::integer as contract_no,
        (draw // 4096 % $seconds)::integer as second_no
    from drawn
)
select
    $prefix || '-' || chosen.event_no as event_id,
    routes.event_type,
    $first::timestamptz + to_seconds(chosen.second_no) as event_at,
    routes.contract_id,
    routes.customer_id,
    chosen.contract_no,
    if(chosen.event_no % $unreadable_every = 5, 'n/a', (1 + chosen.draw % routes.most)::varchar) as quantity,
    ['tokyo', 'osaka', 'singapore', 'oregon'][1 + (chosen.draw // 97 % 10 // 3)::integer] as region,
    ['hot', 'cold', 'archive'][1 + (chosen.draw // 89 % 3)::integer] as class,
    ['tsuki', 'hoshi', 'kaze'][1 + (chosen.draw // 83 % 3)::integer] as carrier,
    ['8.2', '9.5', '11.4'][1 + (chosen.draw // 83 % 3)::integer] as unit_price,
    chosen.event_no % $late_every = 3 as is_late,
    chosen.event_no % $twice_every = 7 as is_twice,
    chosen.event_no % $contradicting_every = 11 as is_contradicted
from chosen
inner join routes on routes.contract_no = chosen.contract_no and routes.source = $source
where $first::timestamptz + to_seconds(chosen.second_no) >= routes.starts
"""

ROWS = """
select {columns} from (
    select * from events where is_late = {late}
    union all by name
    select * from events where is_twice and is_late = {late}
    union all by name
    select * replace ('999999' as quantity) from events where is_contradicted and is_late = {late}
)
order by event_at, event_id, quantity
"""


def windows(first: date, until: date) -> list[Window]:
    """The reporting windows of each month: the 1st, 8th, 15th and 22nd begin one."""
    begins = [
        day
        for day in (first + timedelta(days=n) for n in range((until - first).days))
        if day.day in (1, 8, 15, 22) or day == first
    ]
    return [Window(begin, end) for begin, end in zip(begins, [*begins[1:], until], strict=True)]


def write_usage(out: Path, routes: Sequence[Route], *, spans: Sequence[Window], events_per_day: int, seed: int) -> int:
    """Files of all five formats below `out/<day of delivery>/usage/<source>/`;
    returns the number of different events."""
    con, total = connect(routes), 0
    for source in FORMATS:
        ours = sum(route.source == source for route in routes)
        for window in spans if ours else ():
            count = max(1, events_per_day * (window.until - window.first).days * ours // len(routes))
            total += _stage(con, source=source, window=window, count=count, routes=ours, seed=seed)
            _copy(
                con,
                out / f"{window.delivered}" / "usage" / source,
                f"{source}-{window.first:%Y%m%d}",
                source,
                late=False,
            )
            if window.delivered + LATE_BY < spans[-1].until:
                _copy(
                    con,
                    out / f"{window.delivered + LATE_BY}" / "usage" / source,
                    f"{source}-{window.first:%Y%m%d}-late",
                    source,
                    late=True,
                )
            else:
                _copy(
                    con,
                    out / f"{window.delivered}" / "usage" / source,
                    f"{source}-{window.first:%Y%m%d}-rest",
                    source,
                    late=True,
                )
    return total


def connect(routes: Sequence[Route]) -> duckdb.DuckDBPyConnection:
    """A connection with the table `routes`: the contracts of each source, numbered from 0;
    `most` is the largest quantity of one event."""
    con = duckdb.connect()
    con.execute("set TimeZone = 'Asia/Tokyo'")
    con.execute("set preserve_insertion_order = true")
    con.execute(
        "create temp table listed (source varchar, event_type varchar, contract_id varchar, customer_id varchar, "
        "starts date)"
    )
    sources, types, contracts, customers, starts = zip(
        *[(r.source, r.event_type, r.contract_id, r.customer_id, r.starts) for r in routes], strict=True
    )
    con.execute(
        "insert into listed select unnest($1), unnest($2), unnest($3), unnest($4), unnest($5::date[])",
        [list(sources), list(types), list(contracts), list(customers), [str(day) for day in starts]],
    )
    con.execute("""
        create temp table routes as
        select *, row_number() over (partition by source order by contract_id, event_type) - 1 as contract_no,
            case event_type when 'api.request' then 700 when 'storage.snapshot' then 90 when 'sms.sent' then 60
                else 1 end as most
        from listed
    """)
    return con


def _stage(con: duckdb.DuckDBPyConnection, *, source: str, window: Window, count: int, routes: int, seed: int) -> int:
    values = {
        "seed": seed, "window": f"{source}{window.first}", "prefix": f"{source}-{window.first:%Y%m%d}",
        "source": source, "first": str(window.first),
        "count": count, "routes": routes, "seconds": (window.until - window.first).days * 86400,
        "late_every": LATE_EVERY, "twice_every": TWICE_EVERY,
        "unreadable_every": UNREADABLE_EVERY, "contradicting_every": CONTRADICTING_EVERY,
    }  # fmt: skip
    con.execute(EVENTS, values)
    return int(con.execute("select count(*) from events").fetchall()[0][0])


def _copy(con: duckdb.DuckDBPyConnection, folder: Path, name: str, source: str, *, late: bool) -> None:
    rows = ROWS.format(columns=FORMATS[source][1], late=late)
    if not con.execute(f"select 1 from ({rows}) limit 1").fetchall():
        return
    folder.mkdir(parents=True, exist_ok=True)
    ending, _, options = FORMATS[source]
    path = folder / f"{name}.{ending}"
    con.execute(f"copy ({rows}) to '{path}' ({options})")
    if ending in ("csv", "jsonl") and not late:  # what a full disk leaves behind: half a line
        with path.open("ab") as file:
            file.write(b"torn,line\n" if ending == "csv" else b'{"event_id": "torn", "event_ty\n')


@click.command(help=__doc__)
@click.option("--events", default=1_000_000, show_default=True, help="different events, duplicates not counted")
@click.option("--contracts", default=10_000, show_default=True)
@click.option("--from", "first", default="2026-10-01", show_default=True, type=click.DateTime(["%Y-%m-%d"]))
@click.option("--days", default=31, show_default=True)
@click.option("--seed", default=7, show_default=True)
@click.option("--out", required=True, type=click.Path(path_type=Path))
def main(*, events: int, contracts: int, first: datetime, days: int, seed: int, out: Path) -> None:
    begins = first.replace(tzinfo=UTC).date()
    routes = [Route("web", "api.request", f"K{number:06}", f"C{number:06}", begins) for number in range(contracts)]
    spans = [Window(begins + timedelta(days=n), begins + timedelta(days=n + 1)) for n in range(days)]
    made = write_usage(out, routes, spans=spans, events_per_day=-(-events // days), seed=seed)
    click.echo(f"{made:,} events of {contracts:,} contracts below {out}")


if __name__ == "__main__":
    main()
