"""Each row and guard under "What is owed": what a night proposes for one customer's charges."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from tests.dbt.invoicing.book import Night, Row
from tests.dbt.invoicing.cases import FINE
from tests.dbt.invoicing.conftest import FIRST, SECOND, Story


def document(night: Night, customer: str) -> Row:
    """The one document that the night would issue for this customer."""
    [row] = night.of("draft_invoices", customer_id=customer)
    return row


def lines(night: Night, customer: str) -> list[Row]:
    return sorted(night.of("draft_invoice_lines", customer_id=customer), key=lambda row: row["line_no"])


def charge(night: Night, charge_id: str) -> Row:
    [row] = night.of("charges", charge_id=charge_id)
    return row


def test_a_charge_never_billed_becomes_one_line(story: Story) -> None:
    invoice, [line] = document(story.first, "plain"), lines(story.first, "plain")
    assert (invoice["document_type"], invoice["net_amount"], invoice["tax_amount"]) == ("invoice", 12000, 1200)
    assert (line["kind"], line["reason"], line["original_line_id"]) == ("recurring", "charge", None)


def test_the_same_night_again_proposes_nothing(story: Story) -> None:
    assert {row["document_id"] for row in story.second.tables["invoices_to_issue"]}
    assert story.second_again.tables["invoices_to_issue"] == []
    assert story.second_again.tables["invoice_lines_to_issue"] == []
    assert story.second_again.tables["issue_allocations_to_record"] == []


def test_what_was_billed_as_it_computes_is_looked_at_no_more_and_still_told(story: Story) -> None:
    told = charge(story.second, "plain-base")
    assert not story.second.of("int_charges_to_reconcile", charge_id="plain-base")
    assert (told["owed_amount"], told["billed_amount"], told["difference"], told["line_state"]) == (
        12000,
        12000,
        0,
        "none",
    )
    assert (told["reason"], told["bill_on"], told["is_in_facts"]) == (
        "adjustment",
        charge(story.first, "plain-base")["bill_on"],
        True,
    )
    free = charge(story.second, "free-base")
    assert not story.second.of("int_charges_to_reconcile", charge_id="free-base")
    assert (free["owed_amount"], free["reason"], free["line_state"]) == (0, "charge", "none")


def test_every_charge_that_is_not_looked_at_was_billed_exactly_what_it_computes_to(story: Story) -> None:
    for night in (story.second, story.third, story.last):
        billed: dict[str, Decimal] = {}
        for line in night.tables["invoice_lines"]:
            billed[line["charge_id"]] = billed.get(line["charge_id"], Decimal(0)) + line["line_amount"]
        passed = {row["charge_id"]: row for row in night.tables["charges"] if row["fee_id"] != "credits"}
        for row in night.tables["int_charges_to_reconcile"]:
            passed.pop(row["charge_id"], None)
        assert passed
        assert {key: row["computed_amount"] for key, row in passed.items()} == {
            key: billed.get(key, Decimal(0)) for key in passed
        }


def test_what_the_facts_ask_no_more_is_credited_while_its_contract_and_fee_are_there(story: Story) -> None:
    """A contract cancelled from its first day: no fact is missing; the night gives back what was billed of it."""
    assert not story.second.of("int_billed_charges_without_facts")
    told = charge(story.second, "withdrawn-base")
    assert (told["owed_amount"], told["billed_amount"], told["difference"]) == (0, 9000, -9000)
    assert (told["is_in_facts"], told["bill_on"]) == (True, told["served_until"])
    note = document(story.second, "withdrawn")
    assert (note["document_type"], note["total_amount"]) == ("credit_note", -9900)


def test_an_upgrade_takes_back_the_old_plan_and_adds_the_new_one(story: Story) -> None:
    invoice = document(story.second, "upgrade")
    assert [(row["kind"], row["line_amount"]) for row in lines(story.second, "upgrade")] == [
        ("recurring", 26667),
        ("adjustment", -20000),
    ]
    assert (invoice["document_type"], invoice["net_amount"], invoice["tax_amount"], invoice["bill_on"]) == (
        "invoice",
        6667,
        666,
        date(2026, 11, 1),
    )


def test_a_void_returns_everything_and_frees_the_deposit(story: Story) -> None:
    [voided] = story.second.of("invoices", customer_id="void")
    credit, [line] = document(story.second, "void"), lines(story.second, "void")
    assert (credit["document_type"], credit["total_amount"], credit["voids_document_id"]) == (
        "credit_note",
        -13200,
        voided["document_id"],
    )
    assert (line["reason"], line["line_amount"], line["tax_amount"]) == ("void", -12000, -1200)
    rows = story.second.of("issue_allocations_to_record", document_id=voided["document_id"])
    assert sorted((row["kind"], row["payment_id"], row["amount"]) for row in rows) == [
        ("cash", "deposit-1", -13200),
        ("credit", credit["document_id"], 13200),
    ]
    assert {row["reverses_allocation_id"] for row in rows} == {"paid-void", None}
    assert {row["decision_id"] for row in rows} == {"decision-2"}


def test_a_voided_key_rests_for_the_night_and_is_billed_anew_in_the_next(story: Story) -> None:
    assert charge(story.second_again, "void-base")["line_state"] == "voided"
    assert not story.second_again.of("draft_invoices", customer_id="void")
    invoice, [line] = document(story.third, "void"), lines(story.third, "void")
    assert (invoice["document_type"], invoice["group_seq"], invoice["total_amount"]) == ("invoice", 1, 13200)
    assert (line["kind"], line["reason"]) == ("recurring", "charge")


def test_a_correction_holds_until_the_computed_price_falls_below_it(story: Story) -> None:
    found = [
        charge(night, "corrected-base")["owed_amount"] for night in (story.first, story.second, story.third, story.last)
    ]
    assert found == [100, 80, 70, 80]
    assert [document(night, "corrected")["total_amount"] for night in (story.second, story.third, story.last)] == [
        -22,
        -11,
        11,
    ]


def test_goodwill_adds_up_and_what_the_cap_holds_back_is_reported(story: Story) -> None:
    assert charge(story.second, "goodwill-base")["owed_amount"] == 0
    found = [
        (row["amount"], row["state"], row["held_back_amount"])
        for row in story.second.of("decisions", kind="goodwill", currency=None)
    ]
    assert sorted(found) == [(30, "applied", 0), (90, "applied", 20)]


def test_a_waived_charge_is_billed_again_after_its_release(story: Story) -> None:
    assert document(story.second, "waived")["total_amount"] == -5500
    assert document(story.third, "waived")["total_amount"] == 5500
    assert story.third.of("decisions", kind="waive", charge_id="waived-base")[0]["state"] == "released"


def test_a_decision_that_fits_two_charges_or_none_is_refused_and_reported(story: Story) -> None:
    states = {row["decision_id"]: row["state"] for row in story.second.tables["decisions"]}
    assert states["decision-8"] == "refused_ambiguous"
    assert states["decision-9"] == "refused_unknown"
    assert states["decision-10"] == "refused_currency"
    assert states["decision-11"] == "refused_unknown"
    assert not story.second.of("draft_invoices", customer_id="inclusive")
    assert charge(story.second, "plain-base")["difference"] == 0


def test_a_decision_is_compared_in_the_day_of_the_contract(story: Story) -> None:
    (state,) = {row["state"] for row in story.second.tables["decisions"] if row["contract_id"] == "overnight"}
    assert not state.startswith("refused")
    assert charge(story.second, "overnight-base")["owed_amount"] == 0


def test_a_credit_names_the_newest_original_first_and_is_split(story: Story) -> None:
    issued = {row["line_id"]: row["line_amount"] for row in story.third.of("invoice_lines", customer_id="split")}
    pieces = [(issued[row["original_line_id"]], row["line_amount"]) for row in lines(story.third, "split")]
    assert sorted(pieces) == [(500, -500), (1000, -800)]


def test_a_change_of_payer_credits_the_old_key_and_bills_the_new_one(story: Story) -> None:
    assert (document(story.second, "payer")["net_amount"], document(story.second, "newpayer")["net_amount"]) == (
        -900,
        900,
    )


def test_a_held_document_keeps_its_key_until_it_is_released(story: Story) -> None:
    nights = (story.first, story.second, story.second_again, story.third)
    held = [row for night in nights for row in night.of("draft_invoices", customer_id="held", bill_on=FIRST)]
    assert len({row["document_id"] for row in held}) == 1
    assert [row["hold_reason"] for row in held] == ["held_by_decision"] * 3 + [None]
    assert not story.first.of("invoices_to_issue", customer_id="held")
    assert story.third.of("invoices_to_issue", customer_id="held")


def test_what_comes_late_for_a_held_document_goes_onto_it(story: Story) -> None:
    """October is held when its usage of 40 comes. Fees of the next day of billing make a document of their own."""
    nights = (story.first, story.second, story.third)
    asked = [
        [row["net_amount"] for row in night.of("draft_invoices", customer_id="held", bill_on=FIRST)] for night in nights
    ]
    assert asked == [[700], [740], [740]]
    [next_one] = story.second.of("invoices_to_issue", customer_id="held")
    assert (next_one["net_amount"], next_one["bill_on"]) == (5, SECOND)


def test_corrections_above_the_limit_wait_for_an_approval_of_their_content(story: Story) -> None:
    assert document(story.second, "large")["hold_reason"] == "above_correction_limit"
    # A currency of its own limit; and one without, whose limit has as many smallest units as the seller's: 10,000.00 of
    # a million yen.
    assert (
        document(story.second, "euros")["hold_reason"]
        == document(story.second, "australia")["hold_reason"]
        == "above_correction_limit"
    )
    assert not story.second_again.of("invoices_to_issue", customer_id="large")
    assert document(story.third, "large")["document_id"] == document(story.second, "large")["document_id"]
    assert story.third.of("invoices_to_issue", customer_id="large")[0]["total_amount"] == -2_200_000


def test_a_limit_holds_to_the_last_digit_of_a_currency_with_three_or_four(story: Story) -> None:
    """A million yen are 1,000.000 dinars and 100.0000 units of CLF: a correction of just that goes out,
    one minor unit more waits."""
    reasons = {name: document(story.second, name)["hold_reason"] for name in FINE}
    assert reasons == {
        "kuwait": None,
        "basra": "above_correction_limit",
        "chile": None,
        "arica": "above_correction_limit",
    }
    assert document(story.second, "kuwait")["net_amount"] == Decimal("-1000.000")
    assert document(story.second, "chile")["net_amount"] == Decimal("-100.0000")


def test_beyond_the_horizon_a_billed_key_owes_what_was_billed_unless_something_names_it(story: Story) -> None:
    found = {name: charge(story.second, f"{name}-fee") for name in ("horizon", "named", "cancelled")}
    assert {name: row["owed_amount"] for name, row in found.items()} == {
        "horizon": 1000,
        "named": 300,
        "cancelled": 400,
    }
    assert found["horizon"]["is_beyond_horizon"]


def test_the_minimum_of_a_period_without_usage_is_named_by_its_parts(story: Story) -> None:
    assert [charge(night, "unused-calls")["owed_amount"] for night in (story.second, story.third)] == [323, 291]


def test_periods_before_the_beginning_owe_nothing(story: Story) -> None:
    found = charge(story.first, "early-base")
    assert (found["owed_amount"], found["line_state"]) == (0, "none")


def test_a_period_whose_service_began_here_is_owed_however_far_back_it_nominally_begins(story: Story) -> None:
    found = charge(story.first, "stub-base")
    assert (found["owed_amount"], found["line_state"]) == (500, "gathered")


def test_what_is_not_due_waits_and_what_is_free_makes_no_line(story: Story) -> None:
    assert charge(story.first, "undue-base")["line_state"] == "not_due"
    assert not [row for row in story.first.tables["draft_invoices"] if row["customer_id"] in ("undue", "free")]


def test_an_adjustment_waits_for_the_next_day_of_billing(story: Story) -> None:
    found = charge(story.second, "later-base")
    assert (found["difference"], found["bill_on"], found["line_state"]) == (500, date(2026, 11, 30), "waiting")


def test_a_billed_contract_that_vanished_from_the_facts_stops_the_night(story: Story) -> None:
    assert story.vanished.failures == ["assert_every_billed_charge_is_known"]
    [missing] = story.vanished.tables["int_billed_charges_without_facts"]
    assert (missing["missing_fact"], missing["contract_id"], missing["billed_amount"]) == ("contract", "plain", 12000)


def test_yen_and_dollars_go_on_their_own_documents_with_their_own_digits(story: Story) -> None:
    assert {row["currency"] for row in story.first.of("draft_invoices", entity_id="us")} == {"USD"}
    assert charge(story.second, "corrected-base")["owed_amount"] == Decimal("80.00")


def test_every_check_passes_in_the_nights_that_have_no_fault(story: Story) -> None:
    assert [night.failures for night in (story.second_again, story.last)] == [[], []]
