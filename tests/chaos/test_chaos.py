"""A small part of `make chaos`: some faults in the intake and in papers and mails, some hostile files."""

from __future__ import annotations

import subprocess
import sys

from billing_jobs.settings import PROJECT_DIR


def test_disturbed_work_that_is_done_again_leaves_what_undisturbed_work_leaves() -> None:
    sizes = ["--most", "1", "--hostile", "2", "--two", "0", "--processes", "1"]
    given = ["--seed", "7", *sizes, "--parts", "files in,papers and mails"]
    played = subprocess.run(
        [sys.executable, "-m", "tests.chaos", *given], cwd=PROJECT_DIR, capture_output=True, text=True, check=False
    )
    assert played.returncode == 0, played.stdout + played.stderr
    assert played.stdout.count("survived") == 2
