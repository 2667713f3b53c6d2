"""What the home knows of a quote: its rows as published, its customer, and the fees and meters of the newest
catalog."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from billing_jobs.adapters import duckdb as engine
from billing_jobs.adapters.duckdb import Connection
from billing_jobs.adapters.published import personal
from billing_jobs.engine_paths import in_folder
from billing_jobs.errors import UsageError
from billing_jobs.settings import Home

Row = dict[str, Any]
CUSTOMER = (
    "name", "email", "locale", "country", "postal_code", "address", "time_zone", "entity_id", "payment_terms",
    "tax_status", "tax_registration_number", "department",
)  # fmt: skip
_FEES = """
    select fees.plan_id, fees.fee_id, fees.kind, fees.model, fees.filter,
        coalesce(fees.is_optional, false) as is_optional,
        coalesce(fees.is_additive, false) as is_additive, fees.meter, meters.event_type, meters.aggregation,
        meters.field, meters.price_field, meters.dimensions,
        coalesce(meters.is_carried_over, false) as is_carried_over, meters.time_bands, plans.currency,
        coalesce($time_zone, entities.time_zone) as zone
    from read_parquet($fees, union_by_name = true) as fees
    inner join read_parquet($plans, union_by_name = true) as plans on fees.plan_id = plans.plan_id
        and fees.catalog_version = plans.catalog_version
    left join read_parquet($meters, union_by_name = true) as meters on fees.meter = meters.meter
        and fees.catalog_version = meters.catalog_version
    inner join read_parquet($entities, union_by_name = true) as entities
        on coalesce($entity_id, plans.entity_id) = entities.entity_id
            and fees.catalog_version = entities.catalog_version
    where fees.catalog_version = (select max_by(catalog_version, (received_at, catalog_version))
        from read_parquet($entities, union_by_name = true))
    order by fees.plan_id, fees.fee_no
"""
_BAND_TIMES = """
    with newest as (select max_by(catalog_version, (received_at, catalog_version))
        from read_parquet($entities, union_by_name = true)),
    windows as (select * from read_parquet($time_band_windows, union_by_name = true)
        where catalog_version = (from newest)),
    holidays as (select * from read_parquet($time_band_holidays, union_by_name = true)
        where catalog_version = (from newest)),
    days as (select cast(unnest(range(cast($first as date), cast($last as date),
        interval 1 day)) as date) as local_date)
    select windows.time_bands, windows.band, days.local_date, min(windows.from_minute) as from_minute
    from days
    cross join (select distinct time_bands from windows) as bands
    left join holidays on bands.time_bands = holidays.time_bands and days.local_date = holidays.holiday
    inner join windows
        on bands.time_bands = windows.time_bands
            and windows.day_kind = coalesce(holidays.day_kind, lower(strftime(days.local_date, '%a')))
        and month(days.local_date) = windows.month
        and day(days.local_date) >= coalesce(windows.from_day, 1)
            and day(days.local_date) < coalesce(windows.until_day, 32)
    group by all
"""


# Contracts of the customer that are still in service when the quote's begin, with what they meter.
_METERED = """
    select contracts.contract_id, contracts.plan_id from contracts
    where contracts.customer_id = ? and contracts.service_from < ?
        and (contracts.ends_on is null or contracts.ends_on > ?)
    order by all
"""


def metered_contracts(home: Home, customer_id: str, *, begins: date, ends: date) -> dict[str, list[str]]:
    """Meter -> the customer's contracts that count by it within these days, as published. What is accepted and not yet
    taken in is not among them."""
    if not home.published_database.exists():
        return {}
    with engine.connect(home.published_database) as con:
        plans = engine.rows(con, _METERED, [customer_id, ends, begins])
    places = {name: str(in_folder(home.lake / "catalog" / name / "*.parquet")) for name in ("fees", "entities")}
    with engine.connect() as con:
        fees = engine.rows(
            con,
            "select distinct plan_id, meter from read_parquet($fees, union_by_name = true) where meter is not null "
            "and catalog_version = (select max_by(catalog_version, (received_at, catalog_version)) "
            "from read_parquet($entities, union_by_name = true)) order by all",
            places,
        )
    found: dict[str, list[str]] = {}
    for fee in fees:
        named = [plan["contract_id"] for plan in plans if plan["plan_id"] == fee["plan_id"]]
        found[fee["meter"]] = sorted({*found.get(fee["meter"], []), *named})
    return found


def load(home: Home, quote_id: str) -> dict[str, Any]:
    """quote, customer (rows), lines, usage, fees and band_times (lists of rows).

    Raises UsageError when there is no such quote, or no published tables yet.
    """
    if not home.published_database.exists():
        raise UsageError("Nothing has been published yet; run a night first, so that the quote is taken in.")
    with engine.connect(home.published_database) as con:
        found = engine.rows(con, "select * from quotes where quote_id = ?", [quote_id])
        if not found:
            raise UsageError(
                f"There is no quote {quote_id}; deliver it as crm/quotes and run a night, or correct the number."
            )
        customers = _customers(home, con, found[0]["customer_id"])
        if not customers:
            raise UsageError(
                f"Quote {quote_id} is for customer {found[0]['customer_id']}, whom nobody knows; deliver the customer "
                "first."
            )
        lines = engine.rows(con, "select * from quote_lines where quote_id = ? order by line_no", [quote_id])
        usage = engine.rows(
            con, "select * from quote_usage where quote_id = ? order by line_no, meter, properties", [quote_id]
        )
    customer = {"customer_id": found[0]["customer_id"], **{name: customers[0][name] for name in CUSTOMER}}
    return {
        "quote": found[0],
        "customer": customer,
        "lines": lines,
        "usage": usage,
        **_catalog(home, found[0], customer),
    }


def _customers(home: Home, con: Connection, customer_id: str) -> list[Row]:
    """The customer as published; where names are not, as in the tables that were published without them."""
    sql = "select * from customers where customer_id = ?"
    if not personal.in_table(con, "main", "customers") and home.candidate.exists():
        with engine.connect(home.candidate) as candidate:
            return engine.rows(candidate, sql, [customer_id])
    return engine.rows(con, sql, [customer_id])


def _catalog(home: Home, quote: Row, customer: Row) -> dict[str, list[Row]]:
    """Fees with their meters and zones, and when each time band begins on each day of the term."""
    tables = {
        table: str(in_folder(home.lake / "catalog" / table / "*.parquet"))
        for table in ("fees", "plans", "meters", "entities", "time_band_windows", "time_band_holidays")
    }
    begins = quote["service_from"] or quote["quoted_on"]
    fees = {name: tables[name] for name in ("fees", "plans", "meters", "entities")} | {
        name: customer[name] for name in ("time_zone", "entity_id")
    }
    days = {"first": begins, "last": begins + timedelta(days=31 * (1 + (quote["term_months"] or 12)))}
    bands = {name: tables[name] for name in ("entities", "time_band_windows", "time_band_holidays")} | days
    with engine.connect() as con:
        return {"fees": engine.rows(con, _FEES, fees), "band_times": engine.rows(con, _BAND_TIMES, bands)}
