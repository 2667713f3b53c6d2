"""From an invoice's line down to the file and the row."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

from billing_jobs import streams
from billing_jobs.adapters import duckdb as engine
from billing_jobs.cli.explanation_text import contract_text, document_text
from billing_jobs.errors import UsageError
from billing_jobs.jobs.explain import explain
from billing_jobs.settings import Home
from tests.jobs.conftest import night
from tests.support.fixture_home import write_rows

KNOWN = "2026-02-01 17:00:00+00"
TRACE = {
    "owed": "2.5000", "computed": "2.5000", "billed_before": "0.0000", "difference": "2.5000",
    "segments": [{"from": "2026-01-01", "until": "2026-02-01", "version_from": "2026-01-01", "quantity": "5",
            "amount": "2.5",
                  "steps": [{"tier": 1, "quantity": "5", "unit_price": "0.5", "amount": "2.5"}]}],
}  # fmt: skip
PUBLISHED = f"""
create table invoices as select 'd1' as document_id, 'INV-1' as document_number, 'invoice' as document_type,
    'C1' as customer_id, 'JPY' as currency,
    date '2026-01-31' as invoice_date, date '2026-02-28' as due_date, 2.5::decimal(20, 4) as net_amount,
    0::decimal(20, 4) as tax_amount,
    2.5::decimal(20, 4) as total_amount, 2::decimal(20, 4) as paid_amount, 0.5::decimal(20, 4) as open_amount,
    'partly_paid' as status;
create table invoice_lines as select 'd1' as document_id, 'INV-1' as document_number, 1 as line_no, 'l1' as line_id,
    'ch1' as charge_id, 'Calls' as description,
    'K1' as contract_id, 'api' as plan_id, 'calls' as fee_id, '' as instance, 'usage' as kind, 'charge' as reason,
    date '2026-01-01' as period_from,
    date '2026-02-01' as period_until, date '2026-01-01' as served_from, date '2026-02-01' as served_until,
    5::decimal(38, 12) as quantity, 'calls' as unit,
    2.5::decimal(20, 4) as line_amount, 2.5::decimal(20, 4) as net_amount, 0::decimal(20, 4) as tax_amount,
    'none' as tax_code, 0::decimal(9, 6) as tax_rate,
    'exclusive' as price_basis, 'JPY' as currency, '' as original_line_id, 'C1' as user_customer_id,
    '{json.dumps(TRACE)}' as pricing_trace;
create table invoice_taxes as select 'd1' as document_id, 'none' as tax_code, 0::decimal(9, 6) as tax_rate,
    2.5 as net_amount, 0 as tax_amount, 'JPY' as currency;
create table allocations as select 'd1' as document_id, 'p1' as payment_id, 'cash' as kind, 'reference' as rule,
    2::decimal(20, 4) as amount, 'JPY' as currency, '' as reason;
create table payments as select 'p1' as payment_id, date '2026-02-10' as deposit_date, 'bank_csv' as source;
create table contracts as select '[{{"phase_from": "2026-01-01", "plan_id": "api"}}]' as phases,
    'K1' as contract_id, 'C1' as customer_id, 'api' as plan_id, date '2026-01-01' as service_from,
    'active' as status, 'Asia/Tokyo' as time_zone;
create table billing_periods as select 'K1' as contract_id, date '2026-01-01' as period_from,
    date '2026-02-01' as period_until,
    false as is_trial, date '2026-01-31' as bill_on;
create table charges as select * exclude (document_id), 2.5::decimal(38, 12) as unrounded_amount,
    2.5::decimal(20, 4) as owed_amount,
    2.5::decimal(20, 4) as billed_amount, 0::decimal(20, 4) as difference from invoice_lines;
create table credit_ledger as select 'grant:g1' as block_id, 'K1' as contract_id, 'drawn' as movement,
    date '2026-01-31' as moved_on,
    -2.5::decimal(20, 4) as amount, 7.5::decimal(20, 4) as remaining_amount, 'JPY' as currency,
    'INV-1' as document_number, null::date as expires_on, 'ch1' as charge_id;
create table usage_daily as select 'K1' as contract_id, 'api_calls' as meter, date '2026-01-05' as usage_date,
    '{{}}' as dimensions,
    5::decimal(38, 12) as quantity, 2 as event_count;
