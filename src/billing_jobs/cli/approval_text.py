"""What waits for approval as text for people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from billing_jobs.cli.tables import table
from billing_jobs.messages import say


def approval_text(question: dict[str, Any]) -> Iterator[str]:
    """Sums, the largest drafts beside what their customers are used to, what is held, and how to answer."""
    documents, short, language = question["documents"], question["question_id"][:12], question["language"]
    if not documents:
        yield say("approval_nothing", language)
    else:
        yield say("approval_waits", language, count=f"{len(documents):,}", question=short)
        yield from _section(say("approval_sums", language), question["totals"])
        yield from _section(say("approval_largest", language), question["largest"])
    yield from _section(say("approval_held", language), question["held"])
    if documents:
        answers = {
            "--reason …": "approval_all",
            "--only DOCUMENT --reason …": "approval_only",
            "--hold --reason …": "approval_none",
        }
        yield f"\n{say('status_next', language)}"
        for options, meaning in answers.items():
            yield f"  billing approve --question {short} {options:<26} {say(meaning, language)}"


def _section(title: str, rows: list[dict[str, Any]]) -> Iterator[str]:
    if rows:
        yield f"\n{title}"
        yield from ("  " + line for line in table(rows, list(rows[0])))
