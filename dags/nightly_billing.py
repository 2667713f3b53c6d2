"""The billing night: what should be − what has been recorded = what to do."""

from __future__ import annotations

from datetime import UTC, datetime

from airflow.sdk import CronTriggerTimetable, chain, dag

from billing_airflow.approval import ask_for_approval
from billing_airflow.tasks import PARAMS, default_args, in_turn, start, tell_what_waits
from billing_jobs.jobs.scheduling import night_before
from billing_jobs.jobs.step_order import NIGHT_TASKS

PROPOSING = ("ingest", "propose")

DOC = """
### Nightly billing (02:00 Asia/Tokyo)
Ingests what landed, builds, checks at the border, asks for approval where it is due, issues, matches deposits, checks
again, publishes, renders and sends.
Every task is safe to run again; a second run of a finished night changes nothing. What only a person can mend fails at
once; a lock or a network is tried again.

**Triage**
* `ingest` red: the catalog cannot be read. The log names file and line. Mend the YAML, clear the task.
* `propose` red: a dbt test or a border rule stopped the night; the log names the claim or the rule, the rows and the
  money at stake (`reports/data_quality.html`). Nothing was issued.
* `approve` waits: *Required Actions* shows sums, the largest drafts beside what their customers are used to, and a
  form. Unanswered after `BILLING_APPROVAL_HOURS` (8) the drafts are held, the night goes on, and the next one asks
  again.
* `record` red: the same after documents or allocations were recorded; they stand. Mend what the log names, clear the
  task: it goes on where it was.
* `tell` lists what waits for a person although all is green: held drafts, mails in doubt, missing papers, warnings
  with money.
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
    params=PARAMS,
    tags=["billing", "nightly"],
    doc_md=DOC,
)
def nightly_billing():
    run = start(night_before)
    proposed = in_turn(run, {name: steps for name, steps in NIGHT_TASKS.items() if name in PROPOSING})
    recorded = in_turn(run, {name: steps for name, steps in NIGHT_TASKS.items() if name not in PROPOSING})
    chain(*proposed, ask_for_approval(run, goes_on=recorded[0]))
    chain(*recorded, tell_what_waits(run))


nightly_billing()
