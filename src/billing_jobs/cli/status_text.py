"""The state of a home as text for people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from billing_jobs.cli.tables import table
from billing_jobs.messages import say

SECTIONS = (
    "open_invoices", "drafts_held", "in_doubt", "moved_by_rules", "warnings", "unapplied_money", "refused_rows",
    "refused_decisions", "mails_in_doubt",
)  # fmt: skip


def status_text(facts: dict[str, Any]) -> Iterator[str]:
    """Last night, ledger, what waits, and what to do next."""
    night, ledger, language = facts["last_night"], facts["ledger"], facts["language"]
    yield say("status_home", language, home=facts["home"])
    if night:
        until = f"{night['known_until']:%Y-%m-%d %H:%M:%S}"
        yield "  " + say("status_last_night", language, as_of_date=night["as_of_date"], known_until=until)
    else:
        yield "  " + say("status_no_night", language)
    yield "  " + say("status_ledger", language, commits=ledger["commits"], head=ledger["head"][:12])
    yield "  " + say("status_new_files", language, count=facts["files_new"])
    if facts["files_waiting"]:
        yield "  " + say("status_waiting", language, files=", ".join(facts["files_waiting"]))
    for name in SECTIONS:
        rows = facts.get(name) or []
        if rows:
            yield "\n" + say(f"section_{name}", language)
            yield from ("  " + line for line in table(rows, list(rows[0])))
    yield "\n" + say("status_next", language)
    yield from (f"  {sentence}" for sentence in facts["next"])
