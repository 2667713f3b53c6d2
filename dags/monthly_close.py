"""The month end: post the month's journal, close it, publish the closed figures."""

from __future__ import annotations

from datetime import UTC, datetime

from airflow.sdk import CronTriggerTimetable, chain, dag

from billing_airflow.tasks import PARAMS, default_args, in_turn, night_of, start
from billing_jobs.jobs.scheduling import month_before
from billing_jobs.jobs.step_order import MONTH_END_TASKS

DOC = """
### Monthly close (04:00 Asia/Tokyo on the 1st, once the night of the last day is finished)
Waits for that night, however it was started, builds once more, posts the difference between what should be in the
books and what is, closes the month, builds, checks, publishes.
Closing twice posts nothing twice. What is found later is booked in the first open month.

**Triage**
* `night` waits: the night of the last day has not been published. It gives up after a day; then run the night and
  clear the task.
* `close` red: a tie-out failed (debits = credits, receivables = open invoices, deferred = schedule); the log names it
  and whether anything was posted. Mend it, clear the task: it goes on where it was.
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
    params=PARAMS,
    tags=["billing", "monthly"],
    doc_md=DOC,
)
def monthly_close():
    run = start(month_before)
    chain(night_of(run), *in_turn(run, MONTH_END_TASKS))


monthly_close()
