"""Airflow's environment for this project: settings by variables only, its own folder, one writer pool,
nothing listening beyond loopback."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
POOL = "billing_writer"


def settings(airflow_home: Path, *, port: int = 8080, dags: Path = PROJECT / "dags") -> dict[str, str]:
    """What Airflow and its tasks need to know, as variables: one machine, nothing beyond loopback."""
    url = f"http://127.0.0.1:{port}"
    return {
        "AIRFLOW_HOME": str(airflow_home),
        "AIRFLOW__CORE__DAGS_FOLDER": str(dags),
        "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__PARALLELISM": "4",
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{url}/execution/",
        "AIRFLOW__API__HOST": "127.0.0.1",
        "AIRFLOW__API__PORT": str(port),
        "AIRFLOW__API__BASE_URL": url,
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
        "AIRFLOW__LOGGING__LOGGING_LEVEL": "INFO",
        "GX_ANALYTICS_ENABLED": "False",
        # A task ends its process at once, and Python's tracker of semaphores says so in red beside a green task.
        "PYTHONWARNINGS": "ignore:resource_tracker:UserWarning",
        "BILLING_PROJECT_DIR": str(PROJECT),
    }


def environment(airflow_home: Path, *, port: int = 8080, dags: Path = PROJECT / "dags") -> dict[str, str]:
    """The variables Airflow is run with.

    A variable that is already set wins, so that another executor or database needs no edit here.
    """
    # Airflow starts parts of itself by the bare name `airflow`; it must be this environment's.
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    wanted = settings(airflow_home, port=port, dags=dags)
    return {**wanted, **os.environ, "AIRFLOW_HOME": str(airflow_home), "PATH": path}


def prepare(airflow_home: Path, *, port: int = 8080) -> dict[str, str]:
    """Make or migrate Airflow's own database and the writer pool; returns the environment to run it with.

    Safe to repeat.
    """
    airflow_home.mkdir(parents=True, exist_ok=True)
    env = environment(airflow_home, port=port)
    _airflow(["db", "migrate"], env)
    _airflow(["pools", "set", POOL, "1", "one writer of the billing home at a time"], env)
    return env


def _airflow(arguments: list[str], env: dict[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "airflow", *arguments], env=env, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"airflow {' '.join(arguments)} failed:\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")
