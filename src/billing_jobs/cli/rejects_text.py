"""Refused rows as text for people, and the first of them as sentences for a log."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from billing_jobs.messages import say
from billing_jobs.refused_rows import sentence


def rejects_text(facts: dict[str, Any]) -> Iterator[str]:
    """A line for each refused row, and what to do."""
    language, rows = facts["language"], facts["rows"]
    if not rows:
        name = facts["file_name"]
        yield say("rejects_none_of_file", language, file=name) if name else say("rejects_none", language)
    yield from (sentence(row, language) for row in rows)
    if facts["left_out"]:
        yield say("rejects_settled", language, count=facts["left_out"])
    if any(not row["is_settled"] for row in rows):
        yield say("rejects_what_to_do", language)
