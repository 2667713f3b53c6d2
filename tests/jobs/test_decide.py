from __future__ import annotations

from decimal import Decimal
from pathlib import Path

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
    decide(home, at(1), decision_id="g1", kind="goodwill", charge_id="X", amount=Decimal("12.5"), currency="JPY", until="2026-12-31", decided_by="a", reason="b")
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
