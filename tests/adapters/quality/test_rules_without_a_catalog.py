"""Border control over a catalog of which a part is empty or was never delivered: a rule finds what is wrong,
and nothing because nothing is there."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
import yaml

from billing_jobs import streams
from billing_jobs.adapters import duckdb as engine
from billing_jobs.adapters.quality import rule_files, views
from billing_jobs.settings import DBT_PROJECT_DIR, EXPECTATIONS_DIR, Home
from tests.adapters.quality.test_border_control import PROPOSALS, RECEIVED, USAGE_FILE
from tests.support.fixture_home import FOLDERS, fill, write_rows

STAMP = {"catalog_version": "v1", "received_at": RECEIVED}
CATALOG: dict[str, list[dict[str, object]]] = {
    "entities": [
        {
            "entity_id": "main",
            "currency": "JPY",
            "registration_number": "T7000012050002",
            "dunning_policy_id": "standard",
            "payment_terms_id": "eom",
        }
    ],
    "plans": [
        {"plan_id": "team", "entity_id": "main", "currency": "JPY", "interval_every": 1, "interval_unit": "month"}
    ],
    "fees": [
        {
            "plan_id": "team",
            "fee_id": "api",
            "tax_code": "standard",
            "meter": "calls",
            "kind": "usage",
            "model": "per_unit",
        }
    ],
    "fee_versions": [
        {
            "plan_id": "team",
            "fee_id": "api",
            "currency": currency,
            "valid_from": "2026-01-01",
            "applies_to": "all",
            "unit_price": "1",
        }
        for currency in ("JPY", "USD")
    ],
    "tax_codes": [{"tax_code": "standard", "kind": "standard"}],
    "tax_rates": [{"tax_code": "standard", "valid_from": "2019-10-01", "rate": "10"}],
    "payment_terms": [{"payment_terms_id": "eom", "closing_day": 99}],
    "dunning_policies": [{"policy_id": "standard"}],
    "dunning_steps": [{"policy_id": "standard", "step": 1, "days_after_due": 3}],
    "meters": [{"meter": "calls", "event_type": "api", "aggregation": "sum", "field": "quantity"}],
    "sources": [{"source": "bank", "kind": "payments", "format": "csv"}],
}
HOME: dict[str, list[dict[str, object]]] = {
    **{f"catalog_{table}": [{**row, **STAMP} for row in CATALOG.get(table, [])] for table in streams.CATALOG},
    "intake": [{**USAGE_FILE, "file_name": "a.csv", "source": "api", "event_date": "2026-10-31", "rows_received": 1}],
    "usage": [{"event_id": "e", "file_name": "a.csv", "event_type": "api", "event_at": "2026-10-31 00:00:00+00",
            "quantity": "1", "received_at": RECEIVED}],
    # A customer that names nothing: no terms, no policy, no payer.
    "crm_customers": [{"customer_id": "C1", "email": "a@b.jp", "received_at": RECEIVED, "file_name": "f",
            "line_no": 1}],
    "crm_contracts": [{"contract_id": "K1", "customer_id": "C1", "plan_id": "team", "service_from": "2026-10-01",
            "received_at": RECEIVED}],
    "payments": [
        {"payment_id": f"p-{currency}", "currency": currency, "amount": "70", "direction": "in", "is_reversal": "false",
            "booked_on": "2026-10-31",
         "received_at": RECEIVED}
        for currency in ("JPY", "USD")
    ],
    "ledger_document_lines": [{"line_id": "o", "document_id": "old", "plan_id": "team", "fee_id": "api",
            "kind": "usage", "recorded_at": RECEIVED}],
}  # fmt: skip
SOLD = """jobs.invoices_to_issue (document_id, document_number, document_type, customer_id, currency, entity_id,
    bill_on, invoice_date, due_date, net_amount, tax_amount, total_amount, snapshot) values
    ('d1', 'INV-1', 'invoice', 'C1', 'JPY', 'main', '2026-10-31', '2026-10-31', '2026-11-30', 100, 10, 110,
    '{"buyer": {"name": "N", "address": "A", "email": "a@b.jp"},
    "seller": {"name_ja": "S", "registration_number": "T7000012050002"}}')"""
LINE = """jobs.invoice_lines_to_issue (line_id, document_id, charge_id, customer_id, currency, line_amount, net_amount,
    tax_amount, reason) values ('l1', 'd1', 'k', 'C1', 'JPY', 100, 100, 10, 'charge')"""
TAX = (
    "jobs.invoice_taxes_to_issue (document_id, tax_code, tax_rate, net_amount, tax_amount) "
    "values ('d1', 'standard', 10, 100, 10)"
)
# What a rule rightly finds where a part is missing: the contract has no price, the fee no version, its tax no rate.
# Without sellers there is no catalog.
RIGHT = {
    "entities": {"contract_without_price", "deposit_in_unknown_currency"},
    "fees": {"contract_without_price"},
    "fee_versions": {"fee_without_price_version", "deposit_in_unknown_currency"},
    "tax_rates": {"tax_code_without_rate"},
}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = Home(tmp_path_factory.mktemp("parts"))
    fill(home, HOME)
    with duckdb.connect(str(home.candidate)) as con:
        con.execute("set TimeZone = 'UTC'")
        con.execute("create schema jobs")
        for name, columns in {**marts(), **{f"jobs.{table}": columns for table, columns in PROPOSALS.items()}}.items():
            con.execute(f"create table {name} ({', '.join(f'{column} {kind}' for column, kind in columns.items())})")
        con.execute(f"insert into jobs.run values (date '2026-10-31', timestamptz '{RECEIVED}', date '2026-11-01')")
        for row in (SOLD, LINE, TAX):
            con.execute(f"insert into {row}")
    return home


def marts() -> dict[str, dict[str, str]]:
    """The published tables as they are declared; all of them are empty here."""
    models = [
        model
        for path in (DBT_PROJECT_DIR / "models" / "marts").rglob("*.yml")
        for model in yaml.safe_load(path.read_text("utf-8"))["models"]
    ]
    return {
        model["name"]: {column["name"]: column["data_type"] for column in model["columns"]}
        for model in models
        if model.get("columns")
    }


def found(home: Home) -> dict[str, list[dict[str, object]]]:
    """The rows that every rule finds, by rule; rules of a column's values are asked elsewhere."""
    views.forget()
    rows = {}
    for rule in rule_files.read(EXPECTATIONS_DIR):
        if rule.sql:
            with engine.connect(home.candidate) as con:
                views.prepare(con, home, read_by=rule.sql)
                rows[rule.rule] = engine.rows(con, rule.sql)
    return {rule: found for rule, found in rows.items() if found}


def test_a_whole_catalog_breaks_no_rule(home: Home) -> None:
    assert found(home) == {}


@pytest.mark.parametrize("table", list(streams.CATALOG))
def test_a_part_that_is_empty_is_found_by_the_rules_about_it_and_no_others(home: Home, table: str) -> None:
    pattern, columns = FOLDERS[f"catalog_{table}"]
    path: Path = home.root / pattern.format(part="000001")
    write_rows(path, columns, [])
    try:
        assert set(found(home)) == RIGHT.get(table, set())
    finally:
        write_rows(path, columns, HOME[f"catalog_{table}"])
