"""Which deposit pays which invoice: every rule of the ladder, and what must be left to a person."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.dbt.receivables.by_hand import Night

Tables = dict[str, list[dict[str, Any]]]


def proposed(first: Tables, begins: str) -> list[tuple[str, str, int, str]]:
    """(payment, document, amount, kind) of the allocations proposed to a customer's documents."""
    rows = [row for row in first["allocations_to_record"] if row["document_id"].startswith(f"{begins}-")]
    return sorted((row["payment_id"], row["document_id"], int(row["amount"]), row["kind"]) for row in rows)


def state(tables: Tables | Night, payment_id: str) -> tuple[str, int, int]:
    rows = tables.read("payments") if isinstance(tables, Night) else tables["payments"]
    row = next(row for row in rows if row["payment_id"] == payment_id)
    return row["state"], int(row["applied_amount"]), int(row["unapplied_amount"])


def test_one_deposit_pays_two_invoices(first: Tables, second: Night) -> None:
    assert proposed(first, "TWO") == [("TWO-p", "TWO-1", 3000, "cash"), ("TWO-p", "TWO-2", 2000, "cash")]
    assert state(second, "TWO-p") == ("applied", 5000, 0)


def test_an_invoice_paid_twice_leaves_the_second_deposit_unapplied(first: Tables, second: Night) -> None:
    assert proposed(first, "TWICE") == [("TWICE-p1", "TWICE-1", 1000, "cash")]
    assert state(second, "TWICE-p2") == ("unapplied", 0, 1000)


def test_a_payment_short_by_a_fee_that_we_bear_closes_the_invoice(first: Tables) -> None:
    assert proposed(first, "FEE") == [("FEE-p", "FEE-1", 440, "bank_fee"), ("FEE-p", "FEE-1", 9560, "cash")]


@pytest.mark.parametrize(("customer", "amount"), [("OWNFEE", 9560), ("BIGFEE", 9010), ("PART", 2500)])
def test_a_shortage_that_is_no_fee_of_ours_pays_the_only_open_invoice_in_part(
    first: Tables, customer: str, amount: int
) -> None:
    assert proposed(first, customer) == [(f"{customer}-p", f"{customer}-1", amount, "cash")]


def test_several_deposits_fill_the_only_open_invoice_and_what_is_over_stays_unapplied(
    first: Tables, second: Night
) -> None:
    assert proposed(first, "HALVES") == [
        ("HALVES-p1", "HALVES-1", 4000, "cash"),
        ("HALVES-p2", "HALVES-1", 4000, "cash"),
    ]
    assert proposed(first, "OVER") == [("OVER-p1", "OVER-1", 5000, "cash"), ("OVER-p2", "OVER-1", 3000, "cash")]
    assert state(second, "OVER-p2") == ("partly_applied", 3000, 100)


@pytest.mark.parametrize("customer", ["TWOOPEN", "EARLY", "ARGUED", "OTHERNO"])
def test_what_two_invoices_the_day_a_dispute_or_another_number_speak_against_is_left_to_a_person(
    first: Tables, customer: str
) -> None:
    assert proposed(first, customer) == []
    assert state(first, f"{customer}-p")[0] == "suggested"


def test_a_promise_takes_part_payments_and_of_equal_invoices_the_one_in_dispute_is_paid_last(first: Tables) -> None:
    assert proposed(first, "PROMISEDPART") == [("PROMISEDPART-p", "PROMISEDPART-1", 5000, "cash")]
    assert proposed(first, "ARGUEDEQUAL") == [("ARGUEDEQUAL-p", "ARGUEDEQUAL-2", 8000, "cash")]


def test_of_equal_invoices_the_oldest_is_paid_less_the_fee_and_unequal_ones_are_left_to_a_person(first: Tables) -> None:
    assert proposed(first, "FLAT") == [("FLAT-p1", "FLAT-1", 440, "bank_fee"), ("FLAT-p1", "FLAT-1", 12760, "cash")]
    assert proposed(first, "FLATTWO") == [
        ("FLATTWO-p1", "FLATTWO-1", 440, "bank_fee"), ("FLATTWO-p1", "FLATTWO-1", 12760, "cash"),
        ("FLATTWO-p2", "FLATTWO-2", 660, "bank_fee"), ("FLATTWO-p2", "FLATTWO-2", 12540, "cash"),
    ]  # fmt: skip
    assert proposed(first, "UNCLEAR") == []


