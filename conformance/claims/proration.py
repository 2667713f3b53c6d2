"""Parts of a period, and changes inside it."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from conformance.cases import Case, money_of
from conformance.claims.calendar import as_interval, local, months_after, named_interval, of_days
from conformance.claims.fees import recurring
from conformance.claims.periods import set_day
from conformance.compare import Places
from conformance.scene import EXACT, ROUNDED, NotClaimed, Scene, claims, mode_of, one_of

_SECONDS = 24 * 60 * 60
DAYS = "select sum(date_diff('day', served_from, served_until)) from billing_periods where contract_id = $contract"


def seat(price: str) -> dict[str, Any]:
    fee = recurring(price)
    return {**fee, "model": "per_unit", "versions": [{"from": "1990-01-01", "unit_price": Decimal(price)}]}


def part_of(full_from: date, full_until: date, part_from: date, part_until: date, price: str) -> Scene:
    """A contract over the whole period whose one seat is there on the days of the part only."""
    if not full_from <= part_from <= part_until <= full_until:
        raise NotClaimed("a part lies in its period")
    changes, quantity = [], "0" if part_from > full_from or part_from == part_until else "1"
    if full_from < part_from < part_until:
        changes.append({"effective_on": str(part_from), "kind": "change_quantity", "quantity": "1"})
    if part_from < part_until < full_until:
        changes.append({"effective_on": str(part_until), "kind": "change_quantity", "quantity": "0"})
    return Scene(
        [seat(price)],
        {},
        interval=as_interval(full_from, full_until),
        starts=str(full_from),
        ends=str(full_until),
        contract={"quantity": quantity},
        changes=changes,
    )


def days_of(case: Case) -> tuple[date, date, date, date]:
    """The whole period and its part; where only numbers of days are given, a period of so many days."""
    given = case.input
    if "part_days" in given:
        begin, end = of_days(int(given["full_days"]))
        return begin, end, begin, begin + timedelta(int(given["part_days"]))
    part_from, part_until = (date.fromisoformat(given["part"][side]) for side in ("from", "to_exclusive"))
    if "full_days" in given:
        raise NotClaimed("a part is a share of its own billing period, not of another number of days")
    return *(date.fromisoformat(given["full_period"][side]) for side in ("from", "to_exclusive")), part_from, part_until


def rest_of(case: Case) -> tuple[date, date, date]:
    """A period and the day of a change in it: the part is what is left of the period then."""
    given = case.input
    if "part_days" in given:
        begin, end = of_days(int(given["full_days"]))
        return begin, end, end - timedelta(int(given["part_days"]))
    begin, end = (date.fromisoformat(given["full_period"][side]) for side in ("from", "to_exclusive"))
    days = {date.fromisoformat(given[word]) for word in ("part_from", "change_date") if given.get(word)}
    if len(days) != 1:
        raise NotClaimed("a change acts on the day that is its own")
    return begin, end, days.pop()


@claims("proration", "amount_by_days", "edge")
def amount_by_days(case: Case) -> Scene:
    if "units" in case.input:
        raise NotClaimed("the amount is prorated and rounded once, not the units before it")
    scene = part_of(*days_of(case), case.input["price"])
    scene.currency = money_of(case, case.input.get("scale"))
    scene.rounding = mode_of(case.input.get("rounding"))
    sign = "-" if case.expected["amount"].startswith("-") else ""  # the same days, charged or given back
    scene.answers = {"amount": ROUNDED.replace("sum(", f"{sign}sum(")}
    return scene


@claims("proration", "amount_by_seconds")
def by_seconds(case: Case) -> Scene:
    """Seconds of whole days are days."""
    part, whole = (Decimal(case.input[word]) for word in ("part_seconds", "full_seconds"))
    if part % _SECONDS or whole % _SECONDS or not whole:
        raise NotClaimed("parts of a period are counted in whole days")
    case.input.get("truncate_to_seconds")  # whole days have no fraction of a second
    begin, end = of_days(int(whole / _SECONDS))
    scene = part_of(begin, end, begin, begin + timedelta(int(part / _SECONDS)), case.input["price"])
    scene.currency, scene.rounding = money_of(case, case.input.get("scale")), mode_of(case.input.get("rounding"))
    scene.answers = {"amount": ROUNDED}
    return scene


@claims("proration", "fraction")
def fraction(case: Case) -> Scene:
    if "fixed_days_in_month" in case.input:
        raise NotClaimed("days are those of the calendar, or thirtieths of a month; other fixed months are not offered")
    begin, end, period = (date.fromisoformat(case.input[word]) for word in ("from", "to", "period_from"))
    every, unit = named_interval(case.input["interval"])
    if period != begin:
        if "days" in case.expected or unit not in ("month", "year"):
            raise NotClaimed("the period of a part begins where the contract's periods do")
        scene = part_of(period, months_after(period, every * (12 if unit == "year" else 1)), begin, end, "1")
        scene.answers, scene.places = {"fraction": EXACT}, Places(9)
        return scene
    return Scene(
        [recurring("1")],
        {"fraction": EXACT, "days": DAYS},
        interval=(every, unit),
        starts=str(begin),
        ends=str(end),
        places=Places(9),
    )


@claims("proration", "local_day_count")
def local_days(case: Case) -> Scene:
    zone = case.input["timezone"]
    begin, end = (local(case.input[side], zone).date() for side in ("from", "to"))
    if begin == end:
        raise NotClaimed("a contract has a day at least")
    return Scene([recurring("1")], {"days": DAYS}, zone=zone, starts=str(begin), ends=str(end))


@claims("proration", "cycles_billed")
def cycles_billed(case: Case) -> Scene:
    """A fee of one a period: what is charged by the target date is the number of periods."""
    every, unit = named_interval(case.input["interval"])
    if int(case.input["start"][8:]) != int(case.input["bill_cycle_day"]):
        set_day(case.input["interval"])
    in_advance = (
        one_of(case.input.get("billing_mode") or "in_advance", ("in_advance", "in_arrears", "in_arrear"))
        == "in_advance"
    )
    reached = "served_from" if in_advance else "served_until"
    answer = EXACT + f" and {reached} <= date '{date.fromisoformat(case.input['target_date'])}'"
    fee = recurring("1", timing="advance" if in_advance else "arrears")
    contract = {"billing_anchor_day": case.input["bill_cycle_day"]}
    return Scene(
        [fee],
        {"periods": answer},
        interval=(every, unit),
        starts=case.input["start"],
        ends=case.input.get("end"),
        contract=contract,
        places=Places(9),
    )


@claims("proration", "plan_change")
def plan_change(case: Case) -> Scene:
    """The whole period is billed first; the change comes later, and its lines are the differences.

    Another quantity is a change of the same day.
    """
    given, old, new = case.input, case.input["old"], case.input["new"]
    before, after = old.get("quantity") or "1", new.get("quantity") or "1"
    begin, end, changed = rest_of(case)
    changes = [{"effective_on": str(changed), "kind": "change_plan", "plan_id": f"P-{case.id}-new"}]
    if Decimal(after) not in (0, Decimal(before)):
        changes.append({"effective_on": str(changed), "kind": "change_quantity", "quantity": after})
    if not Decimal(after) and Decimal(new["price"]):
        raise NotClaimed("a change of plan keeps the quantity; a change of quantity is one of its own")
    line = "select coalesce(sum(line_amount), 0) from invoice_lines where contract_id = $contract and "
    credit, charge = "plan_id not like '%-new' and line_amount < 0", "plan_id like '%-new'"
    answers = {"credit": line + credit, "charge": line + charge, "net": f"{line}(({credit}) or ({charge}))"}
    return Scene(
        [seat(old["price"])], answers, currency=money_of(case, given.get("scale")),
        rounding=mode_of(given.get("rounding")), interval=as_interval(begin, end),
        starts=str(begin), ends=str(end), contract={"quantity": before}, changes=changes,
        more_plans={"new": [seat(new["price"])]},
    )  # fmt: skip


@claims("proration", "quantity_change")
def quantity_change(case: Case) -> Scene:
    given = case.input
    begin, end, changed = rest_of(case)
    change = {"effective_on": str(changed), "kind": "change_quantity", "quantity": given["new_quantity"]}
    answer = (
        "select coalesce(sum(line_amount), 0) from invoice_lines where contract_id = $contract "
        "and reason = 'adjustment'"
    )
    return Scene(
        [seat(given["price"])], {"net": answer}, currency=money_of(case, given.get("scale")),
        rounding=mode_of(given.get("rounding")),
        interval=as_interval(begin, end), starts=str(begin), ends=str(end),
        contract={"quantity": given["old_quantity"]}, changes=[change],
    )  # fmt: skip


@claims("proration", "credit_cap")
def credit_cap(case: Case) -> Scene:
    raise NotClaimed(
        "a credit is the difference between what is owed and what was billed; it cannot exceed what was billed, "
        "whatever was paid"
    )


@claims("proration", "next_invoice")
def next_invoice(case: Case) -> Scene:
    raise NotClaimed(
        "what is owed back becomes a credit note that pays later invoices, never a negative amount carried over"
    )


@claims("proration", "daily_rate_floor", "amount_by_days_multi")
def rounded_daily_rate(case: Case) -> Scene:
    raise NotClaimed(
        "an amount is multiplied first and rounded once, per fee; tax is rounded once per document and rate"
    )
