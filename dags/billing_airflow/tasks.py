"""What the DAGs share: parameters, the task that reads the clock, and a night's steps as tasks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from airflow.sdk import (
    Asset,
    ExceptionRetryPolicy,
    Param,
    RetryAction,
    RetryRule,
    TriggerRule,
    chain,
    get_current_context,
    task,
)
from airflow.sdk.exceptions import AirflowSkipException

from billing_airflow.alerts import tell, tell_of_failure
from billing_jobs.jobs import scheduling

PUBLISHED = Asset("billing_published", uri="billing://published")

PARAMS = {
    "as_of": Param(
        None,
        type=["null", "string"],
        format="date",
        title="Business day",
        description="The day that is processed (2026-10-31); empty: the one that was over when this run was due.",
    ),
    "now": Param(
        None,
        type=["null", "string"],
        title="Moment",
        description="What is known until then counts (2026-11-01T02:00:00+09:00); empty: the clock.",
    ),
}

# What a person has to mend is not tried again. Another process at work in the home, a disk, a network are.
HEALS_BY_ITSELF = ExceptionRetryPolicy(
    rules=[
        RetryRule(exception="billing_jobs.errors.HomeLocked", action=RetryAction.RETRY),
        RetryRule(exception="billing_jobs.errors.BillingError", action=RetryAction.FAIL, reason="a person has to act"),
    ]
)


def default_args(owner: str) -> dict[str, Any]:
    """Of every task: owner, time, retries of what may heal, and who is told when it failed for good."""
    return {
        **scheduling.default_args(owner),
        "retry_policy": HEALS_BY_ITSELF,
        "on_failure_callback": tell_of_failure,
    }


def start(day_of: Callable[[datetime, str], date]) -> Any:
    """The first task: reads the clock once; every task of this run, and every retry, uses this moment."""

    @task(task_id="start")
    def read_the_clock() -> dict[str, str]:
        context = get_current_context()
        return scheduling.scheduled_run(
            context["params"], context["dag_run"].run_after, day_of, clock=datetime.now(UTC)
        )

    return read_the_clock()


def _run_task(steps: list[str], run: dict[str, str]) -> dict[str, Any]:
    """The counts of the steps; they stand with the asset `billing_published` as well, where the task publishes."""
    counts = scheduling.run_task(steps, run)
    if "publish" in steps:
        get_current_context()["outlet_events"][PUBLISHED].extra = {"as_of": run["as_of"], **counts}
    return counts


def in_turn(run: Any, tasks: Mapping[str, Sequence[str]]) -> list[Any]:
    """The tasks of a night or a month end, one after the other, each with its steps. `record` comes after the question
    whether or not there was one."""
    made = []
    for name, steps in tasks.items():
        given: dict[str, Any] = {"outlets": [PUBLISHED]} if name == "publish" else {}
        given |= {"trigger_rule": TriggerRule.NONE_FAILED_MIN_ONE_SUCCESS} if name == "record" else {}
        made.append(task(task_id=name, pool=scheduling.WRITER_POOL, **given)(_run_task)(list(steps), run))
    chain(*made)
    return made


def preview(run: Any) -> Any:
    """What the next night would do. Skipped while a night is at work."""

    @task(task_id="preview")
    def look_ahead(run: dict[str, str]) -> dict[str, int]:
        from billing_jobs.errors import HomeLocked

        try:
            return scheduling.run_preview(run, get_current_context()["params"]["as_of"])
        except HomeLocked as reason:
            raise AirflowSkipException(f"{reason} The preview of the next hour shows it.") from reason

    return look_ahead(run)


def tell_what_waits(run: Any) -> Any:
    """The last task: green, but what waits for a person goes to the log and to whoever is told."""

    @task(task_id="tell")
    def look(run: dict[str, str]) -> list[str]:
        from billing_jobs.jobs.attention import attention
        from billing_jobs.settings import Home

        lines = attention(Home.from_environment(), scheduling.from_message(run))
        if lines:
            tell(get_current_context(), f"the night of {run['as_of']} is done, but", lines)
        return lines

    return look(run)


def published_in_time(run: Any) -> Any:
    """Fails, and so tells, where the night of the run's day is not published yet."""
    return task(task_id="look", retries=0)(scheduling.refuse_unpublished)(run)


def night_of(run: Any) -> Any:
    """Waits until the night of the run's day is finished, however it was started."""

    @task.sensor(task_id="night", poke_interval=60, timeout=24 * 3600, mode="reschedule")
    def wait(run: dict[str, str]) -> bool:
        return scheduling.night_is_finished(run)

    return wait(run)
