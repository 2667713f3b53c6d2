"""Prepaid credits: which block pays for which charge, and that a correction moves the difference only."""

from __future__ import annotations

import json
from decimal import Decimal

from tests.dbt.invoicing.book import Night
from tests.dbt.invoicing.conftest import Story


def draws(night: Night, customer: str) -> dict[str, Decimal]:
    """What the night's draft draws (below zero) or gives back, by block and charge."""
    rows = [row for row in night.of("draft_invoice_lines", customer_id=customer) if row["fee_id"] == "credits"]
    return {row["instance"].replace("0", "").replace("|", " ").rstrip("-"): row["line_amount"] for row in rows}


def test_only_the_blocks_valid_on_the_day_for_the_fee_and_in_the_currency_pay(story: Story) -> None:
    assert draws(story.first, "scoped") == {
        "scoped.6 scoped-base": -100,
        "scoped.7 scoped-base": -100,
        "scoped.8 scoped-base": -100,
    }


def test_charges_draw_one_after_the_other_and_a_block_never_more_than_it_has(story: Story) -> None:
    assert draws(story.first, "shared") == {
        "shared.1 shared-a": -200,
        "shared.1 shared-b": -300,
        "shared.2 shared-b": -100,
        "shared.2 shared-c": -200,
    }
    [invoice] = story.first.of("draft_invoices", customer_id="shared")
    assert (invoice["net_amount"], invoice["tax_amount"]) == (200, 20)


def test_what_is_owed_more_draws_what_is_left(story: Story) -> None:
    assert draws(story.first, "more") == {"more.1 more-base": -1000}
    assert draws(story.second, "more") == {"more.1 more-base": -200}
    assert not story.second.of("draft_invoices", customer_id="more", total_amount=1)
    assert story.second.of("draft_invoices", customer_id="more")[0]["total_amount"] == 0


def test_what_is_owed_less_gives_money_back_first_then_credits_of_the_last_block(story: Story) -> None:
    assert draws(story.first, "less") == {"less.1 less-base": -600, "less.2 less-base": -300}
    assert draws(story.second, "less") == {"less.2 less-base": 200}
    [credit] = story.second.of("draft_invoices", customer_id="less")
    assert (credit["document_type"], credit["net_amount"], credit["tax_amount"]) == ("credit_note", -100, -10)
    assert all(row["original_line_id"] for row in story.second.of("draft_invoice_lines", customer_id="less"))


def test_without_credits_left_more_is_money(story: Story) -> None:
    assert draws(story.second, "short") == {}
    assert [row["net_amount"] for row in story.second.of("draft_invoices", customer_id="short")] == [100]


def test_new_credits_do_not_reopen_what_was_billed(story: Story) -> None:
    assert draws(story.second, "regrant") == {}
    assert not story.second.of("draft_invoices", customer_id="regrant")


def test_credits_bought_outside_of_tax_leave_the_tax_of_the_service(story: Story) -> None:
    """The voucher was sold untaxed; the service is taxed when it is paid with it.

    Its purchase is not paid with itself.
    """
    [invoice] = story.first.of("draft_invoices", customer_id="buyer")
    assert draws(story.first, "buyer") == {"buyer.1 buyer-base": -500}
    assert (invoice["net_amount"], invoice["tax_amount"], invoice["total_amount"]) == (800, 80, 880)
    [line] = story.first.of("draft_invoice_lines", customer_id="buyer", fee_id="credits")
    assert (line["tax_code"], line["tax_amount"], line["department"], line["product"]) == ("outside", 0, "sales", None)


def test_drawing_again_the_same_night_changes_nothing(story: Story) -> None:
    assert not [row for row in story.second_again.tables["draft_invoice_lines"] if row["fee_id"] == "credits"]


def test_the_credit_ledger_says_what_moved(story: Story) -> None:
    rows = [row for row in story.third.tables["credit_ledger"] if row["block_id"] == "less.2"]
    assert sorted((row["movement"], row["amount"]) for row in rows) == [
        ("drawn", -300),
        ("granted", 300),
        ("returned", 200),
    ]
    assert {row["block_id"] for row in story.third.tables["credit_ledger"] if row["movement"] == "expired"} == {
        "scoped.1", "bygone.1",
    }  # fmt: skip


def movements(night: Night, block_id: str) -> list[tuple[str, str, int, int]]:
    """Day, movement, amount and what remains then, in the order in which the amounts add up."""
    rows = [
        (str(row["moved_on"]), row["movement"], int(row["amount"]), int(row["remaining_amount"]))
        for row in night.of("credit_ledger", block_id=block_id)
    ]
    return sorted(rows, key=lambda row: (row[1] == "expired", row[0], row[1] != "granted"))


def test_what_remains_of_a_block_follows_the_days_of_its_movements_and_what_expires_comes_last(story: Story) -> None:
    """The first day of `shifted.1` was moved behind its draw; `bygone.1` was over when a correction gave some of it
    back."""
    assert movements(story.third, "less.2") == [
        ("2026-01-01", "granted", 300, 300), ("2026-10-31", "drawn", -300, 0), ("2026-11-02", "returned", 200, 200),
    ]  # fmt: skip
    assert movements(story.third, "shifted.1") == [
        ("2026-10-31", "drawn", -400, -400),
        ("2026-11-20", "granted", 1000, 600),
    ]
    assert movements(story.third, "bygone.1") == [
        ("2026-01-01", "granted", 1000, 1000), ("2026-10-31", "drawn", -400, 600), ("2026-11-02", "returned", 100, 700),
        ("2026-10-31", "expired", -700, 0),
    ]  # fmt: skip


def told(night: Night) -> dict[str, tuple[int, int, int]]:
    """What is told of the credits of each contract: the share that is reached, what is used and what is left."""
    facts = [json.loads(row["facts"]) for row in night.tables["int_credit_threshold_notices"]]
    return {
        one["contract_id"]: (one["share"], int(Decimal(one["used"])), int(Decimal(one["left"])))
        for one in facts
        if one["contract_id"] != "scoped"
    }


def test_a_share_of_a_block_is_told_also_of_usage_that_is_not_billed_yet_and_draws_nothing_for_it(story: Story) -> None:
    """850 of 1,000 run; 700 are billed and 400 run; 799 are less than 80 percent;
    what begins tomorrow is not used yet."""
    found = told(story.first)
    assert (found["most"], found["both"]) == ((80, 850, 150), (100, 1000, 0))
    assert "below" not in found
    assert "ahead" not in found
    assert draws(story.first, "most") == {}
    assert draws(story.first, "both") == {"both.1 both-base": -700}


def test_a_block_that_expires_tonight_or_was_used_long_ago_is_not_told(story: Story) -> None:
    """Of the eight blocks of `scoped` three pay: the sixth is good until tonight."""
    expired = [row for row in story.first.tables["int_credit_threshold_notices"] if row["contract_id"] == "scoped"]
    assert (len(expired), {row["happens_on"] for row in expired}) == (2, {None})
    assert "short" in told(story.second)
    assert "short" not in told(story.last)


def test_the_key_of_a_told_share_stays_from_night_to_night(story: Story) -> None:
    first, second = (
        {row["contract_id"]: row["mail_key"] for row in night.tables["int_credit_threshold_notices"]}
        for night in (story.first, story.second)
    )
    assert first["most"] == second["most"]
