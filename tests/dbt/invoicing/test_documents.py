"""Tax, dates, numbers and papers of the documents that a night proposes."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.dbt.invoicing.book import Night
from tests.dbt.invoicing.cases import INCLUSIVE_TOTALS
from tests.dbt.invoicing.conftest import GOLDEN_TERMS, Story
from tests.dbt.invoicing.test_difference import document, lines
from tests.support.golden import worked


def test_three_times_335_without_tax_are_taxed_100_and_not_99(story: Story) -> None:
    assert document(story.first, "exclusive")["tax_amount"] == worked("tax")["excl_3x335_invoice"] == 100
    assert worked("tax")["excl_3x335_per_line_WRONG"] == 99
    assert sorted(row["tax_amount"] for row in lines(story.first, "exclusive")) == [33, 33, 34]


def test_three_times_1005_with_tax_hold_274_and_not_273(story: Story) -> None:
    found = document(story.first, "inclusive")
    assert (
        (found["net_amount"], found["tax_amount"], found["total_amount"])
        == (2741, worked("tax")["incl_3x1005_invoice"], 3015)
        == (2741, 274, 3015)
    )
    assert all(row["net_amount"] + row["tax_amount"] == 1005 for row in lines(story.first, "inclusive"))


def test_tax_is_spread_over_81_lines_and_never_drifts(story: Story) -> None:
    """10 % of 81 x 0.33 are 2.673; line by line 0.03 they would come to 2.43."""
    found = document(story.first, "many")
    taxes = [row["tax_amount"] for row in lines(story.first, "many")]
    assert (found["net_amount"], found["tax_amount"]) == (Decimal("26.73"), Decimal("2.67"))
    assert (sum(taxes), set(taxes)) == (Decimal("2.67"), {Decimal("0.03"), Decimal("0.04")})


def test_the_tax_of_a_price_with_tax_is_that_of_its_net_rounded_down_or_up(story: Story) -> None:
    """Tax is rounded down here: 10 of these 110 totals would leave a tax below the floor of net x 10 %, as 21 = 20 + 1;
    it is 19 + 2."""
    found = {total: document(story.first, f"inside{total}") for total in INCLUSIVE_TOTALS}
    assert {total: row["net_amount"] + row["tax_amount"] for total, row in found.items()} == {
        total: total for total in INCLUSIVE_TOTALS
    }
    nets = {total: int(row["net_amount"]) for total, row in found.items()}
    outside = {
        total: row["tax_amount"]
        for total, row in found.items()
        if not nets[total] // 10 <= row["tax_amount"] <= -(-nets[total] // 10)
    }
    assert outside == {}
    moved = {total for total, row in found.items() if row["tax_amount"] != total * 10 // 110}
    assert moved == set(range(10, 111, 11))


def test_the_moved_tax_still_adds_up_over_the_lines(story: Story) -> None:
    rows = lines(story.first, "insidethree")
    assert (sum(row["net_amount"] for row in rows), sum(row["tax_amount"] for row in rows)) == (19, 2)
    assert {row["line_amount"] - row["net_amount"] - row["tax_amount"] for row in rows} == {0}


def test_credits_of_a_price_with_tax_return_exactly_the_tax_that_was_asked(story: Story) -> None:
    for total in INCLUSIVE_TOTALS:
        asked, half, rest = (
            document(night, f"inside{total}") if night is not story.third or total > 1 else None
            for night in (story.first, story.second, story.third)
        )
        returned = [row for row in (half, rest) if row is not None]
        assert sum(row["tax_amount"] for row in returned) == -asked["tax_amount"]
        assert all(asked["tax_amount"] >= -row["tax_amount"] >= 0 for row in returned)


@pytest.mark.parametrize(
    ("customer", "tax", "shares"),
    [("kuwait", "300.1", ["0.1", "300.0"]), ("chile", "30.0100", ["0.0100", "30.0000"])],
    ids=["three digits", "four digits"],
)
def test_tax_is_rounded_and_spread_in_the_digits_of_the_currency(
    story: Story, customer: str, tax: str, shares: list[str]
) -> None:
    """10 % of 3,001.000 dinars are 300.100: 300.0001 and 0.0999 of the lines are cut,
    and the unit left is that of the larger remainder."""
    assert document(story.first, customer)["tax_amount"] == Decimal(tax)
    assert sorted(row["tax_amount"] for row in lines(story.first, customer)) == [Decimal(share) for share in shares]


def home_tax(night: Night, customer: str) -> Any:
    """What the snapshot of the one document that the night issues for this customer says in the seller's own
    currency."""
    (row,) = night.of("invoices_to_issue", customer_id=customer)
    return json.loads(row["snapshot"])["home_tax"]


def test_tax_in_another_currency_is_said_in_that_of_the_books_at_the_rate_of_the_day(story: Story) -> None:
    """9.99 francs at 187.55 of the last day before: 1,873.6; what is untaxed needs none.

    Half of it given back later, at that day's rate and not the new one.
    """
    said = home_tax(story.first, "swiss")
    assert said == {
        "currency": "JPY", "exchange_rate": "187.550000000000", "rate_source": "TTM", "rate_on": "2026-10-30",
        "taxes": [{"tax_code": "standard", "tax_rate": "10.000000", "tax_amount": "1873.0000"}],
    }  # fmt: skip
    returned = home_tax(story.second, "swiss")
    assert (returned["exchange_rate"], returned["taxes"][0]["tax_amount"]) == ("187.550000000000", "-937.0000")
    (row,) = [row for row in story.last.of("invoice_taxes", home_currency="JPY") if row["tax_amount"] > 0]
    assert (row["home_tax_amount"], row["exchange_rate_source"], str(row["exchange_rate_on"])) == (
        1873,
        "TTM",
        "2026-10-30",
    )


def test_a_document_without_a_rate_of_its_days_is_held_once_rates_are_delivered(story: Story) -> None:
    held = {
        row["customer_id"]: row["hold_reason"]
        for row in story.first.of("draft_invoices")
        if row["customer_id"] in ("swiss", "swede", "danish")
    }
    assert held == {"swiss": None, "swede": "no_exchange_rate", "danish": None}
    assert home_tax(story.first, "danish") is None


def test_a_partial_credit_follows_the_rate_and_the_last_one_returns_the_tax_that_stands(story: Story) -> None:
    assert document(story.second, "exclusive")["tax_amount"] == -33
    assert document(story.third, "exclusive")["tax_amount"] == -67


def test_a_credit_of_everything_gives_each_line_the_tax_that_it_was_given(story: Story) -> None:
    given, taken = (
        {row["fee_id"]: row["tax_amount"] for row in lines(night, "mirrored")} for night in (story.first, story.second)
    )
    assert sorted(given.values()) == [33, 33, 34]
    assert taken == {fee: -tax for fee, tax in given.items()}


def test_a_credit_goes_to_what_is_open_of_its_originals(story: Story) -> None:
    credit = document(story.third, "split")
    given = story.third.of("issue_allocations_to_record", payment_id=credit["document_id"])
    assert sorted(row["amount"] for row in given) == [550, 880]
    [settled] = [
        row for row in story.last.of("invoices", customer_id="split") if row["document_id"] == credit["document_id"]
    ]
    assert (settled["open_amount"], settled["status"]) == (0, "credited")


@pytest.mark.parametrize(("number", "due_date"), [(number, row[6]) for number, row in enumerate(worked("terms"))])
def test_terms_give_the_due_date_that_the_calendar_says(story: Story, number: int, due_date: str) -> None:
    found = document(story.last, f"golden{number}")
    assert (found["invoice_date"], found["due_date"]) == (
        date.fromisoformat(GOLDEN_TERMS[number][0]),
        date.fromisoformat(due_date),
    )


def test_a_document_late_for_its_closing_day_is_dated_by_the_night(story: Story) -> None:
    assert document(story.first, "plain")["invoice_date"] == date(2026, 10, 31)
    assert document(story.last, "later")["invoice_date"] == date(2027, 2, 2)


def test_numbers_run_on_without_a_gap_over_nights_and_years(story: Story) -> None:
    issued = [
        row["document_number"]
        for row in story.last.of("invoices", entity_id="main")
        if row["invoice_date"].year == 2026
    ]
    invoices = sorted(number for number in issued if number.startswith("INV"))
    assert invoices == [f"INV-2026-{count:06}" for count in range(1, len(invoices) + 1)]
    assert story.last.of("invoices_to_issue", entity_id="later")[0]["document_number"] == "L2027/01"
    assert story.last.of("invoices_to_issue", entity_id="us")[0]["document_number"] == "US0005"


def test_the_snapshot_says_who_sells_to_whom(story: Story) -> None:
    [row] = story.first.of("invoices_to_issue", customer_id="plain")
    said = json.loads(row["snapshot"])
    assert said["buyer"]["name"] == "Name of plain"
    assert said["seller"]["name_ja"] == "みなと"
    assert said["bank_accounts"] == [{"bank": "みなと銀行(0000)"}]
    assert said["payment_terms"]["ja"] == "月末締め翌月末払い"
    assert said["tax_kinds"] == {"standard": "standard"}


def test_the_trace_shows_segments_and_steps(story: Story) -> None:
    [row] = story.first.of("invoice_lines_to_issue", customer_id="plain")
    trace = json.loads(row["pricing_trace"])
    assert (trace["owed"], trace["billed_before"]) == ("12000.0000", "0.0000")
    assert [step["amount"] for segment in trace["segments"] for step in segment["steps"]] == ["12000.000000000000"]


def test_the_trace_shows_what_discounts_took_off_and_what_it_was_before(story: Story) -> None:
    [row] = story.first.of("invoice_lines_to_issue", customer_id="discounted")
    trace = json.loads(row["pricing_trace"])
    assert (Decimal(trace["before_discounts"]), Decimal(trace["owed"])) == (13000, 10000)
    assert (Decimal(trace["maximum"]), trace["minimum"]) == (Decimal("10000.5"), None)
    assert [(one["discount"], one["name_en"], Decimal(one["amount"])) for one in trace["discounts"]] == [
        ("welcome", "Welcome coupon", -2000),
        ("by_hand", None, -1000),
    ]


def test_an_issued_document_shows_what_is_paid_and_open(story: Story) -> None:
    status = {
        row["document_type"]: (row["paid_amount"], row["open_amount"], row["status"])
        for row in story.second_again.of("invoices", customer_id="void")
    }
    assert status == {"invoice": (0, 0, "credited"), "credit_note": (0, 0, "credited")}
    [waiting] = story.second.of("invoices", customer_id="plain")
    assert (waiting["paid_amount"], waiting["open_amount"], waiting["status"]) == (0, 13200, "open")


def test_lines_stand_by_their_kind_and_then_as_the_catalog_lists_the_fees(story: Story) -> None:
    found = sorted(lines(story.first, "ordered"), key=lambda line: line["line_no"])
    assert [line["fee_id"] for line in found] == ["zeta", "alpha", "calls", "least", "extra"]
