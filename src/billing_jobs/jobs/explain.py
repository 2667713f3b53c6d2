"""Say where an amount comes from: line, version, tier steps, days, events, file and row."""

from __future__ import annotations

from typing import Any

from billing_jobs import seeds
from billing_jobs.adapters.language import language_of
from billing_jobs.adapters.published import explanations
from billing_jobs.errors import UsageError
from billing_jobs.records import Run
from billing_jobs.settings import Home


def explain(home: Home, run: Run, subject: str) -> dict[str, Any]:
    """All that stands behind a document (its number or id) or a contract.

    Raises UsageError when the published tables know neither.
    """
    found = explanations.document(home, subject) or explanations.contract(home, subject)
    if found is None:
        raise UsageError(
            f"No document and no contract is called {subject!r} in what was published. `billing status` says what is "
            "there."
        )
    language = language_of(home)
    reasons = {row["rule"]: row[f"meaning_{language}"] for row in seeds.rows("matching_rules")}
    for payment in found.get("payments", []):
        payment["why"] = reasons.get(payment["rule"]) or payment["reason"] or ""
    return {**found, "language": language}
