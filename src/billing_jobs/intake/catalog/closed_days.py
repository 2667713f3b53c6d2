"""The days on which a calendar is closed, as data: weekends, holidays, bank days, and days of one's own.

The days of Japan stand in a file beside this one, for its rules are known here; those of other countries, their
subdivisions and of markets come from the package `holidays` (decision 037), with the weekend of the country.

National holidays: the Act on National Holidays (国民の祝日に関する法律), art. 2, with the substitute days and the days
between two holidays of art. 3. Banks are closed on these, on Saturdays and Sundays, and from 31 December to 3 January
(Enforcement Order of the Banking Act 銀行法施行令, art. 5 para. 1). Equinox days after the coming year are forecasts
until the official gazette of February; `closed` and `open` correct them.
"""

from __future__ import annotations

import warnings
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

_FIRST, _LAST = date(2015, 1, 1), date(2045, 12, 31)
JAPAN = "JP"
_BANK_DAYS = {(12, 31), (1, 1), (1, 2), (1, 3)}


def list_closed_days(calendar: dict[str, Any]) -> list[date]:
    """Every closed day of 2015 to 2045, and `closed` days of the calendar wherever they lie, in order."""
    country, market = calendar.get("country", ""), calendar.get("market", "")
    is_of_banks = bool(calendar.get("bank"))
    if country in ("", JAPAN):
        days = set(_weekends()) | (_japanese_holidays() if country else set())
        if is_of_banks and (country or not market):
            days |= {day for day in _all_days() if (day.month, day.day) in _BANK_DAYS}
    else:
        days = set(_days_of_country(country, is_of_banks)) | _weekends_of(country)
    days |= _days_of_market(market) if market else set()
    days |= {date.fromisoformat(day) for day in calendar.get("closed", [])}
    days -= {date.fromisoformat(day) for day in calendar.get("open", [])}
    return sorted(days)


def list_holidays(country: str) -> list[date]:
    """Every holiday of a country (`JP`, `US`, `DE-BY`) of 2015 to 2045, in order."""
    return sorted(_japanese_holidays() if country == JAPAN else _days_of_country(country, False))


def countries() -> list[str]:
    """The codes of the countries whose holidays are known, with those of their subdivisions (`DE-BY`)."""
    import holidays

    found = holidays.list_supported_countries(include_aliases=False)
    parts = [f"{code}-{part}" for code, subdivisions in found.items() for part in subdivisions]
    return sorted([*found, *parts])


def markets() -> list[str]:
    """The codes of the markets whose closed days are known (`XNYS`; `XECB`: the days of payments in euros)."""
    import holidays

    return sorted(holidays.list_supported_financial())


@cache
def _days_of_country(country: str, is_of_banks: bool) -> frozenset[date]:
    import holidays

    code, _, part = country.partition("-")
    categories = ["public"]
    if is_of_banks and "bank" in getattr(holidays, code).supported_categories:
        categories.append("bank")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of some countries fewer years are known
        found = holidays.country_holidays(code, subdiv=part or None, years=_years(), categories=categories)
    return frozenset(day for day in found if _FIRST <= day <= _LAST)


@cache
def _days_of_market(market: str) -> frozenset[date]:
    import holidays

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = holidays.financial_holidays(market, years=_years())
    return frozenset(day for day in found if _FIRST <= day <= _LAST)


@cache
def _weekends_of(country: str) -> frozenset[date]:
    import holidays

    code, _, part = country.partition("-")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        of_country = holidays.country_holidays(code, subdiv=part or None)
        return frozenset(day for day in _all_days() if of_country.is_weekend(day))


def _years() -> range:
    return range(_FIRST.year, _LAST.year + 1)


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
