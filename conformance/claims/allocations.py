"""Spreading an amount over lines."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from conformance.cases import Case, money_of
from conformance.claims.fees import recurring
from conformance.scene import NotClaimed, Scene, claims

PARTS = "select list(tax_amount order by line_no) from invoice_lines where contract_id = $contract"
RATE_PLACES = Decimal("0.000001")


@claims("allocations", "allocate")
def allocate(case: Case) -> Scene:
    """What the platform spreads over lines is the tax of a document, by largest remainder: lines in proportion to the weights, and a tax rate that
    makes the total of them."""
    if case.input["scale"] not in ("0", "2", "3"):
        raise NotClaimed("money is rounded to the minor unit of a currency")
    total, weights = Decimal(case.input["total"]), [Decimal(weight) for weight in case.input["weights"]]
    if total <= 0 or min(weights) <= 0:
        raise NotClaimed("what is spread over lines is the tax of a document, over lines that have an amount")
    factor = Decimal(1)
    while total > sum(weights) * factor or any(weight * factor % 1 for weight in weights):
        factor *= 10
    rate = (total * 100 / (sum(weights) * factor)).quantize(RATE_PLACES, rounding=ROUND_HALF_UP)
    percent = format(rate.normalize(), "f")
    fees = [recurring(format(weight * factor, "f"), tax=percent) for weight in weights]
    return Scene(fees, {"parts": PARTS}, currency=money_of(case, case.input["scale"]), taxes={percent})
