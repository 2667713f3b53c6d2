from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path

import jpholiday
import pytest

from billing_jobs.intake.catalog import closed_days
from billing_jobs.intake.catalog.closed_days import list_closed_days, list_holidays
from billing_jobs.intake.catalog.usage_tables import time_band_rows

BANK = {"calendar": "jp_bank", "country": "JP", "bank": True, "closed": ["2026-12-30"], "open": ["2026-01-02"]}


def test_the_written_holidays_are_those_of_the_package() -> None:
    written = Path(closed_days.__file__).with_name("japanese_holidays.csv").read_text(encoding="utf-8").splitlines()[1:]
    some_years = [date(year, 1, 1) for year in (2015, 2019, 2020, 2021, 2026, 2027, 2045)]
    computed = [
        day.isoformat() for first in some_years for day, _ in jpholiday.between(first, date(first.year, 12, 31))
    ]
    assert [day for day in written if any(day.startswith(str(first.year)) for first in some_years)] == computed


def test_banks_close_at_new_year_on_weekends_and_on_national_holidays() -> None:
    closed = list_closed_days(BANK)
    assert {
        date(2026, 12, 31),
        date(2027, 1, 1),
        date(2027, 1, 3),
        date(2026, 11, 21),
        date(2026, 9, 22),
        date(2027, 3, 22),
    } <= set(closed)
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


def test_the_days_of_japan_are_what_they_were() -> None:
    """Due dates and bands of what was billed hang on them; a change of these days is a change of money."""
    said = hashlib.sha256()
    for calendar in (
        {"calendar": "a"},
        {"calendar": "a", "country": "JP"},
        {"calendar": "a", "country": "JP", "bank": True},
        {"calendar": "a", "bank": True, "open": ["2026-01-02"], "closed": ["2050-01-01"]},
    ):
        said.update(str(list_closed_days(calendar)).encode())
    said.update(str(list_holidays("JP")).encode())
    assert said.hexdigest() == "e076f6580dea0644894548d98f7a9554ea9933c7347943705565e4dc29b88666"


@pytest.mark.parametrize(
    ("country", "closed", "is_open"),
    [
        ("US", "2026-11-26", "2026-11-23"),  # Thanksgiving; a Japanese holiday
        ("GB", "2026-12-28", "2026-11-26"),  # Boxing Day, moved to the Monday
        ("DE-BY", "2026-01-06", "2026-11-26"),  # Epiphany, in Bavaria
        ("DE", "2026-10-03", "2026-01-06"),
        ("SG", "2026-08-10", "2026-12-28"),  # National Day, moved to the Monday
        ("AE", "2026-12-02", "2021-12-12"),  # a Sunday was a working day until 2021
    ],
)
def test_other_countries_have_their_own_holidays_and_weekends(country: str, closed: str, is_open: str) -> None:
    days = list_closed_days({"calendar": "c", "country": country})
    assert date.fromisoformat(closed) in days
    assert date.fromisoformat(is_open) not in days


def test_a_market_adds_its_closed_days_and_a_bank_those_of_its_country() -> None:
    assert date(2026, 12, 26) in list_closed_days({"calendar": "c", "market": "XECB"})
    assert date(2026, 4, 3) in list_closed_days({"calendar": "c", "market": "XNYS"})  # Good Friday
    assert date(2026, 4, 3) not in list_closed_days({"calendar": "c", "country": "US"})
    days = {bank: list_closed_days({"calendar": "c", "country": "BE", "bank": bank}) for bank in (True, False)}
    assert date(2026, 5, 15) in days[True] and date(2026, 5, 15) not in days[False]  # the bridge after Ascension


def test_holiday_in_time_bands_is_that_of_the_country_named_and_japan_s_where_none_is() -> None:
    windows = [
        {"band": "day", "from": "00:00", "until": "24:00", "days": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]},
        {"band": "rest", "from": "00:00", "until": "24:00", "days": ["holiday"]},
    ]
    found = time_band_rows(
        [{"time_bands": "jp", "windows": windows}, {"time_bands": "us", "country": "US", "windows": windows}]
    )
    days = {(row["time_bands"], row["holiday"]) for row in found["time_band_holidays"]}
    assert {("jp", "2026-11-23"), ("us", "2026-11-26")} <= days
    assert not {("us", "2026-11-23"), ("jp", "2026-11-26")} & days
