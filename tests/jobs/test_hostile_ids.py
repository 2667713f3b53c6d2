"""An id becomes the name of one file in its own folder, whatever it is; no two ids share one."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from billing_jobs.adapters.ledger import paper_shelf
from billing_jobs.errors import UsageError
from billing_jobs.intake.crm.kinds import kind_of_file
from billing_jobs.intake.crm.quoting import contract_files, quote_of
from billing_jobs.jobs import accept as accept_job
from billing_jobs.jobs import quote as quote_job
from billing_jobs.jobs.accept import accept
from billing_jobs.jobs.decide import decide
from billing_jobs.jobs.quote import quote
from billing_jobs.records import file_name_of
from billing_jobs.settings import Home
from tests.intake.deliveries import at, new_home

NO_TEXT = "A\udc80"
HOSTILE = [
    "../../../escaped", "/etc/escaped", "..", ".", "", ".hidden", "a/b", "a\\b", "a\nb", "a\x00b", "a*b", "[q]", "q?",
    "Q-1.part", (
        "見積 "
        "1/2"
    ), "x" * 300, "あ" * 200,
    "a'b\"c", "a\u2028b", "con:1", "-rf", "~root", "a b", "a_b", "a-b", "$(id)", "..\\..\\x",
]  # fmt: skip
CUSTOMER = dict.fromkeys(("name", "email"), "x") | {"customer_id": "C1", "time_zone": None, "entity_id": None}


def loaded(quote_id: str) -> dict[str, Any]:
    row = {
        "quote_id": quote_id,
        "status": "sent",
        "quoted_on": date(2026, 10, 1),
        "valid_until": None,
        "service_from": date(2026, 11, 1),
        "term_months": 12,
    }
    line = {
        "line_no": 1,
        "plan_id": "team",
        "quantity": 1,
        "description": None,
        "unit_price": None,
        "expected_usage": None,
    }
    return {
        "quote": row | {"contract_id": None},
        "customer": CUSTOMER,
        "lines": [line],
        "usage": [],
        "fees": [],
        "band_times": [],
    }


def everything(home: Home) -> set[str]:
    return {str(path.relative_to(home.root.parent)) for path in home.root.parent.rglob("*")}


def test_no_two_ids_have_one_name_and_each_is_a_name() -> None:
    names = {hostile: file_name_of(hostile) for hostile in (*HOSTILE, NO_TEXT)}
    assert len(set(names.values())) == len(names)
    for name in names.values():
        assert (
            name not in ("", ".", "..")
            and Path(name).name == name
            and not name.startswith(".")
            and len(name.encode()) <= 120
        )
        assert file_name_of(name) != name or "~" not in name
    assert {plain: file_name_of(plain) for plain in ("Q-1", "INV-2026-000001", "見積-2026.1")} == {
        plain: plain for plain in ("Q-1", "INV-2026-000001", "見積-2026.1")
    }


@pytest.mark.parametrize("hostile", HOSTILE, ids=ascii)
def test_a_quote_is_written_into_the_home_and_nowhere_else(
    tmp_path: Path, hostile: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = new_home(tmp_path / "above" / "and")
    amounts = {"net_amount": 1, "tax_amount": 0, "currency": "JPY"}
    priced = [
        {
            "contract_id": f"{hostile}-1",
            "plan_id": "team",
            "fee_id": "base",
            "periods": 12,
            "period_from": 1,
            "period_until": 2,
            **amounts,
        }
    ]
    for job in (quote_job, accept_job):
        monkeypatch.setattr(job.quotes, "load", lambda _home, quote_id: loaded(quote_id))
    monkeypatch.setattr(quote_job, "_price", lambda *_given: (priced, {}))
    monkeypatch.setattr(quote_job, "describe_quote", lambda *_given: {})
    monkeypatch.setattr(quote_job, "render_all", lambda documents: [quote_job_rendered() for _ in documents])
    before = everything(home)
    quote(home, at(1), quote_id=hostile)
    accept(home, at(1), quote_id=hostile)
    made = {
        name for name in everything(home) - before if (home.root.parent / name).is_file() and not name.endswith(".lock")
    }
    assert {Path(name).parent.name for name in made} == {"crm", "quotes"}
    assert all(name.startswith(("home/landing/crm/", "home/documents/quotes/")) for name in made)
    kinds = {kind.name for kind in (kind_of_file(name.removeprefix("home/landing/")) for name in made) if kind}
    assert kinds == {"quotes", "quoted_prices", "contracts"}
    assert not accept(home, at(1), quote_id=hostile).changed


def quote_job_rendered() -> Any:
    from billing_jobs.documents.pool import Rendered

    return Rendered("q", b"pdf")


@pytest.mark.parametrize("hostile", HOSTILE, ids=ascii)
def test_every_other_writer_stays_in_its_folder(tmp_path: Path, hostile: str) -> None:
    for name in contract_files(quote_of(**loaded(hostile)), signed_on=date(2026, 10, 1), is_open=True):
        assert name.startswith("crm/") and name.count("/") == 1
    paper = paper_shelf.path_of(hostile, date(2026, 10, 1))
    assert paper.startswith("documents/2026/10/") and paper.count("/") == 3 and "\\" not in paper
    home = new_home(tmp_path / "above")
    before = everything(home)
    try:
        decide(home, at(1), decision_id=hostile, kind="void", document_id="D1", decided_by="a", reason="b")
    except UsageError:
        assert everything(home) - before <= {"home/.lock"}
    else:
        (made,) = {name for name in everything(home) - before if not name.endswith(".lock")}
        assert made.startswith("home/landing/decisions/") and made.count("/") == 3


def test_a_decision_that_is_no_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no UTF-8"):
        decide(new_home(tmp_path), at(1), decision_id="d", kind="void", document_id=NO_TEXT, decided_by="a", reason="b")
