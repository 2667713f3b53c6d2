"""What the home knows of a quote: its rows as published, its customer, and the fees and meters of the newest catalog."""

from __future__ import annotations

from typing import Any

from billing_jobs.adapters import duckdb as engine
from billing_jobs.errors import UsageError
from billing_jobs.settings import Home

Row = dict[str, Any]
CUSTOMER = (
    "name", "email", "locale", "country", "postal_code", "address", "time_zone", "entity_id", "payment_terms", "tax_status", "tax_registration_number", "department",
)  # fmt: skip
_FEES = """
    select fees.plan_id, fees.fee_id, fees.kind, fees.model, fees.filter, coalesce(fees.is_optional, false) as is_optional,
        meters.event_type, meters.aggregation, meters.field, meters.dimensions, plans.currency
    from read_parquet(?, union_by_name = true) as fees
    inner join read_parquet(?, union_by_name = true) as plans on fees.plan_id = plans.plan_id and fees.catalog_version = plans.catalog_version
    left join read_parquet(?, union_by_name = true) as meters on fees.meter = meters.meter and fees.catalog_version = meters.catalog_version
    where fees.catalog_version = (select max_by(catalog_version, (received_at, catalog_version)) from read_parquet(?, union_by_name = true))
    order by fees.plan_id, fees.fee_no
"""


def load(home: Home, quote_id: str) -> dict[str, Any]:
    """quote, customer (rows), lines and fees (lists of rows). Raises UsageError when there is no such quote, or no published tables yet."""
    if not home.published_database.exists():
        raise UsageError("Nothing has been published yet; run a night first, so that the quote is taken in.")
    with engine.connect(home.published_database) as con:
        found = engine.rows(con, "select * from quotes where quote_id = ?", [quote_id])
        if not found:
            raise UsageError(f"There is no quote {quote_id}; deliver it as crm/quotes and run a night, or correct the number.")
        customers = engine.rows(con, "select * from customers where customer_id = ?", [found[0]["customer_id"]])
        if not customers:
            raise UsageError(f"Quote {quote_id} is for customer {found[0]['customer_id']}, whom nobody knows; deliver the customer first.")
        lines = engine.rows(con, "select * from quote_lines where quote_id = ? order by line_no", [quote_id])
    tables = [str(home.lake / "catalog" / table / "*.parquet") for table in ("fees", "plans", "meters", "entities")]
    with engine.connect() as con:
        fees = engine.rows(con, _FEES, tables)
    customer = {"customer_id": found[0]["customer_id"], **{name: customers[0][name] for name in CUSTOMER}}
    return {"quote": found[0], "customer": customer, "lines": lines, "fees": fees}
