"""One writer per home."""

from __future__ import annotations

import errno
import math
import os
import subprocess
import sys
import threading
import time
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from billing_jobs.adapters import lock
from billing_jobs.errors import HomeLocked
from billing_jobs.jobs import scheduling
from billing_jobs.jobs.init import init
from billing_jobs.records import JobResult, Run
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


def test_who_comes_second_waits_and_is_told_for_whom(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with subprocess.Popen([sys.executable, "-c", HOLDER, str(tmp_path)], stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        begun = time.monotonic()
        with pytest.raises(HomeLocked, match="waited 0 seconds"), lock.hold(Home(tmp_path), wait_seconds=0.3):
            pass
        assert 0.3 <= time.monotonic() - begun < 2
        threading.Timer(0.5, holder.kill).start()
        with lock.hold(Home(tmp_path), wait_seconds=math.inf) as had_to_wait:
            assert had_to_wait
    with lock.hold(Home(tmp_path)) as had_to_wait:
        assert not had_to_wait
    assert [record.message for record in caplog.records] == [
        f"Process {holder.pid} is working in {tmp_path}: waiting for it, {limit}."
        for limit in ("up to 0.3 seconds", "as long as it takes")
    ]


def test_a_task_of_a_scheduler_waits_for_a_command_of_the_shell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from billing_jobs.jobs.nightly import STEPS

    done: list[str] = []

    def step(_home: Home, _run: Run) -> JobResult:
        done.append("step")
        return JobResult("render", changed=False)

    init(Home(tmp_path), Run(date(2026, 10, 30), datetime(2026, 10, 30, 17, tzinfo=UTC)))
    monkeypatch.setenv("BILLING_HOME", str(tmp_path))
    monkeypatch.setitem(STEPS, "render", step)
    with subprocess.Popen([sys.executable, "-c", HOLDER, str(tmp_path)], stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        threading.Timer(0.5, lambda: (done.append("shell"), holder.kill())).start()
        scheduling.run_task(["render"], {"as_of": "2026-10-31", "now": "2026-10-31T17:00:00+00:00"})
    assert done == ["shell", "step"]


def test_a_full_disk_keeps_nobody_from_holding_the_lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_given: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "pwrite", full)
    with lock.hold(Home(tmp_path)):
        probe = subprocess.run(
            [sys.executable, "-c", HOLDER, str(tmp_path)], capture_output=True, text=True, check=False, timeout=20
        )
    assert "Process unknown is working" in probe.stderr
