"""What a customer owes, and what is asked of them."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from conformance.cases import Case, money_of
from conformance.claims.calendar import as_interval, of_days
from conformance.claims.fees import recurring
from conformance.scene import NotClaimed, Scene, claims, mode_of

OPEN = "select coalesce(sum(open_amount), 0) from invoices where customer_id = $customer"


def charged(
    case: Case, amounts: list[str], answers: dict[str, str], *, days: tuple[str, ...] = ("2026-01-31",)
) -> Scene:
    """One-off charges of these amounts; a document a day."""
    charges: list[dict[str, Any]] = [
        {"charged_on": days[number % len(days)], "amount": amount, "tax_code": "t0"}
        for number, amount in enumerate(amounts)
        if Decimal(amount)
    ]
    return Scene([recurring("0")], answers, currency=money_of(case), one_offs=charges)


def credited(case: Case, amount: str, cancel: dict[str, Any], **more: Any) -> Scene:
    """A fee that was billed for the whole period, then a cancellation: the figures of the credit note."""
    percent = case.input["tax_percent"]
    sums = {"net": "net_amount", "tax": "tax_amount", "total": "total_amount"}
    of_note = (
        "select coalesce(-sum({}), 0) from invoices where customer_id = $customer and document_type = 'credit_note'"
    )
    answers = {name: of_note.format(column) for name, column in sums.items()}
    changes = [{"kind": "cancel", **cancel}]
    return Scene(
        [recurring(amount, tax=percent)], answers, currency=money_of(case, case.input.get("scale")),
        rounding=mode_of(case.said("round", "rounding", "mode")), taxes={percent}, changes=changes, **more,
    )  # fmt: skip


@claims("credit_notes", "termination_credit")
def termination_credit(case: Case) -> Scene:
    given = case.input
    if "already_credited_net" in given:
        raise NotClaimed("a goodwill stands beside what is owed; it does not shorten what a cancellation gives back")
    begin, end = of_days(int(given["full_days"]))
    coupon = Decimal(given.get("coupon") or 0)
    if 0 < coupon < Decimal(given["price"]):
        raise NotClaimed("a fixed discount is taken whole from what is owed; fewer days do not shorten it")
    terms = [{"effective_on": str(begin), "kind": "discount", "amount": str(coupon)}] if coupon else []
    cancel = {"effective_on": str(end - timedelta(int(given["unused_days"])))}
    return credited(
        case, given["price"], cancel, terms=terms, interval=as_interval(begin, end), starts=str(begin), ends=str(end)
    )


@claims("credit_notes", "credit_total")
def credit_total(case: Case) -> Scene:
    return credited(case, case.input["credited_net"], {"effective_on": "2026-01-16", "refund": "full"})


@claims("credit_notes", "partial_credit")
def partial_credit(case: Case) -> Scene:
    raise NotClaimed(
        "the tax of a credit note is that of its own lines; the one that exhausts an invoice takes what is left of "
        "its tax"
    )


@claims("credit_notes", "account_balance")
def account_balance(case: Case) -> Scene:
    """What is open less the money in hand; money paid back is a movement out of the account."""
    scene = charged(
        case,
        case.input["invoice_items"],
        {"account_balance": "select coalesce(sum(total), 0) from receivables_aging where customer_id = $customer"},
    )
    scene.deposits = [{"amount": amount} for amount in case.input.get("payments") or []]
    scene.deposits += [
        {"amount": amount, "direction": "out", "is_reversal": "true"} for amount in case.input.get("refunds") or []
    ]
    return scene


@claims("credit_notes", "parent_summary")
def parent_summary(case: Case) -> Scene:
    return charged(
        case,
        case.input["items"],
        {"amount": "select coalesce(sum(total_amount), 0) from invoices where customer_id = $customer"},
    )


@claims("dunning", "unpaid_balance")
def unpaid_balance(case: Case) -> Scene:
    total = "select coalesce(sum(total), 0) from receivables_aging where customer_id = $customer"
    return charged(case, case.input["balances"], {"total": total}, days=("2026-01-31", "2026-02-28", "2026-03-31"))


@claims("dunning", "request_amount")
def request_amount(case: Case) -> Scene:
    wanted = "select coalesce(sum(open_amount), 0) from dunning_list where customer_id = $customer"
    scene = charged(case, case.input["overdue"], {"amount": wanted}, days=("2026-01-31", "2026-02-28", "2026-03-31"))
    scene.customer = {"payment_terms": "at_once", "email": "ap@example.com"}
    return scene


@claims("dunning", "eligibility")
def eligibility(case: Case) -> Scene:
    """A policy with a smallest open amount; a customer who is left out has one without steps.

    No mail is sent, so that the invoice was not is no reason here.
    """
    given = case.input
    known = {"overdue", "threshold", "excluded"}
    for word in given.keys() - known:
        raise KeyError(word)
    listed = (
        "select count(*) > 0 from dunning_list where customer_id = $customer "
        "and coalesce(suppressed_reason, 'invoice_not_sent') = 'invoice_not_sent'"
    )
    scene = charged(case, [given["overdue"]], {"dunned": listed})
    scene.currency = "JPY"
    scene.customer = {"payment_terms": "at_once", "email": "ap@example.com"}
    scene.dunning_policy = {
        "minimum_open_amount": Decimal(given.get("threshold") or 0),
        **({"steps": []} if given.get("excluded") else {}),
    }
    return scene


@claims("payments_matching", "apply_payment")
def apply_payment(case: Case) -> Scene:
    """What was paid in part was put there by a person, an offset is a credit by hand;
    the payment is matched by the customer's code and its amount."""
    given = case.input
    paid, offset = Decimal(given.get("already_paid") or 0), Decimal(given.get("credit_note_offset") or 0)
    if Decimal(given["payment"]) != Decimal(given["invoice_total"]) - paid - offset:
        raise NotClaimed(
            "a deposit that is not the sum of what is open pays the only open invoice of a known payer; with several "
            "open it waits for a person"
        )
    state = "select {} from invoices where customer_id = $customer and document_type = 'invoice'"
    answers = {
        "accepted": "select coalesce(sum(unapplied_amount) = 0, false) from payments where customer_id = $customer",
        "status": state.format("any_value(status)"),
        "remaining": state.format("sum(open_amount)"),
    }
    scene = Scene([recurring(given["invoice_total"])], answers, currency=money_of(case))
    payment = [{"amount": given["payment"]}]
    if not paid and not offset:
        scene.deposits = payment
        return scene
    scene.last_deposits = [{**payment[0], "booked_on": "2026-12-28"}]
    if offset:
        scope = {"contract_id": case.id, "plan_id": f"P-{case.id}", "fee_id": "f1", "period_from": scene.starts}
        scene.decisions = [{"kind": "goodwill", **scope, "amount": str(offset), "currency": scene.currency}]
    if paid:
        scene.deposits = [{"amount": str(paid)}]
        scene.decisions.append({"kind": "apply", "amount": str(paid), "currency": scene.currency, "pays": "first"})
    return scene
