"""Contracts become phases and billing periods: anchors, trials, ends, and rows that are refused while the others are
billed."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

import pytest

from tests.dbt.pricing.cases import built


def periods(contract_id: str, *, every: int = 1, unit: str = "month") -> list[tuple[str, str]]:
    sql = (
        "select period_from, period_until from int_billing_periods_served where contract_id = ? "
        "and interval_every = ? and interval_unit = ? order by served_from"
    )
    return [(str(row["period_from"]), str(row["period_until"])) for row in built().rows(sql, contract_id, every, unit)]


def clamped(year: int, month: int, day: int) -> date:
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    return date(year, month, min(day, calendar.monthrange(year, month)[1]))


def boundary(plan_id: str, day: int, billing_period_no: int) -> date:
    """Counted from December 2023 by hand, apart from the SQL."""
    if plan_id == "every_1_week":
        return date(2023, 12, day) + timedelta(weeks=billing_period_no)
    return clamped(
        2023, 12 + billing_period_no * {"every_1_month": 1, "every_3_month": 3, "every_1_year": 12}[plan_id], day
    )


def test_a_contract_from_the_31st_keeps_its_anniversary_through_february() -> None:
    assert periods("from_31st")[:3] == [
        ("2026-01-31", "2026-02-28"),
        ("2026-02-28", "2026-03-31"),
        ("2026-03-31", "2026-04-30"),
    ]


def test_a_year_from_29_february_comes_back_to_it_in_the_next_leap_year() -> None:
    assert periods("from_leap_day", unit="year")[:3] == [
        ("2024-02-29", "2025-02-28"),
        ("2025-02-28", "2026-02-28"),
        ("2026-02-28", "2027-02-28"),
    ]


def test_a_trial_is_a_billing_period_of_its_own_and_the_anchor_is_the_day_after() -> None:
    assert periods("trial")[:2] == [("2026-09-20", "2026-10-04"), ("2026-10-04", "2026-11-04")]


def test_a_set_anchor_begins_the_first_nominal_billing_period_before_the_service() -> None:
    (first, *_) = built().rows(
        "select * from int_billing_periods_served where contract_id = 'set_anchor' order by served_from"
    )
    assert (str(first["period_from"]), str(first["served_from"])) == ("2026-09-15", "2026-09-20")


def test_a_calendar_plan_has_the_calendars_months() -> None:
    assert periods("calendar")[:2] == [("2026-09-01", "2026-10-01"), ("2026-10-01", "2026-11-01")]


def test_billing_periods_end_with_the_contract_and_go_one_past_the_night() -> None:
    assert (periods("cancelled"), periods("from_31st")[-1]) == (
        [("2026-09-10", "2026-10-10")],
        ("2026-11-30", "2026-12-31"),
    )


def test_a_contract_cancelled_from_its_first_day_has_no_phase_and_no_billing_period() -> None:
    assert (
        built().rows("select 1 from int_contract_phases where contract_id = 'never_was'"),
        periods("never_was"),
    ) == ([], [])


@pytest.mark.parametrize("plan_id", ["every_1_month", "every_3_month", "every_1_year", "every_1_week"])
def test_billing_periods_of_every_anchor_day_follow_one_another_from_the_anchor(plan_id: str) -> None:
    billing_periods = built().rows(
        (
            "select contract_id, period_from, period_until from int_billing_periods_served "
            "where contract_id like ? order by period_from"
        ),
        f"anchor-{plan_id}-%",
    )
    for day in range(1, 32):
        laid = [
            (billing_period["period_from"], billing_period["period_until"])
            for billing_period in billing_periods
            if billing_period["contract_id"] == f"anchor-{plan_id}-{day}"
        ]
        assert laid == [
            (boundary(plan_id, day, billing_period_no), boundary(plan_id, day, billing_period_no + 1))
            for billing_period_no in range(len(laid))
        ]
        assert laid[-1][1] > date(2026, 11, 1)


@pytest.mark.parametrize(
    ("contract_id", "quantity"), [("other_quantity", 2), ("corrected", 5), ("moved_zone", 2), ("new_order", 2)]
)
def test_a_later_row_counts_only_where_a_correct_admits_it(contract_id: str, quantity: int) -> None:
    assert built().rows("select quantity, time_zone from contracts where contract_id = ?", contract_id) == [
        {"quantity": quantity, "time_zone": "Asia/Tokyo"}
    ]


def test_each_row_that_cannot_be_used_is_refused_with_its_reason() -> None:
    rows = built().rows(
        "select coalesce(change_id, contract_id) as subject, reason_code from int_contract_rows_refused "
        "order by subject"
    )
    assert {row["subject"]: row["reason_code"] for row in rows} == {
        "other_quantity": "dated_fact_changed",
        "moved_zone": "dated_fact_changed",
        "nobody": "unknown_customer",
        "planless": "unknown_plan",
        "backwards": "ends_before_service",
        "nowhere": "unknown_time_zone",
        "change-of-nothing": "unknown_contract",
        "too-early": "before_service",
        "twice": "conflicting_change",
        "no-anchor": "value_missing",
        "no-fee": "value_missing",
        "unheard-fee": "unknown_fee",
        "usage-fee": "unknown_fee",
        "no-term": "no_term",
        "too-late": "after_end",
        "left_before_the_move-2026-03-11": "after_end",
        "resumed-first": "not_paused",
        "ends-before": "until_too_early",
        "paused-over": "already_paused",
        "paused-for-nothing": "until_too_early",
        "paused-at-end": "until_too_early",
        "renewed-by-nothing": "value_missing",
        "cancelled-too-early": "before_service",
        "after-the-term": "after_end",
        "after-the-period": "after_end",
        "negative": "below_zero",
        "paid-to-use": "below_zero",
        "tried_before": "trial_before_service",
        "paused-twice": "already_paused",
        "back-from-nothing": "not_cancelled",
        "price_without_term": "no_term",
        "uplift_without_percent": "uplift_unclear",
        "worldwide_EUR": "currency_differs",
        "wrong-override": "value_missing",
        "tiers-override": "unknown_fee",
        "wrong-discount-0": "value_missing",
        "wrong-discount-1": "unknown_discount",
        "wrong-discount-2": "percent_unclear",
        "wrong-discount-3": "value_missing",
        "wrong-discount-4": "percent_unclear",
    }


def test_refused_rows_are_published_with_what_was_expected_and_one_off_charges_among_them() -> None:
    rows = built().rows(
        "select source, expected from rejected_rows where reason_code = 'unknown_customer' order by source"
    )
    assert [(row["source"], row["expected"]) for row in rows] == [
        ("contracts", "a customer of crm/customers"),
        ("one_off_charges", "a customer of crm/customers"),
    ]


@pytest.mark.parametrize(
    ("contract_id", "status"),
    [
        ("cancelled", "cancelled"),
        ("thirty_ended", "ended"),
        ("trial", "active"),
        ("from_31st", "active"),
        ("never_was", "cancelled"),
    ],
)
def test_the_status_of_a_contract_follows_from_its_life(contract_id: str, status: str) -> None:
    assert built().rows("select status from contracts where contract_id = ?", contract_id) == [{"status": status}]
