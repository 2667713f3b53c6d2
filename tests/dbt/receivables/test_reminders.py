"""Who is reminded, of what, at which step, and who is left alone; which mails go out."""

from __future__ import annotations

import json
from typing import Any

import pytest

Tables = dict[str, list[dict[str, Any]]]


def listed(first: Tables, customer: str) -> dict[str, Any] | None:
    return next((row for row in first["dunning_list"] if row["customer_id"] == customer), None)


def mails(first: Tables, purpose: str) -> dict[str, dict[str, Any]]:
    return {row["customer_id"]: row for row in first["mails_to_send"] if row["purpose"] == purpose}


def test_aging_counts_whole_days_past_due_on_the_business_day(first: Tables) -> None:
    row = next(row for row in first["receivables_aging"] if row["customer_id"] == "AGE")
    buckets = [
        int(row[name]) for name in ("current", "days_1_30", "days_31_60", "days_61_90", "days_91_120", "days_over_120")
    ]
    assert buckets == [1000, 1001 + 1030, 1031 + 1060, 1061 + 1090, 1091 + 1120, 1121]
    assert int(row["total"]) == sum(buckets)


def test_unused_money_and_credit_stand_beside_the_buckets(first: Tables) -> None:
    row = next(row for row in first["receivables_aging"] if row["customer_id"] == "RICH")
    assert (int(row["days_1_30"]), int(row["unapplied"]), int(row["total"])) == (5000, 5000, 0)


@pytest.mark.parametrize("customer", ["NEW", "OVERDUE", "BROKEN", "CLEAR", "BEFORE"])
def test_an_unpaid_invoice_is_reminded_with_the_first_step_however_late(first: Tables, customer: str) -> None:
    row = listed(first, customer)
    assert row is not None
    assert (row["step"], row["suppressed_reason"], row["action"]) == (1, None, "mail")


@pytest.mark.parametrize("customer", ["SOON", "DONE"])
def test_nobody_is_listed_before_the_day_or_after_the_last_step(first: Tables, customer: str) -> None:
    assert listed(first, customer) is None


@pytest.mark.parametrize(
    ("customer", "reason"),
    [
        ("DISPUTED", "disputed"), ("PROMISED", "promised"), ("TINY", "below_minimum"), ("SILENT", "no_address"),
        ("RICH", "money_waiting"),
        ("RECENT", "recently_reminded"), ("CLAIMED", "in_doubt"), ("DOUBT", "invoice_not_sent"),
        ("FAILED", "invoice_not_sent"),
        ("MAYBE", "payment_suggested"),
    ],
)  # fmt: skip
def test_who_is_not_reminded_and_why(first: Tables, customer: str, reason: str) -> None:
    row = listed(first, customer)
    assert row is not None
    assert row["suppressed_reason"] == reason
    assert customer not in mails(first, "reminder")


def test_the_second_step_follows_the_first(first: Tables) -> None:
    row = listed(first, "SECOND")
    assert row is not None
    assert (row["step"], row["suppressed_reason"]) == (2, None)


@pytest.mark.parametrize(("customer", "step"), [("LASTHEIR", 2), ("ELDER", 1), ("SOONOLD", 1)])
def test_reminders_go_on_at_their_step_with_whom_a_customer_was_merged_into(
    first: Tables, customer: str, step: int
) -> None:
    """ELDER's own invoice is the oldest, and nobody was reminded of it; SOONOLD is merged only later."""
    row = listed(first, customer)
    assert row is not None
    assert (row["step"], row["suppressed_reason"]) == (step, None)


def test_an_invoice_not_yet_mailed_goes_to_whom_a_customer_was_merged_into(first: Tables) -> None:
    assert mails(first, "invoice")["MOVEDTO"]["recipient"] == "MOVEDTO@example.jp"
    assert "MOVED" not in mails(first, "invoice")


def test_nobody_is_reminded_over_bank_files_that_did_not_come(first: Tables) -> None:
    missed = {
        row["entity_id"]: (row["source"], str(row["last_received_on"]), row["bank_days_missed"])
        for row in first["int_bank_files_missed"]
    }
    assert missed == {"far": ("bank_far", "2026-03-26", 3), "new": ("bank_new", "2026-03-02", 27)}
    for customer in ("FAR", "NEWBANK"):
        row = listed(first, customer)
        assert row is not None
        assert row["suppressed_reason"] == "bank_data_missing"


