"""One writer per home."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from billing_jobs.adapters import lock
from billing_jobs.errors import HomeLocked
from billing_jobs.settings import Home

HOLDER = """
import sys, time
from pathlib import Path
from billing_jobs.adapters import lock
from billing_jobs.settings import Home
with lock.hold(Home(Path(sys.argv[1]))):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_second_process_is_told_who_works_in_the_home(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", HOLDER, str(tmp_path)], stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(HomeLocked, match=f"Process {holder.pid} is working"), lock.hold(Home(tmp_path)):
            pass
        holder.kill()
    deadline = time.monotonic() + 5
    while True:  # the kernel drops a killed process's lock, at the latest a moment after it was waited for
        try:
            with lock.hold(Home(tmp_path)):
                break
        except HomeLocked:
            assert time.monotonic() < deadline


def test_a_job_called_by_a_job_shares_its_lock(tmp_path: Path) -> None:
    home = Home(tmp_path)
    with lock.hold(home):
        with lock.hold(home):
            pass
        probe = subprocess.run(
            [sys.executable, "-c", HOLDER, str(tmp_path)], capture_output=True, text=True, check=False, timeout=20
        )
    assert "HomeLocked" in probe.stderr
    with lock.hold(home):
        pass
