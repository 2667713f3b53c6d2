"""A month end: a night that also closes the month before its last check."""

from __future__ import annotations

from billing_jobs.jobs.nightly import run_steps
from billing_jobs.jobs.step_order import NIGHT
from billing_jobs.records import JobResult, Run
from billing_jobs.settings import Home

_LAST_CHECK = NIGHT.index("check_out")
MONTH_END = (*NIGHT[:_LAST_CHECK], "close", "build_closed", *NIGHT[_LAST_CHECK:])


def monthly(home: Home, run: Run) -> JobResult:
    """The night of `as_of_date` and the close of every month that is over by then. Safe to repeat."""
    return run_steps(home, run, MONTH_END, job="monthly")
