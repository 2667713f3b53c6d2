"""What a simulated year reads of the published tables: what customers see open, and what is compared at its end."""

from __future__ import annotations

from datetime import date
from typing import Any

from billing_jobs.adapters import duckdb as engine
from billing_jobs.settings import Home

Rows = list[dict[str, Any]]
_KEY = (
    "customer_id, contract_id, plan_id, fee_id, instance, period_from, period_until, currency, tax_code, tax_rate, "
    "price_basis"
)


def open_invoices(home: Home) -> Rows:
    """Invoices that somebody may pay, the oldest first."""
    return _rows(
        home,
        "select document_number, customer_id, entity_id, currency, due_date, open_amount from invoices "
        "where document_type = 'invoice' and open_amount > 0 order by due_date, document_number",
    )


def billed_charges(home: Home) -> Rows:
    """Charges of plans that somebody may complain about."""
    return _rows(
        home,
        "select contract_id, plan_id, fee_id, period_from, currency, owed_amount from charges "
        "where billed_amount > 0 and plan_id <> '' order by contract_id, plan_id, fee_id, period_from",
    )


def at_the_end(home: Home, as_of: date) -> dict[str, Rows]:
    """Rows by table: charges that are due or billed, documents, balances, and revenue until the month of the day."""
    return {
        "charges": _rows(
            home, f"select {_KEY}, owed_amount, billed_amount from charges where is_due or billed_amount <> 0"
        ),
        "invoices": _rows(
            home, "select customer_id, entity_id, currency, invoice_date, total_amount, tax_amount from invoices"
        ),
        "receivables_aging": _rows(home, "select customer_id, currency, total, unapplied from receivables_aging"),
        "revenue_schedule": _rows(
            home,
            f"select {_KEY}, month, recognised_amount from revenue_schedule "
            "inner join (select charge_id, tax_code, tax_rate, price_basis from charges) using (charge_id) "
            "where month <= ? and recognised_amount <> 0",
            [as_of],
        ),
    }


def _rows(home: Home, sql: str, parameters: list[Any] | None = None) -> Rows:
    with engine.connect(home.published_database) as con:
        return engine.rows(con, sql, parameters)
