"""Minimums, maximums and what is committed."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from conformance.cases import Case, money_of
from conformance.claims.calendar import as_interval
from conformance.claims.fees import UNITS, recurring, usage, used
from conformance.scene import EXACT, ROUNDED, NotClaimed, Scene, claims

MISSING = "select coalesce(sum(owed_amount) - sum(unrounded_amount), 0) from charges where contract_id = $contract"


def part(whole_days: int, days: int) -> dict[str, Any]:
    """A period of so many days, of which the contract is there for the first ones."""
    begin = {365: date(2025, 1, 1), 366: date(2024, 1, 1)}.get(whole_days, date(2026, 1, 1))
    return {"interval": as_interval(begin, begin + timedelta(whole_days)), "starts": str(begin), "ends": str(begin + timedelta(days))}


@claims("commitments", "prorated_commitment")
def prorated_commitment(case: Case) -> Scene:
    """A minimum without use is owed by the days served."""
    given = case.input
    fee = usage("per_unit", unit_price=Decimal(1), minimum=Decimal(given["commitment"]))
    return Scene(
        [fee],
        {"amount": ROUNDED},
        currency=money_of(case, given.get("scale")),
        meters=[UNITS],
        events=used("0", at="2026-01-01T12:00:00Z"),
        **part(int(given["full_days"]), int(given["days"])),
    )


@claims("commitments", "charge_minimum")
def charge_minimum(case: Case) -> Scene:
    given = case.input
    fee = usage("per_unit", unit_price=Decimal(1), minimum=Decimal(given["minimum"]))
    events = used(given["used"], at="2026-01-01T12:00:00Z")
    return Scene(
        [fee], {"true_up": MISSING}, currency=money_of(case, given.get("scale")), meters=[UNITS], events=events, **part(int(given["full_days"]), int(given["days"]))
    )


@claims("commitments", "coefficient")
def coefficient(case: Case) -> Scene:
    given = case.input
    begin, end = (date.fromisoformat(given["full_period"][side]) for side in ("from", "to_exclusive"))
    begins, ends = date.fromisoformat(given["from"]), date.fromisoformat(given["to_exclusive"])
    if (begin.day, end.day) != (1, 1):
        raise NotClaimed("a part is a share of its own billing period")
    return Scene([recurring("1")], {"coefficient": EXACT}, interval=as_interval(begin, end), anchor="calendar", starts=str(begins), ends=str(ends), places=12)


@claims("commitments", "spend_limits")
def spend_limits(case: Case) -> Scene:
    """Usage that was billed, then more of it in the same period: the later line is what the limits leave."""
    given = case.input
    if not given["is_last_line"]:
        raise NotClaimed("a period is charged as a whole at its end; there is no line before the last one")
    version = {name: Decimal(given[name]) for name in ("minimum", "maximum") if given.get(name)}
    fee = usage("per_unit", unit_price=Decimal(1), **version)
    before, line = Decimal(given["billed_before"]), given["price_of_line"]
    answer = f"select coalesce(sum(line_amount), 0) from invoice_lines where contract_id = $contract and reason = '{'adjustment' if before else 'charge'}'"
    first, later = (used(given["billed_before"]), used(line)) if before else (used(line), [])
    return Scene([fee], {"amount": answer}, currency=money_of(case), meters=[UNITS], events=first, later_events=later)


@claims("commitments", "charge_minimum_invoice")
def charge_minimum_invoice(case: Case) -> Scene:
    given = case.input
    if "credit" in given or len({(line["days"], line["full_days"]) for line in given.get("lines", [given])}) != 1:
        raise NotClaimed("the fees of a plan share its period; what is credited stands on a document of its own")
    percent, stretch = given["tax_percent"], given.get("lines", [given])[0]
    fees = [recurring(line["amount"], tax=percent) for line in given.get("lines", [])]
    if "minimum" in given:
        fees.append(usage("per_unit", tax=percent, unit_price=Decimal(1), minimum=Decimal(given["minimum"])))
    sums = {"fees": "net_amount", "tax": "tax_amount", "total": "total_amount"}
    answers = {name: f"select coalesce(sum({column}), 0) from invoices where customer_id = $customer" for name, column in sums.items()} | {"true_up": MISSING}
    return Scene(
        fees, answers, currency=money_of(case, given.get("scale")), meters=[UNITS], taxes={percent},
        events=used(given.get("used") or "0", at="2026-01-01T12:00:00Z"), **part(int(stretch["full_days"]), int(stretch["days"])),
    )  # fmt: skip


@claims("commitments", "true_up")
def true_up(case: Case) -> Scene:
    """A minimum of the contract: what its other fees lack."""
    given, is_part = case.input, case.input["days"] != case.input["full_days"]
    if is_part and not all(fee["prorate"] for fee in given["fees"]):
        raise NotClaimed("a fee is owed for the days served, however it is paid")
    fees = [recurring(fee["amount"]) for fee in given["fees"]]
    fees.append({**recurring(given["commitment"], timing="arrears"), "kind": "minimum"})
    answer = f"select coalesce(sum(owed_amount), 0) from charges where contract_id = $contract and fee_id = 'f{len(fees)}'"
    return Scene(fees, {"true_up": answer}, currency=money_of(case, given.get("scale")), **part(int(given["full_days"]), int(given["days"])))


@claims("commitments", "spend_agreement")
def spend_agreement(case: Case) -> Scene:
    raise NotClaimed("a commitment is topped up at the end of its term; it is not billed beforehand")


@claims("commitments", "free_units")
def free_units(case: Case) -> Scene:
    raise NotClaimed("free units are the first tier of the period's whole quantity, not of one line")


@claims("commitments", "hourly_commitment_purchase")
def hourly_commitment_purchase(case: Case) -> Scene:
    """One of something, bought for every hour of the term and paid at once: a level of one, integrated over the term."""
    given = case.input
    if Decimal(given["upfront_percent"]) != 100:
        raise NotClaimed("a price is one price; a part of it that is paid at once is a fee of its own")
    begin, end = (date.fromisoformat(given[side]) for side in ("from", "to_exclusive"))
    owed = "select coalesce(sum(owed_amount), 0) from charges where contract_id = $contract and fee_id {} 'f1'"
    return Scene(
        [usage("per_unit", unit_price=Decimal(given["per_hour"]))], {"upfront": owed.format("="), "per_hour": owed.format("<>")}, currency=money_of(case),
        interval=as_interval(begin, end), starts=str(begin), ends=str(end), events=used("1", at=f"{begin}T00:00:00Z"),
        meters=[{"meter": "units", "aggregation": "time_weighted_sum", "field": "quantity", "per": "hour", "reports": "level"}],
    )  # fmt: skip


@claims("commitments", "window_commitment", "hourly_commitment")
def by_window(case: Case) -> Scene:
    raise NotClaimed("a commitment per hour or window is not offered: a fee prices the quantity of its period")
