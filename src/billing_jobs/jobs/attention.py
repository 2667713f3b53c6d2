"""What of a finished night waits for a person: green, but not all is done."""

from __future__ import annotations

from collections import Counter
from typing import Any

from billing_jobs.adapters.ledger import issued_documents
from billing_jobs.adapters.ledger.paper_shelf import Shelf
from billing_jobs.adapters.published import overview
from billing_jobs.adapters.quality import checks
from billing_jobs.adapters.warehouse import runs
from billing_jobs.errors import CheckFailed
from billing_jobs.records import Run
from billing_jobs.settings import Home


def attention(home: Home, run: Run) -> list[str]:
    """A sentence for each kind of thing that waits, with how many and how much; none names a customer. Empty when
    nothing does."""
    facts = overview.overview(home)
    papers = len(Shelf(home).missing(dict(issued_documents.numbers_of(home))))
    counted = {
        "decisions were refused: `billing decide` again and name the charge or document": len(
            facts.get("refused_decisions", [])
        ),
        "mails are in doubt: ask the receivers whether they came": sum(
            row["mails"] for row in facts.get("mails_in_doubt", [])
        ),
        "mails have not gone out: see the log of `send`, then `billing send`": facts.get("mails_unsent", 0),
        "issued documents have no paper: see the log of `render`, then `billing render`": papers,
        "files wait for a profile: add catalog/sources/<source>.yml": len(facts["files_waiting"]),
    }
    claims = Counter(row["claim"] for row in facts.get("in_doubt", []))
    return [
        *(
            f"{row['drafts']} drafts are held ({row['hold_reason']}): {row['amount']:,} {row['currency']}"
            for row in facts.get("drafts_held", [])
        ),
        *(f"{count} times in doubt: {claim} (docs/claims.md)" for claim, count in sorted(claims.items())),
        *(f"{count} {words}" for words, count in counted.items() if count),
        *_warnings(home, run),
    ]


def _warnings(home: Home, run: Run) -> list[str]:
    """Rules of the border that failed without stopping the night, where money is at stake."""
    try:
        results = checks.results_of(home, runs.settle(home, run))
    except CheckFailed:
        return []  # another run's tables were checked since; its own words say what is in them
    return [_warning(result) for result in results if not result["success"] and any(result["money"].values())]


def _warning(result: dict[str, Any]) -> str:
    text = result["text"]["en"] if isinstance(result["text"], dict) else result["text"]
    money = ", ".join(f"{amount} {currency}" for currency, amount in sorted(result["money"].items()))
    return f"{result['rule']}: {text} ({result['rows']} rows, at stake: {money}); reports/data_quality.html"
