"""Chains of amendments and retractions: followed as far as is said, refused and named beyond;
a circle is refused whole."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest

from billing_jobs.settings import Home
from tests.dbt.contracts.shop import Shop, Tables, build
from tests.dbt.pricing.cases import usage_fee

FIRST = "path:seeds +usage_accounting +usage_daily +rejected_rows assert_every_received_event_is_accounted_for"


def amend(shop: Shop, case: str, links: int, *, first: int = 1) -> None:
    """`case-0` of 1 unit, and each `case-n` of n units that amends the one before it,
    each a minute later received than the other."""
    shop.sign(case, "chained", "2026-10-01")
    if first == 1:
        use(shop, case, 0, "1")
    for number in range(first, links + 1):
        use(shop, case, number, str(number), amends=f"{case}-{number - 1}")


def use(shop: Shop, case: str, number: int, quantity: str, **columns: Any) -> None:
    at = f"2026-10-02 {number // 60:02d}:{number % 60:02d}:00+00"
    shop.use(
        case,
        at,
        quantity,
        event_id=f"{case}-{number}",
        file=f"usage/app/{case}.csv",
        received_at=f"2026-10-03{at[10:]}",
        **columns,
    )


@cache
def built() -> Tables:
    shop = Shop()
    shop.catalog(
        "meters", meter="calls", event_type="api.request", aggregation="sum", field="quantity", dimensions="[]"
    )
    shop.plan("chained", usage_fee("per_unit", unit_price="1"))
    amend(shop, "fifty", 50)
    amend(shop, "more", 52)
    use(shop, "more", 60, "7", amends="more-0")
    shop.sign("circle", "chained", "2026-10-01")
    use(shop, "circle", 0, "3", amends="circle-1")
    use(shop, "circle", 1, "4", amends="circle-0")
    for case, links in (("twenty", 20), ("twenty_one", 21)):
        shop.sign(case, "chained", "2026-10-01")
        use(shop, case, 0, "5")
        for number in range(1, links + 1):
            use(shop, case, number, "0", retracts=f"{case}-{number - 1}")
    home = Home(Path(mkdtemp(prefix="chains-")))
    shop.write(home)
    assert build(home, FIRST) == []
    return Tables(home)


def counted(case: str) -> Decimal:
    (row,) = built().rows("select coalesce(sum(quantity), 0) as quantity from usage_daily where contract_id = ?", case)
    return Decimal(row["quantity"])


@pytest.mark.parametrize(
    ("case", "quantity"),
    [
        ("fifty", "50"),
        # the 50th holds against the first event, until a newer amendment of that comes; the two beyond it count nothing
        ("more", "7"),
        ("circle", "0"),
        # an even number of retractions leaves the event; the 21st, that would take it away again, is refused
        ("twenty", "5"),
        ("twenty_one", "5"),
    ],
)
def test_a_chain_is_followed_to_its_cap(case: str, quantity: str) -> None:
    assert counted(case) == Decimal(quantity)


def test_what_stands_beyond_the_cap_is_refused_by_name() -> None:
    rows = built().rows(
        "select file_name, column_name, reason_code, count(*) as refused from rejected_rows group by all order by all"
    )
    assert [
        (row["file_name"].removeprefix("usage/app/"), row["column_name"], row["reason_code"], row["refused"])
        for row in rows
    ] == [
        ("circle.csv", "amends", "correction_chain_too_long", 2),
        ("more.csv", "amends", "correction_chain_too_long", 2),
        ("twenty_one.csv", "retracts", "correction_chain_too_long", 1),
    ]
    assert {row["source"] for row in built().rows("select source from rejected_rows")} == {"app"}