create schema jobs;
create table jobs.run as select timestamptz '{KNOWN}' as known_until;
"""


def event(number: int, at: str, quantity: str, **other: str) -> dict[str, str]:
    received = {
        "received_at": "2026-02-01 00:00:00+00",
        "file_name": "usage/api/one.csv",
        "line_no": str(number),
        "properties": "{}",
    }
    return {
        "event_id": f"e{number}",
        "event_type": "call",
        "event_at": at,
        "contract_id": "K1",
        "customer_id": "",
        "quantity": quantity,
        **received,
        **other,
    }


@pytest.fixture
def home(tmp_path: Path) -> Home:
    created = Home(tmp_path)
    created.published.mkdir()
    with engine.connect(created.published_database, read_only=False) as con:
        con.execute("set TimeZone = 'UTC'")
        con.execute(PUBLISHED)
    version = {"catalog_version": "v1", "received_at": "2026-01-01 00:00:00+00"}
    write_rows(
        created.lake / "catalog/fees/v1.parquet",
        streams.CATALOG["fees"],
        [{"plan_id": "api", "fee_id": "calls", "meter": "api_calls", **version}],
    )
    meter = {"meter": "api_calls", "event_type": "call", "field": "quantity", **version}
    write_rows(created.lake / "catalog/meters/v1.parquet", streams.CATALOG["meters"], [meter])
    change = {
        "change_id": "x",
        "contract_id": "K1",
        "effective_on": "2026-03-01",
        "kind": "cancel",
        "received_at": "2026-02-01 00:00:00+00",
        "file_name": "f",
        "line_no": 2,
    }
    write_rows(created.lake / "crm/contract_changes/one.parquet", streams.CRM["contract_changes"], [change])
    events = [
        event(2, "2025-12-31 15:00:00+00", "2"),
        event(3, "2026-01-05 03:00:00+00", "3"),
        event(4, "2025-12-31 14:59:59+00", "70"),
        event(7, "2026-01-31 15:00:00+00", "60"),
        event(5, "2026-01-05 04:00:00+00", "90", contract_id="K2"),
        event(6, "2026-01-05 05:00:00+00", "80", received_at="2026-02-02 00:00:00+00"),
    ]
    for day in {row["event_at"][:10] for row in events}:
        write_rows(
            created.lake / f"usage/event_date={day}/one.parquet",
            streams.USAGE,
            [row for row in events if row["event_at"].startswith(day)],
        )
    return created


def test_a_line_is_explained_down_to_the_rows_of_its_local_days(home: Home) -> None:
    """January begins and ends at 15:00 UTC in Tokyo; another contract's event is of another line,
    a later file of another night."""
    facts = explain(home, night(31), "INV-1")
    (line,) = facts["lines"]
    assert [(row["event_id"], row["value"], row["line_no"]) for row in line["events"]] == [
        ("e2", Decimal(2), 2),
        ("e3", Decimal(3), 3),
    ]
    assert line["files"] == [{"file_name": "usage/api/one.csv", "events": 2, "first_row": 2, "last_row": 3}]
    assert [(day["usage_date"].isoformat(), day["quantity"]) for day in line["days"]] == [("2026-01-05", Decimal(5))]
    assert facts["payments"][0]["amount"] == Decimal(2)


def test_the_text_leads_from_the_total_to_the_row(home: Home) -> None:
    text = "\n".join(document_text(explain(home, night(31), "d1")))
    for said in (
        "INV-1  invoice of 2026-01-31",
        "net 2.5 + tax 0 = 2.5 JPY",
        "step 1: 5 x 0.5 = 2.5",
        "usage/api/one.csv       2",
        "2026-02-10    cash",
    ):
        assert said in text, said


def test_a_contract_is_explained_by_changes_periods_charges_and_documents(home: Home) -> None:
    facts = explain(home, night(31), "K1")
    assert [len(facts[name]) for name in ("changes", "phases", "periods", "charges", "credits", "documents")] == [
        1,
        1,
        1,
        1,
        1,
        1,
    ]
    text = "\n".join(contract_text(facts))
    assert "2026-03-01    cancel" in text
    assert "INV-1" in text
    assert "grant:g1  drawn     2026-01-31" in text


def test_a_draw_of_credits_names_its_block_and_what_it_pays(home: Home) -> None:
    facts = explain(home, night(31), "INV-1")
    facts["lines"][0]["trace"] = {"credit_block": "grant:g1", "pays": "ch1"}
    assert "drawn from credit block grant:g1 for charge ch1" in "\n".join(document_text(facts))


def test_a_discount_is_explained_with_its_name_and_what_it_is_taken_off(home: Home) -> None:
    facts = explain(home, night(31), "INV-1")
    given = [
        {"discount": "welcome", "name_en": "Welcome coupon", "amount": "-2000.000000000000"},
        {"discount": "x9", "name_en": None, "amount": "-1000.000000000000"},
    ]
    facts["lines"][0]["trace"] |= {"discounts": given, "unrounded": "13000.000000000000"}
    text = "\n".join(document_text(facts))
    assert "discount welcome (Welcome coupon): -2,000 of 13,000" in text
    assert "discount x9: -1,000 of 13,000" in text


def test_a_minimum_and_a_maximum_are_explained_and_what_a_minimum_of_the_contract_found_covered(home: Home) -> None:
    facts = explain(home, night(31), "INV-1")
    facts["lines"][0]["trace"] |= {
        "maximum": "2000.500000000000",
        "minimum": "1000.000000000000",
        "required": "10000.0000",
        "covered": "3999.0000",
    }
    text = "\n".join(document_text(facts))
    assert "at least 1,000 and at most 2,000.5 for the days served" in text
    assert "10,000 at least for all fees together, 3,999 of it by the others" in text


def test_an_unknown_name_is_wrong_usage(home: Home) -> None:
    with pytest.raises(UsageError, match="INV-9"):
        explain(home, night(31), "INV-9")
    home.published_database.unlink()
    with pytest.raises(UsageError, match="billing nightly"):
        explain(home, night(31), "INV-1")


def test_a_share_of_a_price_is_explained_by_its_days(home: Home) -> None:
    facts = explain(home, night(31), "INV-1")
    facts["lines"][0]["trace"]["segments"][0] |= {"days": 15, "of_days": 30}
    assert "price of 2026-01-01, 5 x 15 of 30 days -> 2.5" in "\n".join(document_text(facts))
