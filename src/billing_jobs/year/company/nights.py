"""The nights of a year: every month's end, and others between, on which files came."""

from __future__ import annotations

import random
from datetime import date, timedelta

from billing_jobs.year.oracle.facts import Night

NIGHTS_OF_A_MONTH = 2.5


def draw_nights(chance: random.Random, first: date, count: int) -> list[Night]:
    """So many nights from a month's first day on: of thirty, twelve are the ends of twelve months."""
    months = max(1, min(12, round(count / NIGHTS_OF_A_MONTH), count))
    ends, day = [], first
    for _ in range(months):
        day = (day + timedelta(days=32)).replace(day=1)
        ends.append(day - timedelta(days=1))
    between = [first + timedelta(days=n) for n in range((ends[-1] - first).days)]
    others = chance.sample([one for one in between if one not in ends], max(count - months, 0))
    return [Night(number, one, one in ends) for number, one in enumerate(sorted([*ends, *others]))]


def night_of(nights: list[Night], day: date) -> int | None:
    """The first night that sees what comes on a day; None when the year is over by then."""
    return next((night.number for night in nights if night.as_of >= day), None)
