"""What a scheduler asks of people and takes in of their answers: approval before documents are issued, decisions from a
form.

Cheap to import: the jobs themselves are imported when a task runs.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from billing_jobs.jobs.scheduling import from_message, run_task, waiting_for
from billing_jobs.records import Run
from billing_jobs.settings import Home


def approval_hours() -> float:
    """How long a night waits for an approval, from `BILLING_APPROVAL_HOURS`; 0: nobody is asked, all is held."""
    return float(os.environ.get("BILLING_APPROVAL_HOURS", "8"))


def what_to_ask(run: dict[str, str]) -> dict[str, Any] | None:
    """What of the run's drafts is to be approved, as `approve.question` says it; None when nothing is, or nobody is to
    be asked."""
    from billing_jobs.adapters.warehouse import runs
    from billing_jobs.jobs.approve import question

    home, moment = Home.from_environment(), from_message(run)
    if runs.is_view(home, moment) or not approval_hours():
        return None
    with waiting_for(home):
        run_task(("build",), run)
        asked = question(home, moment)
    return asked if asked["documents"] else None


def answer(
    run: dict[str, str],
    question_id: str,
    *,
    is_held: bool,
    only: Sequence[str],
    decided_by: str,
    decided_at: datetime,
    reason: str,
) -> dict[str, Any]:
    """Take in a person's answer, so that this night goes by it; the counts of `approve`. decided_at: when they gave it,
    an aware instant."""
    from billing_jobs.jobs.approve import approve

    home, moment = Home.from_environment(), from_message(run)
    with waiting_for(home):
        said = approve(
            home,
            Run(moment.as_of_date, decided_at),
            question_id=question_id,
            only=only,
            is_held=is_held,
            decided_by=decided_by,
            reason=reason,
        )
        run_task(("ingest",), run)
    return said.counts


def decide(fields: dict[str, str | None], *, decided_by: str, clock: datetime) -> str:
    """Write a person's decision from a form; what `billing decide` says of it. Empty fields are none."""
    from billing_jobs.jobs.decide import decide as job

    home = Home.from_environment()
    with waiting_for(home):
        said = job(home, Run(clock.date(), clock), decided_by=decided_by, **fields)
    return "\n".join(said.messages)
