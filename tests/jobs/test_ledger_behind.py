"""Last week's ledger put back: nothing more goes out, since its numbers and mails went out already."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from billing_jobs.adapters.ledger import issued_documents, went_out
from billing_jobs.adapters.ledger.commits import create_ledger
from billing_jobs.errors import LedgerBroken
from billing_jobs.jobs.build import build
from billing_jobs.jobs.nightly import nightly
from billing_jobs.jobs.send import send
from billing_jobs.jobs.verify import verify
from billing_jobs.settings import Home
from tests.adapters.ledger.test_commits import RUN
from tests.jobs.test_backup import a_night


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    create_ledger(home, RUN)
    home.documents.mkdir()
    list(a_night(home, 1))
    return home


def go_back(home: Home, *, keeps: str) -> None:
    """Put back the ledger of before the last night, as another tool would; of the home only these are of today."""
    old = home.root.with_name("old")
    shutil.copytree(home.ledger, old)
    list(a_night(home, 2))
    log = home.sending_log.read_bytes()
    shutil.rmtree(home.ledger)
    shutil.copytree(old, home.ledger)
    home.proven.unlink()
    if keeps == "mails":
        home.sending_log.write_bytes(log)
        shutil.rmtree(home.documents)
        home.documents.mkdir()


SAID = {
    "papers": r"documents/2026/01/INV-2\.pdf is the paper of no document that the ledger holds",
    "mails": r"sending\.jsonl tells of INV-2, mailed and not in the ledger",
}
JOBS: list[Callable[[Home, Any], Any]] = [nightly, build, send, verify]


@pytest.mark.parametrize("job", JOBS)
@pytest.mark.parametrize("keeps", SAID)
def test_a_ledger_older_than_what_went_out_stops_whatever_goes_on(
    home: Home, keeps: str, job: Callable[[Home, Any], Any]
) -> None:
    go_back(home, keeps=keeps)
    before = {path: path.read_bytes() for path in home.root.rglob("*") if path.is_file() and path.name != ".lock"}
    with pytest.raises(LedgerBroken, match=SAID[keeps]):
        job(home, RUN)
    after = {path: path.read_bytes() for path in home.root.rglob("*") if path.is_file() and path.name != ".lock"}
    assert {path for path in after if before.get(path) != after[path]} <= {home.proven}


def test_it_says_what_to_do(home: Home) -> None:
    go_back(home, keeps="papers")
    with pytest.raises(
        LedgerBroken, match=r"The ledger is older than what went out.*Restore the newest copy of ledger/"
    ):
        try:
            send(home, RUN)
        except LedgerBroken as error:
            raise LedgerBroken(str(error).replace("\n", " ")) from error


def test_where_nothing_went_out_since_the_last_look_nothing_is_read(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    went_out.refuse_what_is_behind(home)
    with monkeypatch.context() as patch:
        patch.setattr(issued_documents, "numbers_of", lambda _home: pytest.fail("read again"))
        went_out.refuse_what_is_behind(home)
    list(a_night(home, 2))
    went_out.refuse_what_is_behind(home)
    (home.documents / "2026" / "01" / "INV-3.pdf").write_bytes(b"%PDF")
    with pytest.raises(LedgerBroken, match=r"INV-3\.pdf"):
        went_out.refuse_what_is_behind(home)


def test_what_another_tool_copied_in_the_order_that_the_page_says_holds(home: Home, tmp_path: Path) -> None:
    """With a whole night between each two folders."""
    copied = Home(tmp_path / "copied")
    for number, name in enumerate(("documents", "ledger", "landing"), start=2):
        shutil.copytree(home.root / name, copied.root / name)
        list(a_night(home, number))
    went_out.refuse_what_is_behind(copied)
    said = verify(copied, RUN)
    assert said.messages[:2] == (
        "every commit fits", "INV-2: documents/2026/01/INV-2.pdf is missing; `billing render` makes it again"
    )  # fmt: skip
    assert {path.name for path in copied.landing.rglob("*.csv")} >= {
        f"one_off_charges-{number}.csv" for number in (1, 2)
    }
