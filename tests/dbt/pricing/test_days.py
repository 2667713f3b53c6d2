"""A price per day owes the days served × the price, rounded once a period. Figures by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.dbt.pricing.cases import built


@pytest.mark.parametrize(
    ("contract_id", "amounts"),
    [
        # 31 x 0.2458 = 7.6198; days rounded one by one would be 31 x 0.25 = 7.75; five of the plan are no five days
        ("day_standing", ["7.62"]),
        # a month is no thirty days here, whatever the proration of the plan
        ("day_thirty", ["7.62"]),
        ("day_unprorated", ["7.62"]),
        # 11 days of a period that is cut short, 11 of the new one so far
        ("day_standing_part", ["2.7", "7.62"]),
        ("day_unprorated_part", ["2.7", "7.62"]),
        # 15 x 0.2458 + 16 x 0.3
        ("day_dearer", ["8.49"]),
        # at least 9.3 a period
        ("day_least", ["9.3"]),
        # 21 days are served
        ("day_paused", ["5.16"]),
        ("day_own", ["15.5"]),
        # 10 days at 0.2458, 21 at 1
        ("day_moved", ["21", "2.46"]),
        # 5 days of months from the 16th at 1; 15 and 11 days of a calendar month at 0.2458
        ("day_back", ["6.39", "5"]),
    ],
)
def test_days_times_price_is_rounded_once_a_period(contract_id: str, amounts: list[str]) -> None:
    rows = [row for row in built().charges(contract_id) if str(row["period_from"]) < "2026-11-01"]
    assert [row["computed_amount"] for row in rows] == [Decimal(amount) for amount in amounts]


def test_the_quantity_is_the_days_served() -> None:
    assert [built().charges(name)[0]["quantity"] for name in ("day_standing", "day_paused", "day_dearer")] == [
        31,
        21,
        31,
    ]


def test_a_percentage_of_what_is_left_counts_the_days_that_would_have_come() -> None:
    """10 of 31 October days are served; 21 days, November and December are left: 82 x 0.2458 = 20.1556."""
    (row,) = [row for row in built().charges("day_left") if row["fee_id"] == "leaving"]
    assert row["computed_amount"] == Decimal("20.16")


def test_a_billing_period_that_is_left_and_taken_up_again_is_in_no_doubt() -> None:
    """Months from another anchor stand in between: no day lies in two months, and none in neither."""
    assert built().rows("select * from int_charge_claims_broken where contract_id = 'day_back'") == []
    [october] = built().rows(
        "select * from int_billing_periods_served where contract_id = 'day_back' and period_from = '2026-10-01' "
        "and interval_unit = 'month'"
    )
    assert [(str(part["part_from"]), str(part["part_until"])) for part in october["served_parts"]] == [
        ("2026-10-01", "2026-10-16"),
        ("2026-10-21", "2026-11-01"),
    ]
