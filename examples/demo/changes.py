"""What happens to signed contracts: upgrades, downgrades, seats, cancellations, one change that comes late,
charges outside a plan."""

from __future__ import annotations

import random
from datetime import date, timedelta

from examples.demo.customers import WITH_SEATS, Book, Row


def change_some(book: Book, *, until: date, seed: int) -> None:
    """Add contract changes, one-off charges, aliases and a few rows that must be refused to the book."""
    chance, contracts = random.Random(seed + 1), book.of("contracts")
    first = min(book.rows["contracts"])
    for position, contract in enumerate(contracts):
        begins = max(first, contract["service_from"])
        if (until - begins).days < 45:
            continue
        on = begins + timedelta(days=chance.randrange(20, (until - begins).days - 15))
        _change(book, contract, position=position, on=on, roll=chance.random())
        if chance.random() < 0.12:
            _charge_once(book, contract, position=position, on=on)
    _come_late(book, contracts, until)
    _write_badly(book, until)
    for contract in contracts[5::40]:
        known = {
            "alias": f"ｶ)ｵﾔｶﾞｲｼﾔ{contract['customer_id'][-3:]}",
            "customer_id": contract["customer_id"],
            "recorded_at": f"{first}T10:00:00+09:00",
        }
        book.add("payer_aliases", first, known)
    _offer_and_renew(book, contracts, first, until)


def _offer_and_renew(book: Book, contracts: list[Row], first: date, until: date) -> None:
    """Quotes that are still open or came to nothing, and cards that their holders replaced before they expired."""
    for position, contract in enumerate(contracts[3::25]):
        status, quoted = ("sent", "declined", "expired")[position % 3], first + timedelta(days=20 * (position % 6))
        quote = {
            "quote_id": f"Q-more-{contract['contract_id']}",
            "customer_id": contract["customer_id"],
            "quoted_on": quoted,
        }
        book.add(
            "quotes", quoted, quote | {"valid_until": quoted + timedelta(days=30), "status": status, "contract_id": ""}
        )
        book.add(
            "quote_lines",
            quoted,
            {"quote_id": quote["quote_id"], "line_no": 1, "plan_id": "support_half_yearly", "quantity": 1},
        )
    for method in [row for row in book.of("payment_methods") if row["card_exp_year"] == 2026][::2]:
        renewed = min(until - timedelta(days=60), date(2026, int(method["card_exp_month"]), 1) - timedelta(days=5))
        if renewed.isoformat() > method["updated_at"][:10]:
            book.add(
                "payment_methods", renewed, method | {"card_exp_year": 2031, "updated_at": f"{renewed}T18:00:00+09:00"}
            )


def _change(book: Book, contract: Row, *, position: int, on: date, roll: float) -> None:
    plan, facts = contract["plan_id"], {}
    if plan == "starter" and roll < 0.35:
        facts = {"kind": "change_plan", "plan_id": "team", "quantity": 5, "reason": "upgrade"}
    elif plan == "team" and roll < 0.12:
        facts = {"kind": "change_plan", "plan_id": "starter", "quantity": 1, "reason": "downgrade"}
    elif plan in WITH_SEATS and roll < 0.45:
        facts = {
            "kind": "change_quantity",
            "quantity": max(1, contract["quantity"] + (5 if position % 3 else -2)),
            "reason": "seats",
        }
    elif roll > 0.93:
        facts = {"kind": "cancel", "reason": "cancelled by the customer"}
    elif roll > 0.91:
        facts = {"kind": "change_department", "department": "partners", "reason": "moved to the partner team"}
    if facts:
        book.add("contract_changes", on - timedelta(days=3), _row(contract, on, facts, recorded=on - timedelta(days=3)))


def _row(contract: Row, on: date, facts: Row, *, recorded: date) -> Row:
    empty = {"kind": "", "plan_id": "", "quantity": "", "department": "", "reason": ""}
    change_id = f"X-{contract['contract_id']}-{on:%m%d}-{facts['kind']}"
    return (
        {"change_id": change_id, "contract_id": contract["contract_id"], "effective_on": on}
        | empty
        | facts
        | {"recorded_at": f"{recorded}T12:00:00+09:00"}
    )


def _come_late(book: Book, contracts: list[Row], until: date) -> None:
    """A change that was agreed long ago and is only recorded now: what was billed since is put right by differences."""
    recorded = until - timedelta(days=40)
    changed = {row["contract_id"] for row in book.of("contract_changes")}
    old = [
        row
        for row in contracts
        if row["plan_id"] == "team" and row["contract_id"] not in changed and (recorded - row["service_from"]).days > 75
    ]
    for contract, on in zip(old[:2], (recorded - timedelta(days=60), recorded - timedelta(days=35)), strict=False):
        facts = {
            "kind": "change_quantity",
            "quantity": contract["quantity"] + 2,
            "reason": "agreed by mail, recorded late",
        }
        book.add("contract_changes", recorded, _row(contract, on, facts, recorded=recorded))


def _charge_once(book: Book, contract: Row, *, position: int, on: date) -> None:
    amount, what, tax = [
        (50000, "導入研修", "standard"),
        (3240, "研修用飲料", "reduced"),
        (120000, "データ移行", "standard"),
    ][position % 3]
    dollars = contract["plan_id"] == "global_team"
    row = {
        "charge_id": f"O-{contract['contract_id']}", "customer_id": contract["customer_id"], "charged_on": on,
        "amount": "350.00" if dollars else amount,
        "currency": "USD" if dollars else "JPY", "contract_id": contract["contract_id"], "description": (
            "Onboarding "
            "workshop"
        ) if dollars else what,
        "tax_code": "standard" if dollars else tax, "department": "services",
    }  # fmt: skip
    book.add("one_off_charges", on, row)


def _write_badly(book: Book, until: date) -> None:
    """Rows as they really come: a plan that does not exist, a customer without a name, a date that is none.

    Each must be refused with its reason.
    """
    day = min(book.rows["contracts"]) + timedelta(days=10)
    model = book.of("contracts")[0]
    book.add("contracts", day, model | {"contract_id": "K99991-1", "plan_id": "no_such_plan"})
    book.add("contracts", day, model | {"contract_id": "K99992-1", "service_from": "2026-02-30"})
    book.add("customers", day, book.of("customers")[0] | {"customer_id": "C99993", "name": ""})
    facts = {"kind": "change_quantity", "quantity": "many", "reason": "typing error"}
    book.add("contract_changes", day, _row(model, day, facts, recorded=day) | {"change_id": "X-typing-error"})
