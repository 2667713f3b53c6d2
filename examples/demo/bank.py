"""The customers' side of the demo: reads what was published and writes the payments that answer it.

A customer keeps to one habit. What is open in the published copy of one night is paid, or not, before the next: the
files of the days between, as deposit notices of the yen account (Zengin 01), as a statement of the dollar account and
as the card acquirer's settlements.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from examples.demo.names import foreign_company, half_width, japanese_company
from examples.demo.tables import write_csv
from examples.demo.zengin import Deposit, deposit_notice

# Habit of the customer whose number leaves this rest when divided by 20.
HABITS = {
    2: "never", 4: "card", 5: "short", 6: "twice", 8: "late", 9: "three_at_once", 11: "early", 12: "late",
    13: "three_at_once", 14: "card", 15: "short",
    16: "early", 19: "card",
}  # fmt: skip
FEE = Decimal(440)

OPEN = """
select
    invoices.document_number, invoices.customer_id, invoices.currency, invoices.invoice_date, invoices.due_date,
    invoices.open_amount,
    coalesce(customers.remitter_code, '') as remitter_code, customers.country
from invoices
inner join customers using (customer_id)
where invoices.document_type = 'invoice' and invoices.open_amount > 0
order by invoices.customer_id, invoices.due_date, invoices.document_number
"""


@dataclass(frozen=True)
class Transfer:
    """One payment on its way: who pays what, when, and what they write on it."""

    customer_id: str
    currency: str
    booked_on: date
    amount: Decimal
    remitter_name: str
    remitter_code: str
    message: str
    by_card: bool


def answer_invoices(published: Path, out: Path, *, after: date, until: date) -> int:
    """Write the payment files that arrive after the day `after` and until the day `until` below
    `out/<until>/payments/`; returns the payments."""
    con = duckdb.connect(str(published), read_only=True)
    cursor = con.execute(OPEN)
    names = [column[0] for column in cursor.description or []]
    opened = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    con.close()
    transfers = _decide(opened, after, until)
    folder = out / f"{until}" / "payments"
    _write_zengin(
        folder / "bank_main" / f"nyukin-{until:%Y%m%d}.txt",
        [item for item in transfers if item.currency == "JPY" and not item.by_card],
        after,
        until,
    )
    _write_dollars(
        folder / "bank_usd" / f"statement-{until:%Y%m%d}.csv", [item for item in transfers if item.currency == "USD"]
    )
    _write_cards(folder / "card_acquirer" / f"settled-{until:%Y%m%d}.csv", [item for item in transfers if item.by_card])
    return len(transfers)


def _decide(opened: list[dict[str, Any]], after: date, until: date) -> list[Transfer]:
    by_customer: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for invoice in opened:
        by_customer[invoice["customer_id"], invoice["currency"]].append(invoice)
    paid = [transfer for invoices in by_customer.values() for transfer in _pay(invoices, after, until)]
    return sorted(paid, key=lambda item: (item.booked_on, item.customer_id, item.message, item.amount))


def _pay(invoices: list[dict[str, Any]], after: date, until: date) -> list[Transfer]:
    """What one customer pays in one currency between two nights, by its habit."""
    number = int(invoices[0]["customer_id"][1:])
    habit = HABITS.get(number % 20, "on_time")
    if habit == "never":
        return []
    if habit == "three_at_once":
        oldest = invoices[:3]
        total = sum((invoice["open_amount"] for invoice in oldest), Decimal(0))
        return [_transfer(oldest[0], after + timedelta(days=12), total, told=False)] if len(invoices) >= 3 else []
    payments = []
    for invoice in invoices:
        day = _paid_on(invoice, habit)
        if not after < day <= until:  # paid before, even if nobody has matched it yet; or not yet
            continue
        short = habit == "short" and invoice["currency"] == "JPY" and invoice["open_amount"] > 10 * FEE
        payments.append(
            _transfer(
                invoice,
                day,
                invoice["open_amount"] - (FEE if short else 0),
                told=number % 4 == 1 or invoice["currency"] == "USD",
            )
        )
        if habit == "twice" and day + timedelta(days=3) <= until:
            payments.append(_transfer(invoice, day + timedelta(days=3), invoice["open_amount"], told=True))
    return payments


def _paid_on(invoice: dict[str, Any], habit: str) -> date:
    """The one day on which this invoice is paid: so many days from the due date, moved on from a weekend."""
    day = invoice["due_date"] + timedelta(days={"early": -20, "late": 14, "twice": -9}.get(habit, 0))
    return day + timedelta(days={5: 2, 6: 1}.get(day.weekday(), 0))


def _transfer(invoice: dict[str, Any], day: date, amount: Decimal, *, told: bool) -> Transfer:
    number = int(invoice["customer_id"][1:]) - 1
    company = foreign_company(number // 10) if invoice["country"] == "US" else japanese_company(number)
    by_card = HABITS.get((number + 1) % 20) == "card"
    name = company["remitter_name"]
    if number % 50 == 33:  # a parent company pays whom nobody has told us of: money that waits for a person
        name = half_width("カ)ナゾノオヤガイシャ")
    message = invoice["document_number"] if told or by_card else ""
    return Transfer(
        invoice["customer_id"], invoice["currency"], day, amount, name, invoice["remitter_code"], message, by_card
    )


def _write_zengin(path: Path, transfers: list[Transfer], after: date, until: date) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = [
        Deposit(item.booked_on, int(item.amount), item.remitter_name, item.remitter_code, item.message)
        for item in transfers
    ]
    path.write_bytes(deposit_notice(rows, first=after + timedelta(days=1), until=until, made_on=until))


def _write_dollars(path: Path, transfers: list[Transfer]) -> None:
    rows = [
        {
            "Account": "0000-001-1000002", "Booked": f"{item.booked_on:%m/%d/%Y}",
            "Value": f"{item.booked_on:%m/%d/%Y}", "Amount": f"{item.amount:.2f}",
            "Payer": item.remitter_name, "Details": f"PAYMENT OF {item.message}" if item.message else "WIRE TRANSFER",
            "Transaction": f"W{path.stem[-8:]}{number:04}",
        }
        for number, item in enumerate(transfers, start=1)
    ]  # fmt: skip
    write_csv(path, rows)


def _write_cards(path: Path, transfers: list[Transfer]) -> None:
    rows = [
        {
            "入金日": f"{item.booked_on:%Y/%m/%d}", "売上日": f"{item.booked_on:%Y/%m/%d}",
            "金額": f"{item.amount:.0f}", "請求書番号": item.message,
            "会員名": item.remitter_name, "取引番号": f"A{path.stem[-8:]}{number:04}",
        }
        for number, item in enumerate(transfers, start=1)
    ]  # fmt: skip
    write_csv(path, rows, encoding="cp932")
