"""The state of a home as text for people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from billing_jobs.cli.tables import table

SECTIONS = {
    "open_invoices": "Open invoices",
    "drafts_held": "Drafts held",
    "in_doubt": "In doubt",
    "moved_by_rules": "Moved by newer pricing rules, held until approved (docs/upgrading.md)",
    "unapplied_money": "Money without an invoice",
    "refused_rows": "Refused rows",
    "refused_decisions": "Refused decisions",
    "mails_in_doubt": "Mails in doubt",
}


def status_text(facts: dict[str, Any]) -> Iterator[str]:
    """Last night, ledger, what waits, and what to do next."""
    night = facts["last_night"]
    yield f"Home {facts['home']}"
    yield (
        f"  last night   {night['as_of_date']} (facts until {night['known_until']:%Y-%m-%d %H:%M:%S} UTC)"
        if night
        else "  last night   none yet"
    )
    yield f"  ledger       {facts['ledger']['commits']} commits, head {facts['ledger']['head'][:12]}"
    yield f"  new files    {facts['files_new']}"
    if facts["files_waiting"]:
        yield f"  waiting      {', '.join(facts['files_waiting'])}"
    for name, title in SECTIONS.items():
        rows = facts.get(name) or []
        if rows:
            yield f"\n{title}"
            yield from ("  " + line for line in table(rows, list(rows[0])))
    yield "\nNext"
    yield from (f"  {sentence}" for sentence in facts["next"])
