"""What of a finished night waits for a person: green, but not all is done."""

from __future__ import annotations

from collections import Counter

from billing_jobs import seeds
from billing_jobs.adapters.language import language_of
from billing_jobs.adapters.ledger import issued_documents
from billing_jobs.adapters.ledger.paper_shelf import Shelf
from billing_jobs.adapters.published import overview
from billing_jobs.adapters.quality import checks
from billing_jobs.adapters.warehouse import runs
from billing_jobs.errors import CheckFailed
from billing_jobs.jobs.status import warnings
from billing_jobs.messages import say
from billing_jobs.records import Run
from billing_jobs.settings import Home


def attention(home: Home, run: Run) -> list[str]:
    """A sentence for each kind of thing that waits, with how many and how much, in the home's language; none names a
    customer. Empty when nothing does."""
    facts, language = overview.overview(home), language_of(home)
    meanings = {row["hold_reason"]: row[f"meaning_{language}"] for row in seeds.rows("hold_reasons")}
    counted = {
        "waits_decisions": len(facts.get("refused_decisions", [])),
        "waits_in_doubt": sum(row["mails"] for row in facts.get("mails_in_doubt", [])),
        "waits_unsent": facts.get("mails_unsent", 0),
        "waits_papers": len(Shelf(home).missing(dict(issued_documents.numbers_of(home)))),
        "waits_profiles": len(facts["files_waiting"]),
    }
    claims = Counter(row["claim"] for row in facts.get("in_doubt", []))
    return [
        *(
            say(
                "waits_held",
                language,
                **{**row, "amount": f"{row['amount']:,}", "meaning": meanings[row["hold_reason"]]},
            )
            for row in facts.get("drafts_held", [])
        ),
        *(say("waits_claims", language, claim=claim, count=count) for claim, count in sorted(claims.items())),
        *(say(name, language, count=count) for name, count in counted.items() if count),
        *_warnings(home, run, language),
    ]


def _warnings(home: Home, run: Run, language: str) -> list[str]:
    """Rules of the border that failed without stopping the night, where money is at stake."""
    try:
        results = checks.results_of(home, runs.settle(home, run))
    except CheckFailed:
        return []  # another run's tables were checked since; its own words say what is in them
    return [say("waits_warning", language, **warning) for warning in warnings(results, language)]
