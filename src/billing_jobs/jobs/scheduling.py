"""What a scheduler needs to know of the jobs: how a step is run, and which business day a scheduled run processes.

Cheap to import: the jobs themselves are imported when a step runs. Nothing here reads the clock; a scheduler passes it
in.
"""

from __future__ import annotations

import logging
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
log = logging.getLogger("billing")


def waiting_for(home: Home) -> AbstractContextManager[bool]:
    """The home's lock: a command from a shell is no reason to fail, the task's own time ends the wait."""
    return lock.hold(home, wait_seconds=math.inf)


def run_task(names: Sequence[str], run: dict[str, str]) -> dict[str, Any]:
    """Steps of a night or a month end, as one task of a scheduler: (names of the steps, the run as a message) -> the
    counts of what they did, by step. What they say goes to the log `billing`, a sentence each."""
    from billing_jobs.jobs.nightly import run_steps

    home = Home.from_environment()
    with waiting_for(home):
        result = run_steps(home, from_message(run), names, job=names[-1])
    return {"changed": result.changed, **result.counts}


def run_preview(run: dict[str, str], as_of: str | None) -> dict[str, int]:
    """A preview of the next night, or of the one of a given day, as a task of a scheduler: its counts.

    A command is waited for, a night is not: the next hour shows what it did. Raises HomeLocked then.
    """
    from billing_jobs.jobs.preview import preview

    day = date.fromisoformat(as_of) if as_of else None
    waits = float(os.environ.get("BILLING_PREVIEW_WAIT_SECONDS", "60"))
    result = preview(Home.from_environment(), from_message(run), as_of=day, wait_seconds=waits)
    for message in result.messages:
        log.info("preview: %s", message)
    return result.counts


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