def test_a_payer_is_known_by_the_customers_own_name_unless_two_share_it(first: Tables) -> None:
    assert proposed(first, "KANJI") == [("K-p", "KANJI-1", 6100, "cash")]
    assert [row["rule"] for row in first["allocations_to_record"] if row["document_id"] == "KANJI-1"] == ["name_amount"]
    assert proposed(first, "NAMEONE") == []
    assert proposed(first, "KANA") == []


@pytest.mark.parametrize("customer", ["SISTER", "SISPART", "SISREF", "SISSUM", "SISFEE"])
def test_money_on_one_sellers_account_never_pays_another_sellers_invoice_by_itself(
    first: Tables, customer: str
) -> None:
    assert proposed(first, customer) == []


def test_invoices_of_another_seller_neither_fill_a_sum_nor_make_an_invoice_one_of_several(first: Tables) -> None:
    """5,000 for 2,000 of this seller and 1,000 and 3,000 of another; 5,500 for 1,000 and 1,500 of this one and 3,000 of
    another."""
    assert proposed(first, "SISMIX") == [("SISMIX-p", "SISMIX-1", 2000, "cash")]
    assert proposed(first, "SISTOTAL") == []


def test_a_credit_of_one_seller_pays_no_invoice_of_another(first: Tables) -> None:
    assert proposed(first, "SISCREDIT") == []


def test_money_on_another_sellers_account_is_suggested(first: Tables) -> None:
    suggested = {
        (row["payment_id"], row["document_id"])
        for row in first["match_suggestions"]
        if row["confidence"] == Decimal("0.50")
    }
    once = {(f"{name}-p", f"{name}-1") for name in ("SISTER", "SISPART", "SISSUM", "SISFEE")}
    assert suggested == once | {("SISSUM-p", "SISSUM-2"), ("SHORTNO-p", "SHORTNO-1")}
    assert proposed(first, "BOTH") == [("BOTH-p", "BOTH-1", 4400, "cash")]


def test_an_account_is_found_by_equality(first: Tables) -> None:
    owners = {row["payment_id"]: row["entity_id"] for row in first["int_deposits_judged"]}
    assert (owners["BOTH-p"], owners["SHORTNO-p"], owners["OWNER-p"]) == ("main", "new", "new")
    assert proposed(first, "SHORTNO") == []


def test_one_movement_told_in_other_words_or_by_another_source_counts_once(first: Tables) -> None:
    repeated = {
        row["payment_id"]: (row["repeats_payment_id"], row["repeated_by"]) for row in first["payments_repeated"]
    }
    assert repeated == {
        "WORDS-1": ("WORDS-0", "bank_transaction_id"),
        "WORDS-4": ("WORDS-0", "other_source"),
        "PAIR-p2": ("PAIR-p0", "other_source"),
        "PAIR-p3": ("PAIR-p1", "other_source"),
    }
    assert not {row["payment_id"] for row in first["payments"]} & set(repeated)
    counted = {row["payment_id"] for row in first["payments"]}
    assert {"KEPTTWICE-p1", "KEPTTWICE-p2", "KEPTID-p1", "KEPTID-p2", "SAMEID-p1", "SAMEID-p2", "PAIR-p4"} <= counted


def test_a_fee_kept_from_the_sum_of_all_invoices_stands_on_the_youngest(first: Tables) -> None:
    assert proposed(first, "ALLFEE") == [
        ("ALLFEE-p", "ALLFEE-1", 1000, "cash"), ("ALLFEE-p", "ALLFEE-2", 2000, "cash"),
        ("ALLFEE-p", "ALLFEE-3", 660, "bank_fee"), ("ALLFEE-p", "ALLFEE-3", 2340, "cash"),
    ]  # fmt: skip


def test_a_second_equal_invoice_does_not_undo_a_match(first: Tables) -> None:
    assert proposed(first, "EQUAL") == []
    assert state(first, "EQUAL-p") == ("applied", 7000, 0)


