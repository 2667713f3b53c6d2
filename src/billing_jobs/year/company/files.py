"""The files that a company delivers before a night, in the formats of docs/landing.md."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from datetime import datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from billing_jobs.year.company.menu import Menu
from billing_jobs.year.oracle.facts import Change, Contract, Customer, Event, Facts, Night

BANK, USAGE = "year_bank", "year_usage"
BANK_PROFILE_FILE = f"{BANK}.yml"
BANK_PROFILE = f"""source: {BANK}
kind: payments
format: csv
columns: {{account: account, booked_on: day, value_on: day, amount: amount, currency: currency,
          remitter_code: code, remitter_name: name, bank_transaction_id: id}}
"""
Row = dict[str, Any]


def deliver(landing: Path, menu: Menu, facts: Facts, night: Night) -> int:
    """Write what arrives before a night; returns the number of files."""
    number = night.number
    own = {
        "crm/customers": [_customer(one) for one in facts.customers.values()] if number == 0 else [],
        "crm/contracts": [_contract(one) for one in facts.contracts.values() if one.night == number],
        "crm/contract_changes": [_change(one) for one in facts.changes if one.night == number],
        "crm/one_off_charges": [
            {
                "charge_id": one.charge_id, "customer_id": one.customer_id, "contract_id": one.contract_id,
                "charged_on": one.charged_on, "amount": one.amount, "currency": one.currency,
                "tax_code": one.tax_code, "description": "year",
            }
            for one in facts.one_offs if one.night == number
        ],
        f"usage/{USAGE}/events": [
            _event(one, _zone(menu, facts, one)) for one in facts.events if one.night == number
        ],
        f"payments/{BANK}/statement": [
            {
                "account": one.entity_id, "day": one.booked_on, "amount": one.amount, "currency": one.currency,
                "code": code_of(one.customer_id), "name": _name(one.customer_id), "id": one.deposit_id,
            }
            for one in facts.deposits if one.night == number
        ],
    }  # fmt: skip
    texts = {f"{name}-{number:02}.csv": _table(rows) for name, rows in own.items() if rows}
    decisions = [_decision(facts, index) for index, one in enumerate(facts.decisions) if one.night == number]
    if decisions:
        texts[f"decisions/year-{number:02}.jsonl"] = "".join(decisions)
    for name, text in texts.items():
        path = landing / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return len(texts)


def code_of(customer_id: str) -> str:
    """The remitter's code by which a customer's money is known."""
    return f"90{int(customer_id[1:]):08}"


def _name(customer_id: str) -> str:
    return f"Year Customer {customer_id}"


def _zone(menu: Menu, facts: Facts, event: Event) -> str:
    entity = menu.plans[facts.contracts[event.contract_id].plan_id]["entity"]
    zone: str = menu.entities[entity]["time_zone"]
    return zone


def _customer(one: Customer) -> Row:
    return {
        "customer_id": one.customer_id, "name": _name(one.customer_id), "locale": "en",
        "email": f"{one.customer_id.lower()}@example.com", "country": "JP", "address": "1-1 Chiyoda, Tokyo",
        "entity_id": one.entity_id, "bill_to_customer_id": one.payer, "payment_terms": one.payment_terms,
        "tax_status": one.tax_status, "remitter_code": code_of(one.customer_id), "fee_bearer": "customer",
        "invoice_per": one.invoice_per,
    }  # fmt: skip


def _contract(one: Contract) -> Row:
    return {
        "contract_id": one.contract_id, "customer_id": one.customer_id, "plan_id": one.plan_id,
        "service_from": one.service_from, "signed_on": one.signed_on, "ends_on": one.ends_on,
        "trial_days": one.trial_days, "billing_anchor_day": one.anchor_day, "quantity": one.quantity,
    }  # fmt: skip


def _change(one: Change) -> Row:
    return {
        "change_id": one.change_id, "contract_id": one.contract_id, "effective_on": one.effective_on,
        "kind": one.kind, "at": one.at if one.at != "now" else None, "plan_id": one.plan_id, "fee_id": one.fee_id,
        "quantity": one.quantity, "percent": one.percent, "periods": one.periods, "until": one.until,
        "refund": one.refund if one.kind == "cancel" else None,
        "amount": one.price if one.is_flat else None,
        "unit_price": None if one.is_flat else one.price,
    }  # fmt: skip


def _event(one: Event, zone: str) -> Row:
    return {
        "event_id": one.event_id, "event_type": one.event_type,
        "event_at": datetime.combine(one.day, time(12), ZoneInfo(zone)).isoformat(), "contract_id": one.contract_id,
        "quantity": one.quantity, "amends": one.amends, "retracts": one.retracts,
        "properties": json.dumps(dict(one.properties)),
    }  # fmt: skip


def _decision(facts: Facts, index: int) -> str:
    one = facts.decisions[index]
    said = {
        "decision_id": one.decision_id, "kind": one.kind, "contract_id": one.contract_id, "plan_id": one.plan_id,
        "fee_id": one.fee_id, "period_from": one.period_from.isoformat(), "decided_by": "year",
        "decided_at": f"{facts.nights[one.night].as_of.isoformat()}T12:00:{index % 60:02}Z", "reason": "a year",
    }  # fmt: skip
    if one.kind != "waive":
        said |= {"amount": str(one.amount)}
    return json.dumps(said) + "\n"


def _table(rows: Iterable[Row]) -> str:
    rows, text = list(rows), io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: "" if value is None else value for name, value in row.items()} for row in rows)
    return text.getvalue()
