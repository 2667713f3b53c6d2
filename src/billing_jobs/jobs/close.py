"""Close the months that are over: post their journal entries and write the journal as a file."""

from __future__ import annotations

from billing_jobs.adapters import journal, lock, proposals, runs
from billing_jobs.records import JobResult, Run
from billing_jobs.settings import Home

TABLES = {"journal_entries": ["entries_to_post"], "period_closes": ["closes_to_record"]}


def close(home: Home, run: Run) -> JobResult:
    """Record the proposed entries and closes in one commit, then write `reports/journal_<month>.csv` for each closed month.

    Repeating it records nothing; the files are written from the ledger and come out the same.
    """
    with lock.hold(home):
        result = proposals.record(home, runs.settle(home, run), job="close", tables=TABLES)
        written = journal.write_months(home)
    return JobResult("close", changed=result.changed, counts={**result.counts, "journals": len(written)}, messages=(*result.messages, *written))
