"""What waits for approval as text for people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from billing_jobs.cli.tables import table


def approval_text(question: dict[str, Any]) -> Iterator[str]:
    """Sums, the largest drafts beside what their customers are used to, what is held, and how to answer."""
    documents, short = question["documents"], question["question_id"][:12]
    if not documents:
        yield "Nothing waits for an approval."
    else:
        yield f"{len(documents):,} drafts wait for an approval (question {short})"
        yield from _section("Sums", question["totals"])
        yield from _section("The largest, beside the largest of the customer's last three", question["largest"])
    yield from _section("Held for another reason", question["held"])
    if documents:
        yield "\nNext"
        yield f"  billing approve --question {short} --reason …                 all of them go out with the next night"
        yield f"  billing approve --question {short} --only DOCUMENT --reason … only this one; the others are held"
        yield f"  billing approve --question {short} --hold --reason …          none of them"


def _section(title: str, rows: list[dict[str, Any]]) -> Iterator[str]:
    if rows:
        yield f"\n{title}"
        yield from ("  " + line for line in table(rows, list(rows[0])))
