"""Looks at six whether the night is published, and tells those who run billing when it is not."""

from __future__ import annotations

from datetime import UTC, datetime

from airflow.sdk import CronTriggerTimetable, dag

from billing_airflow import tasks
from billing_jobs.jobs.scheduling import night_before

DOC = """
### Published in time? (06:00 Asia/Tokyo)
Red, and told, when the night of yesterday is not published by then: it runs late, stopped, waits for somebody, or was
never started (`nightly_billing` is switched off).

**Triage**
* `look` red with “is not published yet”: look at the running task of `nightly_billing`, then at its notes.

More in `docs/operations.md`.
"""


@dag(
    dag_id="published_in_time",
    schedule=CronTriggerTimetable("0 6 * * *", timezone="Asia/Tokyo"),
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    default_args=tasks.default_args("billing"),
    params=tasks.PARAMS,
    tags=["billing", "watch"],
    doc_md=DOC,
)
def published_in_time():
    tasks.published_in_time(tasks.start(night_before))


published_in_time()
