"""Takes in usage files as they land, so that the night finds them loaded."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from airflow.sdk import CronTriggerTimetable, Param, chain, dag, get_current_context, task

from billing_jobs.jobs.scheduling import WRITER_POOL, default_args, night_before, run_step, scheduled_run
from billing_jobs.jobs.step_order import INGEST

DOC = """
### Ingest usage
Claims new usage files in `landing/` (by hash, once), loads their rows, refuses bad rows with file, line and reason.

**Triage**
* Red: the catalog cannot be read. The log names file and line. Mend the YAML, clear the task. No file is lost; the
  next run takes it.
* Green but rows are missing: `billing status` and the table `rejected_rows` say which rows were refused and why.

More in `docs/operations.md`.
"""


@dag(
    dag_id="ingest_usage",
    schedule=CronTriggerTimetable("*/30 * * * *", timezone="Asia/Tokyo"),
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    default_args=default_args("billing"),
    params={"as_of": Param(None, type=["null", "string"], format="date"), "now": Param(None, type=["null", "string"])},
    tags=["billing", "ingest"],
    doc_md=DOC,
)
def ingest_usage():
    @task
    def start() -> dict[str, str]:
        """Reads the clock once; every task of this run, and every retry, uses this moment."""
        context = get_current_context()
        return scheduled_run(context["params"], context["dag_run"].run_after, night_before, clock=datetime.now(UTC))

    step = task(pool=WRITER_POOL)(run_step)
    run: Any = start()  # an answer that is not there yet when the DAG is parsed
    chain(*[step.override(task_id=name)(name, run) for name in INGEST])


ingest_usage()
