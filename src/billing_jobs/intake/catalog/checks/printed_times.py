"""Formats of printed days and times in a profile: each must be able to print a moment and read it again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import duckdb

from billing_jobs.intake.catalog.reader import Entry

# A moment whose parts all differ, so that no two can be taken for each other.
_MOMENT = datetime(2026, 9, 30, 13, 45, tzinfo=UTC)
# As spreadsheets and other programs write a format, and the directive that means the same.
_WORDS = (
    ("YYYY", "%Y"), ("yyyy", "%Y"), ("YY", "%y"), ("yy", "%y"), ("MM", "%m"), ("DD", "%d"), ("dd", "%d"),
    ("HH", "%H"), ("hh", "%H"), ("mm", "%M"), ("SS", "%S"), ("ss", "%S"), ("mi", "%M"),
)  # fmt: skip


def find_mistakes_in_formats(entry: Entry) -> Iterator[str]:
    """A `date_format` or a `timestamp` format that no printed day or time could ever fit."""
    day = entry.value.get("date_format")
    if day is not None and not _reads_days(day):
        yield (
            f"{entry.at('date_format')}: `{day}` is no format that a day can be read by; expected year, month and day "
            f"as %Y, %m and %d; write e.g. `{_mended(day, '%Y/%m/%d')}`"
        )
    time = entry.value.get("timestamp", {}).get("format")
    if time is not None and not _reads_times(time):
        yield (
            f"{entry.at('timestamp', 'format')}: `{time}` is no format that a time can be read by; expected the day "
            f"as %Y, %m and %d and the time as %H, %M; write e.g. `{_mended(time, '%Y-%m-%d %H:%M:%S')}`"
        )


def _reads_days(text: str) -> bool:
    try:
        return datetime.strptime(_MOMENT.strftime(text), text).date() == _MOMENT.date()  # noqa: DTZ007 a day has no zone
    except ValueError:
        return False


def _reads_times(text: str) -> bool:
    """By the engine, which reads them."""
    with duckdb.connect() as con:
        con.execute("set TimeZone = 'UTC'")
        moment = "timestamptz '2026-09-30 13:45:00+00'"
        try:
            found = con.execute(
                f"select strptime(strftime({moment}, $1), $1) = {moment} "
                f"or date_trunc('hour', strptime(strftime({moment}, $1), $1)) = date_trunc('hour', {moment})",
                [text],
            ).fetchone()
        except duckdb.Error:
            return False
    return bool(found and found[0])


def _mended(text: str, otherwise: str) -> str:
    """The same format in directives, if that makes one that can be read."""
    mended = text
    for word, directive in _WORDS:
        mended = re.sub(rf"(?<!%){word}", directive, mended)
    reads = _reads_times if "%H" in otherwise else _reads_days
    return mended if reads(mended) else otherwise
