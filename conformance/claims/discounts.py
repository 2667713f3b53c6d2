"""Discounts and coupons."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from billing_jobs.currencies import minor_digits
from conformance.cases import Case, money_of
from conformance.claims.fees import recurring, usage, used
from conformance.scene import ROUNDED, START, NotClaimed, Scene, claims

TAKEN_OFF = "select coalesce(sum(unrounded_amount) - sum(owed_amount), 0) from charges where contract_id = $contract"
_ALL = 100
LINE_TOTALS = (
    "select list(owed_amount order by cast(substr(fee_id, 2) as integer)) from charges where contract_id = $contract"
)


def discount(coupon: dict[str, Any]) -> dict[str, Any]:
    """A coupon as a change of the contract from its first day on."""
    if coupon["type"] not in ("fixed", "percent"):
        raise NotClaimed("a discount is a percentage or an amount")
    column = {"fixed": "amount", "percent": "percent"}[coupon["type"]]
    left, value = coupon.get("left"), coupon["value"]
    if Decimal(value) < 0 or (column == "percent" and Decimal(value) > _ALL):
        raise NotClaimed("a discount takes something off, and at most all of it")
    if column == "amount" and left is not None:  # what earlier periods took off is gone
        value = str(min(Decimal(left), Decimal(value)))
    return {"effective_on": START, "kind": "discount", column: value}


def terms_of(coupons: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One of nothing takes nothing off, and is none."""
    return [term for term in map(discount, coupons) if Decimal(term.get("amount") or term.get("percent") or 0)]


@claims("discounts", "coupon")
def coupon(case: Case) -> Scene:
    if case.input["type"] == "percent" and _is_tied(case):
        raise NotClaimed("a discount is part of the charge, and the charge is rounded once")
    return Scene(
        [recurring(case.input["base"])],
        {"discount": TAKEN_OFF, "net": ROUNDED},
        currency=money_of(case),
        terms=terms_of([case.input]),
    )


def _is_tied(case: Case) -> bool:
    """Whether half a minor unit is taken off: then the discount and what is left cannot both be rounded up."""
    halves = (
        Decimal(case.input["base"]) * Decimal(case.input["value"]) / _ALL * 10 ** minor_digits()[money_of(case)] * 2
    )
    return halves % 2 == 1


@claims("discounts", "coupons_in_sequence")
def coupons_in_sequence(case: Case) -> Scene:
    kinds = [one["type"] for one in case.input["coupons"]]
    if kinds != sorted(kinds, reverse=True):
        raise NotClaimed("percentages act first, then fixed amounts")
    terms = terms_of(case.input["coupons"])
    return Scene(
        [recurring(case.input["base"])], {"discount": TAKEN_OFF, "net": ROUNDED}, currency=money_of(case), terms=terms
    )


@claims("discounts", "line_discounts")
def line_discounts(case: Case) -> Scene:
    """Every line a fee of its own, with a discount of its own."""
    lines = case.input["lines"]
    fees = [
        usage("per_unit", meter=f"m{number}", unit_price=Decimal(line["unit_price"]))
        for number, line in enumerate(lines, 1)
    ]
    meters = [
        {"meter": f"m{number}", "aggregation": "sum", "field": f"line{number}"} for number, _ in enumerate(lines, 1)
    ]
    events = [
        event
        for number, line in enumerate(lines, 1)
        for event in used(line["quantity"], **{f"line{number}": line["quantity"]})
    ]
    terms = [
        {
            "effective_on": START,
            "kind": "discount",
            column: line[word],
            "plan_id": f"P-{case.id}",
            "fee_id": f"f{number}",
        }
        for number, line in enumerate(lines, 1)
        for word, column in (("discount_percent", "percent"), ("discount_amount", "amount"))
        if Decimal(line.get(word) or 0)
    ]
    return Scene(
        fees,
        {"line_totals": LINE_TOTALS, "total": ROUNDED},
        currency=money_of(case),
        meters=meters,
        events=events,
        terms=terms,
    )


@claims("discounts", "progressive_billing")
def progressive_billing(case: Case) -> Scene:
    raise NotClaimed("a period is billed once; there are no interim invoices of its usage")
