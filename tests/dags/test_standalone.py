"""A night under a real `billing airflow`: scheduler, workers and API as a company would run them, on loopback."""

from __future__ import annotations

import contextlib
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
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from billing_jobs.adapters.duckdb import connect, rows
from billing_jobs.jobs.init import init
from billing_jobs.records import Run
from billing_jobs.settings import Home
from tests.support import small_company
from tests.support.processes import everybody, family, listening, working_in

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


@dataclass
class Server:
    """A running `billing airflow`."""

    address: str
    token: str
    port: int
    process: subprocess.Popen[bytes]


@pytest.fixture
def airflow(tmp_path: Path, home: Home) -> Iterator[Server]:
    """All of it is ended at the end, whatever the test did."""
    port, airflow_home = free_port(), tmp_path / "airflow"
    env = {
        **os.environ,
        "AIRFLOW_HOME": str(airflow_home),
        "BILLING_TASK_RETRIES": "0",
        "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "True",
    }
    command = [Path(sys.executable).parent / "billing", "--home", home.root, "airflow", "--port", str(port)]
    with (tmp_path / "airflow.log").open("wb") as log:
        process = subprocess.Popen(command, env=env, stdout=log, stderr=log, cwd=tmp_path, start_new_session=True)
    try:
        address, token = wait_until_ready(f"http://127.0.0.1:{port}", airflow_home, process)
        yield Server(address, token, port, process)
    finally:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=30)
        for left in working_in(tmp_path):
            os.kill(left, signal.SIGKILL)


def wait_until_ready(address: str, airflow_home: Path, server: subprocess.Popen[bytes]) -> tuple[str, str]:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        assert server.poll() is None, "Airflow ended by itself"
        try:
            logins = json.loads((airflow_home / "simple_auth_manager_passwords.json.generated").read_text())
            user, password = next(iter(logins.items()))
            token = call("POST", f"{address}/auth/token", body={"username": user, "password": password})["access_token"]
            call("GET", f"{address}/api/v2/dags/nightly_billing", token)
            return address, token
        except (OSError, ValueError, urllib.error.URLError):
            time.sleep(1)
    raise AssertionError("Airflow did not become ready")


def test_a_night_asks_issues_and_publishes_and_all_ends_with_the_first_signal(airflow: Server, home: Home) -> None:
    """The first night of a home asks; a person approves one document in Airflow, which holds the others."""
    dag, token = f"{airflow.address}/api/v2/dags/nightly_billing", airflow.token
    loopback = "0100007F"  # 127.0.0.1 in the order of this machine's bytes
    assert listening(family(airflow.process.pid)) == {(loopback, airflow.port)}
    call("PATCH", dag, token, {"is_paused": False})  # the latest missed night is due at once, as after an outage
    deadline, run, body = time.monotonic() + NIGHT_SECONDS, {"state": "", "dag_run_id": ""}, ""
    while time.monotonic() < deadline and run["state"] not in {"success", "failed"}:
        time.sleep(2)
        runs = call("GET", f"{dag}/dagRuns", token)["dag_runs"]
        run = runs[0] if runs else run
        waiting = call("GET", f"{dag}/dagRuns/~/hitlDetails?response_received=false", token)["hitl_details"]
        if waiting and not body and waiting[0]["task_instance"]["state"] == "awaiting_input":
            # Airflow hears of the end of the process that asked a moment later than of the question. Whoever answers in
            # between fails the task: no person is as quick.
            time.sleep(8)
            body = waiting[0]["body"]
            with connect(home.published_database) if home.published_database.exists() else connect() as con:
                assert "invoices" not in {
                    row["name"] for row in rows(con, "select table_name as name from duckdb_tables()")
                }
            draft = body.split("| first | ")[1].split(" |")[0]
            said = {"chosen_options": ["Approve"], "params_input": {"only": draft, "reason": "one first"}}
            call("PATCH", f"{dag}/dagRuns/{run['dag_run_id']}/taskInstances/approve/-1/hitlDetails", token, said)
    tasks = states(dag, run["dag_run_id"], token)
    assert run["state"] == "success", tasks
    assert "JPY" in body
    with connect(home.published_database) as con:
        assert [row["document_id"] for row in rows(con, "select document_id from invoices")] == [draft]
        decided = rows(con, "select kind, decided_by, reason, count(*) as n from decisions group by all order by all")
        held = rows(con, "select count(*) as n from draft_invoices where hold_reason = 'held_by_decision'")[0]["n"]
    assert [(row["kind"], row["reason"]) for row in decided] == [("approve", "one first"), ("hold", "one first")]
    assert {row["decided_by"] for row in decided} == {"admin"}
    assert decided[1]["n"] == held > 0

    log = call("GET", f"{dag}/dagRuns/{run['dag_run_id']}/taskInstances/propose/logs/1", token)
    assert "tables of" in json.dumps(log)  # read from the disk: no log server runs
    assert "resource_tracker" not in json.dumps(log)

    the_reports_are_for_who_has_logged_in(airflow, home)

    another = call("POST", f"{dag}/dagRuns", token, {"logical_date": None, "conf": {"as_of": "2026-02-01"}})
    while "running" not in states(dag, another["dag_run_id"], token).values():
        assert time.monotonic() < deadline
        time.sleep(0.2)
    members = family(airflow.process.pid)
    assert len(members) > 8
    airflow.process.terminate()  # while a task is at work
    assert airflow.process.wait(timeout=60) == 0
    assert [Path(f"/proc/{left}/stat").read_text() for left in members & everybody()] == []


def the_reports_are_for_who_has_logged_in(airflow: Server, home: Home) -> None:
    (home.reports / "link").symlink_to(home.ledger)

    def ask(path: str, *, token: str) -> tuple[int, str]:
        request = urllib.request.Request(f"{airflow.address}/billing/{path}", headers={"Cookie": f"_token={token}"})
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
                return answer.status, answer.read().decode("utf-8")
        except urllib.error.HTTPError as error:
            return error.code, ""

    assert (home.reports / "data_quality.html").exists()
    for path in ("", "data_quality.html"):
        assert [ask(path, token=token)[0] for token in ("", "forged", airflow.token)] == [401, 403, 200]
    assert 'href="data_quality.html"' in ask("", token=airflow.token)[1]
    assert "<title>" in ask("data_docs/in/index.html", token=airflow.token)[1]
    for path in ("..%2Flanding%2Fcrm%2Fcustomers.csv", "%2e%2e/landing/crm/customers.csv", "link/", "nothing.html"):
        assert ask(path, token=airflow.token)[0] == 404, path
    told = call("GET", f"{airflow.address}/api/v2/plugins", airflow.token)["plugins"]
    assert [view["href"] for plugin in told for view in plugin["external_views"]] == ["billing/"]


def states(dag: str, run: str, token: str) -> dict[str, str]:
    found = call("GET", f"{dag}/dagRuns/{run}/taskInstances", token)["task_instances"]
    return {task["task_id"]: task["state"] for task in found}
