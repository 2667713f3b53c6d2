"""What a customer owes, and what is asked of them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from conformance.cases import Case, money_of
from conformance.claims.calendar import as_interval
from conformance.claims.fees import recurring
from conformance.scene import NotClaimed, Scene, claims

OPEN = "select coalesce(sum(open_amount), 0) from invoices where customer_id = $customer"


def charged(case: Case, amounts: list[str], answers: dict[str, str], *, days: tuple[str, ...] = ("2026-01-31",)) -> Scene:
    """One-off charges of these amounts; a document a day."""
    charges: list[dict[str, Any]] = [
        {"charged_on": days[number % len(days)], "amount": amount, "tax_code": "t0"} for number, amount in enumerate(amounts) if float(amount)
    ]
    return Scene([recurring("0")], answers, currency=money_of(case), one_offs=charges)


def credited(case: Case, amount: str, cancel: dict[str, Any], **more: Any) -> Scene:
    """A fee that was billed for the whole period, then a cancellation: the figures of the credit note."""
    percent = case.input["tax_percent"]
    sums = {"net": "net_amount", "tax": "tax_amount", "total": "total_amount"}
    of_note = "select coalesce(-sum({}), 0) from invoices where customer_id = $customer and document_type = 'credit_note'"
    answers = {name: of_note.format(column) for name, column in sums.items()}
    changes = [{"kind": "cancel", **cancel}]
    return Scene([recurring(amount, tax=percent)], answers, currency=money_of(case, case.input.get("scale")), taxes={percent}, changes=changes, **more)


@claims("credit_notes", "termination_credit")
def termination_credit(case: Case) -> Scene:
    given = case.input
    if "already_credited_net" in given:
        raise NotClaimed("a goodwill stands beside what is owed; it does not shorten what a cancellation gives back")
    begin = date(2026, 1, 1)
    end = begin + timedelta(int(given["full_days"]))
    terms = [{"effective_on": str(begin), "kind": "discount", "amount": given["coupon"]}] if given.get("coupon") else []
    cancel = {"effective_on": str(end - timedelta(int(given["unused_days"])))}
    return credited(case, given["price"], cancel, terms=terms, interval=as_interval(begin, end), starts=str(begin), ends=str(end))


@claims("credit_notes", "credit_total")
def credit_total(case: Case) -> Scene:
    return credited(case, case.input["credited_net"], {"effective_on": "2026-01-16", "refund": "full"})


@claims("credit_notes", "partial_credit")
def partial_credit(case: Case) -> Scene:
    raise NotClaimed("the tax of a credit note is that of its own lines; the one that exhausts an invoice takes what is left of its tax")


@claims("credit_notes", "account_balance")
def account_balance(case: Case) -> Scene:
    if any(case.input.get(name) for name in ("payments", "refunds")):
        raise NotClaimed("money in hand stands beside what is open until a person or a rule puts it to a document; there is no balance of both")
    return charged(case, case.input["invoice_items"], {"account_balance": OPEN})


@claims("credit_notes", "parent_summary")
def parent_summary(case: Case) -> Scene:
    return charged(case, case.input["items"], {"amount": "select sum(total_amount) from invoices where customer_id = $customer"})


@claims("dunning", "unpaid_balance")
def unpaid_balance(case: Case) -> Scene:
    total = "select coalesce(sum(total), 0) from receivables_aging where customer_id = $customer"
    return charged(case, case.input["balances"], {"total": total}, days=("2026-01-31", "2026-02-28", "2026-03-31"))


@claims("dunning", "request_amount")
def request_amount(case: Case) -> Scene:
    wanted = "select sum(open_amount) from dunning_list where customer_id = $customer"
    scene = charged(case, case.input["overdue"], {"amount": wanted}, days=("2026-01-31", "2026-02-28", "2026-03-31"))
    scene.customer = {"payment_terms": "at_once", "email": "ap@example.com"}
    return scene
