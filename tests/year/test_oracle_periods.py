"""Billing periods and days of billing as the oracle counts them."""

from __future__ import annotations

from datetime import date
from itertools import islice

import pytest

from billing_jobs.year.oracle.calendar import FAR, Period, Series, closing, periods, share
from tests.support.golden import worked


def firsts(series: Series, interval: tuple[int, str], count: int) -> list[str]:
    return [str(period.begins) for period in islice(periods(series, interval, FAR), count)]


def test_months_from_the_31st_come_back_to_it() -> None:
    assert firsts(Series(date(2027, 1, 31), FAR, is_calendar=False), (1, "month"), 5) == worked("anchor_31")


def test_a_set_day_begins_before_the_service_and_serves_a_stub() -> None:
    first = next(periods(Series(date(2026, 5, 20), FAR, is_calendar=False, anchor_day=15), (1, "month"), FAR))
    assert (first.begins, first.ends, first.served_from) == (date(2026, 5, 15), date(2026, 6, 15), date(2026, 5, 20))


def test_a_set_day_later_in_the_month_begins_in_the_month_before() -> None:
    first = next(periods(Series(date(2026, 5, 10), FAR, is_calendar=False, anchor_day=15), (1, "month"), FAR))
    assert (first.begins, first.ends) == (date(2026, 4, 15), date(2026, 5, 15))


@pytest.mark.parametrize(
    ("interval", "begins"),
    [
        ((1, "week"), "2026-05-04"),
        ((3, "month"), "2026-04-01"),
        ((6, "month"), "2026-01-01"),
        ((1, "year"), "2026-01-01"),
    ],
)
def test_calendars_count_from_mondays_and_from_the_first_of_the_year(interval: tuple[int, str], begins: str) -> None:
    assert firsts(Series(date(2026, 5, 7), FAR, is_calendar=True), interval, 1) == [begins]


@pytest.mark.parametrize(
    ("day", "closing_day", "closes_on"),
    [("2026-02-10", 31, "2026-02-28"), ("2026-02-10", 5, "2026-03-05"), ("2026-02-10", None, "2026-02-10")],
)
def test_a_charge_is_gathered_on_the_first_closing_day_from_its_last_one(
    day: str, closing_day: int | None, closes_on: str
) -> None:
    assert closing(date.fromisoformat(day), closing_day) == date.fromisoformat(closes_on)


def test_a_month_of_31_days_has_30_where_the_plan_counts_so() -> None:
    half = Period(date(2026, 1, 1), date(2026, 7, 1), date(2026, 1, 1), date(2026, 7, 1))
    assert share(half, date(2026, 1, 1), date(2026, 2, 1), "thirty_day", (6, "month")) == (30, 180)
    assert share(half, date(2026, 1, 1), date(2026, 3, 1), "thirty_day", (6, "month")) == (60, 180)
    assert share(half, date(2026, 2, 1), date(2026, 2, 15), "daily", (6, "month")) == (14, 181)
