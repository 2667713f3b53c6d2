"""A home with the toy project of this folder: the jobs as they are, over ten small models."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from billing_jobs import streams
from billing_jobs.adapters import checks, runs
from billing_jobs.adapters.ledger import create_ledger
from billing_jobs.records import Run
from billing_jobs.settings import Home
from tests.support.fixture_home import FOLDERS, write_rows

TOY_PROJECT = Path(__file__).parent / "toy_project"


def night(day: int, *, hour: int = 17) -> Run:
    """The run of a day of January 2026, at 02:00 of the next day in Tokyo unless another hour (UTC) is given."""
    return Run(date(2026, 1, day), datetime(2026, 1, day, hour, tzinfo=UTC))


def pass_check(home: Home, run: Run) -> None:
    """Record that the run's tables passed the border checks, as `check` does; the rules themselves are tested elsewhere."""
    checks.remember(home, runs.settle(home, run), passed=True, results=[])


def deliver(home: Home, run: Run, **amounts: str) -> None:
    """One-off charges that came in with a run, as the intake leaves them: a line in the intake's log and a file in the lake."""
    name = f"crm/one_off_charges_{'_'.join(amounts)}.csv"
    home.landing.mkdir(exist_ok=True)
    with home.intake_log.open("a", encoding="utf-8") as log:
        log.write(json.dumps({"path": name, "sha256": name, "size": 1, "received_at": run.now.isoformat()}) + "\n")
    rows = [
        {"charge_id": charge, "customer_id": "C1", "charged_on": run.as_of_date, "amount": amount, "currency": "JPY", "description": "Jane Doe",
         "received_at": run.now.isoformat(), "file_name": name, "line_no": 1}
        for charge, amount in amounts.items()
    ]  # fmt: skip
    write_rows(home.lake / "crm" / "one_off_charges" / f"{'_'.join(amounts)}.parquet", streams.CRM["one_off_charges"], rows)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """An empty home over the toy project."""
    monkeypatch.setenv("BILLING_DBT_PROJECT", str(TOY_PROJECT))
    created = Home(tmp_path / "home")
    for name, (pattern, columns) in FOLDERS.items():
        if not name.startswith("ledger_") and name not in ("run", "sending"):
            write_rows(created.root / pattern.format(part="_empty"), columns, [])
    create_ledger(created, night(1))
    return created


@pytest.fixture
def tree() -> Callable[[Path], dict[str, bytes]]:
    """Every file below a folder with its bytes."""
    return lambda folder: {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
