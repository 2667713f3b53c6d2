"""`billing airflow`: Airflow's four parts on this machine with these DAGs; says where it is and its login, and ends all
of them when it is told to end.

The parts are started here and not by `airflow standalone`: that one leaves them running when it is told to end by
SIGTERM, and cannot keep the log servers of scheduler and triggerer off, which listen on every interface. Nobody needs
them here: the web server reads the logs from the disk.
"""

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
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType

from billing_jobs.errors import BillingError, UsageError
from ops.airflow_env import PROJECT, prepare

PARTS = {
    "api-server": ["api-server"],
    "dag-processor": ["dag-processor"],
    "scheduler": ["scheduler", "--skip-serve-logs"],
    "triggerer": ["triggerer", "--skip-serve-logs"],
}
# Other parts would read the plugin with every task.
WITH_OUR_PAGES = {"AIRFLOW__CORE__PLUGINS_FOLDER": str(PROJECT / "dags" / "plugins")}
READY_SECONDS = 180
STOP_SECONDS = 20
Parts = dict[str, subprocess.Popen[bytes]]


class _ToldToEnd(Exception):
    """SIGTERM or Ctrl-C."""


def serve(airflow_home: Path, port: int, say: Callable[[str], None]) -> None:
    """Run until told to end (SIGTERM, Ctrl-C). The billing home is that of `BILLING_HOME`.

    Raises UsageError when the port is taken, BillingError when a part ends by itself or none becomes ready.
    """
    port = int(os.environ.get("AIRFLOW__API__PORT", port))  # a variable that is set wins, as in `environment`
    _refuse_a_taken_port(port)
    with contextlib.suppress(_ToldToEnd), _told_to_end():
        say("Airflow is made ready, which takes some twenty seconds …")
        env = prepare(airflow_home, port=port)
        logs = airflow_home / "logs"
        logs.mkdir(parents=True, exist_ok=True)
        with _running(env, logs) as parts:
            _wait_until_ready(port, parts, logs)
            for line in _where(airflow_home, port, env["BILLING_HOME"], logs):
                say(line)
            while True:
                _refuse_an_end(parts, logs)
                time.sleep(1)


def _refuse_a_taken_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise UsageError(
                f"Port {port} cannot be used ({error.strerror}). Choose another one: `billing airflow --port`, or "
                "BILLING_AIRFLOW_PORT."
            ) from None


@contextlib.contextmanager
def _told_to_end() -> Iterator[None]:
    """Both signals become one exception while this runs; later ones find the end under way."""

    def end(_number: int, _frame: FrameType | None) -> None:
        for number in before:
            signal.signal(number, signal.SIG_IGN)
        raise _ToldToEnd

    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    for number in before:
        signal.signal(number, end)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextlib.contextmanager
def _running(env: dict[str, str], logs: Path) -> Iterator[Parts]:
    """Each part in a process group of its own, so that its children end with it."""
    parts: Parts = {}
    try:
        for name, command in PARTS.items():
            with (logs / f"{name}.log").open("ab") as log:
                parts[name] = subprocess.Popen(
                    [sys.executable, "-m", "airflow", *command],
                    env=env | (WITH_OUR_PAGES if name == "api-server" else {}),
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
        yield parts
    finally:
        _stop(parts)


def _stop(parts: Parts) -> None:
    """Ask all, then end what is left: a night that is killed loses nothing, its next run goes on where it was."""
    _signal(parts, signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS
    for process in parts.values():
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=max(0.1, deadline - time.monotonic()))
    _signal(parts, signal.SIGKILL)
    for process in parts.values():
        process.wait()
    # A worker is of a process group of its own, and of the session of the part that started it.
    while (left := _of_sessions({process.pid for process in parts.values()})) and time.monotonic() < deadline:
        time.sleep(0.1)
    for number in left:
        with contextlib.suppress(ProcessLookupError):
            os.kill(number, signal.SIGKILL)


def _of_sessions(sessions: set[int]) -> set[int]:
    """Who still runs of these sessions, as Linux tells in /proc (proc(5)); nobody where there is none."""
    found = set()
    for place in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            state, _parent, _group, session, *_ = (place / "stat").read_text().rpartition(")")[2].split()
            if state != "Z" and int(session) in sessions:
                found.add(int(place.name))
    return found


def _signal(parts: Parts, number: signal.Signals) -> None:
    for process in parts.values():
        with contextlib.suppress(ProcessLookupError):  # all of the group have ended
            os.killpg(process.pid, number)


def _wait_until_ready(port: int, parts: Parts, logs: Path) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        _refuse_an_end(parts, logs)
        with contextlib.suppress(urllib.error.URLError, OSError, ValueError, KeyError):
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v2/monitor/health", timeout=2) as answer:
                health = json.load(answer)
            if all(health[name]["status"] == "healthy" for name in ("scheduler", "dag_processor", "triggerer")):
                return
        time.sleep(1)
    raise BillingError(f"Airflow did not become ready on port {port} within {READY_SECONDS} seconds. See {logs}.")


def _refuse_an_end(parts: Parts, logs: Path) -> None:
    for name, process in parts.items():
        if (code := process.poll()) is not None:
            said = (logs / f"{name}.log").read_text("utf-8", errors="replace").splitlines()[-15:]
            raise BillingError("\n".join([f"Airflow's {name} ended with code {code}; the others were stopped:", *said]))


def _where(airflow_home: Path, port: int, billing_home: str, logs: Path) -> Iterator[str]:
    passwords = airflow_home / "simple_auth_manager_passwords.json.generated"
    logins = json.loads(passwords.read_text()) if passwords.exists() else {}
    yield f"Airflow is ready: http://127.0.0.1:{port}   billing home: {billing_home}   logs: {logs}"
    for user, password in logins.items():
        yield f"  user {user}   password {password}"
    yield "  DAGs start paused: switch on nightly_billing and monthly_close. Ctrl-C stops everything."
