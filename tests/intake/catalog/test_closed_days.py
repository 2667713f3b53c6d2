from __future__ import annotations

from datetime import date
from pathlib import Path

import jpholiday

from billing_jobs.intake.catalog import closed_days
from billing_jobs.intake.catalog.closed_days import list_closed_days

BANK = {"calendar": "jp_bank", "country": "JP", "bank": True, "closed": ["2026-12-30"], "open": ["2026-01-02"]}


def test_the_written_holidays_are_those_of_the_package() -> None:
    written = Path(closed_days.__file__).with_name("japanese_holidays.csv").read_text(encoding="utf-8").splitlines()[1:]
    some_years = [date(year, 1, 1) for year in (2015, 2019, 2020, 2021, 2026, 2027, 2045)]
    computed = [day.isoformat() for first in some_years for day, _ in jpholiday.between(first, date(first.year, 12, 31))]
    assert [day for day in written if any(day.startswith(str(first.year)) for first in some_years)] == computed


def test_banks_close_at_new_year_on_weekends_and_on_national_holidays() -> None:
    closed = list_closed_days(BANK)
    assert {date(2026, 12, 31), date(2027, 1, 1), date(2027, 1, 3), date(2026, 11, 21), date(2026, 9, 22), date(2027, 3, 22)} <= set(closed)
    assert date(2026, 11, 20) not in closed
    assert closed == sorted(set(closed))


def test_own_days_are_added_and_taken_away() -> None:
    closed = list_closed_days(BANK)
    assert date(2026, 12, 30) in closed
    assert date(2026, 1, 2) not in closed


def test_a_calendar_without_a_country_has_weekends_only() -> None:
    closed = list_closed_days({"calendar": "plain"})
    assert date(2026, 9, 22) not in closed
    assert date(2026, 9, 26) in closed
