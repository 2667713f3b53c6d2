"""Where an amount comes from, read from the published tables and, for the last step down to file and row,
from the lake."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from billing_jobs.adapters import duckdb as engine
from billing_jobs.adapters.duckdb import Connection
from billing_jobs.engine_paths import folder_for_engine
from billing_jobs.errors import UsageError
from billing_jobs.settings import Home

Row = dict[str, Any]

EVENTS_SHOWN = 20
TRACE_COLUMNS = (
    "line_no, line_id, charge_id, description, contract_id, plan_id, fee_id, instance, kind, reason, period_from, "
    "period_until, served_from, served_until"
)
MONEY_COLUMNS = (
    "quantity, unit, line_amount, net_amount, tax_amount, tax_code, tax_rate, price_basis, currency, "
    "original_line_id, user_customer_id, pricing_trace"
)

_METER = """
select meters.meter, meters.event_type, meters.field
from read_parquet(getvariable('fees')) as fees
inner join read_parquet(getvariable('meters')) as meters on fees.meter = meters.meter
    and fees.catalog_version = meters.catalog_version
where fees.plan_id = ? and fees.fee_id = ? and fees.received_at <= getvariable('known_until')
order by fees.received_at desc, fees.catalog_version
limit 1
"""
_DAYS = """
select usage_date, dimensions, quantity, event_count
from usage_daily
where contract_id = ? and meter = ? and usage_date >= ? and usage_date < ?
order by all
"""
# A row that names only its customer belongs to the contract that the customer had for this meter; it is shown with
# those of the contract.
_EVENTS = """
with counted as (
    select
        file_name, line_no, event_id, event_at, cast(event_at at time zone ? as date) as usage_date,
        case when ? = 'quantity' then quantity
            else try_cast(json_extract_string(properties, ?) as decimal(27, 12)) end as value
    from read_parquet(getvariable('usage'), hive_partitioning = true)
    where event_date between cast(? as date) - 1 and cast(? as date) + 1
    and event_type = ? and (contract_id = ? or (contract_id = '' and customer_id = ?))
        and received_at <= getvariable('known_until')
)
select * from counted where usage_date >= ? and usage_date < ? order by event_at, file_name, line_no
"""


def document(home: Home, subject: str) -> Row | None:
    """Everything behind one document (its number or id), or None when there is no such document."""
    with _published(home) as con:
        found = engine.rows(
            con, "select * from invoices where document_number = ? or document_id = ?", [subject, subject]
        )
        if not found:
            return None
        key = [found[0]["document_id"]]
        lines = engine.rows(
            con,
            f"select {TRACE_COLUMNS}, {MONEY_COLUMNS} from invoice_lines where document_id = ? order by line_no",
            key,
        )
        taxes = engine.rows(
            con, "select * exclude (document_id) from invoice_taxes where document_id = ? order by all", key
        )
        return {
            "kind": "document",
            "document": found[0],
            "lines": [_traced(con, line) for line in lines],
            "taxes": taxes,
            "payments": _payments(con, key),
        }


def contract(home: Home, subject: str) -> Row | None:
    """A contract with its changes, periods, charges and documents, or None when there is no such contract."""
    with _published(home) as con:
        found = engine.rows(con, "select * from contracts where contract_id = ?", [subject])
        if not found:
            return None
        changes = """
            select effective_on, "at", kind, plan_id, fee_id, quantity, department, until, refund, reason, file_name,
                line_no
            from read_parquet(getvariable('changes'), union_by_name = true)
            where contract_id = ? and received_at <= getvariable('known_until') order by effective_on, recorded_at,
                file_name, line_no
        """
        periods = (
            "select period_from, period_until, is_trial, bill_on from billing_periods where contract_id = ? "
            "order by all"
        )
        charges = """
            select plan_id, fee_id, instance, period_from, period_until, served_from, served_until, quantity,
                unrounded_amount, owed_amount,
                billed_amount, difference, currency
            from charges where contract_id = ? order by period_from, plan_id, fee_id, instance, served_from, owed_amount
        """
        documents = """
            select document_number, invoice_date, line_no, fee_id, period_from, period_until, net_amount, currency
            from invoice_lines inner join invoices using (document_id, document_number, currency) where contract_id = ?
            order by invoice_date, document_number, line_no
        """.replace("net_amount", "invoice_lines.net_amount")
        credits = """
            select block_id, movement, moved_on, amount, remaining_amount, currency, document_number, expires_on,
                charge_id
            from credit_ledger where contract_id = ? order by block_id, moved_on, movement = 'expired', document_number,
                charge_id
        """
        queries = {
            "changes": changes,
            "periods": periods,
            "charges": charges,
            "credits": credits,
            "documents": documents,
        }
        phases = json.loads(found[0].pop("phases") or "[]")
        return {
            "kind": "contract",
            "contract": found[0],
            "phases": phases,
            **{name: engine.rows(con, sql, [subject]) for name, sql in queries.items()},
        }


def _traced(con: Connection, line: Row) -> Row:
    trace = json.loads(line.pop("pricing_trace") or "{}")
    meters = engine.rows(con, _METER, [line["plan_id"], line["fee_id"]])
    return {**line, "trace": trace, **(_usage(con, line, meters[0]) if meters else {})}


def _usage(con: Connection, line: Row, meter: Row) -> Row:
    """Days, files and first events behind a usage line, over the days that it served."""
    zones = engine.rows(con, "select time_zone from contracts where contract_id = ?", [line["contract_id"]])
    zone = zones[0]["time_zone"] if zones else "UTC"
    first, end = line["served_from"] or line["period_from"], line["served_until"] or line["period_until"]
    days = engine.rows(con, _DAYS, [line["contract_id"], meter["meter"], first, end])
    field = meter["field"] or "quantity"
    owner = [meter["event_type"], line["contract_id"], line["user_customer_id"]]
    events = engine.rows(con, _EVENTS, [zone, field, field, first, end, *owner, first, end])
    return {
        "meter": meter["meter"],
        "days": days,
        "events_behind": len(events),
        "files": _by_file(events),
        "events": events[:EVENTS_SHOWN],
    }


def _by_file(events: list[Row]) -> list[Row]:
    files: dict[str, Row] = {}
    for event in events:
        entry = files.setdefault(
            event["file_name"],
            {"file_name": event["file_name"], "events": 0, "first_row": event["line_no"], "last_row": event["line_no"]},
        )
        entry["events"] += 1
        entry["first_row"], entry["last_row"] = (
            min(entry["first_row"], event["line_no"]),
            max(entry["last_row"], event["line_no"]),
        )
    return [files[name] for name in sorted(files)]


def _payments(con: Connection, key: list[Any]) -> list[Row]:
    """What was put to the document: deposits with their bank's dates, credits, fees and write-offs."""
    sql = """
        select allocations.payment_id, allocations.kind, allocations.rule, allocations.amount, allocations.currency,
            payments.deposit_date, payments.source,
            allocations.reason
        from allocations left join payments using (payment_id)
        where allocations.document_id = ? order by all
    """
    return engine.rows(con, sql, key)


@contextmanager
def _published(home: Home) -> Iterator[Connection]:
    """The published database, with variables that say where the lake lies and up to when facts count."""
    if not home.published_database.exists():
        raise UsageError("Nothing has been published yet. Run `billing nightly` first.")
    with engine.connect(home.published_database) as con:
        places = {
            "usage": "usage/*/*.parquet",
            "fees": "catalog/fees/*.parquet",
            "meters": "catalog/meters/*.parquet",
            "changes": "crm/contract_changes/*.parquet",
        }
        for name, pattern in places.items():
            con.execute(f"set variable {name} = {engine.sql_text(folder_for_engine(home.lake) / pattern)}")
        con.execute("set variable known_until = (select known_until from jobs.run)")
        yield con
