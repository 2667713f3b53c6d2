"""Two company-years beside the oracle, side by side: one of the demo's catalog, one of a catalog with every model that
the oracle knows."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from billing_jobs.settings import PROJECT_DIR

CATALOGS = {"demo": "examples/demo/catalog", "every model": "tests/year/catalog"}
# Played in a process of its own, which prints nothing but its last line.
SCRIPT = """
import logging, sys
from pathlib import Path
from billing_jobs.jobs.year import judge, play, result_of
logging.disable(logging.CRITICAL)
catalog, seed, customers, nights = sys.argv[1], *map(int, sys.argv[2:])
found = result_of(judge(play(Path(catalog), seed=seed, customers=customers, nights=nights)))
said = [line for line in found.messages if not line.startswith("left out")]
print("YEAR", found.counts, *said, sep=chr(10))
sys.exit(found.counts["drift"] > 0)
"""


def play_years(seed: int, customers: int, nights: int) -> tuple[list[str], int]:
    """Lines that tell what was compared, and how many years drift or broke off."""
    began, failed, lines = time.monotonic(), 0, []
    running = {name: _start(catalog, seed, customers, nights) for name, catalog in CATALOGS.items()}
    for name, year in running.items():
        printed, _ = year.communicate()
        said = (
            printed.rpartition("YEAR\n")[2].strip().splitlines() if "YEAR\n" in printed else printed.splitlines()[-20:]
        )
        lines.append(f"a year of {name}, {customers} customers, {nights} nights: {'; '.join(said)}")
        failed += year.returncode != 0
    return [*lines, f"the years took {time.monotonic() - began:.0f} s"], failed


def _start(catalog: str, seed: int, customers: int, nights: int) -> subprocess.Popen[str]:
    given = [str(Path(PROJECT_DIR) / catalog), str(seed), str(customers), str(nights)]
    return subprocess.Popen(
        [sys.executable, "-c", SCRIPT, *given],
        cwd=PROJECT_DIR,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
