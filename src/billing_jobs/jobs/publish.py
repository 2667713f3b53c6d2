"""Finish the night: record it, and swap the checked candidate in for analysts."""

from __future__ import annotations

import json

from billing_jobs.adapters import lock
from billing_jobs.adapters.duckdb import Connection, sql_text
from billing_jobs.adapters.ledger.commits import open_ledger
from billing_jobs.adapters.published import personal, proposals
from billing_jobs.adapters.published import publish as copies
from billing_jobs.adapters.quality import checks
from billing_jobs.adapters.warehouse import runs
from billing_jobs.errors import LedgerConflict
from billing_jobs.records import JobResult, Run, make_id
from billing_jobs.settings import Home

# What stands on held documents, so that the next night drafts the same documents.
_HELD = """
    select coalesce(cast(to_json(list({'charge_id': charge_id, 'bill_on': bill_on} order by charge_id)) as varchar),
        '[]')
    from jobs.charges_held
"""


def publish(home: Home, run: Run) -> JobResult:
    """Record the night in `runs` (once), then replace `published/billing.duckdb` and the Parquet copy.

    A rebuild of the last finished night needs no check of its own: what it shows was checked when it was recorded.
    Raises LedgerConflict when the candidate has not seen the newest commit, CheckFailed when a new night was not
    checked.
    """
    with lock.hold(home):
        run = runs.settle(home, run)
        with proposals.connect_candidate(home) as con:
            is_new = _record_night(home, run, con)
        tables = copies.publish(home, with_personal=personal.are_published(home))
    said = (
        f"night of {run.as_of_date} recorded and published"
        if is_new
        else f"night of {run.as_of_date} was recorded before; published again"
    )
    return JobResult("publish", changed=is_new, counts={"tables": tables}, messages=(said,))


def _record_night(home: Home, run: Run, con: Connection) -> bool:
    ledger, built_on = open_ledger(home), proposals.head_of(con, run)
    if con.execute("select is_complete from jobs.candidate").fetchall() != [(True,)]:
        raise LedgerConflict(
            "The candidate was built in part, between two steps of a night. Run `billing build` again, then "
            "`billing publish`."
        )
    if runs.last_run(home) == run:
        if not ledger.stands_at(built_on):
            raise LedgerConflict(
                "Something was recorded since the candidate was built. Run `billing build` again, then "
                "`billing publish`."
            )
        return False
    values = {
        "run_id": make_id(run.as_of_date, run.now.isoformat()), "as_of_date": run.as_of_date,
        "known_until": run.now.isoformat(),
        "check_results": json.dumps(checks.results_of(home, run), ensure_ascii=False, sort_keys=True, default=str),
        "held_charges": con.execute(_HELD).fetchall()[0][0],
    }  # fmt: skip
    types = {"as_of_date": "date", "known_until": "timestamptz"}
    row = con.sql(
        "select "
        + ", ".join(
            f"cast({sql_text(value)} as {types.get(name, 'varchar')}) as {name}" for name, value in values.items()
        )
    )
    version = runs.catalog_version(home, run)
    return ledger.commit(
        job="publish", run=run, streams={"runs": row}, built_on=built_on, catalog_version=version
    ).is_new