def test_a_remitter_code_finds_the_customer_whatever_the_name(first: Tables) -> None:
    rows = [row for row in first["allocations_to_record"] if row["document_id"] == "CODE-1"]
    assert [(row["rule"], row["confidence"]) for row in rows] == [("remitter_code_amount", Decimal("1.00"))]


def test_an_invoice_number_in_the_text_is_enough_without_a_known_payer(first: Tables) -> None:
    assert proposed(first, "REF") == [("X-ref", "REF-1", 6000, "cash")]


def test_an_invoice_number_with_another_amount_pays_nothing_in_part(first: Tables) -> None:
    assert proposed(first, "REFPART") == []
    assert state(first, "X-refpart")[0] == "suggested"


def test_numbers_of_two_customers_say_nothing_of_the_payer(first: Tables) -> None:
    payers = {row["payment_id"]: row["customer_id"] for row in first["payments"]}
    assert (payers["X-refpart"], payers["X-numbers"]) == ("REFPART", None)
    assert proposed(first, "NUMBERONE") + proposed(first, "NUMBERTWO") == []


def test_an_invoice_number_counts_only_as_a_whole_word(first: Tables) -> None:
    assert proposed(first, "WORD") == []


@pytest.mark.parametrize("number", [101, 102, 103, 104])
def test_a_number_is_found_without_hyphens_cut_by_a_blank_or_full_width(first: Tables, number: int) -> None:
    assert proposed(first, f"WRITTEN{number}") == [(f"X-written{number}", f"WRITTEN{number}-1", number * 100, "cash")]


@pytest.mark.parametrize("number", [111, 112, 113])
def test_a_number_within_a_longer_one_of_figures_alone_or_of_two_documents_names_nobody(
    first: Tables, number: int
) -> None:
    assert proposed(first, f"WRITTEN{number}") == []


def test_a_name_that_two_customers_share_identifies_neither(first: Tables) -> None:
    assert proposed(first, "NAMESAKE") + proposed(first, "NAMEKIN") == []
    suggested = [row for row in first["match_suggestions"] if row["payment_id"] == "SHARED-p"]
    assert {row["document_id"] for row in suggested} == {"NAMESAKE-1", "NAMEKIN-1"}


def test_the_only_combination_with_the_sum_is_taken(first: Tables) -> None:
    assert proposed(first, "SUBSET") == [("SUBSET-p", "SUBSET-1", 1000, "cash"), ("SUBSET-p", "SUBSET-3", 4000, "cash")]


def test_several_combinations_with_the_sum_are_left_to_a_person(first: Tables) -> None:
    assert proposed(first, "MANY") == []
    assert state(first, "MANY-p")[0] == "suggested"


def test_exact_single_matches_come_before_combinations(first: Tables) -> None:
    assert proposed(first, "SINGLE") == [
        ("SINGLE-p1", "SINGLE-3", 3000, "cash"), ("SINGLE-p2", "SINGLE-1", 1000, "cash"),
        ("SINGLE-p2", "SINGLE-2", 2000, "cash"),
    ]  # fmt: skip


def test_money_of_another_currency_pays_nothing(first: Tables) -> None:
    assert proposed(first, "YEN") == []


def test_a_decision_applies_what_there_is_and_not_more(first: Tables) -> None:
    assert proposed(first, "DECIDE") == [("DECIDE-p", "DECIDE-1", 1000, "cash"), ("DECIDE-p", "DECIDE-2", 6000, "cash")]


def test_a_write_off_closes_what_it_says(first: Tables, second: Night) -> None:
    assert proposed(first, "LOSS") == [("", "LOSS-1", 1500, "write_off")]
    assert proposed(first, "LOSSMORE") == [("", "LOSSMORE-1", 2000, "write_off")]
    assert [int(row["open_amount"]) for row in second.read("int_open_items", "document_id = 'LOSS-1'")] == [500]


