"""Events that nothing tells apart are metered as groups: what comes out is what counting one by one on the wall clock
of each zone would give."""

from __future__ import annotations

import json
import random
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from billing_jobs.settings import Home
from tests.dbt.contracts.shop import Shop, Tables, build
from tests.dbt.pricing.cases import usage_fee

SELECT = "path:seeds +usage_accounting +usage_daily assert_every_received_event_is_accounted_for"
# Zones whose clock changes at midnight (Cairo, Havana, Santiago), by half an hour (Lord Howe), or that are not whole
# hours from UTC.
ZONES = (
    "Asia/Tokyo", "UTC", "America/New_York", "Africa/Cairo", "America/Havana", "America/Santiago",
    "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Chatham",
)  # fmt: skip
# Around changes of the clock in 2025, whose rules every table of zones knows.
DAYS = [
    date(2025, 3, 9),
    date(2025, 4, 5),
    date(2025, 4, 25),
    date(2025, 9, 7),
    date(2025, 10, 5),
    date(2025, 10, 30),
    date(2025, 11, 2),
    date(2025, 12, 31),
]
EVENTS = 3000


def shop_in(zones: Sequence[str]) -> Shop:
    """One contract a zone, known from the 1st of March and gone on the 31st of December;
    moments at midnights and anywhere around them."""
    drawn = random.Random(20251031)
    shop = Shop()
    shop.catalog(
        "meters",
        meter="calls",
        event_type="api.request",
        aggregation="sum",
        field="quantity",
        dimensions='["region","size"]',
    )
    shop.catalog("meters", meter="requests", event_type="api.request", aggregation="count", dimensions="[]")
    shop.plan("metered", usage_fee("per_unit", unit_price="1"), trial_days=0)
    for zone in zones:
        shop.sign(zone, "metered", "2025-03-01", time_zone=zone, ends_on="2025-12-31")
    for number in range(EVENTS):
        zone, day = drawn.choice(zones), drawn.choice(DAYS)
        midnight = datetime.combine(day, datetime.min.time(), ZoneInfo(zone)).astimezone(UTC)
        moment = midnight + timedelta(
            minutes=drawn.choice(
                [-120, -61, -60, -31, -30, -1, 0, 1, 29, 30, 31, 59, 60, 61, drawn.randint(-2000, 2000)]
            )
        )
        properties = {"region": drawn.choice(["east", "west"]), "request": f"r{number}"} | (
            {"size": "big"} if number % 3 == 0 else {}
        )
        quantity = Decimal(drawn.randint(-50, 500)) / 7
        shop.use(
            zone,
            moment.isoformat(),
            round(quantity, 12),
            properties=json.dumps(dict(sorted(properties.items())), separators=(",", ":")),
            file=f"usage/app/{number % 5}.csv",
        )
    return shop


# In Havana midnight comes twice in autumn; alone, no midnight of another zone falls on the first of the two.
@pytest.mark.parametrize("zones", [ZONES, ("America/Havana",)], ids=["many zones", "Havana alone"])
def test_groups_come_to_what_their_events_come_to_on_the_wall_clock(zones: Sequence[str], tmp_path: Path) -> None:
    shop, tables = shop_in(zones), Tables(Home(tmp_path))
    shop.write(tables.home)
    assert build(tables.home, SELECT) == []
    expected: dict[tuple[str, str, date, str], list[Decimal]] = defaultdict(list)
    waiting = 0
    for event in shop.rows["usage"]:
        zone, moment = event["contract_id"], datetime.fromisoformat(event["event_at"])
        local = moment.astimezone(ZoneInfo(zone)).date()
        if not date(2025, 3, 1) <= local < date(2025, 12, 31):
            waiting += 1
            continue
        properties = json.loads(event["properties"])
        dimensions = json.dumps({"region": properties["region"], "size": properties.get("size")}, separators=(",", ":"))
        expected[zone, "calls", local, dimensions].append(event["quantity"])
        expected[zone, "requests", local, "{}"].append(Decimal(1))
    found = tables.rows("select contract_id, meter, usage_date, dimensions, quantity, event_count from usage_daily")
    assert {
        (row["contract_id"], row["meter"], row["usage_date"], row["dimensions"]): (row["quantity"], row["event_count"])
        for row in found
    } == {key: (sum(quantities), len(quantities)) for key, quantities in expected.items()}
    assert waiting > 0
    assert tables.rows("select sum(events_waiting)::bigint as waiting from usage_accounting")[0]["waiting"] == waiting
    # Each request has a property of its own, and still there are fewer groups than events.
    assert (
        tables.rows(
            "select count(distinct (event_date, file_name, first_line_no)) as groups from int_usage_metered "
            "where first_line_no > 0"
        )[0]["groups"]
        < EVENTS
    )


def test_dimensions_that_differ_in_capitals_only_are_told_apart(tmp_path: Path) -> None:
    shop, tables = Shop(), Tables(Home(tmp_path))
    shop.catalog(
        "meters", meter="calls", event_type="api.request", aggregation="sum", field="quantity", dimensions='["region"]'
    )
    shop.catalog(
        "meters", meter="Calls", event_type="api.request", aggregation="sum", field="quantity", dimensions='["Region"]'
    )
    shop.plan("metered", usage_fee("per_unit", unit_price="1"), trial_days=0)
    shop.sign("known", "metered", "2025-03-01")
    for region in ("east", "west", "east"):
        shop.use("known", "2025-06-01T10:00:00+00:00", "2", properties=f'{{"Region":"north","region":"{region}"}}')
    shop.write(tables.home)
    assert build(tables.home, SELECT) == []
    found = tables.rows("select meter, dimensions, quantity::bigint as quantity from usage_daily order by all")
    assert [tuple(row.values()) for row in found] == [
        ("Calls", '{"Region":"north"}', 6), ("calls", '{"region":"east"}', 4), ("calls", '{"region":"west"}', 2),
    ]  # fmt: skip
