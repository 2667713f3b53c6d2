"""Time bands: every minute of every kind of day has one band. A window holds on its days by the wall clock of the contract's zone."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from billing_jobs.intake.catalog_reader import Entry

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HOLIDAY = "holiday"
_MINUTES = 24 * 60
Window = dict[str, Any]
Minute = list[list[int]]


def counts_holidays(windows: list[Window]) -> bool:
    """Whether holidays are days of their own; else they are the weekday that they fall on."""
    return any(HOLIDAY in window.get("days", []) for window in windows)


def find_mistakes_in_time_bands(entry: Entry) -> Iterator[str]:
    """Gaps and overlaps, told once each with the first month and day on which they occur."""
    windows: list[Window] = entry.value["windows"]
    told: set[tuple[int, int, tuple[int, ...]]] = set()
    for month, day, minutes in _days(windows):
        for begin, end, found in _stretches(minutes):
            if len(found) == 1 or (begin, end, found) in told:
                continue
            told.add((begin, end, found))
            bands = " and ".join(str(windows[number]["band"]) for number in found)
            fault = f"is in {len(found)} windows ({bands})" if found else "is in no window"
            yield (
                f"{entry.at('windows')}: {_clock(begin)} to {_clock(end)} on {day} in month {month} of time bands `{entry.value['time_bands']}` {fault}; "
                f"expected every minute of the year in exactly one; {'take it out of all but one' if found else 'add a window for it'}"
            )


def list_windows(entry: dict[str, Any]) -> list[dict[str, Any]]:
    """One row per month, kind of day and stretch of minutes."""
    windows: list[Window] = entry["windows"]
    return [
        {"time_bands": entry["time_bands"], "month": month, "day_kind": day, "from_minute": begin, "until_minute": end, "band": windows[found[0]]["band"]}
        for month, day, minutes in _days(windows)
        for begin, end, found in _stretches(minutes)
    ]


def _days(windows: list[Window]) -> Iterator[tuple[int, str, Minute]]:
    kinds = [*WEEKDAYS, HOLIDAY] if counts_holidays(windows) else WEEKDAYS
    for month in range(1, 13):
        for day in kinds:
            minutes: Minute = [[] for _ in range(_MINUTES)]
            for number, window in enumerate(windows):
                if month in window.get("months", range(1, 13)) and day in window.get("days", kinds):
                    for minute in _minutes_of(window):
                        minutes[minute].append(number)
            yield month, day, minutes


def _minutes_of(window: Window) -> Iterator[int]:
    begin, end = _minute(window["from"]), _minute(window["until"])
    if begin < end:
        yield from range(begin, end)
    else:
        yield from range(end)
        yield from range(begin, _MINUTES)


def _stretches(minutes: Minute) -> Iterator[tuple[int, int, tuple[int, ...]]]:
    for found, numbers in groupby(range(_MINUTES), key=lambda minute: tuple(minutes[minute])):
        stretch = list(numbers)
        yield stretch[0], stretch[-1] + 1, found


def _minute(clock: str) -> int:
    hour, minute = clock.split(":")
    return int(hour) * 60 + int(minute)


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
