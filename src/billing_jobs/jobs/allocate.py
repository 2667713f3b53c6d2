"""Put money that came in to the documents it pays."""

from __future__ import annotations

from billing_jobs.adapters import lock
from billing_jobs.adapters.published import proposals
from billing_jobs.adapters.warehouse import runs
from billing_jobs.records import JobResult, Run
from billing_jobs.settings import Home


def allocate(home: Home, run: Run) -> JobResult:
    """Record the proposed allocations in one commit. Repeating it records nothing."""
    with lock.hold(home):
        return proposals.record(home, runs.settle(home, run), job="allocate", tables={"allocations": ["allocations_to_record"]})
