"""Every issued document gets its PDF once; a bad one stops nobody else."""

from __future__ import annotations

from pathlib import Path

import pytest

from billing_jobs.adapters import duckdb as engine
from billing_jobs.adapters.ledger import paper_shelf
from billing_jobs.adapters.ledger.commits import open_ledger
from billing_jobs.errors import LedgerBroken
from billing_jobs.jobs.render import render
from billing_jobs.jobs.verify import verify
from billing_jobs.settings import Home
from tests.documents import samples
from tests.jobs.mail_home import RUN, home_with


@pytest.fixture
def home(tmp_path: Path) -> Home:
    emoji = samples.invoice(document_number="INV-EMOJI", document_id="d9", snapshot=samples.snapshot("絵文字🙂"))
    emoji = type(emoji)(emoji.document, [row | {"document_id": "d9"} for row in emoji.lines], [row | {"document_id": "d9"} for row in emoji.taxes], {})
    return home_with(tmp_path, samples.invoice(), samples.credit_note(), emoji)


def files(home: Home) -> dict[str, bytes]:
    return {str(path.relative_to(home.root)): path.read_bytes() for path in home.documents.rglob("*.*")}


def test_papers_lie_by_month_and_a_second_run_changes_nothing(home: Home) -> None:
    result = render(home, RUN)
    assert result.counts == {"rendered": 3, "present": 0, "quarantined": 1}
    before = files(home)
    assert {"documents/2026/10/INV-2026-000123.pdf", "documents/2026/10/CN-2026-000007.pdf", "documents/2026/09/INV-2026-000098.pdf"} == before.keys()
    again = render(home, RUN)
    assert not again.changed
    assert files(home) == before


def test_a_document_that_cannot_be_rendered_is_named_and_left_out(home: Home) -> None:
    (message,) = render(home, RUN).messages
    assert "INV-EMOJI" in message
    assert "billing render" in message
    assert not (home.documents / "2026/10/INV-EMOJI.pdf").exists()


def test_a_lost_paper_comes_back_with_the_same_bytes(home: Home) -> None:
    render(home, RUN)
    before = files(home)
    (home.documents / "2026/10/CN-2026-000007.pdf").unlink()
    assert paper_shelf.faults(home) == (["CN-2026-000007: documents/2026/10/CN-2026-000007.pdf is missing; `billing render` makes it again"], [])
    assert render(home, RUN).counts["rendered"] == 1
    assert files(home) == before


def test_a_torn_log_of_papers_is_made_whole_by_rendering(home: Home) -> None:
    render(home, RUN)
    known = paper_shelf.manifest(home)
    home.paper_log.write_text('{"document_number": "INV-20')
    render(home, RUN)
    assert paper_shelf.manifest(home) == known


def test_a_paper_with_other_bytes_is_never_overwritten(home: Home) -> None:
    target = home.documents / "2026/10/INV-2026-000123.pdf"
    target.parent.mkdir(parents=True)
    target.write_bytes(b"somebody else's")
    messages = render(home, RUN).messages
    assert target.read_bytes() == b"somebody else's"
    assert any("INV-2026-000123" in message and "left as it is" in message for message in messages)


def test_a_paper_changed_after_rendering_is_found(home: Home) -> None:
    render(home, RUN)
    target = home.documents / "2026/10/INV-2026-000123.pdf"
    target.write_bytes(target.read_bytes() + b"%")
    with pytest.raises(LedgerBroken, match=r"INV-2026-000123: documents/2026/10/INV-2026-000123\.pdf was changed after it was rendered"):
        verify(home, RUN)
    home.paper_log.unlink()
    assert any("left as it is" in message for message in render(home, RUN).messages)


def test_the_next_commit_vouches_for_the_papers_rendered_before_it(home: Home) -> None:
    render(home, RUN)
    ledger = open_ledger(home)
    with engine.connect() as con:
        taxes = con.sql(f"select * from read_parquet('{home.ledger}/000002/document_taxes.parquet')")
        ledger.commit(job="issue", run=RUN, streams={"document_taxes": taxes}, built_on=ledger.head())
    assert verify(home, RUN).counts["papers"] == 3
    home.paper_log.write_bytes(home.paper_log.read_bytes().replace(b"INV-2026-000123.pdf", b"INV-2026-000124.pdf"))
    assert any("papers.jsonl" in problem for problem in open_ledger(home).verify())


def test_a_number_never_leaves_the_folder(tmp_path: Path) -> None:
    assert paper_shelf.path_of("../../etc/INV/1", RUN.as_of_date).startswith("documents/2026/10/_.._etc_INV_1~")
    assert paper_shelf.path_of("INV-2026-000001", RUN.as_of_date) == "documents/2026/10/INV-2026-000001.pdf"
