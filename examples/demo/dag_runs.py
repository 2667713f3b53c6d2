"""Runs one of the DAGs in this process, as a scheduler would: Airflow's database, task instances and states are real."""

from __future__ import annotations

from datetime import date, datetime

from rich.console import Console

from ops.airflow_env import PROJECT


def run_dag(console: Console, dag_id: str, as_of: date, now: datetime) -> None:
    """One DAG run of the business day `as_of`; prints its tasks with their times and stops the demo if one failed.

    Airflow is imported here and not at the top: it reads its settings from the environment when it is imported.
    """
    from airflow.dag_processing.dagbag import DagBag

    dag = DagBag(str(PROJECT / "dags")).dags[dag_id]
    run = dag.test(run_conf={"as_of": as_of.isoformat(), "now": now.isoformat()}, logical_date=now)
    instances = sorted(run.get_task_instances(), key=lambda instance: (instance.start_date or now, instance.task_id))
    console.print("  " + " → ".join(f"{instance.task_id} [dim]{instance.duration or 0:.1f} s[/]" for instance in instances))
    if run.state != "success":
        failed = [instance.task_id for instance in instances if instance.state == "failed"]
        raise SystemExit(f"DAG {dag_id} of {as_of} ended as {run.state}: {', '.join(failed) or 'no task failed'}")
