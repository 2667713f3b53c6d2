"""`billing verify` says what of landing/ is not as it was received."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from billing_jobs.errors import LedgerBroken
from billing_jobs.intake import proof
from billing_jobs.intake.intake_log import has_grown_from, log_state, read_receipts
from billing_jobs.intake.keeping import kept
from billing_jobs.jobs.verify import verify
from billing_jobs.settings import Home
from tests.intake.deliveries import CATALOG, at, deliver, deliver_usage, new_home, take_in


@pytest.fixture(scope="module")
def received(tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = new_home(tmp_path_factory.mktemp("received"))
    deliver(home, "catalog/base.yml", CATALOG)
    deliver_usage(home, "web/a.csv", "e1,t,2026-10-01T00:00:00Z,K1,1")
    take_in(home, 1)
    deliver(home, "catalog/base.yml", CATALOG.replace("12000", "13000"))
    deliver_usage(home, "web/b.csv", "e2,t,2026-10-01T00:00:00Z,K1,1")
    deliver(home, "crm/customers-1.csv", "customer_id,name\nC1,Anna\n")
    take_in(home, 2)
    deliver(home, "crm/erasures-1.csv", "erasure_id,customer_id,requested_on\nE1,C1,2026-10-02\n")
    take_in(home, 3)
    return home


@pytest.fixture
def home(received: Home, tmp_path: Path) -> Home:
    return Home(shutil.copytree(received.root, tmp_path / "home"))


def edit(name: str, change: Callable[[bytes], bytes]) -> Callable[[Home], object]:
    return lambda home: (home.landing / name).write_bytes(change((home.landing / name).read_bytes()))


def first_copy(home: Home) -> Path:
    return kept.kept_path(home.landing, read_receipts(home.intake_log)[1].sha256)


def first_version(home: Home) -> Path:
    return home.landing / f"catalog/.versions/{read_receipts(home.intake_log)[0].sha256}.yml"


def without_line(number: int) -> Callable[[bytes], bytes]:
    return lambda content: b"".join(line + b"\n" for line in lines(content) if line != lines(content)[number])


def lines(content: bytes) -> list[bytes]:
    return content.split(b"\n")[:-1]


def replaced(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    return lambda content: content.replace(old, new, 1)


LOG, USAGE = "intake.jsonl", "usage/web/a.csv"
OF_FILE, OF_COPY = "landing/usage/web/a.csv was changed or is gone", "the kept copy of usage/web/a.csv"
OF_VERSION = "a version of catalog/base.yml, was changed or is gone"
TAMPERED: dict[str, tuple[Callable[[Home], object], str]] = {
    "a receipt's day": (edit(LOG, replaced(b"2026-10-01T17", b"2026-09-01T17")), "was edited before or at line"),
    "a receipt's hash": (edit(LOG, replaced(b'"sha256": "', b'"sha256": "0')), "was edited before or at line"),
    "a line cut out": (edit(LOG, without_line(1)), "was edited before or at line"),
    "a line added": (edit(LOG, lambda text: text + lines(text)[0] + b"\n"), "was edited before or at line"),
    "no line of ours": (edit(LOG, lambda text: text + b"{}\n"), "was edited before or at line 8"),
    "the tail cut": (edit(LOG, without_line(-1)), "was cut: it has no receipt of 1 kept files"),
    "the log gone": (lambda home: home.intake_log.unlink(), "missing or was cut: it has no receipt of"),
    "the log of erasures gone": (lambda home: home.erasures_log.unlink(), "says nothing of how crm/customers-1.csv"),
    "a file changed": (edit(USAGE, replaced(b"K1,1", b"K1,7")), OF_FILE),
    "a file gone": (lambda home: (home.landing / USAGE).unlink(), OF_FILE),
    "a copy changed": (lambda home: first_copy(home).write_bytes(b"x"), OF_COPY),
    "a copy gone": (lambda home: first_copy(home).unlink(), OF_COPY),
    "all copies gone": (lambda home: shutil.rmtree(home.landing / kept.KEPT), OF_COPY),
    "a version changed": (lambda home: first_version(home).write_text("x"), OF_VERSION),
    "a version gone": (lambda home: first_version(home).unlink(), OF_VERSION),
}


def test_what_was_received_edited_by_its_owner_and_erased_on_request_fits(home: Home) -> None:
    assert proof.faults(home.landing) == []
    assert verify(home, at(4)).messages[0] == "every commit fits"


@pytest.mark.parametrize("kind", TAMPERED)
def test_verify_finds(home: Home, kind: str) -> None:
    tamper, said = TAMPERED[kind]
    tamper(home)
    with pytest.raises(LedgerBroken, match=said):
        verify(home, at(4))


def test_a_log_of_a_version_that_wrote_no_hashes_is_held_from_its_next_line_on(home: Home) -> None:
    old = [json.loads(line) for line in lines(home.intake_log.read_bytes())]
    for value in old:
        value.pop("log_before", None)
    home.intake_log.write_text("".join(json.dumps(value) + "\n" for value in old))
    deliver_usage(home, "web/c.csv", "e3,t,2026-10-01T00:00:00Z,K1,1")
    take_in(home, 4)
    assert proof.faults(home.landing) == []
    edit("intake.jsonl", lambda text: text.replace(b"2026-10-01T17", b"2026-09-01T17", 1))(home)
    assert "edited before or at line 8" in proof.faults(home.landing)[0]


def test_a_recorded_state_of_the_log_stays_true_as_it_grows_and_no_other_way(home: Home) -> None:
    state = log_state(home.intake_log)
    with home.intake_log.open("ab") as torn:
        torn.write(b'{"path": "x')
    assert log_state(home.intake_log) == state
    deliver_usage(home, "web/c.csv", "e3,t,2026-10-01T00:00:00Z,K1,1")
    take_in(home, 4)
    assert log_state(home.intake_log) != state
    assert has_grown_from(home.intake_log, state)
    edit("intake.jsonl", without_line(0))(home)
    assert not has_grown_from(home.intake_log, state)
    home.intake_log.unlink()
    assert not has_grown_from(home.intake_log, state)
