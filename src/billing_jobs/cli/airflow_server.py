"""Airflow on this machine, for people who have no server for it. Airflow itself is known to `dags/` alone: what is
started here lies beside them, in `ops/`, in the checkout and in the installed package."""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys
from pathlib import Path

import click

from billing_jobs.errors import UsageError
from billing_jobs.records import JobResult
from billing_jobs.settings import PROJECT_DIR, Home


def serve(home: Home, port: int) -> JobResult:
    """Run until somebody ends it. Airflow's own files lie in `AIRFLOW_HOME`, else in `.airflow/` of the home.

    Raises UsageError when the folder is no home yet, when Airflow is not installed, when the port is taken;
    BillingError when Airflow does not start.
    """
    if not home.ledger.exists():
        raise UsageError(f"{home.root} is not a home of billing. Run `billing --home {home.root} init` first.")
    if importlib.util.find_spec("airflow") is None:
        raise UsageError(
            "Airflow is not installed. Install this package with its extra: `pip install 'billing-jobs[airflow]'`. "
            "Without Airflow, cron or a systemd timer runs `billing nightly` (docs/installing.md)."
        )
    sys.path.insert(0, str(PROJECT_DIR))
    os.environ["BILLING_HOME"] = str(home.root)
    airflow_home = Path(os.environ.get("AIRFLOW_HOME") or home.root / ".airflow").resolve()
    importlib.import_module("ops.standalone").serve(airflow_home, port, click.echo)
    return JobResult("airflow", changed=True, counts={}, messages=("All of Airflow was stopped.",))
