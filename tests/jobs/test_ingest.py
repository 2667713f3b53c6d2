from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from billing_jobs.settings import Home
from tests.intake.deliveries import CATALOG, accepted_ids, counts, deliver, deliver_usage, lake, new_home, take_in

PROGRAM = """
import sys
from pathlib import Path
from billing_jobs.settings import Home
from tests.intake.deliveries import take_in
take_in(Home(Path(sys.argv[1])))
"""


def test_the_counts_and_messages_say_what_was_taken_in(tmp_path: Path) -> None:
    home = new_home(tmp_path)
    deliver(home, "catalog/base.yml", CATALOG)
    deliver(home, "crm/customers.csv", "customer_id,name\nC1,a\n,b\n")
    deliver(home, "crm/contracts.csv", "id\n1\n")
    deliver_usage(home, "web/u.csv", "e1,t,2026-10-01T00:00:00Z,K1,1", "e1,t,2026-10-01T00:00:00Z,K1,1")
    result = take_in(home)
    assert result.changed
    expected = {
        "files_claimed": 4,
        "catalog_versions": 1,
        "files_loaded": 2,
        "files_refused": 1,
        "rows_accepted": 2,
        "rows_rejected": 2,
        "rows_duplicate": 1,
    }
    assert result.counts == expected
    assert [message.split()[0] for message in result.messages] == [
        "crm/contracts.csv",
        "crm/customers.csv:",
        "crm/customers.csv:3:",
        "catalog:",
    ]


def test_a_killed_ingest_that_is_run_again_gives_the_same_lake(tmp_path: Path) -> None:
    lines = [f"e{number},t,2026-10-{1 + number % 28:02}T00:00:00Z,K1,1" for number in range(2_000)]
    home = new_home(tmp_path)
    for part in range(4):
        deliver_usage(home, f"web/{part}.csv", *lines[part * 400 : part * 400 + 800])
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(home.root)], stderr=subprocess.DEVNULL, start_new_session=True
    )
    while process.poll() is None and not list((home.lake / "usage").glob("event_date=2026*/*.parquet")):
        time.sleep(0.001)
    os.killpg(process.pid, signal.SIGKILL)  # in the middle of moving the first file's days into place
    process.wait()
    take_in(home)
    assert len(accepted_ids(home)) == len(set(accepted_ids(home))) == 2_000
    assert sum(count[5] for count in counts(home)) == 1_200
    assert not list(home.lake.rglob("*.part"))
    assert {row["state"] for row in lake(home, "intake")} == {"loaded"}


def test_what_another_process_writes_meanwhile_is_left_for_the_next_time(tmp_path: Path) -> None:
    home = new_home(tmp_path)
    deliver_usage(home, "web/u.csv.part", "e1,t,2026-10-01T00:00:00Z,K1,1")
    assert not take_in(home, 1).changed
    (home.landing / "usage/web/u.csv.part").rename(home.landing / "usage/web/u.csv")
    take_in(home, 2)
    assert accepted_ids(Home(home.root)) == ["e1"]
