"""The month end: post the month's journal, close it, publish the closed figures."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from airflow.sdk import CronTriggerTimetable, Param, chain, dag, get_current_context, task

from billing_jobs.jobs.scheduling import WRITER_POOL, default_args, month_before, run_step, scheduled_run
from billing_jobs.jobs.step_order import MONTH_END

DOC = """
### Monthly close (04:00 Asia/Tokyo on the 1st)
Builds once more, posts the difference between what should be in the books and what is, closes the month, builds,
checks, publishes.
Closing twice posts nothing twice. What is found later is booked in the first open month.

**Triage**
* `build…` red: a tie-out failed (debits = credits, receivables = open invoices, deferred = schedule); the log
  names it. Nothing was posted by it.
* `close` red with “was built on commit …, but the ledger is at commit …”: a night ran at the same time. Clear
  from `build`.
* The journal for the accounting system is `reports/journal_YYYY-MM.csv`.

More in `docs/operations.md`.
"""


@dag(
    dag_id="monthly_close",
    schedule=CronTriggerTimetable("0 4 1 * *", timezone="Asia/Tokyo"),
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    default_args=default_args("finance"),
    params={"as_of": Param(None, type=["null", "string"], format="date"), "now": Param(None, type=["null", "string"])},
    tags=["billing", "monthly"],
    doc_md=DOC,
)
def monthly_close():
    @task
    def start() -> dict[str, str]:
        """Reads the clock once; every task of this run, and every retry, uses this moment."""
        context = get_current_context()
        return scheduled_run(context["params"], context["dag_run"].run_after, month_before, clock=datetime.now(UTC))

    step = task(pool=WRITER_POOL)(run_step)
    run: Any = start()  # an answer that is not there yet when the DAG is parsed
    chain(*[step.override(task_id=name)(name, run) for name in MONTH_END])


monthly_close()
