"""Billing periods: nominal stretches of days counted from an anchor, and the days on which a month is gathered."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

DAY = timedelta(days=1)
FAR = date(9999, 12, 31)
# Every calendar counts from here: a Monday, and the first day of a year.
_CALENDAR = date(1900, 1, 1)
_MONTHS = {"month": 1, "year": 12}
_DAYS = {"day": 1, "week": 7}


@dataclass(frozen=True)
class Period:
    """One nominal billing period, until exclusive, and the days of it that its series serves: in several parts where
    periods from another anchor stood in between."""

    begins: date
    ends: date
    served_from: date
    served_until: date
    is_trial: bool = False
    parts: tuple[tuple[date, date], ...] = ()

    def served(self) -> tuple[tuple[date, date], ...]:
        """The stretches of days that are served."""
        return self.parts or ((self.served_from, self.served_until),)


@dataclass(frozen=True)
class Series:
    """Billing periods counted from one anchor, charged from a day on until the next series begins."""

    charged_from: date
    until: date
    is_calendar: bool
    anchor_day: int | None = None


def month_day(first_of_month: date, months: int, day: int) -> date:
    """A day of the month so many months on; a day that the month lacks is its last."""
    number = first_of_month.year * 12 + first_of_month.month - 1 + months
    year, month = divmod(number, 12)
    return date(year, month + 1, min(day, calendar.monthrange(year, month + 1)[1]))


def last_day(day: date) -> date:
    """The last day of the day's month."""
    return month_day(day.replace(day=1), 0, 31)


def periods(series: Series, interval: tuple[int, str], until: date) -> Iterator[Period]:
    """The periods of a series that are served at all and begin before `until`, in their order."""
    end = min(series.until, until)
    number = _first_number(series, interval)
    while True:
        begins, ends = _begin(series, interval, number), _begin(series, interval, number + 1)
        if begins >= end:
            return
        if ends > series.charged_from:
            yield Period(begins, ends, max(begins, series.charged_from), min(ends, series.until))
        number += 1


def _first_number(series: Series, interval: tuple[int, str]) -> int:
    if not series.is_calendar:
        return -1
    every, unit = interval
    if unit in _DAYS:
        return (series.charged_from - _CALENDAR).days // (every * _DAYS[unit])
    months = (series.charged_from.year - 1900) * 12 + series.charged_from.month - 1
    return months // (every * _MONTHS[unit])


def _begin(series: Series, interval: tuple[int, str], number: int) -> date:
    every, unit = interval
    if unit in _DAYS:
        first = _CALENDAR if series.is_calendar else series.charged_from
        return first + timedelta(days=number * every * _DAYS[unit])
    if series.is_calendar:
        return month_day(_CALENDAR, number * every * _MONTHS[unit], 1)
    day, first = series.anchor_day or series.charged_from.day, series.charged_from.replace(day=1)
    if month_day(first, 0, day) > series.charged_from:
        first = month_day(first, -1, 1)
    return month_day(first, number * every * _MONTHS[unit], day)


def months_in(interval: tuple[int, str]) -> int | None:
    """How many months an interval has; None for days and weeks."""
    every, unit = interval
    return every * _MONTHS[unit] if unit in _MONTHS else None


def is_longer_than_a_month(interval: tuple[int, str]) -> bool:
    """Whether its differences are gathered monthly where nothing else is said."""
    months = months_in(interval)
    return months > 1 if months else interval[0] * _DAYS[interval[1]] > 31


def closing(day: date, closing_day: int | None) -> date:
    """The first closing day on or after a day; without one the day itself. 99 is the month's end."""
    if closing_day is None:
        return day
    first = day.replace(day=1)
    this_month = month_day(first, 0, closing_day)
    return this_month if day <= this_month else month_day(first, 1, closing_day)


def share(period: Period, begins: date, ends: date, proration: str, interval: tuple[int, str]) -> tuple[int, int]:
    """Days of [begins, ends) over days of the nominal period, of the calendar or in thirtieths of months."""
    months = months_in(interval)
    if proration == "thirty_day" and months:
        return _thirtieths(period, ends, months) - _thirtieths(period, begins, months), 30 * months
    return (ends - begins).days, (period.ends - period.begins).days


def _thirtieths(period: Period, day: date, months: int) -> int:
    """How many days of thirty a month has had when `day` begins: each whole month has 30, whatever its length."""
    if day >= period.ends:
        return 30 * months
    whole = (day.year - period.begins.year) * 12 + day.month - period.begins.month
    first, of_month = period.begins.replace(day=1), period.begins.day
    if month_day(first, whole, of_month) > day:
        whole -= 1
    return 30 * whole + min(30, (day - month_day(first, whole, of_month)).days)
