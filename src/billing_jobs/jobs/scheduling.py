"""What a scheduler needs to know of the jobs: how a step is run, and which business day a scheduled run processes.

Cheap to import: the jobs themselves are imported when a step runs. Nothing here reads the clock; a scheduler passes it
in.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from billing_jobs.adapters import lock
from billing_jobs.errors import UsageError
from billing_jobs.records import Run
from billing_jobs.settings import Home

WRITER_POOL = "billing_writer"
"""One slot: the warehouse has one writer at a time. The home's own lock is the rule; the pool only queues."""


def run_task(names: Sequence[str], run: dict[str, str]) -> dict[str, Any]:
    """Steps of a night or a month end, as one task of a scheduler: (names of the steps, the run as a message) -> the
    counts of what they did, by step. What they say goes to the log `billing`, a sentence each."""
    from billing_jobs.jobs.nightly import run_steps

    home = Home.from_environment()
    with _waiting_for(home):
        result = run_steps(home, from_message(run), names, job=names[-1])
    return {"changed": result.changed, **result.counts}


def _waiting_for(home: Home) -> AbstractContextManager[bool]:
    """The home's lock: a command from a shell is no reason to fail, the task's own time ends the wait."""
    return lock.hold(home, wait_seconds=math.inf)


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
    with _waiting_for(home):
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
    with _waiting_for(home):
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
    with _waiting_for(home):
        said = job(home, Run(clock.date(), clock), decided_by=decided_by, **fields)
    return "\n".join(said.messages)


def night_is_finished(run: dict[str, str]) -> bool:
    """Whether the night of the run's day, or a later one, has been published."""
    from billing_jobs.adapters.warehouse import runs

    finished = runs.last_run(Home.from_environment())
    return finished is not None and finished.as_of_date >= from_message(run).as_of_date


def refuse_unpublished(run: dict[str, str]) -> None:
    """Raises UsageError where the night of the run's day is not published yet."""
    if not night_is_finished(run):
        raise UsageError(
            f"The night of {run['as_of']} is not published yet. Look at the running task of `nightly_billing`, and "
            "whether the DAG is switched on; `billing status` says what stands."
        )


def default_args(owner: str) -> dict[str, Any]:
    """Owner, retries and time of every task; the environment may shorten the waits for tests."""
    retries = int(os.environ.get("BILLING_TASK_RETRIES", "2"))
    return {
        "owner": owner,
        "retries": retries,
        "retry_delay": timedelta(seconds=int(os.environ.get("BILLING_RETRY_SECONDS", "120"))),
        "execution_timeout": timedelta(seconds=int(os.environ.get("BILLING_TASK_SECONDS", "43200"))),
    }


def night_before(due_at: datetime, zone: str) -> date:
    """The day that is over when a nightly run is due: the 02:00 run of the 1st processes the last day of the month
    before."""
    return due_at.astimezone(ZoneInfo(zone)).date() - timedelta(days=1)


def month_before(due_at: datetime, zone: str) -> date:
    """The last day of the month that is over when a month-end run is due."""
    return due_at.astimezone(ZoneInfo(zone)).date().replace(day=1) - timedelta(days=1)


def scheduled_run(
    params: dict[str, str | None], due_at: datetime, day_of: Callable[[datetime, str], date], *, clock: datetime
) -> dict[str, str]:
    """The run of one scheduled DAG run, as a message: a given `as_of` or `now` wins, else the day follows from when the
    run was due.

    clock: the moment at which the DAG's first task runs, read there and nowhere else; a retry of a later task reads the
    same message.
    """
    zone = os.environ.get("BILLING_ZONE", "Asia/Tokyo")
    given_day, given_now = params.get("as_of"), params.get("now")
    as_of = date.fromisoformat(given_day) if given_day else day_of(due_at, zone)
    return to_message(Run(as_of, datetime.fromisoformat(given_now) if given_now else clock))


def to_message(run: Run) -> dict[str, str]:
    """A run as it travels between tasks."""
    return {"as_of": run.as_of_date.isoformat(), "now": run.now.isoformat()}


def from_message(message: dict[str, str]) -> Run:
    """The run that `to_message` wrote."""
    return Run(date.fromisoformat(message["as_of"]), datetime.fromisoformat(message["now"]))
