"""A night under a real `airflow standalone`: scheduler, workers and API as a company would run them, on loopback."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from billing_jobs.adapters.duckdb import connect, rows
from billing_jobs.jobs.init import init
from billing_jobs.records import Run
from billing_jobs.settings import Home
from ops.airflow_env import PROJECT, prepare
from tests.support import small_company

READY_SECONDS = 240
NIGHT_SECONDS = 400


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def call(method: str, url: str, token: str = "", body: dict[str, Any] | None = None) -> dict[str, Any]:
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    request = urllib.request.Request(
        url, method=method, headers=headers, data=json.dumps(body).encode() if body is not None else None
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        parsed: dict[str, Any] = json.load(answer)
        return parsed


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    init(home, Run(date(2026, 1, 30), datetime(2026, 1, 30, 17, tzinfo=UTC)))
    small_company.move_in(home.landing)
    small_company.deliver(home.landing, "usage/metrics/day.csv", small_company.usage_csv("2026-01-31"))
    return home


@pytest.fixture
def airflow(tmp_path: Path, home: Home) -> Iterator[tuple[str, str]]:
    """(address, token) of a running Airflow; the whole process group is stopped at the end."""
    port, airflow_home = free_port(), tmp_path / "airflow"
    env = {
        **prepare(airflow_home, port=port),
        "BILLING_HOME": str(home.root),
        "BILLING_TASK_RETRIES": "0",
        "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "True",
    }
    with (tmp_path / "airflow.log").open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "airflow", "standalone"],
            env=env,
            stdout=log,
            stderr=log,
            cwd=PROJECT,
            start_new_session=True,
        )
        try:
            yield wait_until_ready(f"http://127.0.0.1:{port}", airflow_home, server)
        finally:
            os.killpg(server.pid, signal.SIGTERM)
            try:
                server.wait(timeout=30)
            finally:
                subprocess.run(["pkill", "-KILL", "-g", str(server.pid)], check=False)


def wait_until_ready(address: str, airflow_home: Path, server: subprocess.Popen[bytes]) -> tuple[str, str]:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        assert server.poll() is None, "airflow standalone ended by itself"
        try:
            logins = json.loads((airflow_home / "simple_auth_manager_passwords.json.generated").read_text())
            user, password = next(iter(logins.items()))
            token = call("POST", f"{address}/auth/token", body={"username": user, "password": password})["access_token"]
            call("GET", f"{address}/api/v2/dags/nightly_billing", token)
            return address, token
        except (OSError, ValueError, urllib.error.URLError):
            time.sleep(1)
    raise AssertionError("airflow standalone did not become ready")


def test_a_night_under_standalone_asks_issues_and_publishes(airflow: tuple[str, str], home: Home) -> None:
    """The first night of a home asks; a person approves one document in Airflow, which holds the others."""
    address, token = airflow
    dag = f"{address}/api/v2/dags/nightly_billing"
    call("PATCH", dag, token, {"is_paused": False})  # the latest missed night is due at once, as after an outage
    deadline, run, body = time.monotonic() + NIGHT_SECONDS, {"state": "", "dag_run_id": ""}, ""
    while time.monotonic() < deadline and run["state"] not in {"success", "failed"}:
        time.sleep(2)
        runs = call("GET", f"{dag}/dagRuns", token)["dag_runs"]
        run = runs[0] if runs else run
        waiting = call("GET", f"{dag}/dagRuns/~/hitlDetails?response_received=false", token)["hitl_details"]
        if waiting and not body:
            body = waiting[0]["body"]
            with connect(home.published_database) if home.published_database.exists() else connect() as con:
                assert "invoices" not in {
                    row["name"] for row in rows(con, "select table_name as name from duckdb_tables()")
                }
            draft = body.split("| first | ")[1].split(" |")[0]
            said = {"chosen_options": ["Approve"], "params_input": {"only": draft, "reason": "one first"}}
            call("PATCH", f"{dag}/dagRuns/{run['dag_run_id']}/taskInstances/approve/-1/hitlDetails", token, said)
    tasks = {
        task["task_id"]: task["state"]
        for task in call("GET", f"{dag}/dagRuns/{run['dag_run_id']}/taskInstances", token)["task_instances"]
    }
    assert run["state"] == "success", tasks
    assert "JPY" in body
    with connect(home.published_database) as con:
        assert [row["document_id"] for row in rows(con, "select document_id from invoices")] == [draft]
        decided = rows(con, "select kind, decided_by, reason, count(*) as n from decisions group by all order by all")
        held = rows(con, "select count(*) as n from draft_invoices where hold_reason = 'held_by_decision'")[0]["n"]
    assert [(row["kind"], row["reason"]) for row in decided] == [("approve", "one first"), ("hold", "one first")]
    assert {row["decided_by"] for row in decided} == {"admin"}
    assert decided[1]["n"] == held > 0
