"""Say what is in the home and what to do next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from billing_jobs.adapters.language import language_of
from billing_jobs.adapters.published import overview, refusals
from billing_jobs.adapters.quality import checks
from billing_jobs.messages import say
from billing_jobs.records import Run
from billing_jobs.settings import Home


def status(home: Home, run: Run) -> dict[str, Any]:
    """The facts of the overview, what was refused and has not come again, the warnings of the last check that have
    money, and under `next` the sentences of what a person should do now. Changes nothing."""
    language = language_of(home)
    facts = {**overview.overview(home), "language": language, "refused_rows": _refused(home, language)}
    facts["warnings"] = warnings(checks.last_results(home), language)
    return {**facts, "next": _advice(facts, language)}


def _refused(home: Home, language: str) -> list[dict[str, Any]]:
    standing = [row for row in refusals.refused(home) if not row["is_settled"]]
    counted = Counter((row["file_name"], row["reason_code"]) for row in standing)
    meanings = {row["reason_code"]: row[f"meaning_{language}"] for row in standing}
    return [
        {"file_name": name, "rows": count, "reason_code": reason, "meaning": meanings[reason]}
        for (name, reason), count in sorted(counted.items())
    ]


def warnings(results: Iterable[dict[str, Any]], language: str) -> list[dict[str, Any]]:
    """Of the results of a check the rules that are broken with money at stake: what they say, how much it is."""
    return [
        {
            "rule": result["rule"],
            "rows": result["rows"],
            "money": ", ".join(f"{amount} {currency}" for currency, amount in sorted(result["money"].items())),
            "text": result["text"][language] if isinstance(result["text"], dict) else result["text"],
        }
        for result in results
        if not result["success"] and any(Decimal(amount) for amount in result["money"].values())
    ]


def _advice(facts: dict[str, Any], language: str) -> list[str]:
    due = {
        "next_nightly": facts["last_night"] is None,
        "next_ingest": facts["files_new"],
        "next_send": facts.get("mails_unsent"),
        "next_profile": facts["files_waiting"],
        "next_upgrade": facts.get("moved_by_rules"),
        "next_approve": facts.get("drafts_held"),
        "next_claims": facts.get("in_doubt"),
        "next_quality": facts["warnings"],
        "next_apply": facts.get("unapplied_money"),
        "next_rejects": facts["refused_rows"],
        "next_decide_again": facts.get("refused_decisions"),
        "next_ask_receiver": facts.get("mails_in_doubt"),
    }
    return [say(name, language, count=value) for name, value in due.items() if value] or [say("next_nothing", language)]
