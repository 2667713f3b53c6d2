"""Two books: a year of worked examples, and a company that closes January and then learns something late."""

from __future__ import annotations

from calendar import monthrange
from typing import Any

import pytest

from billing_jobs.streams import AMOUNT, EXACT
from tests.dbt.receivables.by_hand import Books, Night
from tests.dbt.revenue.charges_by_hand import BLOCKS, CHARGES, SEGMENTS, charge, daily_segments

TEXT = "VARCHAR"
PRICED = {
    name: CHARGES[name]
    for name in ("charge_id", "contract_id", "plan_id", "fee_id", "instance", "user_customer_id", "currency", "kind")
} | {"minor_digits": "INTEGER"}
BILLED = {"charge_id": TEXT, "billed_amount": AMOUNT, "billed_net_amount": AMOUNT}
STEPS = {"charge_id": TEXT, "segment_from": "DATE", "amount": EXACT, "unit_price": EXACT}
REFERENCED = dict.fromkeys(["payment_id", "document_id", "customer_id"], TEXT)
NAMES = dict.fromkeys(["known_key", "customer_id", "identified_by"], TEXT)
SUGGESTED = {"payment_id": TEXT}
LIVES = {"contract_id": TEXT, "life_until": "DATE", "plan_id": TEXT}
CLAIMS = {
    **dict.fromkeys(["claim", "customer_id", "contract_id", "charge_id", "document_id", "currency"], TEXT),
    "amount": AMOUNT,
}
CONTRACTS = {
    "contract_id": TEXT,
    "trial_until": "DATE",
    "service_from": "DATE",
    "plan_id": TEXT,
    "entity_id": TEXT,
    "department": TEXT,
}
BUILT = [
    "stg_run__run",
    "stg_ledger__documents",
    "stg_ledger__document_lines",
    "stg_ledger__allocations",
    "stg_ledger__journal_entries",
    "stg_ledger__period_closes",
    "stg_payments__deposits",
    "stg_catalog__entities",
    "stg_catalog__sources",
    "stg_catalog__accounts",
    "stg_catalog__plans",
    "stg_catalog__fees",
    "stg_catalog__fee_versions",
    "stg_catalog__meters",
    "int_fees_resolved",
    "int_bank_accounts_by_seller",
    "int_deposits_repeated",
    "int_deposits_judged",
    "intermediate.revenue",
    "revenue_schedule",
    "deferred_revenue_rollforward",
    "journal_entries",
    "entries_to_post",
    "closes_to_record",
]
OPENINGS = [
    "stg_crm__customers",
    "stg_crm__contracts",
    "stg_crm__customer_merges",
    "stg_crm__opening_deferrals",
    "stg_crm__opening_documents",
    "stg_catalog__payment_terms",
    "stg_catalog__dunning_policies",
    "int_customers_resolved",
    "stg_ledger__customers_billed",
    "int_customer_merges_judged",
    "int_customer_merges_followed",
    "int_openings_judged",
    "int_documents_recorded",
]
DISCOUNTS = {
    "int_discounts_by_charge": {"charge_id": TEXT, "discount_id": TEXT, "percent": EXACT},
    "int_discounts_granted": {"discount_id": TEXT, "periods": "INTEGER"},
    "int_discount_amounts": {"charge_id": TEXT, "discount_id": TEXT, "amount": EXACT},
}
CASH = [
    "int_open_items",
    "int_bank_reversals_paired",
    "int_deposits_resolved",
    "payments",
    "allocations",
    "marts.metrics",
]


def night(
    books: Books,
    as_of: str,
    charges: list[dict[str, Any]],
    segments: list[dict[str, Any]],
    **tables: list[dict[str, Any]],
) -> Night:
    given = {"int_charges_reconciled": (CHARGES, charges), "int_charge_segments_rated": (SEGMENTS, segments)}
    given["int_charges_billed"] = (BILLED, [{name: row[name] for name in BILLED} for row in charges])
    kinds = {
        "int_charges_priced": PRICED,
        "int_price_components": STEPS,
        "int_contracts_resolved": CONTRACTS,
        "int_contract_service_dates": LIVES,
    }
    kinds["int_credit_grants"] = BLOCKS
    kinds |= dict.fromkeys(("int_claims_broken", "int_charge_claims_placed"), CLAIMS)
    kinds |= {
        name: {key: TEXT, "entity_id": TEXT}
        for name, key in (("int_documents_totalled", "document_id"), ("charges", "charge_id"))
    }
    kinds |= {"int_deposit_references": REFERENCED, "int_payer_names_resolved": NAMES}
    kinds |= {"int_matches_suggested": SUGGESTED, **DISCOUNTS}
    given |= {name: (kinds[name], tables.get(name, [])) for name in kinds}
    return books.night(as_of, *BUILT, *OPENINGS, *CASH, tables=given)


