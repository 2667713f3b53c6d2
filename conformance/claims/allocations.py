"""Spreading an amount over lines."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal

from conformance.cases import Case, money_of
from conformance.claims.fees import recurring
from conformance.scene import START, NotClaimed, Scene, claims

_TRIES = 1000
RATE_PLACES = Decimal("0.000001")
# A line for every fee that has an amount; a fee without one has no part.
PARTS = (
    "select list(coalesce(part, 0) order by number) from (select unnest(range(1, {count} + 1)) as number) "
    "left join (select cast(substr(fee_id, 2) as bigint) as number, sum(tax_amount) as part from invoice_lines "
    "where contract_id = $contract and line_amount {side} 0 group by all) using (number)"
)


@claims("allocations", "allocate")
def allocate(case: Case) -> Scene:
    """What the platform spreads over lines is the tax of a document, by largest remainder: lines in proportion to the
    weights, and a tax rate that makes the total of them. A total below zero is the tax that a cancellation gives back.
    """
    scale = case.input["scale"]
    if scale not in ("0", "2", "3"):
        raise NotClaimed("money is rounded to the minor unit of a currency")
    given, weights = Decimal(case.input["total"]), [Decimal(weight) for weight in case.input["weights"]]
    total = abs(given)
    if min(weights) < 0 or not any(weights):
        raise NotClaimed("what is spread over lines is the tax of a document, over lines that have an amount")
    factor, rate = _lines_and_rate(total, weights, Decimal(1).scaleb(-int(scale)))
    percent = format(rate.normalize(), "f")
    fees = [recurring(format(weight * factor, "f"), tax=percent) for weight in weights]
    side, changes = (">", []) if given >= 0 else ("<", [{"effective_on": START, "kind": "cancel", "refund": "full"}])
    answers = {"parts": PARTS.format(count=len(weights), side=side)}
    return Scene(fees, answers, currency=money_of(case, scale), taxes={percent}, changes=changes)


def _lines_and_rate(total: Decimal, weights: list[Decimal], unit: Decimal) -> tuple[Decimal, Decimal]:
    """How often each weight is a line's amount, and the rate of at most 100 percent whose tax of all lines is the
    total."""
    whole = Decimal(1)
    while any(weight * whole % 1 for weight in weights):
        whole *= 10
    least = max((total / (sum(weights) * whole)).to_integral_value(ROUND_CEILING), Decimal(1))
    for times in range(1, _TRIES):
        factor = whole * least * times
        rate = (total * 100 / (sum(weights) * factor)).quantize(RATE_PLACES, rounding=ROUND_HALF_UP)
        if (sum(weights) * factor * rate / 100).quantize(unit, rounding=ROUND_HALF_UP) == total:
            return factor, rate
    raise NotClaimed("a rate of tax has six decimals")
