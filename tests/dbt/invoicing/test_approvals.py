"""Which drafts wait for a person's approval, and which a scheduler asks about."""

from __future__ import annotations

from typing import Any

from tests.dbt.invoicing.approval_cases import RULES
from tests.dbt.invoicing.book import Night
from tests.dbt.invoicing.conftest import Story


def awaited(night: Night) -> set[str]:
    return {row["customer_id"] for row in night.of("draft_invoices", hold_reason="approval_awaited")}


def asked(night: Night) -> dict[str, dict[str, Any]]:
    return {row["customer_id"]: row for row in night.tables["approvals_to_ask"] if row["entity_id"] in RULES}


def issued(night: Night) -> set[str]:
    return {row["customer_id"] for row in night.tables["invoices_to_issue"] if row["entity_id"] in RULES}


def test_a_rule_of_the_catalog_holds_its_documents_and_a_limit_those_above_it(story: Story) -> None:
    assert awaited(story.first) == {
        "asksfirst.1", "asksfirst.2", "asksalways.1", "asksalways.2", "overlimit", "overdollars", "overeuros",
    }  # fmt: skip
    assert issued(story.first) == {
        "asksnever.1", "asksnever.2", "unsaid.1", "unsaid.2", "atlimit", "atdollars", "ateuros",
    }  # fmt: skip


def test_a_scheduler_asks_before_the_first_of_a_seller_whose_catalog_says_nothing(story: Story) -> None:
    found = asked(story.first)
    assert set(found) == awaited(story.first) | {"unsaid.1", "unsaid.2", "unsaid2.1"}
    assert {name: row["hold_reason"] for name, row in found.items() if name.startswith("unsaid")} == {
        "unsaid.1": None,
        "unsaid.2": None,
        "unsaid2.1": "held_by_decision",
    }
    assert found["unsaid.1"]["approval_rule"] == "first"


def test_what_nobody_answered_is_asked_again_and_what_a_person_holds_is_not(story: Story) -> None:
    assert "unsaid2.1" in asked(story.first)
    assert "unsaid2.2" not in asked(story.first)


def test_an_approval_of_the_content_lets_go_and_one_of_another_content_does_not(story: Story) -> None:
    assert {"asksalways.1", "overlimit"} <= issued(story.second)
    assert "asksalways.2" in awaited(story.second)
    assert "asksalways.2" in asked(story.second)


def test_a_release_ends_a_hold_and_not_what_the_seller_asks_for(story: Story) -> None:
    assert "overdollars" in awaited(story.second)
    assert "overdollars" in asked(story.second)
    assert {"unsaid2.1", "unsaid2.2"} <= issued(story.second)


def test_after_its_first_document_a_seller_is_not_asked_again(story: Story) -> None:
    assert "asksfirst.2" in awaited(story.third)
    assert "asksfirst.1" in issued(story.third)
    assert "asksfirst.2" in issued(story.month_end)
    assert not {name for name in asked(story.second) if name.startswith("unsaid.")}
    assert "asksalways.2" in awaited(story.month_end)


def test_the_question_says_what_the_customer_is_used_to(story: Story) -> None:
    assert asked(story.first)["overlimit"]["largest_recent_amount"] is None
    assert asked(story.third)["overlimit"]["largest_recent_amount"] == 10001


def test_each_reason_for_which_a_draft_waits_is_a_row(story: Story) -> None:
    [held] = story.first.of("draft_holds", customer_id="overlimit")
    assert (held["hold_reason"], held["is_first_reason"], held["is_released_by"]) == (
        "approval_awaited",
        True,
        "approval",
    )
    for night in (story.first, story.second, story.third):
        waiting = {row["document_id"] for row in night.tables["draft_invoices"] if row["hold_reason"]}
        assert {row["document_id"] for row in night.tables["draft_holds"] if row["is_first_reason"]} == waiting
