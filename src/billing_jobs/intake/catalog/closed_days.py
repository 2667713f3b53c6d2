"""The days on which a calendar is closed, as data: weekends, Japanese holidays, bank days, and days of one's own.

National holidays: the Act on National Holidays (国民の祝日に関する法律), art. 2, with the substitute days and the days
between two holidays of art. 3. Banks are closed on these, on Saturdays and Sundays, and from 31 December to 3 January
(Enforcement Order of the Banking Act 銀行法施行令, art. 5 para. 1). Equinox days after the coming year are forecasts
until the official gazette of February; `closed` and `open` correct them.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

_FIRST, _LAST = date(2015, 1, 1), date(2045, 12, 31)
_BANK_DAYS = {(12, 31), (1, 1), (1, 2), (1, 3)}


def list_closed_days(calendar: dict[str, Any]) -> list[date]:
    """Every closed day of 2015 to 2045, and `closed` days of the calendar wherever they lie, in order."""
    days = set(_weekends())
    if calendar.get("country") == "JP":
        days |= _japanese_holidays()
    if calendar.get("bank"):
        days |= {day for day in _all_days() if (day.month, day.day) in _BANK_DAYS}
    days |= {date.fromisoformat(day) for day in calendar.get("closed", [])}
    days -= {date.fromisoformat(day) for day in calendar.get("open", [])}
    return sorted(days)


def list_holidays() -> list[date]:
    """Every Japanese holiday of 2015 to 2045, in order."""
    return sorted(_japanese_holidays())


@cache
def _all_days() -> tuple[date, ...]:
    return tuple(_FIRST + timedelta(days=count) for count in range((_LAST - _FIRST).days + 1))


@cache
def _weekends() -> frozenset[date]:
    return frozenset(day for day in _all_days() if day.weekday() >= 5)


@cache
def _japanese_holidays() -> frozenset[date]:
    """Written once from the package jpholiday, which takes seconds to compute them; a test compares the two."""
    lines = Path(__file__).with_name("japanese_holidays.csv").read_text(encoding="utf-8").splitlines()
    return frozenset(date.fromisoformat(line) for line in lines[1:])
