"""One book, six nights: every case has its own customer, and each night's facts are given before it is run."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from billing_jobs.records import make_id
from billing_jobs.settings import Home
from tests.dbt.invoicing.book import Book, Night, copy_project
from tests.support.golden import worked

FIRST, SECOND, THIRD, LAST = date(2026, 10, 31), date(2026, 11, 1), date(2026, 11, 2), date(2027, 2, 1)
MONTH_END = date(2026, 11, 30)
OCTOBER = (date(2026, 10, 1), date(2026, 11, 1))
LAST_WAREHOUSE = "warehouse_of_the_last_night.duckdb"  # as it stood before a contract vanished
GOLDEN_TERMS = [tuple(row[:5]) for row in worked("terms")]  # transaction, closing day, month offset, pay day, roll


@dataclass
class Story:
    """The nights by name, and the book that they were run on."""

    book: Book
    first: Night
    second: Night
    second_again: Night
    third: Night
    month_end: Night
    last: Night
    vanished: Night


class Writer:
    """Short words for the rows of the book."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.decision_count = 0

    def customer(self, name: str, **columns: object) -> None:
        self.book.give(
            "int_customers_resolved",
            name,
            **{"customer_id": name, "name": f"Name of {name}", "locale": "ja", "payment_terms_id": "eom", **columns},
        )

    def contract(self, name: str) -> None:
        self.book.give(
            "int_contracts_resolved", name, contract_id=name, user_customer_id=name, entity_id="main", zone="Asia/Tokyo"
        )

    def charge(self, charge_id: str, amount: object, **columns: Any) -> None:
        """A charge of the customer and contract that its id begins with, for October, billed at the end of October."""
        customer = charge_id.split("-", maxsplit=1)[0]
        currency = columns.get("currency", "JPY")
        row = {
            "charge_id": charge_id, "customer_id": customer, "user_customer_id": customer,
            "entity_id": "us" if currency == "USD" else "main",
            "contract_id": customer, "plan_id": "team", "fee_id": charge_id.split("-")[1], "instance": "",
            "kind": "recurring",
            "period_from": OCTOBER[0], "period_until": OCTOBER[1], "served_from": OCTOBER[0],
            "served_until": OCTOBER[1], "currency": currency,
            "minor_digits": 2 if currency == "USD" else 0, "rounding": "half_up", "tax_code": "standard",
            "tax_rate": 10, "price_basis": "exclusive", "quantity": 1,
            "unrounded_amount": amount, "computed_amount": amount, "is_due": True, "bill_on": FIRST,
            "description_ja": "基本料", "description_en": (
                "Base "
                "fee"
            ),
            "group_key": "", "billing_starts_on": date(2026, 1, 1), "rebill_from": date(2025, 9, 30), **columns,
        }  # fmt: skip
        row.setdefault("billing_period_served_from", row["period_from"])
        self.book.give("int_charges_priced", charge_id, **row)
        if customer not in self.book.given["int_customers_resolved"]:
            self.customer(customer)
        self.contract(row["contract_id"])

    def decide(self, kind: str, day: date, **columns: object) -> str:
        self.decision_count += 1
        name = f"decision-{self.decision_count}"
        at = f"{day} 12:{self.decision_count:02}:00+00"
        row = {
            "decision_id": name,
            "kind": kind,
            "decided_by": "a person",
            "decided_at": at,
            "received_at": at,
            "reason": "a reason",
            "file_name": "d",
            "line_no": self.decision_count,
        }
        self.book.lake.setdefault("decisions", []).append({**row, **columns})
        return name


def draft_id(customer: str, *, bill_on: date = FIRST, count: int = 0) -> str:
    return make_id(customer, "main", "JPY", "", "exclusive", bill_on, count)


def numbers_by_customer(night: Night, table: str = "invoices_to_issue") -> dict[str, dict[str, Any]]:
    return {row["customer_id"]: row for row in night.tables[table]}


@pytest.fixture(scope="session")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    from tests.dbt.invoicing import cases

    folder: Path = tmp_path_factory.mktemp("invoicing")
    (folder / "home").mkdir()
    book = Book(Home(folder / "home"), copy_project(folder / "project"))
    writer = Writer(book)
    cases.catalog(book)
    cases.old_ledger(book)
    nights: list[Night] = []
    told: list[tuple[date, Callable[..., None], bool]] = [
        (FIRST, cases.first, False),
        (SECOND, cases.second, False),
        (SECOND, cases.nothing_new, True),
        (THIRD, cases.third, False),
        (MONTH_END, cases.nothing_new, False),
        (LAST, cases.last, True),
    ]
    for as_of, facts, is_checked in told:
        facts(writer, nights)
        nights.append(book.run(as_of, is_checked=is_checked))
        book.issue(nights[-1], as_of)
    shutil.copy(book.home.warehouse, book.home.root / LAST_WAREHOUSE)
    cases.vanish(writer)
    vanished = book.run(LAST, select="stg_ledger__document_lines+,+int_billed_charges_without_facts")
    one, two, two_again, three, month_end, end = nights
    return Story(
        book=book,
        first=one,
        second=two,
        second_again=two_again,
        third=three,
        month_end=month_end,
        last=end,
        vanished=vanished,
    )
