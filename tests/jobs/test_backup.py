"""A backup beside a running night, put back: it verifies, every row has its facts, and a night runs on it."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from billing_jobs.adapters.ledger import chain, commit_rows, home_copy, paper_shelf
from billing_jobs.adapters.ledger.commits import create_ledger, open_ledger
from billing_jobs.adapters.ledger.paper_shelf import Shelf
from billing_jobs.adapters.mail import sending
from billing_jobs.errors import UsageError
from billing_jobs.intake.intake_log import Receipt, append_receipts
from billing_jobs.intake.keeping import kept
from billing_jobs.jobs.backup import backup
from billing_jobs.jobs.restore import restore
from billing_jobs.settings import Home
from tests.adapters.ledger.test_commits import RUN, TAX, commit
from tests.intake import deliveries

NOW = RUN.now.isoformat()


def a_document(number: int) -> str:
    """The proposal of one invoice."""
    told = {
        "document_id": f"'d{number}'", "document_number": f"'INV-{number}'", "invoice_date": f"date '{RUN.as_of_date}'"
    }  # fmt: skip
    columns = commit_rows.columns_of("documents").items()
    return "select " + ", ".join(f"{told.get(name, 'null')}::{kind} as {name}" for name, kind in columns)


def a_night(home: Home, number: int) -> Iterator[None]:
    """What a night does to what is precious, step by step: each step refers to the one before."""
    path = f"crm/one_off_charges-{number}.csv"
    (home.landing / "crm").mkdir(parents=True, exist_ok=True)
    (home.landing / path).write_text(f"{number}\n")
    yield
    receipt = Receipt(path, hashlib.sha256(f"{number}\n".encode()).hexdigest(), 2, RUN.now)
    kept.stage(home.landing, path, receipt.sha256)
    append_receipts(home.intake_log, [receipt])
    kept.settle(home.landing, [receipt])
    yield
    commit(home, stream="documents", sql=a_document(number))
    yield
    Shelf(home).put(document_number=f"INV-{number}", invoice_date=RUN.as_of_date, pdf=f"{number}".encode(), now=RUN.now)
    yield
    for phase in ("intent", "outcome"):
        sending.append(
            home,
            {"mail_key": f"m{number}", "phase": phase, "purpose": "invoice", "at": NOW}
            | {"document_id": f"d{number}", "document_number": f"INV-{number}"},
        )
        yield
    commit(home, sql=TAX.format(tax=f"{number}::decimal(20,4)").replace("'d1'", f"'e{number}'"))
    yield


@pytest.fixture(scope="module")
def two_nights_old(tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = Home(tmp_path_factory.mktemp("backup") / "home")
    create_ledger(home, RUN)
    home.documents.mkdir()
    for number in (1, 2):
        list(a_night(home, number))
    return home


@pytest.fixture
def home(two_nights_old: Home, tmp_path: Path) -> Home:
    return Home(shutil.copytree(two_nights_old.root, tmp_path / "home"))


def beside(night: Iterator[None], monkeypatch: pytest.MonkeyPatch, *, after: int, steps: int) -> list[str]:
    """From its `after`-th touch of the disk on, each touch of the copy is followed by so many steps of the night."""
    touched: list[str] = []

    def stepping(work: Callable[..., Any]) -> Callable[..., Any]:
        def touch(*given: Any) -> Any:
            found = work(*given)
            touched.append(Path(given[0]).name)
            if len(touched) > after:
                list(islice(night, steps))
            return found

        return touch

    for name in ("_stream", "_whole_lines"):
        monkeypatch.setattr(home_copy, name, stepping(getattr(home_copy, name)))
    return touched


@pytest.mark.parametrize(
    ("after", "steps"), [*((after, 1) for after in range(24)), *((after, 9) for after in range(6))]
)
def test_a_copy_made_beside_a_night_holds_at_whatever_step(
    home: Home, tmp_path: Path, after: int, steps: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        touched = beside(a_night(home, 3), patch, after=after, steps=steps)
        backup(home, RUN, folder=tmp_path / "copy")
    assert len(touched) > after
    restored = Home(tmp_path / "restored")
    said = restore(restored, RUN, folder=tmp_path / "copy")
    assert said.messages[0] == "every commit fits"
    facts = [json.loads(line)["path"] for line in restored.intake_log.read_text().splitlines()]
    assert [path for path in facts if not (restored.landing / path).exists()] == []
    recorded = len(chain.sequences(restored.ledger)) // 2  # nights of which anything is recorded
    assert len(facts) >= recorded
    assert {int(record["document_id"][1:]) for record in sending.read(restored)} <= set(range(1, recorded + 1))
    assert paper_shelf.faults(restored) == ([], [])
    for _ in a_night(restored, 9):
        pass
    assert open_ledger(restored).verify() == []


def test_what_came_is_taken_in_again_to_the_same_rows(tmp_path: Path) -> None:
    home = deliveries.new_home(tmp_path / "one")
    deliveries.deliver(home, "catalog/company.yml", deliveries.CATALOG)
    deliveries.deliver_usage(home, "app/a.csv", "e1,api.request,2026-10-01T12:00:00+09:00,K1,5")
    deliveries.take_in(home)
    deliveries.deliver(home, "catalog/company.yml", deliveries.CATALOG.replace("12000", "13000"))
    deliveries.take_in(home, 2)
    deliveries.deliver(home, "crm/.unfinished.csv", "x")
    deliveries.deliver(home, "crm/unfinished.csv.part", "x")
    backup(home, deliveries.at(2), folder=tmp_path / "copy")
    restored = Home(tmp_path / "restored")
    restore(restored, deliveries.at(2), folder=tmp_path / "copy")
    deliveries.take_in(restored, 3)
    for stream in ("usage/*", "catalog/fee_versions", "intake"):
        assert deliveries.lake(restored, stream) == deliveries.lake(home, stream)
    assert not any(path.name.endswith((".part", ".unfinished.csv")) for path in restored.landing.rglob("*"))


SPOILT: dict[str, tuple[Callable[[Path], Any], str]] = {
    "a byte": (
        lambda copy: (copy / "ledger/000002/documents.parquet").write_bytes(b"PAR1"),
        "ledger/000002/documents.parquet was changed",
    ),
    "a file gone": (lambda copy: (copy / "ledger/000001/manifest.json").unlink(), "manifest.json is missing"),
    "no list": (lambda copy: (copy / "backup.json").unlink(), "is no backup"),
    "a list that is none": (lambda copy: (copy / "backup.json").write_text("[]"), "is no backup"),
    "a list that leads out": (
        lambda copy: (copy / "backup.json").write_text(
            json.dumps({"sequence": 1, "files": {"../x": [1, ""], "ledger/../../y": [1, ""]}})
        ),
        "outside the three folders",
    ),
}


@pytest.mark.parametrize("kind", SPOILT)
def test_a_copy_that_is_not_whole_restores_nothing(home: Home, tmp_path: Path, kind: str) -> None:
    backup(home, RUN, folder=tmp_path / "copy")
    spoil, said = SPOILT[kind]
    spoil(tmp_path / "copy")
    restored = Home(tmp_path / "restored")
    with pytest.raises(UsageError, match=said):
        restore(restored, RUN, folder=tmp_path / "copy")
    assert [path.name for path in restored.root.iterdir()] == [".lock"]


def test_neither_a_home_nor_a_backup_is_overwritten(home: Home, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="lies in the home"):
        backup(home, RUN, folder=home.root / "copy")
    backup(home, RUN, folder=tmp_path / "copy")
    with pytest.raises(UsageError, match="is there already and not empty"):
        backup(home, RUN, folder=tmp_path / "copy")
    with pytest.raises(UsageError, match="has landing/ and ledger/ and documents/ already"):
        restore(home, RUN, folder=tmp_path / "copy")


def test_a_file_that_is_still_being_written_is_left_out_and_told(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    growing = home.landing / "crm" / "customers.csv"
    growing.write_text("customer_id\n")
    (home.landing / "crm" / "linked.csv").symlink_to(growing)
    real = home_copy._stream

    def stream(source: Path, *rest: Any) -> Any:
        found = real(source, *rest)
        if source == growing:
            growing.write_text("customer_id,name\nC1,")
        return found

    monkeypatch.setattr(home_copy, "_stream", stream)
    said = backup(home, RUN, folder=tmp_path / "copy").messages
    assert said[1:] == (
        "landing/crm/customers.csv was left out: it is still being written; the next backup has it.",
        "landing/crm/linked.csv was left out: it is no regular file.",
    )
    assert not (tmp_path / "copy" / "landing" / "crm" / "customers.csv").exists()
