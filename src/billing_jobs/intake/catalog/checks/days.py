"""Whose holidays a calendar or a set of time bands names."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from billing_jobs.intake.catalog.closed_days import JAPAN, countries, markets
from billing_jobs.intake.catalog.reader import Entry


def find_mistakes_in_days(entry: Entry) -> Iterator[str]:
    """A country or a market whose days nobody knows."""
    for key, known in (("country", countries), ("market", markets)):
        found = entry.value.get(key)
        if found is None or (key == "country" and found == JAPAN) or found in known():
            continue
        close = get_close_matches(found, known(), n=3, cutoff=0.4)
        hint = f"did you mean {' or '.join(f'`{name}`' for name in close)}?" if close else "leave it out"
        yield f"{entry.at(key)}: the holidays of {key} `{found}` are not known; expected one that is; {hint}"
