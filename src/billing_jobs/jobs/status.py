"""Say what is in the home and what to do next."""

from __future__ import annotations

from typing import Any

from billing_jobs.adapters.published import overview
from billing_jobs.records import Run
from billing_jobs.settings import Home


def status(home: Home, run: Run) -> dict[str, Any]:
    """The facts of the overview, and under `next` the sentences of what a person should do now. Changes nothing."""
    facts = overview.overview(home)
    return {**facts, "next": _advice(facts)}


def _advice(facts: dict[str, Any]) -> list[str]:
    advice = {
        "`billing nightly`: no night has been finished yet": facts["last_night"] is None,
        f"`billing ingest`: {facts['files_new']} files have come in": facts["files_new"],
        f"`billing send`: {facts.get('mails_unsent')} mails of the last night have not gone out": facts.get("mails_unsent"),
        "add catalog/sources/<source>.yml: files wait for a profile": facts["files_waiting"],
        "read docs/upgrading.md: newer pricing rules would move what was billed before": facts.get("moved_by_rules"),
        "`billing decide --kind approve …`: drafts are held": facts.get("drafts_held"),
        "docs/claims.md says what to mend: claims hold documents, which no approval releases": facts.get("in_doubt"),
        "`billing decide --kind apply …`: deposits have not found their invoice": facts.get("unapplied_money"),
        "look at reports/data_quality.html: rows were refused": facts.get("refused_rows"),
        "`billing decide` again and name the charge or document: decisions were refused": facts.get("refused_decisions"),
        "ask the receiver: it is unknown whether these mails arrived": facts.get("mails_in_doubt"),
    }
    return [sentence for sentence, is_due in advice.items() if is_due] or ["nothing: all is done"]
