"""When the difference of a charge that was billed before is billed: as its plan says, else its seller,
else by the length of its period."""

from __future__ import annotations

from datetime import date

import pytest

from tests.dbt.invoicing.adjustment_cases import CASES
from tests.dbt.invoicing.book import Night, Row
from tests.dbt.invoicing.conftest import MONTH_END, Story
from tests.dbt.invoicing.test_difference import document, lines

END_OF_NOVEMBER, NEXT_YEAR = date(2026, 11, 30), date(2027, 10, 1)


def difference(night: Night, customer: str) -> Row:
    [row] = night.of("charges", charge_id=f"{customer}-{CASES[customer][2]}-{customer}")
    return row


@pytest.mark.parametrize(
    ("customer", "bill_on", "line_state"),
    [
        ("raised", END_OF_NOVEMBER, "waiting"),
        ("lowered", END_OF_NOVEMBER, "waiting"),
        ("twentieth", date(2026, 11, 20), "waiting"),
        ("openended", END_OF_NOVEMBER, "waiting"),  # the payer has no closing day
        (
            "spoken",
            END_OF_NOVEMBER,
            "waiting",
        ),  # the seller's next_invoice is for what is billed each month or more often
        ("waiting", NEXT_YEAR, "waiting"),
        ("hasty", date(2026, 10, 1), "gathered"),
        ("hastyseller", date(2026, 11, 1), "gathered"),
        ("gathered", END_OF_NOVEMBER, "waiting"),
        ("gatherseller", END_OF_NOVEMBER, "waiting"),
        ("weekly", date(2026, 11, 2), "waiting"),
        (
            "metered",
            date(2026, 11, 1),
            "gathered",
        ),  # a fee by the month of a yearly plan: the contract's next day of billing
        ("quarterly", END_OF_NOVEMBER, "waiting"),
        ("oneoff", END_OF_NOVEMBER, "waiting"),  # its contract's next bill is a year away
        ("ended", date(2026, 11, 1), "gathered"),
    ],
)
def test_a_difference_is_billed_on_the_day_that_is_said(
    story: Story, customer: str, bill_on: date, line_state: str
) -> None:
    found = difference(story.second, customer)
    assert found["difference"] == CASES[customer][5] - CASES[customer][4]
    assert (found["bill_on"], found["line_state"]) == (bill_on, line_state)
    assert bool(story.second.of("draft_invoices", customer_id=customer)) == (line_state == "gathered")


def test_what_was_gathered_is_one_invoice_of_the_closing_day(story: Story) -> None:
    found = document(story.month_end, "raised")
    assert (found["document_type"], found["net_amount"], found["bill_on"], found["invoice_date"]) == (
        "invoice",
        5000,
        MONTH_END,
        MONTH_END,
    )
    assert document(story.month_end, "openended")["invoice_date"] == date(2026, 12, 1)


def test_less_of_a_year_is_a_credit_note_that_names_what_it_returns(story: Story) -> None:
    found, [line] = document(story.month_end, "lowered"), lines(story.month_end, "lowered")
    assert (found["document_type"], found["total_amount"], line["line_amount"]) == ("credit_note", -3300, -3000)
    assert line["original_line_id"] is not None


def test_a_closing_day_on_which_no_night_ran_is_caught_up(story: Story) -> None:
    """The night of 20 November was missed: the next one, at the end of the month, bills what it would have billed."""
    assert document(story.month_end, "twentieth")["bill_on"] == date(2026, 11, 20)


def test_what_waits_for_next_year_still_waits(story: Story) -> None:
    assert [difference(night, "waiting")["line_state"] for night in (story.second, story.month_end, story.last)] == [
        "waiting"
    ] * 3


def test_a_gathered_difference_that_was_held_keeps_its_document_until_it_is_approved(story: Story) -> None:
    held = document(story.month_end, "endless")
    [again] = story.last.of("draft_invoices", customer_id="endless", document_id=held["document_id"])
    assert (held["hold_reason"], held["bill_on"], held["net_amount"]) == (
        "above_correction_limit",
        MONTH_END,
        -2_000_000,
    )
    assert not story.month_end.of("invoices_to_issue", customer_id="endless")
    assert (again["content_hash"], again["hold_reason"]) == (held["content_hash"], None)
    [issued] = story.last.of("invoices_to_issue", document_id=held["document_id"])
    assert issued["total_amount"] == -2_200_000


def test_a_difference_that_comes_later_is_not_added_to_what_was_held(story: Story) -> None:
    """No night ran between November and February: it is billed by the first closing day after the last one."""
    [later] = [row for row in story.last.of("invoices_to_issue", customer_id="endless") if row["total_amount"] > 0]
    assert (later["net_amount"], later["bill_on"], later["invoice_date"]) == (
        1000,
        date(2026, 12, 31),
        date(2027, 2, 2),
    )


def test_late_first_bills_of_a_contract_are_lines_of_one_invoice_in_the_order_of_their_periods(story: Story) -> None:
    found, rows = document(story.first, "late"), lines(story.first, "late")
    assert (found["bill_on"], found["invoice_date"], found["total_amount"]) == (
        date(2026, 10, 31),
        date(2026, 10, 31),
        660,
    )
    assert [(row["period_from"], row["line_amount"]) for row in rows] == [
        (date(2026, 8, 1), 100),
        (date(2026, 9, 1), 200),
        (date(2026, 10, 1), 300),
    ]
