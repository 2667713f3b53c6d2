"""Lengths of periods in the platform's words."""

from __future__ import annotations

from datetime import date

from conformance.scene import NotClaimed

LONGEST_IN_DAYS = 120
NAMES = {
    "day": (1, "day"), "daily": (1, "day"), "week": (1, "week"), "weekly": (1, "week"), "biweekly": (2, "week"), "month": (1, "month"), "monthly": (1, "month"),
    "quarter": (3, "month"), "quarterly": (3, "month"), "semiannual": (6, "month"), "half_year": (6, "month"), "year": (1, "year"), "yearly": (1, "year"),
    "annual": (1, "year"),
}  # fmt: skip


def named_interval(name: str, every: int = 1) -> tuple[int, str]:
    """`quarter` as 3 months, `30_days` as 30 days. NotClaimed for a name that is no length of calendar time."""
    count, _, unit = name.partition("_")
    if unit == "days" and count.isdigit():
        return int(count) * every, "day"
    if name not in NAMES:
        raise NotClaimed(f"periods are days, weeks, months and years; `{name}` is none")
    length, unit = NAMES[name]
    return length * every, unit


def as_interval(begin: date, end: date) -> tuple[int, str]:
    """The period from begin to end as one interval from its first day. NotClaimed when it is neither whole months nor some days."""
    months = (end.year - begin.year) * 12 + end.month - begin.month
    if begin.day == end.day and months > 0:
        return months, "month"
    days = (end - begin).days
    if not 0 < days <= LONGEST_IN_DAYS:
        raise NotClaimed(f"a period is whole months, or at most {LONGEST_IN_DAYS} days")
    return days, "day"
