"""A company with 200 contracts of three years moves in at the turn of the year: the first night bills what is due after it, and no more."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from billing_jobs.adapters import duckdb as engine
from billing_jobs.jobs.init import init
from billing_jobs.jobs.monthly import monthly
from billing_jobs.jobs.verify import verify
from billing_jobs.records import Run
from billing_jobs.settings import Home
from examples.demo.tables import write_csv

from .stories import HERE

CUT_OVER, TONIGHT = date(2026, 1, 1), date(2026, 1, 31)
RUN = Run(TONIGHT, datetime(2026, 1, 31, 17, tzinfo=UTC))
CONTRACTS = 200
Rows = list[dict[str, Any]]


def signed_on(number: int) -> date:
    return date(2023, 1, 1) + timedelta(days=number * 7 % 365)


def is_yearly(number: int) -> bool:
    return number % 4 == 0


def deferrals() -> Rows:
    """What the old system had billed and not earned: the rest of each year, by its days."""
    rows = []
    for number in filter(is_yearly, range(CONTRACTS)):
        begins, ends = signed_on(number).replace(year=2025), signed_on(number).replace(year=2026)
        if ends > CUT_OVER:
            rest = Decimal(120000) * (ends - CUT_OVER).days / (ends - begins).days
            rows.append({"deferral_id": f"D{number}", "customer_id": customer(number), "contract_id": f"K{number}", "fee_id": "base", "period_from": begins,
                         "period_until": ends, "amount": round(rest), "currency": "JPY"})  # fmt: skip
    return rows


def open_documents() -> Rows:
    return [
        {"document_number": f"OLD-{number}", "customer_id": customer(number), "invoice_date": date(2025, 11, 30), "due_date": date(2026, 1, 30),
         "amount": 1100 * (number + 1), "tax_amount": 100 * (number + 1), "currency": "JPY"}
        for number in range(0, CONTRACTS, 5)
    ]  # fmt: skip


def customer(number: int) -> str:
    return f"C{number % 20}"


def due_tonight() -> dict[str, int]:
    """Fees that begin in January, or with the 1st of February, which is billed in advance tonight."""
    owed: dict[str, int] = {}
    for number in range(CONTRACTS):
        begins = signed_on(number)
        monthly_days = [CUT_OVER.replace(day=begins.day)] + ([date(2026, 2, 1)] if begins.day == 1 else [])
        first_days = [begins.replace(year=2026)] if is_yearly(number) else monthly_days
        amount = (120000 if is_yearly(number) else 12000) * sum(CUT_OVER <= day <= TONIGHT + timedelta(days=1) for day in first_days)
        if amount:
            owed[f"K{number}"] = amount
    return owed


@pytest.fixture(scope="module")
def moved_in(tmp_path_factory: pytest.TempPathFactory, mail_server: None) -> Iterator[tuple[Home, Rows]]:
    home = Home(tmp_path_factory.mktemp("moved-in") / "home")
    init(home, RUN)
    shutil.copytree(HERE / "catalog", home.landing / "catalog", dirs_exist_ok=True)
    crm: Path = home.landing / "crm"
    write_csv(crm / "customers.csv", [{"customer_id": f"C{number}", "name": f"Customer {number}"} for number in range(20)])
    contracts = [
        {"contract_id": f"K{number}", "customer_id": customer(number), "plan_id": "year_desk" if is_yearly(number) else "desk", "service_from": signed_on(number)}
        for number in range(CONTRACTS)
    ]
    write_csv(crm / "contracts.csv", contracts)
    write_csv(crm / "opening_documents.csv", open_documents())
    write_csv(crm / "opening_deferrals.csv", deferrals())
    monthly(home, RUN)
    with engine.connect(home.published_database) as con:
        yield home, [con]


def rows(moved_in: tuple[Home, Rows], sql: str) -> Rows:
    return engine.rows(moved_in[1][0], sql)


def test_the_first_night_bills_exactly_what_is_due_after_the_cut_over(moved_in: tuple[Home, Rows]) -> None:
    billed = rows(moved_in, "select contract_id, sum(net_amount) as amount from invoice_lines group by all")
    assert {row["contract_id"]: int(row["amount"]) for row in billed} == due_tonight()


def test_the_receivables_of_the_opening_are_those_of_the_file(moved_in: tuple[Home, Rows]) -> None:
    opened = rows(moved_in, "select document_number, open_amount from invoices where is_opening")
    assert {row["document_number"]: int(row["open_amount"]) for row in opened} == {row["document_number"]: row["amount"] for row in open_documents()}
    (aged,) = rows(moved_in, "select sum(days_1_30) as overdue from receivables_aging")
    assert int(aged["overdue"]) == sum(row["amount"] for row in open_documents())


def test_the_deferred_balance_of_the_opening_is_that_of_the_file_and_is_released_by_day(moved_in: tuple[Home, Rows]) -> None:
    january = "select instance, billed_to_date, recognised_amount from revenue_schedule where month = '2026-01-01' and instance <> ''"
    found = {row["instance"]: (int(row["billed_to_date"]), int(row["recognised_amount"])) for row in rows(moved_in, january)}
    assert {name: billed for name, (billed, _) in found.items()} == {row["deferral_id"]: row["amount"] for row in deferrals()}
    for row in deferrals():
        days = (row["period_until"] - CUT_OVER).days
        assert abs(found[row["deferral_id"]][1] - Decimal(row["amount"]) * min(31, days) / days) <= Decimal("0.5"), row


def test_the_books_open_with_the_files_against_the_opening_balance(moved_in: tuple[Home, Rows]) -> None:
    sql = "select sum(if(side = 'debit', amount, -amount)) as amount from journal_entries where account = '9990'"
    (booked,) = rows(moved_in, sql)
    assert int(booked["amount"]) == sum(row["amount"] for row in deferrals()) - sum(row["amount"] for row in open_documents())


def test_nothing_is_refused_and_the_ledger_verifies(moved_in: tuple[Home, Rows]) -> None:
    assert rows(moved_in, "from rejected_rows") == []
    assert verify(moved_in[0], RUN).messages == ("every commit fits",)
