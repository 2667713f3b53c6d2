from __future__ import annotations

from datetime import date, timedelta

import pytest

from billing_jobs.formats.japanese_dates import read_era_date
from tests.support.golden import worked


@pytest.mark.parametrize(
    ("text", "received_on", "day"),
    [
        ("080831", date(2026, 9, 1), date(2026, 8, 31)),
        ("310430", date(2019, 5, 2), date(2019, 4, 30)),
        ("010501", date(2019, 5, 2), date(2019, 5, 1)),
        ("640107", date(1989, 1, 9), date(1989, 1, 7)),
        ("080229", date(1996, 3, 1), date(1996, 2, 29)),
        ("091231", date(2026, 12, 31), date(2027, 12, 31)),
        ("100101", date(2026, 1, 1), date(1998, 1, 1)),
        ("000000", date(2026, 9, 1), None),
        ("081332", date(2026, 9, 1), None),
        ("", date(2026, 9, 1), None),
        ("08083a", date(2026, 9, 1), None),
    ],
)
def test_a_year_is_read_in_the_era_nearest_to_the_receipt(text: str, received_on: date, day: date | None) -> None:
    assert read_era_date(text, received_on=received_on) == day


@pytest.mark.parametrize(("text", "day"), worked("era").items())
def test_a_day_of_any_era_is_read_the_day_after(text: str, day: str) -> None:
    assert read_era_date(text, received_on=date.fromisoformat(day) + timedelta(days=1)) == date.fromisoformat(day)
