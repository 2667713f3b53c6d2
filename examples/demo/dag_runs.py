"""Runs one of the DAGs in this process, as a scheduler would: Airflow's database,
task instances and states are real."""

from __future__ import annotations

import logging
import os
from datetime import date, datetime
from pathlib import Path

from rich.console import Console

from billing_jobs.adapters import collector
from ops.airflow_env import PROJECT, prepare


def get_ready(airflow_home: Path) -> None:
    """Make Airflow's database, set its environment, and load what its first task would wait for: a thread beside other
    work hides ten seconds.

    Airflow reads its settings from the environment when it is imported; so it is imported here and not at the top.
    """
    os.environ.update(prepare(airflow_home))
    handlers = list(logging.getLogger().handlers)
    import airflow  # noqa: F401

    logging.getLogger().handlers[:] = (
        handlers  # Airflow puts its own in their place, and the nights beside would go on unheard
    )
    import httpx
    from airflow.dag_processing.dagbag import BundleDagBag  # noqa: F401
    from airflow.sdk.execution_time.supervisor import in_process_api_server

    with httpx.Client(
        transport=in_process_api_server().transport, base_url="http://in-process.invalid"
    ) as tasks_interface:
        tasks_interface.get("/health")


def run_dag(console: Console, dag_id: str, as_of: date, now: datetime) -> None:
    """One DAG run of the business day `as_of`, once Airflow is ready; prints its tasks with their times and stops the
    demo if one failed."""
    from airflow.dag_processing.dagbag import BundleDagBag

    collector.leave_out_what_stays()
    folder = PROJECT / "dags"  # on the path as well: the DAGs share the package `billing_airflow`
    dag = BundleDagBag(str(folder), bundle_path=folder).dags[dag_id]
    run = dag.test(run_conf={"as_of": as_of.isoformat(), "now": now.isoformat()}, logical_date=now)
    instances = sorted(run.get_task_instances(), key=lambda instance: (instance.start_date or now, instance.task_id))
    console.print(
        "  " + " → ".join(f"{instance.task_id} [dim]{instance.duration or 0:.1f} s[/]" for instance in instances)
    )
    if run.state != "success":
        failed = [instance.task_id for instance in instances if instance.state == "failed"]
        raise SystemExit(f"DAG {dag_id} of {as_of} ended as {run.state}: {', '.join(failed) or 'no task failed'}")
