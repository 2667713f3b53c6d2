"""Every hour what the next night would do, and the sales so far: recorded nowhere."""

from __future__ import annotations

from datetime import UTC, datetime

from airflow.sdk import CronTriggerTimetable, dag

from billing_airflow import tasks
from billing_jobs.jobs.scheduling import night_before

DOC = """
### Preview (every hour, Asia/Tokyo)
Takes in what landed, builds and checks the next night in a copy of the home, and publishes `published/preview.duckdb`
(drafts, usage and sales so far, mails due) and `reports/preview/` (a page, drafts on paper). Nothing is recorded,
issued or sent, what landed stays new; the home is locked only while it is copied.
With `as_of` of a later day it shows what all nights until then would issue.

**Triage**
* `preview` skipped: a night was at work; the next hour shows what it did.
* `preview` red: the night would be red for the same reason; the log says what to mend. Nothing was issued.
* Green, and the page says the check would stop the night: mend it before 02:00.

More in `docs/operations.md`.
"""


@dag(
    dag_id="preview",
    schedule=CronTriggerTimetable("10 * * * *", timezone="Asia/Tokyo"),
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    default_args=tasks.default_args("billing"),
    params=tasks.PARAMS,
    tags=["billing", "preview"],
    doc_md=DOC,
)
def preview():
    tasks.preview(tasks.start(night_before))


preview()
