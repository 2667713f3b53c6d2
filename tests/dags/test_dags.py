"""The DAGs as Airflow sees them, without running a night."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from billing_jobs.jobs import scheduling
from billing_jobs.jobs.step_order import MONTH_END_TASKS, NIGHT, NIGHT_TASKS
from billing_jobs.records import Run
from ops.airflow_env import PROJECT, environment

DAGS = {
    *("ingest_usage", "ingest_payments", "nightly_billing", "monthly_close", "published_in_time", "preview", "decide"),
}
SCHEDULED = DAGS - {"decide"}


@pytest.fixture(scope="module")
def described(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, object]]:
    """What Airflow parsed, read in a process of its own, so that its settings stay out of the other tests."""
    script = """
        import json, sys
        from pathlib import Path
        from billing_jobs import errors
        from airflow.dag_processing.dagbag import BundleDagBag
        bag = BundleDagBag(sys.argv[1], bundle_path=Path(sys.argv[1]))
        out = {"errors": {k: str(v) for k, v in bag.import_errors.items()},
        "heavy": [m for m in ("dbt", "duckdb", "great_expectations", "typst") if m in sys.modules]}
        for dag_id, dag in bag.dags.items():
            out[dag_id] = {"doc": dag.doc_md, "tasks": [
                {"id": t.task_id, "owner": t.owner, "retries": t.retries, "pool": t.pool,
                 "seconds": t.execution_timeout.total_seconds() if t.execution_timeout else None,
                 "answer_seconds": t.response_timeout.total_seconds() if hasattr(t, "response_timeout") else None,
                 "after": sorted(t.upstream_task_ids), "rule": str(getattr(t.trigger_rule, "value", t.trigger_rule)),
                 "is_told": bool(t.on_failure_callback),
                 "tried_again": [name for name in vars(errors) if isinstance(getattr(errors, name), type)
                    and t.retry_policy.evaluate(getattr(errors, name)("x"), 1, 3).action.value != "fail"]}
                for t in dag.tasks],
                "params": {name: dag.params.get_param(name).description for name in dag.params},
                "tz": str(getattr(dag.timetable, "timezone", ""))}
        print("JSON" + json.dumps(out))
    """
    import json

    env = environment(tmp_path_factory.mktemp("airflow"))
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script), str(PROJECT / "dags")],
        env=env,
        capture_output=True,
        text=True,
        check=True,
        cwd=PROJECT,
    )
    parsed: dict[str, dict[str, object]] = json.loads(done.stdout.split("JSON", 1)[1])
    return parsed


def test_every_dag_parses_and_no_heavy_package_is_imported_to_parse_it(described: dict[str, dict[str, object]]) -> None:
    assert described["errors"] == {}
    assert described["heavy"] == []
    assert set(described) >= DAGS


def test_every_dag_runs_on_tokyo_time_and_says_what_to_do_when_it_fails(
    described: dict[str, dict[str, object]],
) -> None:
    assert all(described[name]["tz"] == "Asia/Tokyo" for name in SCHEDULED)
    assert all("**Triage**" in str(described[name]["doc"]) for name in DAGS)


def test_every_task_has_an_owner_and_retries_and_writers_queue_in_one_pool(
    described: dict[str, dict[str, object]],
) -> None:
    for name in DAGS:
        tasks = described[name]["tasks"]
        assert isinstance(tasks, list)
        for task in tasks:
            assert task["owner"] in {"billing", "finance"}
            assert task["retries"] == (0 if task["id"] in {"look", "write"} else 2)
            # It waits for the home's lock, but not for ever; the question waits for a person, and keeps nobody out.
            assert task["seconds"] == (None if task["id"] == "approve" else 12 * 3600)
            assert task["answer_seconds"] == (8 * 3600 if task["id"] == "approve" else None)
            is_writer = task["id"] not in {"start", "night", "tell", "look", "approve", "preview"}
            assert task["pool"] == (scheduling.WRITER_POOL if is_writer else "default_pool")


def test_what_only_a_person_can_mend_fails_at_once_and_somebody_is_told(
    described: dict[str, dict[str, object]],
) -> None:
    for name in DAGS:
        tasks = described[name]["tasks"]
        assert isinstance(tasks, list)
        assert {tuple(task["tried_again"]) for task in tasks} == {("HomeLocked",)}
        assert all(task["is_told"] for task in tasks)


def test_every_parameter_says_what_it_is(described: dict[str, dict[str, object]]) -> None:
    for name in DAGS:
        params = described[name]["params"]
        assert isinstance(params, dict)
        assert all(params.values())
        assert name == "decide" or set(params) == {"as_of", "now"}


def test_a_night_goes_on_whether_it_asked_or_not_and_records_nothing_before(
    described: dict[str, dict[str, object]],
) -> None:
    tasks = described["nightly_billing"]["tasks"]
    assert isinstance(tasks, list)
    before = {task["id"]: (set(task["after"]) - {"start"}, task["rule"]) for task in tasks}
    assert before["ask"] == ({"propose"}, "all_success")
    assert before["approve"] == ({"ask"}, "all_success")
    assert before["answer"] == ({"approve"}, "all_success")
    assert before["record"] == ({"ask", "answer"}, "none_failed_min_one_success")


def test_the_tasks_of_a_night_hold_its_steps_in_their_order() -> None:
    """A task may begin with steps that another had: they find their work done."""
    for tasks, steps in (
        (NIGHT_TASKS, NIGHT),
        (MONTH_END_TASKS, ("build", "close", "build_closed", "check_out", "publish")),
    ):
        seen: list[str] = []
        for names in tasks.values():
            seen += [name for name in names if name not in seen]
        # Who runs a night by shell is asked by their own eyes.
        assert tuple(name for name in seen if name != "hold_unanswered") == steps
    record = NIGHT_TASKS["record"]
    assert record.index("check") < record.index("hold_unanswered") < record.index("issue")


def test_the_night_of_the_first_processes_the_last_day_of_the_month_in_tokyo() -> None:
    due = datetime(2026, 10, 31, 17, 0, tzinfo=UTC)  # 1 November, 02:00 in Tokyo; the UTC date would say 31 October
    assert scheduling.night_before(due, "Asia/Tokyo") == date(2026, 10, 31)
    assert scheduling.month_before(due, "Asia/Tokyo") == date(2026, 10, 31)
    assert scheduling.night_before(due, "America/New_York") == date(2026, 10, 30)


def test_a_retry_keeps_the_run_and_a_given_day_wins() -> None:
    clock = datetime(2026, 11, 1, 1, 30, tzinfo=UTC)
    message = scheduling.scheduled_run(
        {"as_of": "2026-10-30", "now": None}, datetime(2026, 11, 1, tzinfo=UTC), scheduling.night_before, clock=clock
    )
    assert scheduling.from_message(message) == Run(date(2026, 10, 30), clock)
    assert scheduling.from_message(scheduling.to_message(scheduling.from_message(message))) == Run(
        date(2026, 10, 30), clock
    )


def test_settings_of_the_machine_win_over_ours(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("AIRFLOW__CORE__PARALLELISM", "16")
    assert environment(tmp_path)["AIRFLOW__CORE__PARALLELISM"] == "16"
    assert environment(tmp_path)["AIRFLOW__API__HOST"] == "127.0.0.1"
