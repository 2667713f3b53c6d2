"""Airflow on this machine, for people who have no server for it. Airflow itself is known to `dags/` alone: what is
started here lies beside them, in `ops/`, in the checkout and in the installed package."""

from __future__ import annotations

import importlib
import importlib.util
import os
import shlex
import sys
from pathlib import Path
from typing import Any

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
    os.environ["BILLING_HOME"] = str(home.root)
    _ops("standalone").serve(_airflow_home(home), port, click.echo)
    return JobResult("airflow", changed=True, counts={}, messages=("All of Airflow was stopped.",))


def settings(home: Home, port: int) -> str:
    """The variables that Airflow's parts and the tasks need, a line each, as systemd and a shell read them."""
    known = {"BILLING_HOME": str(home.root), **_ops("airflow_env").settings(_airflow_home(home), port=port)}
    return "\n".join(f"{name}={shlex.quote(value)}" for name, value in known.items())


def _airflow_home(home: Home) -> Path:
    return Path(os.environ.get("AIRFLOW_HOME") or home.root / ".airflow").resolve()


def _ops(module: str) -> Any:
    if str(PROJECT_DIR) not in sys.path:
        sys.path.insert(0, str(PROJECT_DIR))
    return importlib.import_module(f"ops.{module}")
