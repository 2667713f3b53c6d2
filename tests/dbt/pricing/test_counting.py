"""Each way of counting is split by a property, filtered by it, and goes on over a price change;
usage is rounded by its absolute value."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.dbt.pricing.cases import built
from tests.dbt.pricing.counting_cases import AGGREGATIONS, ROUNDED

# East and west in October. A level: 5 for three days, 3 for half a day, 4 for 26.5 days; 7 for 29 days.
COUNTED = {
    "sum": ("12", "7"),
    "count": ("3", "1"),
    "unique_count": ("2", "1"),
    "max": ("5", "7"),
    "latest": ("4", "7"),
    "time_weighted_sum": ("122.5", "203"),
}
# What the east had counted when the price rose from 1 to 10, on the 5th, of what adds up over time.
BEFORE = {"sum": "5", "count": "1", "time_weighted_sum": "15"}


def owed(contract_id: str) -> dict[str, Decimal]:
    return {f"{row['period_from']:%m}": row["unrounded_amount"] for row in built().charges(contract_id)}


def test_every_aggregation_is_here() -> None:
    assert AGGREGATIONS.keys() == COUNTED.keys() > BEFORE.keys()


@pytest.mark.parametrize("aggregation", AGGREGATIONS)
def test_an_aggregation_is_split_by_a_property(aggregation: str) -> None:
    east, west = map(Decimal, COUNTED[aggregation])
    assert owed(f"split_{aggregation}")["10"] == 2 * east + 3 * west


@pytest.mark.parametrize("aggregation", AGGREGATIONS)
def test_an_aggregation_is_filtered_by_a_property_and_a_period_without_events_owes_nothing(aggregation: str) -> None:
    found = owed(f"filtered_{aggregation}")
    assert (found["09"], found["10"]) == (0, Decimal(COUNTED[aggregation][0]))


@pytest.mark.parametrize("aggregation", BEFORE)
def test_what_is_counted_after_a_price_change_is_the_whole_less_what_was_counted_before(aggregation: str) -> None:
    before, whole = Decimal(BEFORE[aggregation]), Decimal(COUNTED[aggregation][0])
    assert owed(f"changed_{aggregation}")["10"] == before + 10 * (whole - before)


@pytest.mark.parametrize("aggregation", sorted(AGGREGATIONS.keys() - BEFORE.keys()))
def test_what_does_not_add_up_is_counted_once_and_priced_by_the_days_of_each_price(aggregation: str) -> None:
    """4 of 31 days at 1 and 27 at 10, each for the whole quantity."""
    quantity = Decimal(COUNTED[aggregation][0])
    assert abs(owed(f"changed_{aggregation}")["10"] - quantity * (4 * 1 + 27 * 10) / 31) < Decimal("1e-11")


@pytest.mark.parametrize(
    ("mode", "steps"),
    [("floor", [10, 10, 10, -10, 20, 0]), ("half_up", [10, 20, 20, -20, 20, 0]), ("ceiling", [20, 20, 20, -20, 20, 0])],
)
def test_usage_is_rounded_to_whole_steps_and_a_correction_mirrors_it(mode: str, steps: list[int]) -> None:
    assert [owed(f"rounded:{mode}:{quantity}")["10"] for quantity in ROUNDED] == steps


def test_a_day_keeps_what_each_aggregation_needs_to_be_merged_with_other_days() -> None:
    """Distinct values, the last reading with its instant, the level with its time."""
    sql = (
        "select * from usage_daily where contract_id = ? and dimensions like '%east%' "
        "and usage_date = date '2026-10-05'"
    )
    [unique] = built().rows(sql, "split_unique_count")
    [last] = built().rows(sql, "split_latest")
    [level] = built().rows(sql, "split_time_weighted_sum")
    assert len(unique["unique_values"]) == 2
    assert (last["last_level"], last["last_at"].isoformat()[:16]) == (4, "2026-10-05T03:00")
    assert level["level_time"] == 3 * 12 * 3600 * 10**6
