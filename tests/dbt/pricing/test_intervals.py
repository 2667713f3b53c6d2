"""An event with a duration is split by elapsed time; an event of several meters is counted once."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.dbt.pricing.cases import built
from tests.support.golden import worked


def owed(contract_id: str) -> dict[str, Decimal]:
    rows = built().rows(
        (
            "select period_from, sum(unrounded_amount) as amount from int_charges_priced where contract_id = ? "
            "group by all having amount <> 0"
        ),
        contract_id,
    )
    return {str(row["period_from"]): row["amount"] for row in rows}


def daily(contract_id: str, meter: str = "calls") -> list[Decimal]:
    rows = built().rows(
        "select quantity from usage_daily where contract_id = ? and meter = ? order by usage_date, dimensions",
        contract_id,
        meter,
    )
    return [row["quantity"] for row in rows]


def test_a_charge_over_night_and_month_end_is_split_at_bands_and_months() -> None:
    """September: 2 hours of day and 2 of night, 80; October: 8 of night and 2 of day, 140."""
    assert owed("charger") == {"2026-09-01": 80, "2026-10-01": 140}


@pytest.mark.parametrize(
    ("contract_id", "period", "amount"),
    [
        ("spring_night", "2026-03-01", 9 * 10 + 14 * 30),  # 23 hours: midnight to eight are seven, ten to midnight two
        ("autumn_night", "2025-11-01", 11 * 10 + 14 * 30),  # 25 hours: midnight to eight are nine
        ("twice_half_past", "2025-11-01", 2 * 1 + 23 * 100),  # 00:00 to 01:30, and 01:00 to 01:30 once more
        ("never_half_past", "2026-03-01", 2 * 1 + 21 * 100),  # 02:30 is skipped: the early band ends at two
    ],
)
def test_days_of_23_and_25_hours_are_split_by_the_wall_clock_and_measured_by_elapsed_time(
    contract_id: str, period: str, amount: int
) -> None:
    assert owed(contract_id) == {period: amount}


def test_a_level_over_a_day_has_as_many_hours_as_the_day() -> None:
    """The autumn night is that of the year before the worked one; both have 25 hours."""
    days = {"level_spring": "2026-03-08", "level_autumn": "2025-11-02", "level_tokyo": "2026-03-08"}
    hours = worked("dst")
    assert {name: owed(name)[day] for name, day in days.items()} == {
        "level_spring": hours["NY_2026-03-08"],
        "level_autumn": hours["NY_2026-11-01"],
        "level_tokyo": hours["Tokyo_2026-03-08"],
    }
    assert owed("level_spring")["2026-03-08"] != hours["same_zone_subtraction_gives_wall_hours_WRONG"]


def test_a_day_begins_at_the_first_of_two_midnights() -> None:
    assert owed("level_havana") == {"2025-11-01": 13, "2025-11-02": 25}
    assert (owed("havana"), owed("havana_begun")) == ({"2025-11-01": 26}, {"2025-11-02": 26})
    assert owed("havana_ended") == {"2025-11-01": 1}


def test_the_parts_of_an_interval_add_up_to_it_to_the_last_digit() -> None:
    third = Decimal("0.333333333333")
    assert daily("thirds") == [third, Decimal("0.333333333334"), third]
    assert owed("thirds") == {"2026-09-01": third, "2026-10-01": 1 - third}


def test_an_interval_is_shared_by_the_plans_of_its_time() -> None:
    """A unit on either side of midnight: 1 in the old plan, 100 in the new one."""
    rows = built().rows(
        "select plan_id, unrounded_amount from int_charges_priced where contract_id = 'spread_upgraded' "
        "and unrounded_amount <> 0 order by 1"
    )
    assert [(row["plan_id"], row["unrounded_amount"]) for row in rows] == [("spread", 1), ("spread_more", 100)]


@pytest.mark.parametrize("contract_id", ["spread_ended", "spread_begun"])
def test_of_an_interval_only_what_lies_in_the_service_is_charged(contract_id: str) -> None:
    assert daily(contract_id) == [1]


def test_what_counts_events_or_peaks_is_not_spread() -> None:
    assert (daily("thirds", "sessions"), daily("thirds", "session_peak")) == ([1], [1])


def test_an_interval_of_more_than_a_year_counts_at_its_beginning() -> None:
    assert daily("spread_long") == [7]


@pytest.mark.parametrize(
    ("file", "rated", "free", "superseded"),
    [
        ("two", 3, 1, 0),
        ("charger", 1, 0, 0),
        ("spread_upgraded", 1, 0, 0),
        ("spread_ended", 1, 0, 0),
        ("spread_begun", 1, 0, 0),
        ("spread_retracted", 0, 0, 2),
    ],
)
def test_an_event_of_several_meters_or_pieces_is_counted_once_and_rated_if_one_rated_it(
    file: str, rated: int, free: int, superseded: int
) -> None:
    counts = (
        "select sum(events_rated) as rated, sum(events_free) as free, sum(events_superseded) as superseded "
        "from usage_accounting where file_name = ?"
    )
    (row,) = built().rows(counts, f"usage/app/{file}.csv")
    assert (row["rated"], row["free"], row["superseded"]) == (rated, free, superseded)


def test_each_meter_counts_the_events_that_its_fee_wants() -> None:
    assert owed("two_meters") == {"2026-10-01": 22}


def test_what_is_counted_in_bytes_by_the_hundred_terabytes_is_split_and_weighted_to_the_last_one() -> None:
    """744 hours of October × 10^14 bytes × 10^-9; and one event of the whole month, whose days add up to it."""
    assert owed("bytes_stored") == {"2026-10-01": 74_400_000}
    assert (len(daily("bytes_sent", "bytes_sent")), sum(daily("bytes_sent", "bytes_sent"))) == (31, 400_000_000_000_001)
    assert owed("bytes_sent") == {"2026-10-01": Decimal("400000.000000001")}
