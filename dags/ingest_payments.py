"""Takes in bank and payment files as they land, so that the night finds them loaded."""

from __future__ import annotations

from datetime import UTC, datetime

from airflow.sdk import CronTriggerTimetable, chain, dag

from billing_airflow.tasks import PARAMS, default_args, in_turn, start
from billing_jobs.jobs.scheduling import night_before
from billing_jobs.jobs.step_order import INGEST_TASKS

DOC = """
### Ingest payments
Claims new bank and payment files in `landing/` (by hash, once), loads their rows, refuses bad rows with file,
line and reason.

**Triage**
* Red: the catalog cannot be read. The log names file and line. Mend the YAML, clear the task. No file is lost; the
  next run takes it.
* Green but rows are missing: `billing status` and the table `rejected_rows` say which rows were refused and why.

More in `docs/operations.md`.
"""


@dag(
    dag_id="ingest_payments",
    schedule=CronTriggerTimetable("0 8,12,16 * * 1-5", timezone="Asia/Tokyo"),
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    default_args=default_args("finance"),
    params=PARAMS,
    tags=["billing", "ingest"],
    doc_md=DOC,
)
def ingest_payments():
    run = start(night_before)
    chain(*in_turn(run, INGEST_TASKS))


ingest_payments()
