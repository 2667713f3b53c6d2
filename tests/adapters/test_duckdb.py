"""The engine's files are whole once they are closed, or whoever wrote them is told."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import duckdb

# The limit stands for a disk that is full: what the engine wrote beside the file did fit, the file itself does not.
SCRIPT = """
import resource, signal, sys
from pathlib import Path
from billing_jobs.adapters.duckdb import connect
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
with connect(Path(sys.argv[1]), read_only=False) as con:
    con.execute("create table t as select range as number from range(200)")
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
print("CLOSED")
"""


def write(path: Path, limit: int) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", SCRIPT, str(path), str(limit)], capture_output=True, text=True, check=False
    )


def test_a_database_that_could_not_be_written_whole_is_an_error_and_not_an_empty_file(tmp_path: Path) -> None:
    done = write(tmp_path / "limited.duckdb", 20_000)
    assert "CLOSED" not in done.stdout
    assert "duckdb.FatalException" in done.stderr and "File too large" in done.stderr


def test_a_database_that_is_closed_holds_what_was_written_in_its_one_file(tmp_path: Path) -> None:
    done = write(tmp_path / "whole.duckdb", -1)
    assert done.stdout == "CLOSED\n"
    moved = (tmp_path / "whole.duckdb").rename(tmp_path / "moved.duckdb")
    with duckdb.connect(str(moved), read_only=True) as con:
        assert con.execute("select count(*) from t").fetchall() == [(200,)]
