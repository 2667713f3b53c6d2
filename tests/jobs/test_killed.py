"""`billing issue` killed by the kernel at the worst moments, then run again: one set of documents,
no gap in the numbers."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from pathlib import Path

from billing_jobs.adapters import duckdb as engine
from billing_jobs.jobs.nightly import STEPS
from billing_jobs.jobs.verify import verify
from billing_jobs.settings import Home
from tests.jobs.conftest import deliver, night, pass_check, run_night

# The process ends itself: when its commit is written but not yet in place, or right after the rename that puts it
# there.
DOOMED = """
import signal, sys
ledger, moment, renamed = sys.argv.pop(1), sys.argv.pop(1), []
def watch(event, details):
    if event == "os.rename" and str(details[0]).startswith(ledger + "/.tmp/"):
        renamed.append(event)
        if moment == "before":
            signal.raise_signal(signal.SIGKILL)
    elif renamed:
        signal.raise_signal(signal.SIGKILL)
sys.addaudithook(watch)
from billing_jobs.cli import main
main()
"""


def issue_and_die(home: Home, moment: str) -> None:
    command = ["--home", str(home.root), "--now", night(11).now.isoformat(), "issue"]
    process = subprocess.run(
        [sys.executable, "-c", DOOMED, str(home.ledger), moment, *command], capture_output=True, text=True, check=False
    )
    assert process.returncode == -signal.SIGKILL, process.stderr


def documents(home: Home) -> list[dict[str, object]]:
    with engine.connect(home.published_database) as con:
        return engine.rows(
            con, "select document_number, document_id, customer_id, total_amount from invoices order by document_number"
        )


def test_a_killed_issue_that_is_run_again_leaves_one_set_of_documents(home: Home, tmp_path: Path) -> None:
    deliver(home, night(11), c3="300", c4="400.00")
    STEPS["build"](home, night(11))
    pass_check(home, night(11))
    commits = len(list(home.ledger.glob("0*")))
    for moment, more in (("before", 0), ("after", 1)):
        place = Home(shutil.copytree(home.root, tmp_path / moment, symlinks=True))
        issue_and_die(place, moment)
        assert len(list(place.ledger.glob("0*"))) == commits + more
        run_night(place, night(11))
        assert [row["document_number"] for row in documents(place)] == ["INV-c1", "INV-c2", "INV-c3", "INV-c4"]
        assert verify(place, night(11)).messages[0] == "every commit fits"
    assert documents(Home(tmp_path / "before")) == documents(Home(tmp_path / "after"))
