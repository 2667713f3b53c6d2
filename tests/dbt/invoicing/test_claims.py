"""What a claim names waits, and nothing else: charges in doubt owe what was billed, broken drafts take no number,
a mend bills them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.dbt.invoicing.book import Night
from tests.dbt.invoicing.claim_cases import CLAIM
from tests.dbt.invoicing.conftest import Story, draft_id
from tests.dbt.invoicing.test_difference import charge


def issued(night: Night, customer: str) -> list[tuple[str, Decimal]]:
    """What the night would issue for a customer: type and total of each document."""
    return sorted(
        (row["document_type"], row["total_amount"]) for row in night.of("invoices_to_issue", customer_id=customer)
    )


def held(night: Night, customer: str) -> list[tuple[Decimal, str]]:
    return [
        (row["total_amount"], row["hold_reason"])
        for row in night.of("draft_invoices", customer_id=customer)
        if row["hold_reason"]
    ]


def named(night: Night, customer: str) -> set[tuple[str, str, str, Decimal]]:
    return {
        (row["claim"], row["charge_id"], row["document_id"], row["amount"])
        for row in night.of("claims_broken", customer_id=customer)
    }


def state(night: Night, charge_id: str) -> tuple[Decimal, Decimal, str]:
    found = charge(night, charge_id)
    return found["owed_amount"], found["billed_amount"], found["line_state"]


def test_a_charge_in_doubt_owes_nothing_and_holds_its_document_with_what_depends_on_it(story: Story) -> None:
    assert state(story.first, "doubtful-calls") == state(story.first, "doubtful-floor") == (0, 0, "in_doubt")
    assert held(story.first, "doubtful") == [(1100, "in_doubt")]
    document = draft_id("doubtful")
    assert named(story.first, "doubtful") == {
        (CLAIM, "doubtful-calls", document, 700),
        (CLAIM, "doubtful-floor", document, 300),
    }


def test_the_bill_of_another_seller_and_those_of_others_go_out_the_same_night(story: Story) -> None:
    assert issued(story.first, "doubtful") == [("invoice", Decimal("11.00"))]
    assert issued(story.first, "plain") == [("invoice", 13200)]


def test_a_document_that_would_hold_nothing_else_is_named_all_the_same(story: Story) -> None:
    assert story.first.of("draft_invoices", customer_id="alone") == []
    assert named(story.first, "alone") == {(CLAIM, "alone-base", draft_id("alone"), 5000)}


def test_an_approval_releases_nothing_in_doubt_and_says_so(story: Story) -> None:
    [approval] = [
        row for row in story.second.of("decisions", kind="approve") if row["document_id"] == draft_id("doubtful")
    ]
    assert approval["state"] == "refused_in_doubt"
    assert held(story.second, "doubtful") == [(1100, "in_doubt")]


@pytest.mark.parametrize(("customer", "total"), [("doubtful", 2200), ("alone", 5500)])
def test_the_mended_night_bills_it_once_on_the_document_that_waited(story: Story, customer: str, total: int) -> None:
    assert issued(story.third, customer) == [("invoice", total)]
    assert [row["document_id"] for row in story.third.of("invoices_to_issue", customer_id=customer)] == [
        draft_id(customer)
    ]
    assert story.third.of("claims_broken") == []
    assert issued(story.last, customer) == []


def test_what_was_billed_and_comes_into_doubt_moves_by_nothing_until_it_is_mended(story: Story) -> None:
    assert state(story.second, "kept-base") == (1000, 1000, "in_doubt")
    assert (issued(story.second, "kept"), held(story.second, "kept")) == ([], [])
    assert {(row[0], row[3]) for row in named(story.second, "kept")} == {(CLAIM, 500)}
    assert issued(story.third, "kept") == [("invoice", 550)]


def test_a_billed_key_is_not_credited_while_what_stands_in_its_place_is_in_doubt(story: Story) -> None:
    assert state(story.second, "rekeyed-base") == (1000, 1000, "in_doubt")
    assert issued(story.second, "rekeyed") == issued(story.third, "rekeyed") == []


def test_credits_are_not_drawn_for_a_charge_in_doubt(story: Story) -> None:
    assert story.first.of("charges", contract_id="undrawn", fee_id="credits") == []
    [draw] = story.second.of("charges", contract_id="undrawn", fee_id="credits")
    assert draw["owed_amount"] == -800


def test_a_broken_credit_note_waits_and_puts_nothing_to_its_original(story: Story) -> None:
    for night in (story.second, story.second_again):
        assert held(night, "crooked") == [(-760, "in_doubt")]
        assert {row[0] for row in named(night, "crooked")} == {"tax_is_rounded_once_per_document_and_rate"}
        assert (issued(night, "crooked"), night.of("issue_allocations_to_record", document_id=draft_id("crooked"))) == (
            [],
            [],
        )
    assert issued(story.third, "crooked") == [("credit_note", -660)]
    [given] = story.third.of("issue_allocations_to_record", document_id=draft_id("crooked"))
    assert given["amount"] == 660


def test_a_broken_void_waits_and_leaves_the_money_where_it_is(story: Story) -> None:
    for night in (story.second, story.second_again):
        assert [reason for _, reason in held(night, "unvoided")] == ["in_doubt"]
        assert {row[0] for row in named(night, "unvoided")} == {"no_line_is_credited_beyond_itself"}
        assert (
            issued(night, "unvoided"),
            night.of("issue_allocations_to_record", document_id=draft_id("unvoided")),
        ) == ([], [])
    assert issued(story.third, "unvoided") == [("credit_note", -1100)]
    moved = story.third.of("issue_allocations_to_record", document_id=draft_id("unvoided"))
    assert sorted(row["amount"] for row in moved) == [-1100, 1100]


def test_a_night_with_claims_that_hold_a_few_documents_passes_its_checks(story: Story) -> None:
    assert len({row["customer_id"] for row in story.second_again.of("claims_broken")}) == 6
    assert story.second_again.failures == []