def test_a_reminder_of_an_older_debt_does_not_advance_a_new_one(first: Tables) -> None:
    row = listed(first, "LATER")
    assert row is not None
    assert row["step"] == 1


def test_a_disputed_invoice_is_left_out_of_what_is_asked_for(first: Tables) -> None:
    mail = mails(first, "reminder")["KEPT"]
    payload = json.loads(mail["payload"])
    assert payload["open_amount"] == "3000.0000"
    assert [invoice["document_number"] for invoice in payload["invoices"]] == ["INV-KEPT-2"]


def test_an_invoice_is_mailed_once_and_a_failed_mail_is_tried_again(first: Tables) -> None:
    due = mails(first, "invoice")
    assert "FAILED" in due
    assert not {"NEW", "DOUBT", "SILENT"} & set(due)
    states = {row["document_id"]: row["state"] for row in first["deliveries"] if row["purpose"] == "invoice"}
    assert {document: states[document] for document in ("NEW-1", "DOUBT-1", "FAILED-1")} == {
        "NEW-1": "accepted",
        "DOUBT-1": "in_doubt",
        "FAILED-1": "failed",
    }


def test_a_card_about_to_expire_is_announced(first: Tables) -> None:
    payload = json.loads(mails(first, "card_expiry")["NEW"]["payload"])
    assert (payload["card_last4"], payload["card_exp_month"], payload["card_exp_year"]) == ("4242", 4, 2026)


def asked(first: Tables, customer: str) -> list[tuple[str, str, int, int]]:
    """(seller, policy, overdue, asked) of a customer's rows."""
    rows = [row for row in first["dunning_list"] if row["customer_id"] == customer]
    return sorted(
        (row["entity_id"], row["policy"], int(row["overdue_amount"]), int(row["open_amount"])) for row in rows
    )


def test_money_in_hand_is_not_asked_for_again(first: Tables) -> None:
    assert asked(first, "NETTED") == [("main", "standard", 22000, 15400)]
    payload = json.loads(mails(first, "reminder")["NETTED"]["payload"])
    assert (payload["open_amount"], payload["received_amount"]) == ("15400.0000", "6600.0000")
    assert asked(first, "SISPART") == [("far", "gentle", 9000, 5000)]
    assert asked(first, "SISTER") == [("far", "gentle", 7000, 0)]


def test_a_reminder_asks_for_what_is_open_and_never_for_a_paid_or_a_void_invoice(first: Tables) -> None:
    assert asked(first, "REMAINS") == [("main", "standard", 8000, 8000)]
    payload = json.loads(mails(first, "reminder")["REMAINS"]["payload"])
    assert {row["document_number"]: row["open_amount"] for row in payload["invoices"]} == {
        "INV-REMAINS-3": "3000.0000",
        "INV-REMAINS-4": "5000.0000",
    }


def test_each_mail_comes_from_the_seller_it_is_about(first: Tables) -> None:
    reminders = [
        json.loads(row["payload"])["seller"]["entity_id"]
        for row in first["mails_to_send"]
        if row["purpose"] == "reminder" and row["customer_id"] == "MIXED"
    ]
    assert reminders == ["main"]  # far's bank file did not come
    assert json.loads(mails(first, "contract_ending")["MIXED"]["payload"])["seller"]["entity_id"] == "far"


def test_an_invoice_that_no_mail_server_accepted_is_not_asked_for(first: Tables) -> None:
    assert asked(first, "UNSENT") == [("main", "standard", 5000, 5000)]
    payload = json.loads(mails(first, "reminder")["UNSENT"]["payload"])
    assert [invoice["document_number"] for invoice in payload["invoices"]] == ["INV-UNSENT-2"]


def test_each_seller_asks_for_its_own_by_its_own_policy(first: Tables) -> None:
    assert asked(first, "MIXED") == [("far", "gentle", 6000, 6000), ("main", "standard", 5000, 5000)]
    assert asked(first, "TWOSELLERS") == [("far", "strict", 6000, 6000), ("main", "strict", 5000, 5000)]
