"""Lengths of periods in the platform's words."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from conformance.scene import NotClaimed

LONGEST = 120
NAMES = {
    "day": (1, "day"), "daily": (1, "day"), "week": (1, "week"), "weekly": (1, "week"), "biweekly": (2, "week"),
    "fortnight": (2, "week"), "two_weeks": (2, "week"),
    "month": (1, "month"), "monthly": (1, "month"), "bimonthly": (2, "month"), "two_months": (2, "month"),
    "quarter": (3, "month"), "quarterly": (3, "month"),
    "semiannual": (6, "month"), "semi_annual": (6, "month"), "biannual": (6, "month"), "half_year": (6, "month"),
    "half_yearly": (6, "month"),
    "year": (1, "year"), "yearly": (1, "year"), "annual": (1, "year"), "annually": (1, "year"), "biennial": (2, "year"),
    "two_years": (2, "year"),
}  # fmt: skip
_UNITS = {
    "day": "day",
    "days": "day",
    "week": "week",
    "weeks": "week",
    "month": "month",
    "months": "month",
    "year": "year",
    "years": "year",
}


def named_interval(name: str, every: int = 1) -> tuple[int, str]:
    """`quarter` as 3 months, `30_days` as 30 days. NotClaimed for a name that is no length of calendar time."""
    count, _, unit = name.lower().replace(" ", "_").replace("-", "_").partition("_")
    if unit in _UNITS and count.isdigit():
        return int(count) * every, _UNITS[unit]
    if name.lower() not in NAMES:
        raise NotClaimed(f"periods are days, weeks, months and years; `{name}` is none")
    length, unit = NAMES[name.lower()]
    return length * every, unit


def months_after(begin: date, months: int) -> date:
    """So many months later, cut to the length of the month."""
    count = begin.year * 12 + begin.month - 1 + months
    year, month = count // 12, count % 12 + 1
    return date(year, month, min(begin.day, monthrange(year, month)[1]))


def as_interval(begin: date, end: date) -> tuple[int, str]:
    """The period from begin to end as one interval from its first day.

    NotClaimed when it is not a number of months, weeks or days that can be.
    """
    months, days = (end.year - begin.year) * 12 + end.month - begin.month, (end - begin).days
    if 0 < months <= LONGEST and months_after(begin, months) == end:
        return months, "month"
    if 0 < days <= LONGEST:
        return days, "day"
    if days > 0 and days % 7 == 0 and days // 7 <= LONGEST:
        return days // 7, "week"
    raise NotClaimed("a period is months, weeks or days, and at most 120 of them")


def of_days(days: int) -> tuple[date, date]:
    """A period of so many days where the case does not say which: from the start of a month in 2026,
    or in a year that fits better."""
    for year in (2026, 2024, 2025):
        for month in range(1, 13):
            begin = date(year, month, 1)
            try:
                as_interval(begin, begin + timedelta(days))
            except NotClaimed:
                continue
            return begin, begin + timedelta(days)
    raise NotClaimed("a period is months, weeks or days, and at most 120 of them")


def day_of(text: str, zone: str = "UTC") -> date:
    """A date, or an instant that is the start of a local day; without an offset it is on the clock of the zone."""
    if len(text) == len("2026-01-01"):
        return date.fromisoformat(text)
    moment = local(text, zone)
    if (moment.hour, moment.minute, moment.second, moment.microsecond) != (0, 0, 0, 0):
        raise NotClaimed("periods begin at the start of a local day")
    return moment.date()


def local(text: str, zone: str = "UTC") -> datetime:
    """An instant on the clock of the zone."""
    place = UTC if zone == "UTC" else ZoneInfo(zone)
    moment = datetime.fromisoformat(text)
    return moment.astimezone(place) if moment.tzinfo else moment.replace(tzinfo=place)
