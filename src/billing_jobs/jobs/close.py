"""Close the months that are over: post their journal entries and write the journal as a file."""

from __future__ import annotations

from billing_jobs.adapters import duckdb as engine
from billing_jobs.adapters import lock
from billing_jobs.adapters.ledger import journal
from billing_jobs.adapters.published import proposals
from billing_jobs.adapters.warehouse import runs
from billing_jobs.records import JobResult, Run
from billing_jobs.settings import Home

TABLES = {"journal_entries": ["entries_to_post"], "period_closes": ["closes_to_record"]}


def close(home: Home, run: Run) -> JobResult:
    """Record the proposed entries and closes in one commit, then write `reports/journal_<month>.csv` for each closed
    month.

    What is in doubt at the close is in none of its entries: it is said here, and kept in the close. Repeating it
    records nothing; the files are written from the ledger and come out the same.
    """
    with lock.hold(home):
        result = proposals.record(home, runs.settle(home, run), job="close", tables=TABLES)
        written = journal.write_months(home)
        doubts = _in_doubt(home)
    return JobResult(
        "close",
        changed=result.changed,
        counts={**result.counts, "journals": len(written)},
        messages=(*result.messages, *written, *doubts),
    )


def _in_doubt(home: Home) -> list[str]:
    """A sentence for each broken claim and currency: how much of whom is left out until it is mended."""
    with proposals.connect_candidate(home) as con:
        found = engine.rows(
            con,
            """
            select claim, currency, sum(abs(amount)) as amount, string_agg(distinct customer_id, ', '
                order by customer_id) as customers
            from claims_broken group by claim, currency order by claim, currency
            """,
        )
    return [
        f"in doubt, in no entry: {row['claim']} of {row['customers']} ({row['amount']:,} {row['currency']})"
        for row in found
    ]
