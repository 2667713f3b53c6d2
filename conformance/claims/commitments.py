"""Minimums, maximums and what is committed."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from conformance.cases import Case, money_of
from conformance.claims.calendar import as_interval, of_days
from conformance.claims.fees import BILLED_LATER, UNITS, recurring, usage, used
from conformance.claims.proration import part_of
from conformance.compare import Places
from conformance.scene import EXACT, ROUNDED, NotClaimed, Scene, claims, mode_of

MISSING = (
    "select coalesce(sum(owed_amount) - sum(unrounded_amount), 0) from charges where contract_id = $contract "
    "and kind = 'usage'"
)


def part(given: dict[str, Any]) -> dict[str, Any]:
    """A period of so many days, of which the contract is there for the first ones."""
    whole, days = int(given["full_days"]), int(given["days"])
    begin, end = of_days(whole)
    if not 0 < days <= whole:
        raise NotClaimed("a part lies in its period")
    return {"interval": as_interval(begin, end), "starts": str(begin), "ends": str(begin + timedelta(days))}


def metered(
    case: Case, fees: list[dict[str, Any]], answers: dict[str, str], quantity: str, days: dict[str, Any], **more: Any
) -> Scene:
    """A quantity on the first day of a part of a period."""
    stretch = part(days)
    events = used(quantity, at=f"{stretch['starts']}T12:00:00Z")
    mode = mode_of(case.said("round", "rounding", "mode"))
    return Scene(
        fees,
        answers,
        currency=money_of(case, case.said("scale")),
        rounding=mode,
        meters=[UNITS],
        events=events,
        **stretch,
        **more,
    )


@claims("commitments", "prorated_commitment")
def prorated_commitment(case: Case) -> Scene:
    """A minimum without use is owed by the days served."""
    fee = usage("per_unit", unit_price=Decimal(1), minimum=Decimal(case.input["commitment"]))
    return metered(case, [fee], {"amount": ROUNDED}, "0", case.input)


@claims("commitments", "charge_minimum")
def charge_minimum(case: Case) -> Scene:
    fee = usage("per_unit", unit_price=Decimal(1), minimum=Decimal(case.input["minimum"]))
    return metered(case, [fee], {"true_up": MISSING, "amount": ROUNDED}, case.input["used"], case.input)


@claims("commitments", "coefficient")
def coefficient(case: Case) -> Scene:
    given = case.input
    begin, end = (date.fromisoformat(given["full_period"][side]) for side in ("from", "to_exclusive"))
    scene = part_of(begin, end, *(date.fromisoformat(given[side]) for side in ("from", "to_exclusive")), "1")
    scene.answers, scene.places = {"coefficient": EXACT}, Places(12)
    return scene


@claims("commitments", "spend_limits")
def spend_limits(case: Case) -> Scene:
    """Usage that was billed, then more of it in the same period: the later line is what the limits leave.

    What is missing from a minimum is a charge of its own at the end of the period, beside a fee for what was billed
    before and one for the line.
    """
    given = case.input
    before, line = Decimal(given["billed_before"]), given["price_of_line"]
    limits = {name: Decimal(given[name]) for name in ("minimum", "maximum") if given.get(name) is not None}
    tops_up = limits.get("minimum", Decimal(0)) > before
    if not given["is_last_line"] and tops_up and limits["minimum"] > before + Decimal(line):
        raise NotClaimed("a period is charged as a whole at its end; there is no line before the last one")
    if before and tops_up:
        return _topped_up(case, limits)
    fee = usage("per_unit", unit_price=Decimal(1), **limits)
    answer = BILLED_LATER if before else ROUNDED
    first, later = (used(given["billed_before"]), used(line)) if before else (used(line), [])
    return Scene([fee], {"amount": answer}, currency=money_of(case), meters=[UNITS], events=first, later_events=later)


def _topped_up(case: Case, limits: dict[str, Decimal]) -> Scene:
    given = case.input
    if limits.get("maximum", Decimal(given["billed_before"]) + Decimal(given["price_of_line"])) < Decimal(
        given["billed_before"]
    ) + Decimal(given["price_of_line"]):
        raise NotClaimed("a maximum is of one fee, a minimum of one or of all together")
    fees = [recurring(given["billed_before"]), recurring(given["price_of_line"], timing="arrears")]
    fees.append({**recurring(str(limits["minimum"]), timing="arrears"), "kind": "minimum"})
    answer = "select coalesce(sum(line_amount), 0) from invoice_lines where contract_id = $contract and fee_id <> 'f1'"
    return Scene(fees, {"amount": answer}, currency=money_of(case))


@claims("commitments", "charge_minimum_invoice")
def charge_minimum_invoice(case: Case) -> Scene:
    given = case.input
    lines = given.get("lines") or []
    stretches = [*lines, *([given] if "days" in given else [])]
    if "credit" in given or len({(line["days"], line["full_days"]) for line in stretches}) != 1:
        raise NotClaimed("the fees of a plan share its period; what is credited stands on a document of its own")
    percent = given["tax_percent"]
    fees = [recurring(line["amount"], tax=percent) for line in lines]
    if "minimum" in given:
        fees.append(usage("per_unit", tax=percent, unit_price=Decimal(1), minimum=Decimal(given["minimum"])))
    sums = {"fees": "net_amount", "tax": "tax_amount", "total": "total_amount"}
    answers = {
        name: f"select coalesce(sum({column}), 0) from invoices where customer_id = $customer"
        for name, column in sums.items()
    } | {"true_up": MISSING}
    return metered(case, fees, answers, given.get("used") or "0", stretches[0], taxes={percent})


@claims("commitments", "true_up")
def true_up(case: Case) -> Scene:
    """A minimum of the contract: what its other fees lack.

    A fee that the days do not shorten is owed as usage is, whole.
    """
    given = case.input
    fees = [
        recurring(fee["amount"])
        if fee.get("prorate", True)
        else usage("per_unit", meter="units", unit_price=Decimal(fee["amount"]))
        for fee in given["fees"]
    ]
    if given["days"] != given["full_days"] and any(
        "advance" in fee["name"] and not fee["prorate"] for fee in given["fees"]
    ):
        raise NotClaimed("a fee is owed for the days served, however it is paid")
    fees.append({**recurring(given["commitment"], timing="arrears"), "kind": "minimum"})
    answer = (
        f"select coalesce(sum(owed_amount), 0) from charges where contract_id = $contract and fee_id = 'f{len(fees)}'"
    )
    return metered(case, fees, {"true_up": answer}, "1", given)


@claims("commitments", "spend_agreement")
def spend_agreement(case: Case) -> Scene:
    raise NotClaimed("a commitment is topped up at the end of its term; it is not billed beforehand")


@claims("commitments", "free_units")
def free_units(case: Case) -> Scene:
    """Units that were used a night before take the free ones first: at a price of one,
    the later line is what is left to pay."""
    given = case.input
    before, units = Decimal(given["used_before"]), given["units"]
    fee = {**usage("per_unit", unit_price=Decimal(1)), "allowance": Decimal(given["free_units"])}
    answer = BILLED_LATER if before else ROUNDED
    first, later = (used(given["used_before"]), used(units)) if before else (used(units), [])
    return Scene([fee], {"billable_units": answer}, currency="KWD", meters=[UNITS], events=first, later_events=later)


@claims("commitments", "hourly_commitment_purchase")
def hourly_commitment_purchase(case: Case) -> Scene:
    """One of something, bought for every hour of the term and paid at once: a level of one,
    integrated over the term."""
    given = case.input
    if Decimal(given["upfront_percent"]) != 100:
        raise NotClaimed("a price is one price; a part of it that is paid at once is a fee of its own")
    begin, end = (date.fromisoformat(given[side]) for side in ("from", "to_exclusive"))
    owed = "select coalesce(sum(owed_amount), 0) from charges where contract_id = $contract and fee_id {} 'f1'"
    return Scene(
        [usage("per_unit", unit_price=Decimal(given["per_hour"]))],
        {"upfront": owed.format("="), "per_hour": owed.format("<>")}, currency=money_of(case),
        interval=as_interval(begin, end), starts=str(begin), ends=str(end), events=used("1", at=f"{begin}T00:00:00Z"),
        meters=[{"meter": "units", "aggregation": "time_weighted_sum", "field": "quantity", "per": "hour",
                "reports": "level"}],
    )  # fmt: skip


@claims("commitments", "hourly_commitment")
def by_window(case: Case) -> Scene:
    raise NotClaimed("a commitment per hour or window is not offered: a fee prices the quantity of its period")
