"""The billing night: what should be − what has been recorded = what to do."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from airflow.sdk import CronTriggerTimetable, Param, chain, dag, get_current_context, task

from billing_jobs.jobs.scheduling import WRITER_POOL, default_args, night_before, run_step, scheduled_run
from billing_jobs.jobs.step_order import NIGHT

DOC = """
### Nightly billing (02:00 Asia/Tokyo)
Ingests what landed, builds, checks at the border, issues, matches deposits, checks again, publishes, renders and sends.
Every task is safe to run again; a second run of a finished night changes nothing.

**Triage**
* `ingest` red: the catalog cannot be read. The log names file and line. Mend the YAML, clear the task.
* `build…` red: a dbt test stopped the night; the log names the claim that failed and the rows. Before `issue`
  nothing was issued.
* `check…` red: a border rule stopped the night: `reports/data_quality.html` shows the rows and the money at stake.
* `issue`, `allocate` red with “was built on commit …, but the ledger is at commit …”: another run wrote first. Clear
  from the build before it.
* `send` red: mails without an answer stand as *in doubt* in `deliveries`; they are never sent again by themselves.

More in `docs/operations.md`.
"""


@dag(
    dag_id="nightly_billing",
    schedule=CronTriggerTimetable("0 2 * * *", timezone="Asia/Tokyo"),
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    default_args=default_args("billing"),
    params={"as_of": Param(None, type=["null", "string"], format="date"), "now": Param(None, type=["null", "string"])},
    tags=["billing", "nightly"],
    doc_md=DOC,
)
def nightly_billing():
    @task
    def start() -> dict[str, str]:
        """Reads the clock once; every task of this run, and every retry, uses this moment."""
        context = get_current_context()
        return scheduled_run(context["params"], context["dag_run"].run_after, night_before, clock=datetime.now(UTC))

    step = task(pool=WRITER_POOL)(run_step)
    run: Any = start()  # an answer that is not there yet when the DAG is parsed
    chain(*[step.override(task_id=name)(name, run) for name in NIGHT])


nightly_billing()