def test_a_decision_that_came_twice_acts_once_and_the_first_counts(first: Tables) -> None:
    assert proposed(first, "DTWICE") == [("", "DTWICE-1", 1000, "write_off")]
    aside = {
        row["document_id"]: row["set_aside_reason"]
        for row in first["int_open_invoices"]
        if row["customer_id"] == "DTWICE"
    }
    assert aside == {"DTWICE-1": None, "DTWICE-2": None, "DTWICE-3": "disputed"}


def test_a_decision_about_money_is_applied_or_refused_with_its_reason(first: Tables, second: Night) -> None:
    def states(rows: list[dict[str, object]]) -> dict[object, object]:
        return {row["decision_id"]: row["state"] for row in rows if str(row["decision_id"])[0] in "djx"}

    refused = {
        "x1": "refused_unknown", "x2": "refused_unknown", "x3": "refused_unknown", "x4": "refused_unknown",
        "x5": "refused_unknown",
        "x6": "refused_credit_note", "x7": "refused_currency", "x8": "refused_amount", "x9": "refused_currency",
        "x10": "refused_ambiguous",
        "x11": "refused_nothing_left", "x12": "refused_nothing_left",
    }  # fmt: skip
    judged = states(first["int_payment_decisions_judged"])
    assert judged == refused | dict.fromkeys(["d1", "d2", "d3", "d4", "j1", "j2"], "applied")
    assert states(second.read("int_payment_decisions_judged")) == judged
    assert [row for row in first["allocations_to_record"] if str(row["decision_id"]).startswith("x")] == []


def test_money_for_a_written_off_invoice_is_shown_as_recovered(first: Tables) -> None:
    suggested = [
        (row["document_number"], int(row["amount"]), row["reason"])
        for row in first["match_suggestions"]
        if row["payment_id"] == "RECOVER-p"
    ]
    assert suggested == [("INV-RECOVER-1", 2100, "payer known, the invoice was written off: money recovered")]
    assert proposed(first, "RECOVER") == []


def test_a_credit_pays_the_oldest_invoice_first(first: Tables, second: Night) -> None:
    assert proposed(first, "CREDIT") == [
        ("CREDIT-n", "CREDIT-1", 1000, "credit"),
        ("CREDIT-n", "CREDIT-2", 300, "credit"),
    ]
    opened = second.read("int_open_items", "customer_id = 'CREDIT'")
    assert [int(row["open_amount"]) for row in opened] == [0, 1700, 0]


def test_an_allocation_says_what_its_amount_comes_from(second: Night) -> None:
    found = second.read("allocations", "document_id in ('CREDIT-1', 'LOSS-1', 'DECIDE-1', 'BACK-1')")
    assert {(row["document_id"], row["source_type"], row["source_id"]) for row in found} == {
        ("CREDIT-1", "credit_note", "CREDIT-n"),
        ("LOSS-1", "decision", "d3"),
        ("DECIDE-1", "payment", "DECIDE-p"),
        ("BACK-1", "payment", "BACK-q"),
    }
    assert {row["meaning_ja"] for row in found if row["rule"] == "credit"} == {"顧客の返金書の残り、古い未払請求から"}


def test_a_reversal_undoes_its_deposit_and_reopens_the_invoice(first: Tables, second: Night) -> None:
    undone = [row for row in first["allocations_to_record"] if row["rule"] == "reversal"]
    assert [
        (row["payment_id"], row["document_id"], int(row["amount"]), row["reverses_allocation_id"]) for row in undone
    ] == [("BACK-q", "BACK-1", -3300, "BACK-a")]
    assert state(second, "BACK-q") == ("reversed", 0, 0)
    assert state(second, "BACK-r") == ("reversed", 0, 0)


def test_the_deposit_that_still_stands_pays_the_reopened_invoice_in_the_next_pass(second: Night) -> None:
    rows = [row for row in second.read("allocations_to_record") if row["document_id"] == "BACK-1"]
    assert [(row["payment_id"], int(row["amount"])) for row in rows] == [("BACK-p", 3300)]


def test_a_recorded_pass_leaves_nothing_but_reopened_invoices_to_propose(second: Night) -> None:
    assert {row["document_id"] for row in second.read("allocations_to_record")} == {"BACK-1"}


def test_the_checks_of_the_area_pass_on_both_nights(second: Night) -> None:
    assert second.failures("path:tests/receivables") == []
