"""A company with 200 contracts of three years moves in at the turn of the year:
the first night bills what is due after it, and no more."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from billing_jobs.adapters import duckdb as engine
from billing_jobs.errors import UsageError
from billing_jobs.jobs.accept import accept
from billing_jobs.jobs.init import init
from billing_jobs.jobs.monthly import monthly
from billing_jobs.jobs.quote import quote
from billing_jobs.jobs.verify import verify
from billing_jobs.records import Run
from billing_jobs.settings import Home
from examples.demo.tables import write_csv

from .stories import HERE

CUT_OVER, TONIGHT = date(2026, 1, 1), date(2026, 1, 31)
RUN = Run(TONIGHT, datetime(2026, 1, 31, 17, tzinfo=UTC))
CONTRACTS = 200
Rows = list[dict[str, Any]]
QUOTES: Rows = [
    {
        "quote_id": "Q1",
        "customer_id": "C0",
        "quoted_on": date(2026, 1, 20),
        "valid_until": date(2026, 2, 20),
        "service_from": date(2026, 3, 1),
        "term_months": 3,
    },
    {"quote_id": "Q2", "customer_id": "C0", "quoted_on": date(2026, 1, 2), "valid_until": date(2026, 1, 10)},
]
QUOTE_LINES: Rows = [
    {"quote_id": "Q1", "line_no": 1, "plan_id": "desk", "unit_price": 10000},
    {"quote_id": "Q1", "line_no": 2, "plan_id": "sms", "expected_usage": 100},
    {"quote_id": "Q1", "line_no": 3, "description": "初期設定", "quantity": 2, "unit_price": 5000},
    {"quote_id": "Q2", "line_no": 1, "plan_id": "desk"},
]
QUOTE_LINES = [
    {"plan_id": "", "description": "", "quantity": "", "expected_usage": "", "unit_price": "", **line}
    for line in QUOTE_LINES
]


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
            rows.append({"deferral_id": f"D{number}", "customer_id": customer(number), "contract_id": f"K{number}",
                    "fee_id": "base", "period_from": begins,
                         "period_until": ends, "amount": round(rest), "currency": "JPY"})  # fmt: skip
    return rows


def open_documents() -> Rows:
    return [
        {"document_number": f"OLD-{number}", "customer_id": customer(number), "invoice_date": date(2025, 11, 30),
            "due_date": date(2026, 1, 30),
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
        amount = (120000 if is_yearly(number) else 12000) * sum(
            CUT_OVER <= day <= TONIGHT + timedelta(days=1) for day in first_days
        )
        if amount:
            owed[f"K{number}"] = amount
    return owed


@pytest.fixture(scope="module")
def moved_in(tmp_path_factory: pytest.TempPathFactory, mail_server: None) -> Iterator[tuple[Home, Rows]]:
    home = Home(tmp_path_factory.mktemp("moved-in") / "home")
    init(home, RUN)
    shutil.copytree(HERE / "catalog", home.landing / "catalog", dirs_exist_ok=True)
    crm: Path = home.landing / "crm"
    write_csv(
        crm / "customers.csv", [{"customer_id": f"C{number}", "name": f"Customer {number}"} for number in range(20)]
    )
    contracts = [
        {
            "contract_id": f"K{number}",
            "customer_id": customer(number),
            "plan_id": "year_desk" if is_yearly(number) else "desk",
            "service_from": signed_on(number),
        }
        for number in range(CONTRACTS)
    ]
    write_csv(crm / "contracts.csv", contracts)
    write_csv(crm / "opening_documents.csv", open_documents())
    write_csv(crm / "opening_deferrals.csv", deferrals())
    write_csv(crm / "quotes.csv", QUOTES)
    write_csv(crm / "quote_lines.csv", QUOTE_LINES)
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
    assert {row["document_number"]: int(row["open_amount"]) for row in opened} == {
        row["document_number"]: row["amount"] for row in open_documents()
    }
    (aged,) = rows(moved_in, "select sum(days_1_30) as overdue from receivables_aging")
    assert int(aged["overdue"]) == sum(row["amount"] for row in open_documents())


def test_the_deferred_balance_of_the_opening_is_that_of_the_file_and_is_released_by_day(
    moved_in: tuple[Home, Rows],
) -> None:
    january = (
        "select instance, billed_to_date, recognised_amount from revenue_schedule where month = '2026-01-01' "
        "and instance <> ''"
    )
    found = {
        row["instance"]: (int(row["billed_to_date"]), int(row["recognised_amount"])) for row in rows(moved_in, january)
    }
    assert {name: billed for name, (billed, _) in found.items()} == {
        row["deferral_id"]: row["amount"] for row in deferrals()
    }
    for row in deferrals():
        days = (row["period_until"] - CUT_OVER).days
        assert abs(found[row["deferral_id"]][1] - Decimal(row["amount"]) * min(31, days) / days) <= Decimal("0.5"), row


def test_the_books_open_with_the_files_against_the_opening_balance(moved_in: tuple[Home, Rows]) -> None:
    sql = "select sum(if(side = 'debit', amount, -amount)) as amount from journal_entries where account = '9990'"
    (booked,) = rows(moved_in, sql)
    assert int(booked["amount"]) == sum(row["amount"] for row in deferrals()) - sum(
        row["amount"] for row in open_documents()
    )


def test_nothing_is_refused_and_the_ledger_verifies(moved_in: tuple[Home, Rows]) -> None:
    assert rows(moved_in, "from rejected_rows") == []
    assert verify(moved_in[0], RUN).messages[0] == "every commit fits"


def test_a_quote_is_priced_as_it_would_be_billed_put_on_paper_and_accepted_as_files(
    moved_in: tuple[Home, Rows],
) -> None:
    """Three months of 10,000 and of 100 messages at 3, and 2 x 5,000 once: 40,900, with tax 44,990."""
    home = moved_in[0]
    with pytest.raises(UsageError, match="never priced"):
        accept(home, RUN, quote_id="Q1")
    assert (
        quote(home, RUN, quote_id="Q1")
        .messages[0]
        .startswith("Quote Q1: 44,990.00 JPY with tax over 3 months; documents/quotes/Q1-")
    )
    assert not quote(home, RUN, quote_id="Q1").changed
    (priced,) = (home.landing / "crm").glob("quoted_prices-Q1-*.csv")
    told = [line.split(",") for line in priced.read_text(encoding="utf-8").splitlines()[1:]]
    assert [(row[1], row[3], row[6], float(row[7]), float(row[8])) for row in told] == [
        ("Q1-1", "base", "3", 30000, 3000), ("Q1-2", "sms", "3", 900, 90), ("", "one_off", "1", 10000, 1000),
    ]  # fmt: skip
    assert next((home.documents / "quotes").glob("Q1-*.pdf")).read_bytes().startswith(b"%PDF")
    assert accept(home, RUN, quote_id="Q1").counts == {"contracts": 2}
    assert not accept(home, RUN, quote_id="Q1").changed
    contracts = (home.landing / "crm" / "contracts-quote-Q1.csv").read_text(encoding="utf-8").splitlines()
    assert contracts[1:] == [
        "Q1-1,C0,desk,2026-03-01,2026-01-31,,3,true,,Q1",
        "Q1-2,C0,sms,2026-03-01,2026-01-31,,3,true,,Q1",
    ]
    assert not (home.root / "quotes" / ".pricing").exists()


def test_a_quote_that_is_expired_or_unknown_is_neither_priced_nor_accepted(moved_in: tuple[Home, Rows]) -> None:
    with pytest.raises(UsageError, match="expired"):
        quote(moved_in[0], RUN, quote_id="Q2")
    with pytest.raises(UsageError, match="expired"):
        accept(moved_in[0], RUN, quote_id="Q2")
    with pytest.raises(UsageError, match="There is no quote Q9"):
        quote(moved_in[0], RUN, quote_id="Q9")
