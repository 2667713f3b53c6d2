"""Prepaid credits in the book: blocks, charges that draw from them, and what changes a night later."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.dbt.invoicing.conftest import OCTOBER, Writer

NEVER = {
    "expires_on": None,
    "priority": 50,
    "plan_id": None,
    "fee_id": None,
    "is_bought": False,
    "paid_amount": 0,
    "currency": "JPY",
}


def named(charge: str) -> str:
    """A charge id of the length that ids have: the draw names its charge by the last 32 signs of its instance."""
    return f"{charge}-".ljust(32, "0")


def block(writer: Writer, block_id: str, amount: int, **columns: Any) -> None:
    """A block of the contract that its id begins with; the blocks of a contract are given in their order."""
    contract_id = block_id.partition(".")[0]
    given = writer.book.given["int_credit_grants"]
    number = sum(row["contract_id"] == contract_id for row in given.values()) + 1
    row = {
        "block_id": block_id,
        "contract_id": contract_id,
        "granted_amount": amount,
        "granted_on": date(2026, 1, 1),
        "block_no": number,
        **NEVER,
        **columns,
    }
    writer.book.give("int_credit_grants", block_id, **row)


def first_credits(writer: Writer) -> None:
    charge = writer.charge
    for number, scope in enumerate((
        {"expires_on": date(2026, 10, 31)}, {"granted_on": date(2026, 11, 1)}, {"currency": "USD"},
        {"plan_id": "business"}, {"plan_id": "team", "fee_id": "old"},
        {"expires_on": date(2026, 11, 1)}, {"granted_on": date(2026, 10, 31)}, {"plan_id": "team", "fee_id": "base"},
    ), 1):  # fmt: skip
        block(writer, f"scoped.{number}", 100, **scope)
    charge(named("scoped-base"), 1000)
    block(writer, "shared.1", 500)
    block(writer, "shared.2", 300)
    for name, amount in (("shared-a", 200), ("shared-b", 400), ("shared-c", 400)):
        charge(named(name), amount)
    for name, amount in (("more", 1000), ("less", 1000), ("short", 1000), ("regrant", 1000)):
        block(writer, f"{name}.1", 600 if name != "more" else 1500)
        block(writer, f"{name}.2", 300)
        charge(named(f"{name}-base"), amount)
    for name, until in (("shifted", None), ("bygone", date(2026, 11, 1))):
        block(writer, f"{name}.1", 1000, expires_on=until)
        charge(named(f"{name}-base"), 400)
    block(
        writer,
        "buyer.1",
        500,
        is_bought=True,
        purchase_id="top-up",
        tax_code="outside",
        tax_rate=0,
        department="sales",
        paid_amount=500,
    )
    charge(
        "buyer-one_off",
        500,
        kind="one_off",
        plan_id="",
        instance="top-up",
        tax_code="outside",
        tax_rate=0,
        **_day(OCTOBER[0]),
    )
    charge(named("buyer-base"), 800)
    running = {"kind": "usage", "is_due": False, "bill_on": date(2026, 11, 30)}
    for name, amount, period in (
        ("below", 799, OCTOBER),
        ("most", 850, OCTOBER),
        ("both", 400, OCTOBER),
        ("ahead", 900, (date(2026, 11, 1), date(2026, 12, 1))),
    ):
        block(writer, f"{name}.1", 1000)
        charge(
            named(f"{name}-usage"),
            amount,
            **running,
            period_from=period[0],
            period_until=period[1],
            served_from=period[0],
            served_until=period[1],
        )
    charge(named("both-base"), 700)


def second_credits(writer: Writer) -> None:
    """More and less is owed than was billed with credits; new credits come for what was billed without;
    a block's first day moves behind its draw."""
    writer.charge(named("more-base"), 1200)
    writer.charge(named("less-base"), 700)
    writer.charge(named("short-base"), 1100)
    block(writer, "regrant.3", 5000)
    writer.book.given["int_credit_grants"]["shifted.1"]["granted_on"] = date(2026, 11, 20)
    writer.charge(named("bygone-base"), 300)


def _day(day: date) -> dict[str, date]:
    return {
        "period_from": day,
        "period_until": date(2026, 10, 2),
        "served_from": day,
        "served_until": date(2026, 10, 2),
    }
