"""Copy what is precious of a home, beside whatever is running in it."""

from __future__ import annotations

from pathlib import Path

from billing_jobs.adapters.ledger import home_copy
from billing_jobs.adapters.ledger.commits import open_ledger
from billing_jobs.records import JobResult, Run
from billing_jobs.settings import Home


def backup(home: Home, run: Run, *, folder: Path) -> JobResult:
    """Make `folder` one consistent copy of landing/, ledger/ and documents/, listed with the hash of each file.

    Waits for no night and stops none. What was left out (a file that is being written, a link) is said. UsageError when
    the folder cannot be one.
    """
    open_ledger(home)
    copied = home_copy.copy_home(home, folder, now=run.now)
    size = sum(size for size, _ in copied.files.values())
    return JobResult(
        "backup",
        changed=True,
        counts={"files": len(copied.files), "bytes": size, "commits": copied.sequence},
        messages=(f"{folder} holds the home until commit {copied.sequence}", *copied.left_out),
    )
