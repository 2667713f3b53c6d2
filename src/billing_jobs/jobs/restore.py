"""Put a backup into an empty home, and prove that a night may run on it."""

from __future__ import annotations

from pathlib import Path

from billing_jobs.adapters import lock
from billing_jobs.adapters.ledger import home_copy
from billing_jobs.jobs.verify import verify
from billing_jobs.records import JobResult, Run
from billing_jobs.settings import Home


def restore(home: Home, run: Run, *, folder: Path) -> JobResult:
    """Check every file of the backup against its list, lay it into the home and verify it.

    UsageError when the backup is not whole or the home holds something: then nothing was changed. LedgerBroken when
    what was copied did not hold when it was copied.
    """
    with lock.hold(home):
        copied = home_copy.put_back(folder, home)
        proven = verify(home, run)
    return JobResult(
        "restore",
        changed=True,
        counts={"files": len(copied.files), "commits": copied.sequence},
        messages=(*proven.messages, "everything else is built anew by the next `billing nightly`"),
    )
