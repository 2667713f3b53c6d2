"""Homes over the toy project of this folder: the jobs as they are, over twenty small models."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from billing_jobs import streams
from billing_jobs.adapters.ledger.commits import create_ledger
from billing_jobs.adapters.quality import checks
from billing_jobs.adapters.warehouse import runs
from billing_jobs.intake.intake_log import Receipt, append_receipts
from billing_jobs.intake.keeping import kept
from billing_jobs.jobs.nightly import STEPS
from billing_jobs.records import Run
from billing_jobs.settings import Home
from tests.support.fixture_home import FOLDERS, write_rows

TOY_PROJECT = Path(__file__).parent / "toy_project"
WITHOUT_BORDERS = ("build", "issue", "build_issued", "allocate", "build_allocated", "close", "build_closed", "publish")


def night(day: int, *, hour: int = 17) -> Run:
    """The run of a day of January 2026, at 02:00 of the next day in Tokyo unless another hour (UTC) is given."""
    return Run(date(2026, 1, day), datetime(2026, 1, day, hour, tzinfo=UTC))


def pass_check(home: Home, run: Run) -> None:
    """Record that the run's tables passed the border checks, as `check` does;
    the rules themselves are tested elsewhere."""
    checks.remember(home, runs.settle(home, run), passed=True, results=[])


def run_night(home: Home, run: Run) -> dict[str, bool]:
    """A month end between the borders; which steps changed something."""
    changed = {}
    for name in WITHOUT_BORDERS:
        changed[name] = STEPS[name](home, run).changed
        pass_check(home, run)
    return changed


def deliver(home: Home, run: Run, **amounts: str) -> None:
    """One-off charges that came in with a run, as the intake leaves them: a line in its log and a file in the lake."""
    name = f"crm/one_off_charges_{'_'.join(amounts)}.csv"
    path = home.landing / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(name, encoding="utf-8")
    receipt = Receipt(name, hashlib.sha256(path.read_bytes()).hexdigest(), len(name), run.now)
    kept.stage(home.landing, name, receipt.sha256)
    append_receipts(home.intake_log, [receipt])
    kept.settle(home.landing, [receipt])
    shared = {
        "customer_id": "C1",
        "charged_on": run.as_of_date,
        "currency": "JPY",
        "description": "Jane Doe",
        "received_at": run.now.isoformat(),
    }
    rows = [
        {**shared, "charge_id": charge, "amount": amount, "file_name": name, "line_no": 1}
        for charge, amount in amounts.items()
    ]
    write_rows(
        home.lake / "crm" / "one_off_charges" / f"{'_'.join(amounts)}.parquet", streams.CRM["one_off_charges"], rows
    )


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below a folder with its bytes."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@contextmanager
def jobs_at_the_toy_project() -> Iterator[None]:
    """Point the jobs at the toy project, no longer than the block: other tests of this process run the real one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BILLING_DBT_PROJECT", str(TOY_PROJECT))
        yield


@pytest.fixture
def toy_project() -> Iterator[None]:
    """The jobs of one test run the toy project."""
    with jobs_at_the_toy_project():
        yield


@pytest.fixture(scope="session")
def empty_home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    created = Home(tmp_path_factory.mktemp("toy") / "home")
    for name, (pattern, columns) in FOLDERS.items():
        if not name.startswith("ledger_") and name not in ("run", "sending"):
            write_rows(created.root / pattern.format(part="_empty"), columns, [])
    with jobs_at_the_toy_project():
        create_ledger(created, night(1))
    return created


@pytest.fixture(scope="session")
def finished_home(tmp_path_factory: pytest.TempPathFactory, empty_home: Home) -> Home:
    """A home after one night with two charges; tests copy it."""
    created = Home(shutil.copytree(empty_home.root, tmp_path_factory.mktemp("toy") / "home"))
    deliver(created, night(10), c1="100.00", c2="200")
    with jobs_at_the_toy_project():
        run_night(created, night(10))
    return created


@pytest.fixture
def home(finished_home: Home, tmp_path: Path, toy_project: None) -> Home:
    """A copy of the home after its night of the 10th."""
    return Home(shutil.copytree(finished_home.root, tmp_path / "home", symlinks=True))