def billed(books: Books, row: dict[str, Any], on: str, net: str, tax: str = "0") -> None:
    """A line about a charge on a document of its own, and the same on the charge's row."""
    number = len(books.rows.get("ledger_documents", [])) + 1
    document = f"{row['charge_id']}-{number}"
    total = str(int(net) + int(tax))
    books.invoice(
        document, row["customer_id"], total, due="2099-01-31", tax=tax, invoice_date=on, currency=row["currency"]
    )
    books.ledger(
        "document_lines",
        line_id=document, document_id=document, line_no=1, charge_id=row["charge_id"],
        line_amount=total if row["price_basis"] == "inclusive" else net,
        net_amount=net, tax_amount=tax, currency=row["currency"], product=row["product"], department=row["department"],
    )  # fmt: skip
    row["is_billed"] = True
    row["billed_net_amount"] = str(int(row["billed_net_amount"]) + int(net))
    row["billed_amount"] = str(int(row["billed_amount"]) + int(total if row["price_basis"] == "inclusive" else net))


@pytest.fixture(scope="session")
def year(tmp_path_factory: pytest.TempPathFactory) -> Night:
    """2023 as it stands on the last day of the year; minor units of JPY stand for the cents of the worked examples."""
    books = Books(tmp_path_factory.mktemp("revenue_year") / "home")
    books.root.mkdir()
    plan = {
        "plan_id": "team",
        "interval_unit": "month",
        "interval_every": 1,
        "catalog_version": "v1",
        "received_at": "2020-01-01 00:00:00+00",
    }
    books.rows["catalog_plans"] = [plan]
    books.rows["catalog_fees"] = [
        {**plan, "fee_id": "base", "interval_every": None, "interval_unit": None},
        {**plan, "fee_id": "yearly", "interval_every": 12},
    ]
    books.rows["catalog_fees"].append({**plan, "fee_id": "daily", "model": "per_day"})
    charges = [
        charge("month", ("2023-01-15", "2023-02-15"), "3100"),
        charge("thirds", ("2023-01-15", "2023-02-15"), "10000"),
        charge("quarter", ("2023-01-01", "2023-04-01"), "9000"),
        charge("year", ("2023-01-01", "2024-01-01"), "36500"),
        charge("old", ("2023-04-01", "2023-05-01"), "6000", served_until="2023-04-21"),
        charge("new", ("2023-04-01", "2023-05-01"), "4000", served_from="2023-04-21"),
        charge("may", ("2023-05-01", "2023-06-01"), "12000"),
        charge("minimum", ("2023-06-01", "2023-07-01"), "1000", kind="usage"),
        charge("inclusive", ("2023-03-01", "2023-04-01"), "11000", price_basis="inclusive"),
        charge("kept", ("2023-01-01", "2024-01-01"), "36500", served_until="2023-03-01"),
        charge("waived", ("2023-02-01", "2023-03-01"), "0"),
        charge("once", ("2023-08-09", "2023-08-10"), "5000", kind="one_off"),
        charge("future", ("2024-01-01", "2024-02-01"), "777"),
        charge("bought", ("2023-02-10", "2023-02-11"), "800", kind="one_off", fee_id="one_off", instance="top-up"),
        charge("paid", ("2023-02-15", "2023-03-15"), "2800"),
        charge(
            "drawn",
            ("2023-02-15", "2023-03-15"),
            "-600",
            kind="credit",
            fee_id="credits",
            credit_block_id="charge:top-up",
            paid_charge_id="paid",
        ),
    ]
    block = {
        "block_id": "charge:top-up",
        "contract_id": "K",
        "purchase_id": "top-up",
        "granted_amount": 1000,
        "granted_on": "2023-02-10",
        "expires_on": "2023-07-01",
    }
    by_id = {row["charge_id"]: row for row in charges}
    for name, on, net in (
        ("month", "2023-01-15", "3100"),
        ("thirds", "2023-01-15", "10000"),
        ("quarter", "2022-12-31", "9000"),
        ("year", "2023-01-01", "36500"),
    ):
        billed(books, by_id[name], on, net)
    billed(books, by_id["old"], "2023-04-01", "9000")
    billed(books, by_id["old"], "2023-05-01", "-3000")
    for name, net in (("bought", "800"), ("paid", "2800"), ("drawn", "-600")):
        billed(books, by_id[name], "2023-02-15", net)
    billed(books, by_id["kept"], "2023-01-01", "36500")
    billed(books, by_id["waived"], "2023-02-01", "2000", "200")
    billed(books, by_id["waived"], "2023-03-01", "-2000", "-200")
    segments = [
        *daily_segments("month", ("2023-01-15", "2023-02-15"), 3100, of_days=31),
        *daily_segments("thirds", ("2023-01-15", "2023-02-15"), 10000, of_days=31),
        *daily_segments("quarter", ("2023-01-01", "2023-04-01"), 9000, of_days=90),
        *daily_segments("year", ("2023-01-01", "2024-01-01"), 36500, of_days=365),
        *daily_segments("old", ("2023-04-01", "2023-04-21"), 9000, of_days=30),
        *daily_segments("new", ("2023-04-21", "2023-05-01"), 12000, of_days=30),
        *daily_segments("may", ("2023-05-01", "2023-06-01"), 12000, of_days=31),
        *daily_segments("minimum", ("2023-06-01", "2023-07-01"), 0, of_days=30),
        *daily_segments("inclusive", ("2023-03-01", "2023-04-01"), 11000, of_days=31),
        *daily_segments("kept", ("2023-01-01", "2023-03-01"), 36500, of_days=365),
        *daily_segments("paid", ("2023-02-15", "2023-03-15"), 2800, of_days=28),
        *daily_segments("future", ("2024-01-01", "2024-02-01"), 777, of_days=31),
    ]
    return night(books, "2023-12-31", charges, segments, int_credit_grants=[block], **_subscriptions(segments))


