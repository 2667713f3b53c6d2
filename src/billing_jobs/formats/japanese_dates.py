"""Two-digit years of the Japanese era, as the records of the Japanese Bankers Association have them (YYMMDD).

An era changes by cabinet order under the Era Name Act (元号法, Act No. 43 of 1979). A date does not say its era.
"""

from __future__ import annotations

from datetime import date

# Year 1 of Showa, Heisei and Reiwa, less one.
_ERAS = {"Showa": 1925, "Heisei": 1988, "Reiwa": 2018}
_FUTURE_DAYS_MAX = 366


def read_era_date(text: str, *, received_on: date) -> date | None:
    """YYMMDD in the era whose day lies nearest to the receipt and not more than a year after it; None for blanks, zeros
    and what is no day.

    >>> read_era_date("080831", received_on=date(2026, 9, 1))
    datetime.date(2026, 8, 31)
    """
    if len(text) != 6 or not (text.isascii() and text.isdigit()) or text == "000000":
        return None
    days = [
        day
        for first in _ERAS.values()
        if (day := _day(first + int(text[:2]), int(text[2:4]), int(text[4:]))) is not None
    ]
    possible = [day for day in days if (day - received_on).days <= _FUTURE_DAYS_MAX]
    return min(possible, key=lambda day: abs((day - received_on).days), default=None)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
