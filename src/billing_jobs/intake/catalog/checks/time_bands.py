"""Time bands: every minute of every day of the year has one band.

A window holds on its days by the wall clock of the contract's zone.
"""

from __future__ import annotations

from calendar import isleap
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Any

from billing_jobs.intake.catalog.reader import Entry

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HOLIDAY = "holiday"
_MINUTES = 24 * 60
_AFTER_THE_LAST = 32
Window = dict[str, Any]
Minute = list[list[int]]


@dataclass(frozen=True)
class Days:
    """Days on which the same windows hold: one kind of day within a part of a month, or a date (its kind is the date,
    with or without a year)."""

    kind: str
    month: int
    from_day: int
    until_day: int
    windows: tuple[int, ...]

    @property
    def is_whole_month(self) -> bool:
        return (self.from_day, self.until_day) == (1, _AFTER_THE_LAST)

    def __str__(self) -> str:
        if "-" in self.kind:
            return self.kind
        return f"{self.kind} in month {self.month}" + ("" if self.is_whole_month else f" from day {self.from_day}")


def counts_holidays(windows: list[Window]) -> bool:
    """Whether holidays are days of their own; else they are the weekday that they fall on."""
    return any(HOLIDAY in window.get("days", []) for window in windows)


def dates_of(windows: list[Window]) -> list[str]:
    """The dates that are days of their own: `12-31` of every year, `2026-08-11` of one."""
    return sorted({day for window in windows for day in window.get("dates", [])})


def find_mistakes_in_time_bands(entry: Entry) -> Iterator[str]:
    """Gaps and overlaps, told once each with the first days on which they occur."""
    windows: list[Window] = entry.value["windows"]
    for number, window in enumerate(windows):
        for date in [day for day in window.get("dates", []) if day.endswith("-02-29") and not isleap(int(day[:4]))]:
            yield (
                f"{entry.at('windows', number, 'dates')}: {date} is no day of the calendar; expected a date that "
                "exists; correct it"
            )
        for other in [key for key in ("days", "months", "season") if "dates" in window and key in window]:
            yield (
                f"{entry.at('windows', number, other)}: a window of time bands `{entry.value['time_bands']}` with "
                f"`dates` and `{other}`; expected single dates or kinds of days, as a date is a day of its own; keep "
                "one"
            )
    told: set[tuple[int, int, tuple[int, ...]]] = set()
    for days in _days(windows):
        for begin, end, found in _stretches(windows, days):
            if len(found) == 1 or (begin, end, found) in told:
                continue
            told.add((begin, end, found))
            bands = " and ".join(str(windows[number]["band"]) for number in found)
            fault = f"is in {len(found)} windows ({bands})" if found else "is in no window"
            yield (
                f"{entry.at('windows')}: {_clock(begin)} to {_clock(end)} on {days} of time bands "
                f"`{entry.value['time_bands']}` {fault}; expected every minute of the year in exactly one; "
                f"{'take it out of all but one' if found else 'add a window for it'}"
            )


def list_windows(entry: dict[str, Any]) -> list[dict[str, Any]]:
    """One row per days with the same windows and stretch of minutes; from_day and until_day are given where a season
    cuts a month."""
    windows: list[Window] = entry["windows"]
    rows = []
    for days in _days(windows):
        bounds = {} if days.is_whole_month else {"from_day": days.from_day, "until_day": days.until_day}
        for begin, end, found in _stretches(windows, days):
            row = {
                "time_bands": entry["time_bands"],
                "month": days.month,
                "day_kind": days.kind,
                "from_minute": begin,
                "until_minute": end,
            }
            rows.append({"from_day": None, "until_day": None, **row, **bounds, "band": windows[found[0]]["band"]})
    return rows


def _days(windows: list[Window]) -> Iterator[Days]:
    kinds = [*WEEKDAYS, HOLIDAY] if counts_holidays(windows) else list(WEEKDAYS)
    borders = {_place(window["season"][side]) for window in windows if "season" in window for side in ("from", "until")}
    for month in range(1, 13):
        cuts = sorted({1, _AFTER_THE_LAST} | {day for of_month, day in borders if of_month == month})
        for from_day, until_day in pairwise(cuts):
            for kind in kinds:
                holding = [number for number, window in enumerate(windows) if _holds(window, kind, (month, from_day))]
                yield Days(kind, month, from_day, until_day, tuple(holding))
    for date in dates_of(windows):
        named = [number for number, window in enumerate(windows) if {date, date[-5:]} & set(window.get("dates", []))]
        yield Days(date, int(date[-5:-3]), 1, _AFTER_THE_LAST, tuple(named))


def _holds(window: Window, kind: str, first: tuple[int, int]) -> bool:
    if (
        "dates" in window
        or kind not in window.get("days", [*WEEKDAYS, HOLIDAY])
        or first[0] not in window.get("months", range(1, 13))
    ):
        return False
    if "season" not in window:
        return True
    begin, end = _place(window["season"]["from"]), _place(window["season"]["until"])
    return begin <= first < end if begin < end else first >= begin or first < end


def _minutes_of(window: Window) -> Iterator[int]:
    begin, end = _minute(window["from"]), _minute(window["until"])
    if begin < end:
        yield from range(begin, end)
    else:
        yield from range(end)
        yield from range(begin, _MINUTES)


def _stretches(windows: list[Window], days: Days) -> Iterator[tuple[int, int, tuple[int, ...]]]:
    minutes: Minute = [[] for _ in range(_MINUTES)]
    for number in days.windows:
        for minute in _minutes_of(windows[number]):
            minutes[minute].append(number)
    for found, numbers in groupby(range(_MINUTES), key=lambda minute: tuple(minutes[minute])):
        stretch = list(numbers)
        yield stretch[0], stretch[-1] + 1, found


def _place(day: str) -> tuple[int, int]:
    month, day_of_month = day.split("-")
    return int(month), int(day_of_month)


def _minute(clock: str) -> int:
    hour, minute = clock.split(":")
    return int(hour) * 60 + int(minute)


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
