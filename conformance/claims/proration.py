"""Parts of a period, and changes inside it."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from conformance.cases import Case, money_of
from conformance.claims.calendar import as_interval, named_interval
from conformance.claims.fees import recurring
from conformance.claims.periods import set_day
from conformance.scene import EXACT, ROUNDED, NotClaimed, Scene, claims, mode_of

DAYS = "select sum(date_diff('day', served_from, served_until)) from billing_periods where contract_id = $contract"
CHANGED = "select coalesce(sum(line_amount), 0) from invoice_lines where contract_id = $contract and served_until > $changed_on and reason = 'adjustment'"


def seat(price: str) -> dict[str, Any]:
    fee = recurring(price)
    return {**fee, "model": "per_unit", "versions": [{"from": "1990-01-01", "unit_price": Decimal(price)}]}


def part_of(full_from: date, full_until: date, part_from: date, part_until: date, price: str) -> Scene:
    """A contract over the whole period whose one seat is there on the days of the part only."""
    if not full_from <= part_from < part_until <= full_until:
        raise NotClaimed("a part lies in its period")
    changes = []
    if part_from > full_from:
        changes.append({"effective_on": str(part_from), "kind": "change_quantity", "quantity": "1"})
    if part_until < full_until:
        changes.append({"effective_on": str(part_until), "kind": "change_quantity", "quantity": "0"})
    quantity = "0" if part_from > full_from else "1"
    return Scene(
        [seat(price)], {}, interval=as_interval(full_from, full_until), starts=str(full_from), ends=str(full_until), contract={"quantity": quantity}, changes=changes
    )


def days_of(case: Case) -> tuple[date, date, date, date]:
    """The whole period and its part; where only numbers of days are given, a period of so many days from the start of 2026."""
    given = case.input
    start = date(2026, 1, 1)
    if "part_days" in given:
        whole, part = int(given["full_days"]), int(given["part_days"])
        return start, start + timedelta(whole), start, start + timedelta(part)
    part_from, part_until = (date.fromisoformat(given["part"][side]) for side in ("from", "to_exclusive"))
    if "full_days" in given:
        raise NotClaimed("a part is a share of its own billing period, not of another number of days")
    return *(date.fromisoformat(given["full_period"][side]) for side in ("from", "to_exclusive")), part_from, part_until


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


@claims("proration", "fraction")
def fraction(case: Case) -> Scene:
    if "fixed_days_in_month" in case.input:
        raise NotClaimed("days are those of the calendar, or thirtieths of a month; other fixed months are not offered")
    begin, end = date.fromisoformat(case.input["from"]), date.fromisoformat(case.input["to"])
    every, unit = named_interval(case.input["interval"])
    scene = Scene([recurring("1")], {"fraction": EXACT, "days": DAYS}, interval=(every, unit), starts=str(begin), ends=str(end), places=9)
    if date.fromisoformat(case.input["period_from"]) != begin:
        raise NotClaimed("the period of a part begins where the contract's periods do")
    return scene


@claims("proration", "local_day_count")
def local_days(case: Case) -> Scene:
    begin, end = (date.fromisoformat(case.input[side][:10]) for side in ("from", "to"))
    return Scene([recurring("1")], {"days": DAYS}, zone=case.input["timezone"], starts=str(begin), ends=str(end))


@claims("proration", "cycles_billed")
def cycles_billed(case: Case) -> Scene:
    """A fee of one a period: what is charged by the target date is the number of periods."""
    every, unit = named_interval(case.input["interval"])
    if int(case.input["start"][8:]) != int(case.input["bill_cycle_day"]):
        set_day(case.input["interval"])
    in_advance = case.input["billing_mode"] == "in_advance"
    reached = "served_from" if in_advance else "served_until"
    answer = EXACT + f" and {reached} <= date '{date.fromisoformat(case.input['target_date'])}'"
    fee = recurring("1", timing="advance" if in_advance else "arrears")
    contract = {"billing_anchor_day": case.input["bill_cycle_day"]}
    return Scene([fee], {"periods": answer}, interval=(every, unit), starts=case.input["start"], ends=case.input["end"], contract=contract, places=9)


@claims("proration", "plan_change")
def plan_change(case: Case) -> Scene:
    """The whole period is billed first; the change comes later, and its lines are the differences."""
    given, old, new = case.input, case.input["old"], case.input["new"]
    if old.get("quantity", "1") != "1" or new.get("quantity", "1") not in ("0", "1"):
        raise NotClaimed("a change of plan keeps the quantity; a change of quantity is one of its own")
    if "part_days" in given:
        begin = date(2026, 1, 1)
        end = begin + timedelta(int(given["full_days"]))
        changed = end - timedelta(int(given["part_days"]))
    else:
        begin, end = (date.fromisoformat(given["full_period"][side]) for side in ("from", "to_exclusive"))
        changed = date.fromisoformat(given["part_from"])
    change = {"effective_on": str(changed), "kind": "change_plan", "plan_id": f"P-{case.id}-new"}
    line = "select coalesce(sum(line_amount), 0) from invoice_lines where contract_id = $contract and "
    credit, charge = "plan_id not like '%-new' and line_amount < 0", "plan_id like '%-new'"
    answers = {"credit": line + credit, "charge": line + charge, "net": f"{line}(({credit}) or ({charge}))"}
    return Scene(
        [seat(old["price"])], answers, currency=money_of(case, given.get("scale")), interval=as_interval(begin, end), starts=str(begin), ends=str(end),
        changes=[change], more_plans={"new": [seat(new["price"])]},
    )  # fmt: skip


@claims("proration", "quantity_change")
def quantity_change(case: Case) -> Scene:
    given, begin = case.input, date(2026, 1, 1)
    end = begin + timedelta(int(given["full_days"]))
    change = {"effective_on": str(end - timedelta(int(given["part_days"]))), "kind": "change_quantity", "quantity": given["new_quantity"]}
    answer = "select coalesce(sum(line_amount), 0) from invoice_lines where contract_id = $contract and reason = 'adjustment'"
    return Scene(
        [seat(given["price"])], {"net": answer}, currency=money_of(case, given.get("scale")), interval=as_interval(begin, end), starts=str(begin), ends=str(end),
        contract={"quantity": given["old_quantity"]}, changes=[change],
    )  # fmt: skip


@claims("proration", "credit_cap")
def credit_cap(case: Case) -> Scene:
    raise NotClaimed("a credit is the difference between what is owed and what was billed; it cannot exceed what was billed, whatever was paid")


@claims("proration", "amount_by_seconds")
def by_seconds(case: Case) -> Scene:
    raise NotClaimed("parts of a period are counted in whole days")


@claims("proration", "next_invoice")
def next_invoice(case: Case) -> Scene:
    raise NotClaimed("what is owed back becomes a credit note that pays later invoices, never a negative amount carried over")


@claims("proration", "daily_rate_floor", "amount_by_days_multi")
def rounded_daily_rate(case: Case) -> Scene:
    raise NotClaimed("an amount is multiplied first and rounded once, per fee; tax is rounded once per document and rate")
