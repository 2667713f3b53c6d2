"""A question about drafts, and its answer as decisions: over a candidate written by hand."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from billing_jobs.adapters.published import approvals
from billing_jobs.errors import UsageError
from billing_jobs.jobs.approve import UNANSWERED, approve, hold_unanswered, question
from billing_jobs.jobs.init import init
from billing_jobs.records import Run
from billing_jobs.settings import Home

NIGHT = Run(date(2026, 1, 31), datetime(2026, 1, 31, 17, tzinfo=UTC))
ANSWERED = Run(date(2026, 1, 31), datetime(2026, 2, 1, 0, 30, tzinfo=UTC))


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path)
    init(home, NIGHT)
    return home


def candidate(
    home: Home, *drafts: tuple[str, str, str | None, int], decisions: int = 0, as_of: str = "2026-01-31"
) -> None:
    """Drafts that are to be approved: (id, content, why it is held, total in yen)."""
    home.candidate.unlink(missing_ok=True)
    with duckdb.connect(str(home.candidate)) as con:
        con.execute("create schema jobs")
        con.execute(f"create table jobs.run as select date '{as_of}' as as_of_date")
        con.execute("create table decisions (decision_id varchar)")
        con.execute("insert into decisions select cast(range as varchar) from range(?)", [decisions])
        con.execute(
            "create table jobs.approvals_to_ask (document_id varchar, content_hash varchar, document_type varchar, "
            "entity_id varchar, customer_id varchar, currency varchar, total_amount decimal(20, 4), "
            "hold_reason varchar, largest_recent_amount decimal(20, 4), approval_rule varchar)"
        )
        for document_id, content, reason, total in drafts:
            con.execute(
                "insert into jobs.approvals_to_ask "
                "values (?, ?, 'invoice', 'main', 'C-' || ?, 'JPY', ?, ?, null, 'first')",
                [document_id, content, document_id, total, reason],
            )
        con.execute(
            "create table draft_invoices as select * from jobs.approvals_to_ask union all by name "
            "select 'other' as document_id, 'no_exchange_rate' as hold_reason, 'JPY' as currency, 5 as total_amount"
        )


def written(home: Home) -> list[dict[str, Any]]:
    return [
        json.loads(line)
        for path in sorted((home.landing / "decisions").glob("*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]


def answer(home: Home, question_id: str, **said: Any) -> Any:
    return approve(home, ANSWERED, question_id=question_id, decided_by="佐藤", reason="確認済み", **said)


def test_a_question_says_sums_the_largest_and_what_is_held_for_another_reason(home: Home) -> None:
    candidate(home, *((f"d{number:02}", "x", "approval_awaited", number * 100) for number in range(1, 13)))
    asked = question(home, NIGHT)
    assert [(row["documents"], row["total_amount"], row["first_of_their_customer"]) for row in asked["totals"]] == [
        (12, 7800, 12)
    ]
    assert [row["document_id"] for row in asked["largest"]] == [f"d{number:02}" for number in range(12, 2, -1)]
    assert [(row["hold_reason"], row["drafts"], row["total_amount"]) for row in asked["held"]] == [
        ("no_exchange_rate", 1, 5)
    ]


def test_an_answer_names_the_content_that_was_asked_about_and_not_what_was_built_since(home: Home) -> None:
    candidate(home, ("d1", "seen", "approval_awaited", 100))
    asked = question(home, NIGHT)["question_id"]
    candidate(home, ("d1", "changed", "approval_awaited", 900))
    assert question(home, NIGHT)["question_id"] != asked
    assert answer(home, asked[:12]).counts == {"approved": 1, "held": 0}
    [row] = written(home)
    assert (row["kind"], row["document_id"], row["content_hash"]) == ("approve", "d1", "seen")
    assert (row["decided_by"], row["reason"], row["decided_at"]) == ("佐藤", "確認済み", "2026-02-01T00:30:00+00:00")


def test_a_candidate_of_an_older_version_is_told(home: Home) -> None:
    with duckdb.connect(str(home.candidate)) as con:
        con.execute("create schema jobs")
    with pytest.raises(UsageError, match="built by an older version"):
        question(home, NIGHT)


def test_who_approves_some_holds_the_others(home: Home) -> None:
    candidate(home, ("d1", "a", None, 100), ("d2", "b", None, 100), ("d3", "c", None, 100))
    result = answer(home, question(home, NIGHT)["question_id"], only=["d2"])
    assert {row["document_id"]: row["kind"] for row in written(home)} == {"d1": "hold", "d2": "approve", "d3": "hold"}
    assert "What is held goes out after `billing decide --kind release --document-id …`." in result.messages


def test_a_question_is_answered_once(home: Home) -> None:
    candidate(home, ("d1", "a", None, 100))
    asked = question(home, NIGHT)["question_id"]
    assert answer(home, asked, is_held=True).changed
    before = written(home)
    again = answer(home, asked)
    assert (again.changed, again.messages) == (False, ("This question was answered before; nothing was changed.",))
    assert written(home) == before
    assert [row["kind"] for row in before] == ["hold"]


def test_the_same_drafts_after_another_decision_are_another_question(home: Home) -> None:
    """A release after a hold: the answer of then does not stand in its way."""
    candidate(home, ("d1", "a", "approval_awaited", 100))
    asked = question(home, NIGHT)["question_id"]
    candidate(home, ("d1", "a", "approval_awaited", 100), decisions=1)
    assert question(home, NIGHT)["question_id"] != asked


@pytest.mark.parametrize("question_id", ["", "abc", "ffffffffffff", "../../x"])
def test_an_answer_to_no_question_writes_nothing(home: Home, question_id: str) -> None:
    candidate(home, ("d1", "a", None, 100))
    question(home, NIGHT)
    with pytest.raises(UsageError, match="waits for an answer"):
        answer(home, question_id)
    assert written(home) == []


def test_a_document_that_was_not_asked_about_is_told_and_nothing_is_written(home: Home) -> None:
    candidate(home, ("d1", "a", None, 100))
    asked = question(home, NIGHT)["question_id"]
    with pytest.raises(UsageError, match="d9: not asked about"):
        answer(home, asked, only=["d1", "d9"])
    with pytest.raises(UsageError, match="decided_by: expected"):
        approve(home, ANSWERED, question_id=asked, decided_by="", reason="r")
    assert written(home) == []


def test_what_nobody_answered_is_held_and_what_is_held_already_is_left(home: Home) -> None:
    candidate(home, ("d1", "a", None, 100), ("d2", "b", "approval_awaited", 100))
    assert hold_unanswered(home, NIGHT) == 1
    [row] = written(home)
    assert (row["kind"], row["document_id"], row["decided_by"]) == ("hold", "d1", UNANSWERED)


def test_questions_of_earlier_nights_go_and_those_of_this_night_stay(home: Home) -> None:
    candidate(home, ("d1", "a", None, 100))
    first = question(home, NIGHT)["question_id"]
    candidate(home, ("d1", "b", None, 100))
    second = question(home, NIGHT)["question_id"]
    assert approvals.asked(home, first) == (first, [("d1", "a")])
    candidate(home, ("d1", "b", None, 100), as_of="2026-02-01")
    question(home, NIGHT)
    for gone in (first, second):
        with pytest.raises(UsageError):
            approvals.asked(home, gone)
