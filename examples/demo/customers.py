"""The demo company's customers and what they signed: everything that its CRM delivers, by the day it delivers it."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from examples.demo.names import foreign_company, japanese_company

Row = dict[str, Any]

# plan, share of the contracts, smallest and largest quantity
PLANS = [
    ("starter", 16, 1, 1), ("team", 20, 3, 40), ("team_yearly", 8, 5, 60), ("monitor_weekly", 6, 1, 1),
    ("field_two_weeks", 6, 2, 25),
    ("storage_quarterly", 8, 1, 1), ("support_half_yearly", 5, 1, 1), ("enterprise_yearly", 3, 1, 1),
    ("api_payg", 12, 1, 1), ("messaging", 8, 1, 1),
    ("light_inclusive", 8, 1, 1),
]  # fmt: skip
WITH_SEATS = {"team", "team_yearly", "field_two_weeks", "global_team"}
WARDS = [
    "千代田区丸の内",
    "中央区日本橋",
    "港区芝浦",
    "新宿区西新宿",
    "台東区上野",
    "品川区大崎",
    "渋谷区神南",
    "江東区豊洲",
]


@dataclass
class Book:
    """All rows of the CRM: kind of file -> day of delivery -> rows."""

    rows: dict[str, dict[date, list[Row]]] = field(default_factory=dict)

    def add(self, kind: str, day: date, row: Row) -> None:
        self.rows.setdefault(kind, {}).setdefault(day, []).append(row)

    def of(self, kind: str) -> list[Row]:
        return [row for day in sorted(self.rows.get(kind, {})) for row in self.rows[kind][day]]


def sign_everyone(*, customers: int, first: date, until: date, seed: int) -> Book:
    """The book of `customers` customers between `first` (inclusive) and `until` (exclusive);
    the same arguments give the same book."""
    chance, book = random.Random(seed), Book()
    days = (until - first).days
    for number in range(customers):
        joins = first if chance.random() < 0.65 else first + timedelta(days=chance.randrange(1, days - 20))
        customer = _customer(number, joins, chance)
        if number % 41 == 40:  # a subsidiary whose bills go to the group's first company
            customer["bill_to_customer_id"] = book.rows["customers"][first][0]["customer_id"]
        book.add("customers", joins, customer)
        for ordinal in range(2 if chance.random() < 0.15 else 1):
            _sign(book, customer, ordinal=ordinal, joins=joins, first=first, chance=chance)
    return book


def _customer(number: int, joins: date, chance: random.Random) -> Row:
    abroad = number % 10 == 7
    company = foreign_company(number // 10) if abroad else japanese_company(number)
    customer_id, english = f"C{number + 1:05}", not abroad and number % 19 == 3
    return {
        "customer_id": customer_id,
        "name": company["english"] if english else company["name"],
        "name_kana": company["name_kana"],
        "email": "" if number % 67 == 40 else f"ap@{customer_id.lower()}.example.{'com' if abroad else 'jp'}",
        "cc_emails": f"cfo@{customer_id.lower()}.example.jp" if number % 23 == 5 else "",
        "locale": "en" if abroad or english else "ja",
        "country": "US" if abroad else "JP",
        "postal_code": "10001" if abroad else f"1{number % 70:02}-00{number % 90 + 10}",
        "address": f"{100 + number} Example Avenue, New York, NY"
        if abroad
        else f"東京都{WARDS[number % 8]}{number % 4 + 1}-{number % 9 + 1}-{number % 20 + 1}",
        "phone": f"03-0000-{number % 10000:04}",
        "time_zone": "America/New_York" if abroad else "",
        "bill_to_customer_id": "",
        "payment_terms": "net30" if abroad else ("eom_next_20th" if number % 11 == 4 else ""),
        "tax_status": "exempt" if abroad else "taxable",
        "remitter_code": f"{7000000000 + number}" if not abroad and number % 6 == 1 else "",
        "fee_bearer": "customer" if number % 12 == 2 else "seller",
        "department": "",
        "updated_at": f"{joins}T09:00:00+09:00",
    }


def _sign(book: Book, customer: Row, *, ordinal: int, joins: date, first: date, chance: random.Random) -> None:
    abroad = customer["country"] == "US"
    number = int(customer["customer_id"][1:])
    plans = [("global_team", 1, 3, 30)] if abroad else PLANS
    plan, _, least, most = (
        plans[(number - 1) % len(plans)]
        if not ordinal and number <= len(plans)
        else chance.choices(plans, [share for _, share, _, _ in plans])[0]
    )
    starts = joins + timedelta(days=chance.randrange(0, 6))
    if (
        joins == first and chance.random() < 0.5
    ):  # customers of long standing: what began before billing starts here is not billed again
        starts = date(2025, 1, 1) + timedelta(days=chance.randrange(0, 440))
    contract = f"K{number:05}-{ordinal + 1}"
    method = _method(book, customer, contract, joins, chance)
    seats = chance.randint(least, most)
    signed = {
        "contract_id": contract, "customer_id": customer["customer_id"], "plan_id": plan, "service_from": starts,
        "signed_on": starts - timedelta(days=7),
        "ends_on": "", "trial_days": "", "quantity": seats, "payment_method_id": method,
        "purchase_order": f"PO-{number:05}" if number % 4 == 0 else "",
        "updated_at": f"{joins}T09:30:00+09:00",
    }  # fmt: skip
    book.add("contracts", joins, signed)
    _quote(book, signed, joins, accepted=True)


def _method(book: Book, customer: Row, contract: str, joins: date, chance: random.Random) -> str:
    kind = "card" if customer["country"] == "JP" and chance.random() < 0.2 else "bank_transfer"
    method: Row = {"payment_method_id": f"M-{contract}", "customer_id": customer["customer_id"], "kind": kind}
    card: Row = {"card_brand": "", "card_last4": "", "card_exp_month": "", "card_exp_year": ""}
    if kind == "card":
        expires = chance.choice([(8, 2026), (10, 2026), (11, 2026), (12, 2026), (3, 2027), (9, 2028), (1, 2029)])
        card = {
            "card_brand": chance.choice(["visa", "mastercard", "jcb"]),
            "card_last4": f"{chance.randrange(10000):04}",
        }
        card |= {"card_exp_month": expires[0], "card_exp_year": expires[1]}
    book.add("payment_methods", joins, method | card | {"updated_at": f"{joins}T09:00:00+09:00"})
    return str(method["payment_method_id"])


def _quote(book: Book, signed: Row, joins: date, *, accepted: bool) -> None:
    quote = f"Q-{signed['contract_id']}"
    quoted = signed["signed_on"] - timedelta(days=14)
    head = {
        "quote_id": quote,
        "customer_id": signed["customer_id"],
        "quoted_on": quoted,
        "valid_until": quoted + timedelta(days=30),
    }
    book.add(
        "quotes",
        joins,
        head | {"status": "accepted" if accepted else "sent", "contract_id": signed["contract_id"] if accepted else ""},
    )
    book.add(
        "quote_lines",
        joins,
        {"quote_id": quote, "line_no": 1, "plan_id": signed["plan_id"], "quantity": signed["quantity"]},
    )