def _subscriptions(segments: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Customers for MRR: their month-long segments are appended; prices stand in the steps."""
    lives: dict[str, list[tuple[int, int]]] = {
        "STAYS": [(month, 1000) for month in range(1, 13)],
        "LEAVES": [(month, 1000) for month in (1, 2, 3, 6, 7)],
        "GROWS": [(month, 1000 if month < 5 else 1500 if month < 9 else 400) for month in range(1, 13)],
        "TRIES": [(month, 800) for month in (10, 11, 12)],
        "YEARLY": [(month, 12000) for month in range(1, 13)],
        "THIRDS": [(month, 10000) for month in range(1, 13)],  # 833.33 a month
        "FRANCS": [(month, 10000) for month in range(1, 13)],
        "DAILY": [(month, 12 * monthrange(2023, month)[1]) for month in range(1, 13)],  # 12 a day
        **{
            customer: [(month, 1000) for month in range(1, 13)]
            for customer in ("HALF", "ONCE", "BOTH", "BEYOND", "DOUBTED")
        },
    }
    fees = {**dict.fromkeys(("YEARLY", "THIRDS", "FRANCS"), "yearly"), "DAILY": "daily"}
    charges, steps, contracts = [], [], []
    for customer, months in lives.items():
        contracts.append(
            {
                "contract_id": customer,
                "service_from": f"2023-{months[0][0]:02d}-01",
                "trial_until": "2023-12-01" if customer == "TRIES" else None,
            }
        )
        for month, price in months:
            row = {
                "charge_id": f"{customer}-{month}",
                "segment_from": f"2023-{month:02d}-01",
                "unrounded_amount": price,
            }
            segments.append(
                {
                    **row,
                    "segment_until": f"2023-{month + 1:02d}-01" if month < 12 else "2024-01-01",
                    "month": row["segment_from"],
                }
            )
            steps.append(
                {
                    "charge_id": row["charge_id"],
                    "segment_from": row["segment_from"],
                    "amount": price,
                    "unit_price": "12",
                }
            )
            charges.append({
                "charge_id": row["charge_id"], "contract_id": customer, "plan_id": "team",
                "fee_id": fees.get(customer, "base"),
                "instance": "", "user_customer_id": customer, "kind": "recurring",
                "currency": "CHF" if customer == "FRANCS" else "JPY",
                "minor_digits": 2 if customer == "FRANCS" else 0,
            })  # fmt: skip
    in_doubt = [{"claim": "a_claim", "customer_id": "DOUBTED", "charge_id": f"DOUBTED-{month}"} for month in (11, 12)]
    tables = {
        "int_charges_priced": charges,
        "int_price_components": steps,
        "int_contracts_resolved": contracts,
        "int_charge_claims_placed": in_doubt,
    }
    return {**tables, **_discounts()}


def _discounts() -> dict[str, list[dict[str, Any]]]:
    """Half off for three months; a coupon for one month; ten percent, then twenty of what is left, then 220;
    more off than there is."""
    given = [
        ("HALF", "half", "50", 500, 3), ("ONCE", "once", "30", 300, 1), ("BOTH", "ten", "10", 100, 12),
        ("BOTH", "twenty", "20", 180, 12),
        ("BOTH", "fixed", None, 220, 12), ("BEYOND", "all", None, 1000, 12),
    ]  # fmt: skip
    last = {"half": 3, "once": 1}
    rows = [
        (f"{customer}-{month}", name, percent, amount)
        for customer, name, percent, amount, _ in given
        for month in range(1, last.get(name, 12) + 1)
    ]
    return {
        "int_discounts_by_charge": [
            {"charge_id": charge_id, "discount_id": name, "percent": percent} for charge_id, name, percent, _ in rows
        ],
        "int_discount_amounts": [
            {"charge_id": charge_id, "discount_id": name, "amount": amount} for charge_id, name, _, amount in rows
        ],
        "int_discounts_granted": [
            {"discount_id": name, "periods": None if periods == 12 else periods} for _, name, _, _, periods in given
        ],
    }


@pytest.fixture(scope="session")
def closes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """31 January: the first close.

    Then a document dated in January comes late; 10 February, and the close of February.
    """
    books = Books(tmp_path_factory.mktemp("revenue_closes") / "home")
    books.root.mkdir()
    yearly = charge("yearly", ("2026-01-15", "2027-01-15"), "36500")
    usage = charge("usage", ("2026-01-01", "2026-02-01"), "500", kind="usage", fee_id="api", department="api")
    billed(books, yearly, "2026-01-15", "36500", "3650")
    books.deposit("p1", "40150", "2026-01-20")
    books.deposit("p2", "900", "2026-01-25")
    books.ledger(
        "allocations",
        allocation_id="a1",
        payment_id="p1",
        document_id="yearly-1",
        amount="40150",
        currency="JPY",
        kind="cash",
        allocated_on="2026-01-21",
    )
    refunds = _refunds(books)
    consumed = {
        **_segment("usage", "2026-01-01", "2026-02-01"),
        "unrounded_amount": "499.6",
        "is_served_by_days": False,
    }
    segments = [
        *daily_segments("yearly", ("2026-01-15", "2027-01-15"), 36500, of_days=365),
        consumed,
        *(
            segment
            for row in refunds
            for segment in daily_segments(row["charge_id"], ("2026-01-01", "2026-04-01"), 9000, of_days=90)
        ),
    ]
    claim = {
        "claim": "a_claim",
        "customer_id": "C",
        "contract_id": "K",
        "charge_id": "",
        "document_id": "draft",
        "amount": "700",
        "currency": "JPY",
    }
    doubts = {"int_claims_broken": [claim], "int_documents_totalled": [{"document_id": "draft", "entity_id": "main"}]}
    january = night(books, "2026-01-31", [yearly, usage, *refunds], segments, **doubts)
    posted = january.read("entries_to_post")
    seen: dict[str, Any] = {
        "january": _in_yen(posted),
        "january_closes": january.read("closes_to_record"),
        "refunds": posted,
    }
    seen["january_schedule"] = january.read("revenue_schedule")
    seen["january_failures"] = january.failures("path:tests/revenue")
    for row in posted:
        books.ledger("journal_entries", **row)
    for row in seen["january_closes"]:
        books.ledger("period_closes", **row)
    billed(books, usage, "2026-01-31", "500", "50")
    books.ledger(
        "allocations",
        allocation_id="a2",
        payment_id="p2",
        document_id="usage-4",
        amount="110",
        currency="JPY",
        kind="cash",
        allocated_on="2026-02-02",
    )
    books.ledger(
        "allocations",
        allocation_id="a3",
        payment_id="p2",
        document_id="usage-4",
        amount="440",
        currency="JPY",
        kind="bank_fee",
        allocated_on="2026-02-02",
    )
    for row, given_back in zip(refunds, (9000, 900), strict=True):
        billed(books, row, "2026-02-01", str(-given_back))
        row["owed_amount"] = str(9000 - given_back)
    segments = [row for row in segments if row["charge_id"] != "refunded"]
    middle = night(books, "2026-02-10", [yearly, usage, *refunds], segments)
    seen["middle"] = middle.read("entries_to_post")
    seen["middle_schedule"] = middle.read("revenue_schedule")
    february = night(books, "2026-02-28", [yearly, usage, *refunds], segments)
    posted = february.read("entries_to_post")
    seen |= {
        "february": _in_yen(posted),
        "refunds": [*seen["refunds"], *posted],
        "refunds_schedule": february.read("revenue_schedule"),
    }
    seen["february_failures"] = february.failures("path:tests/revenue")
    return seen


@pytest.fixture(scope="session")
def shared_accounts(tmp_path_factory: pytest.TempPathFactory) -> Night:
    """A first close of a seller who keeps deferred and unbilled revenue on one account,
    and receivables with receipts that are not applied."""
    one = {"unbilled_revenue": "2160", "unapplied_receipts": "1150"}
    books = Books(tmp_path_factory.mktemp("revenue_shared") / "home")
    return _first_close(
        books, [{**row, "account": one.get(row["role"], row["account"])} for row in books.rows["catalog_accounts"]]
    )


@pytest.fixture(scope="session")
def short_chart(tmp_path_factory: pytest.TempPathFactory) -> Night:
    """The same close of a seller whose catalog names no account for unbilled revenue and bad debt."""
    books = Books(tmp_path_factory.mktemp("revenue_short") / "home")
    return _first_close(
        books, [row for row in books.rows["catalog_accounts"] if row["role"] not in ("unbilled_revenue", "bad_debt")]
    )


def _first_close(books: Books, accounts: list[dict[str, Any]]) -> Night:
    books.root.mkdir()
    books.rows["catalog_accounts"] = accounts
    yearly = charge("yearly", ("2026-01-15", "2027-01-15"), "36500")
    usage = charge("usage", ("2026-01-01", "2026-02-01"), "500", kind="usage", fee_id="api", department="api")
    billed(books, yearly, "2026-01-15", "36500", "3650")
    books.deposit("p1", "900", "2026-01-25")
    segments = [
        *daily_segments("yearly", ("2026-01-15", "2027-01-15"), 36500, of_days=365),
        {**_segment("usage", "2026-01-01", "2026-02-01"), "unrounded_amount": "500"},
    ]
    return night(books, "2026-01-31", [yearly, usage], segments)


def _refunds(books: Books) -> list[dict[str, Any]]:
    """Three months in advance, twice, each in a currency of its own; in February all of the first and a tenth of the
    other are given back."""
    rows = [
        charge(name, ("2026-01-01", "2026-04-01"), "9000", currency=currency)
        for name, currency in (("refunded", "USD"), ("reduced", "EUR"))
    ]
    for row in rows:
        billed(books, row, "2026-01-01", "9000")
    return rows


def _in_yen(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [row for row in entries if row["currency"] == "JPY"]


def _segment(charge_id: str, begins: str, until: str) -> dict[str, str]:
    return {"charge_id": charge_id, "segment_from": begins, "segment_until": until, "month": begins[:8] + "01"}
