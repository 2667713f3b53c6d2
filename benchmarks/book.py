"""A book of any size for a benchmark: many contracts of one plan, few payers, one month of usage in one file a day."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from billing_jobs.records import Run
from examples.demo.generate import CATALOG, deliver
from examples.demo.tables import write_csv
from examples.demo.usage import Route, Window, write_usage

FIRST, UNTIL = date(2026, 10, 1), date(2026, 11, 1)
RUN = Run(UNTIL - timedelta(days=1), datetime(2026, 10, 31, 17, tzinfo=UTC))


@dataclass(frozen=True)
class Book:
    """How much: different events of the month, contracts that use, customers who pay (one document each)."""

    events: int = 1_000_000
    contracts: int = 10_000
    payers: int = 1_000


def write_book(landing: Path, book: Book) -> int:
    """Catalog, customers, contracts and usage straight into `landing`; returns the number of different events."""
    shutil.copytree(CATALOG, landing / "catalog", dirs_exist_ok=True)
    customers = [f"C{number + 1:05}" for number in range(book.payers)]
    write_csv(
        landing / "crm" / "customers.csv", [_customer(number, customer) for number, customer in enumerate(customers)]
    )
    contracts = [(f"K{number:06}", customers[number % book.payers]) for number in range(book.contracts)]
    signed = [
        {"contract_id": contract, "customer_id": customer, "plan_id": "api_payg", "service_from": FIRST}
        for contract, customer in contracts
    ]
    write_csv(landing / "crm" / "contracts.csv", signed)
    days = (UNTIL - FIRST).days
    spans = [Window(FIRST + timedelta(days=n), FIRST + timedelta(days=n + 1)) for n in range(days)]
    routes = [Route("web", "api.request", contract, customer, FIRST) for contract, customer in contracts]
    made = write_usage(landing.parent / "made", routes, spans=spans, events_per_day=-(-book.events // days), seed=7)
    deliver(landing.parent / "made", landing, after=None, until=UNTIL)
    shutil.rmtree(landing.parent / "made")
    return made


def _customer(number: int, customer: str) -> dict[str, str]:
    return {
        "customer_id": customer, "name": f"見本商事{number}株式会社", "email": f"ap@{customer.lower()}.example.jp",
        "locale": "ja" if number % 5 else "en",
        "country": "JP", "postal_code": "100-0001",
        "address": f"東京都千代田区千代田{number % 9 + 1}-{number % 20 + 1}",
        "tax_status": "taxable",
    }  # fmt: skip
