"""`make airflow`: Airflow standalone with these DAGs on loopback; prints where it is and its login,
stops all of it on Ctrl-C."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from ops.airflow_env import PROJECT, prepare

READY_SECONDS = 180


def main() -> int:
    port = int(os.environ.get("BILLING_AIRFLOW_PORT", "8080"))
    airflow_home = Path(os.environ.get("AIRFLOW_HOME", PROJECT / ".airflow"))
    os.environ.setdefault("BILLING_HOME", str(PROJECT / "data"))
    env = prepare(airflow_home, port=port)
    # A process group of its own: stopping only the parent would leave scheduler and server behind.
    server = subprocess.Popen([sys.executable, "-m", "airflow", "standalone"], env=env, start_new_session=True)
    try:
        _wait_until_ready(port, server)
        _say_where(airflow_home, port, env["BILLING_HOME"])
        return server.wait()
    except KeyboardInterrupt:
        return 0
    finally:
        _stop(server)


def _wait_until_ready(port: int, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v2/monitor/health", timeout=2) as answer:
                health = json.load(answer)
            if health["scheduler"]["status"] == "healthy":
                return
        except (urllib.error.URLError, OSError, ValueError, KeyError):
            pass
        time.sleep(1)
    raise SystemExit(
        f"Airflow did not become ready on port {port} within {READY_SECONDS} s; is another server on that port? "
        "(BILLING_AIRFLOW_PORT)"
    )


def _say_where(airflow_home: Path, port: int, billing_home: str) -> None:
    passwords = airflow_home / "simple_auth_manager_passwords.json.generated"
    logins = json.loads(passwords.read_text()) if passwords.exists() else {}
    print(f"\nAirflow is ready: http://127.0.0.1:{port}   billing home: {billing_home}", flush=True)
    for user, password in logins.items():
        print(f"  user {user}   password {password}", flush=True)
    print("  DAGs start paused: switch on nightly_billing and monthly_close. Ctrl-C stops everything.\n", flush=True)


def _stop(server: subprocess.Popen[bytes]) -> None:
    if server.poll() is None:
        os.killpg(server.pid, signal.SIGTERM)
        try:
            server.wait(timeout=20)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main())
