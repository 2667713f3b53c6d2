from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from billing_jobs.errors import UsageError
from billing_jobs.jobs.decide import decide
from billing_jobs.settings import Home
from tests.intake.deliveries import at, lake, new_home, take_in

VOID = {"kind": "void", "document_id": "D1", "decided_by": "suzuki", "reason": "wrong customer"}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return new_home(tmp_path)


def test_a_decision_is_a_file_that_the_next_ingest_takes_in(home: Home) -> None:
    assert decide(home, at(1), **VOID).changed
    take_in(home, 2)
    (row,) = lake(home, "decisions")
    assert (row["kind"], row["document_id"], row["decided_by"]) == ("void", "D1", "suzuki")
    assert row["decided_at"].isoformat().startswith("2026-10-0")


def test_amounts_and_days_of_a_decision_keep_their_types(home: Home) -> None:
    decide(
        home,
        at(1),
        decision_id="g1",
        kind="goodwill",
        charge_id="X",
        amount=Decimal("12.5"),
        currency="JPY",
        until="2026-12-31",
        decided_by="a",
        reason="b",
    )
    take_in(home, 2)
    (row,) = lake(home, "decisions")
    assert (row["amount"], str(row["until"]), row["decision_id"]) == (Decimal("12.5"), "2026-12-31", "g1")


def test_the_same_decision_again_changes_nothing(home: Home) -> None:
    decide(home, at(1), **VOID)
    assert not decide(home, at(1), **VOID).changed
    assert len(list((home.landing / "decisions").iterdir())) == 1


def test_another_decision_under_the_same_id_is_refused(home: Home) -> None:
    decide(home, at(1), decision_id="d1", **VOID)
    with pytest.raises(UsageError, match="says something else"):
        decide(home, at(1), decision_id="d1", **{**VOID, "document_id": "D2"})


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"kind": "reopen"}, "in this release"),
        ({"kind": "undo"}, "expected one of approve"),
        ({"reason": ""}, "reason: expected a value"),
        ({"amount": "many"}, "amount: expected a decimal number"),
        ({"until": "soon"}, "until: expected a day"),
        ({"colour": "red"}, "A decision has no colour"),
        ({"decision_id": "../x"}, "it becomes a file name"),
    ],
)
def test_a_decision_that_would_be_refused_is_not_written(home: Home, changed: dict[str, str], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        decide(home, at(1), **{**VOID, **changed})
    assert list((home.landing / "decisions").iterdir()) == []


@pytest.fixture
def published(home: Home) -> Home:
    """A home in which one invoice, one draft, one deposit and two charges are known."""
    home.published.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(home.published_database)) as con:
        con.execute("create table invoices as select 'D1' as document_id, 'INV-1' as document_number")
        con.execute("create table draft_invoices as select 'E1' as document_id, 'abc' as content_hash")
        con.execute("create table payments as select 'P1' as payment_id")
        con.execute(
            "create table charges as select * from (values ('C1', 'base', ''), "
            "('C2', 'one_off', 'O1')) as rows(charge_id, fee_id, instance)"
        )
        con.execute("create table contracts as select 'K1' as contract_id")
    return home


BY = {"decided_by": "a", "reason": "b"}


@pytest.mark.parametrize(
    "given",
    [
        {"kind": "void", "document_id": "INV-1"},
        {"kind": "hold", "document_id": "E1"},
        {"kind": "approve", "document_id": "E1", "content_hash": "abc"},
        {"kind": "apply", "document_id": "D1", "payment_id": "P1"},
        {"kind": "waive", "charge_id": "O1"},
        {"kind": "waive", "contract_id": "K1", "fee_id": "base"},
        {"kind": "release", "charge_id": "C1"},
    ],
)
def test_what_is_known_is_taken(published: Home, given: dict[str, str]) -> None:
    assert decide(published, at(1), **given, **BY).changed
    assert not decide(published, at(1), **given, **BY).changed


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"kind": "void", "document_id": "INV-l"}, "document_id: INV-l is no document that was issued"),
        ({"kind": "void", "document_id": "E1"}, "document_id: E1 is no document that was issued"),
        ({"kind": "void"}, "document_id: expected a value"),
        ({"kind": "dispute", "document_id": "D9"}, "D9 is no document"),
        ({"kind": "apply", "document_id": "D1", "payment_id": "P9"}, "payment_id: P9 is no deposit"),
        ({"kind": "apply", "document_id": "D1"}, "payment_id: expected a value"),
        ({"kind": "approve", "document_id": "E1", "content_hash": "abd"}, "does not have this content"),
        ({"kind": "waive", "charge_id": "C9"}, "charge_id: C9 is no charge"),
        ({"kind": "goodwill", "contract_id": "K9", "amount": "1"}, "contract_id: K9 is no contract"),
        ({"kind": "correction", "fee_id": "base", "amount": "1"}, "charge_id or contract_id: expected a value"),
    ],
)
def test_what_nobody_knows_by_now_is_told_at_entry(published: Home, given: dict[str, str], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        decide(published, at(1), **given, **BY)
    assert not (published.landing / "decisions").exists() or list((published.landing / "decisions").iterdir()) == []


def test_a_draft_that_only_the_candidate_knows_can_be_held(published: Home) -> None:
    with duckdb.connect(str(published.candidate)) as con:
        con.execute("create table invoices as select 'D0' as document_id, 'INV-0' as document_number")
        con.execute("create table draft_invoices as select 'E2' as document_id, 'x' as content_hash")
    assert decide(published, at(1), kind="hold", document_id="E2", **BY).changed


def test_a_void_says_that_its_charges_will_be_billed_again(published: Home) -> None:
    result = decide(published, at(1), kind="void", document_id="D1", **BY)
    assert "billed again from the next night on, unless they are waived" in result.messages[0]
    assert "is written" in result.messages[1]
