"""The landing files of all scenes: one company whose entities differ in rounding and zone, a plan and a contract a scene."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from conformance.scene import Scene

LABEL = {"ja": "検証", "en": "Conformance"}
BANK = "source: bank\nkind: payments\nformat: csv\nconstants: {account: main}\ndate_format: '%Y-%m-%d'\ncolumns:\n" + "".join(
    f"  {name}: {name}\n" for name in ("booked_on", "amount", "currency", "direction", "remitter_code", "is_reversal")
)
REMINDER = {"step": 1, "days_after_due": 1, "action": "mail", "template": "reminder_1"}


class _Exact(yaml.SafeDumper):
    """Writes a Decimal as the number it is."""


def _as_written(dumper: yaml.SafeDumper, value: Decimal) -> yaml.ScalarNode:
    text = format(value, "f")
    return dumper.represent_scalar(f"tag:yaml.org,2002:{'float' if '.' in text else 'int'}", text)


_Exact.add_representer(Decimal, _as_written)


def write_landing(landing: Path, scenes: dict[str, Scene]) -> None:
    """Catalog, customers, contracts, changes, charges and events of every scene; ids are those of the cases."""
    _write_yaml(landing / "catalog" / "company.yml", _catalog(scenes))
    _write_csv(
        landing / "crm" / "customers.csv",
        (
            {"customer_id": _customer(name), "name": f"Case {name}", "entity_id": _entity(scene), "locale": "en", **_customer_row(name, scene)}
            for name, scene in scenes.items()
        ),
    )
    _write_csv(landing / "crm" / "contracts.csv", (_contract(name, scene) for name, scene in scenes.items()))
    _write_csv(landing / "crm" / "contract_changes.csv", [change for name, scene in scenes.items() for change in _changes(name, scene.terms, "")])
    charges = [
        {"charge_id": f"{name}-{number}", "customer_id": _customer(name), "contract_id": name, "currency": scene.currency, "description": "Case", **charge}
        for name, scene in scenes.items()
        for number, charge in enumerate(scene.one_offs, 1)
    ]
    _write_csv(landing / "crm" / "one_off_charges.csv", charges)
    _write_events(landing / "usage" / "cases" / "events.jsonl", [event for name, scene in scenes.items() for event in _events(name, scene.events, "")])
    _write_csv(landing / "payments" / "bank" / "deposits.csv", (row for name, scene in scenes.items() for row in _deposits(name, scene, scene.deposits)))


def write_later(landing: Path, scenes: dict[str, Scene], issued: dict[str, dict[str, str]]) -> None:
    """What arrives when the rest is billed: changes of contracts, more usage, and decisions on what was issued."""
    decisions = [row for name, scene in scenes.items() for row in _decisions(name, scene, issued.get(name, {}))]
    _write_csv(landing / "decisions" / "decisions.csv", decisions)
    _write_csv(landing / "crm" / "contract_changes-later.csv", [change for name, scene in scenes.items() for change in _changes(name, scene.changes, "later-")])
    _write_events(landing / "usage" / "cases" / "later.jsonl", [event for name, scene in scenes.items() for event in _events(name, scene.later_events, "later-")])


def write_last(landing: Path, scenes: dict[str, Scene]) -> bool:
    """Deposits that arrive at the end; whether there are any."""
    deposits = [row for name, scene in scenes.items() for row in _deposits(name, scene, scene.last_deposits)]
    _write_csv(landing / "payments" / "bank" / "deposits-last.csv", deposits)
    return bool(deposits)


def _deposits(name: str, scene: Scene, deposits: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Movements of the customer, known by its code; money that goes back to it is a reversal of the bank."""
    return [{"booked_on": "2026-12-10", "currency": scene.currency, "direction": "in", "remitter_code": name, "is_reversal": "", **row} for row in deposits]


def _decisions(name: str, scene: Scene, issued: dict[str, str]) -> list[dict[str, Any]]:
    by_whom = {"decided_by": "cases", "decided_at": "2026-12-22T10:00:00Z", "reason": "the case says so"}
    return [
        {"decision_id": f"{name}-{number}", **by_whom, **{key: value for key, value in row.items() if key != "pays"}, **(issued if "pays" in row else {})}
        for number, row in enumerate(scene.decisions, 1)
    ]


def _customer_row(name: str, scene: Scene) -> dict[str, Any]:
    policy = {"dunning_policy": f"D-{name}"} if scene.dunning_policy else {}
    return {**({"remitter_code": name} if scene.deposits or scene.last_deposits else {}), **policy, **scene.customer}


def _changes(name: str, changes: list[dict[str, Any]], prefix: str) -> list[dict[str, Any]]:
    return [{"change_id": f"{name}-{prefix}{number}", "contract_id": name, **change} for number, change in enumerate(changes, 1)]


def _events(name: str, events: list[dict[str, Any]], prefix: str) -> list[dict[str, Any]]:
    return [{"event_id": f"{name}-{prefix}{number}", "event_type": f"case.{name}", "contract_id": name, **event} for number, event in enumerate(events, 1)]


def _customer(name: str) -> str:
    return f"C-{name}"


def _entity(scene: Scene) -> str:
    return f"{scene.rounding}_{scene.zone.lower().replace('/', '_')}"


def _contract(name: str, scene: Scene) -> dict[str, Any]:
    row = {
        "contract_id": name,
        "customer_id": _customer(name),
        "plan_id": f"P-{name}",
        "service_from": scene.starts,
        "signed_on": scene.starts,
        "ends_on": scene.ends or "",
    }
    return {**row, "time_zone": scene.zone, **scene.contract}


def _catalog(scenes: dict[str, Scene]) -> dict[str, Any]:
    entities = {_entity(scene): scene for scene in scenes.values()}
    taxes = {"0", *(percent for scene in scenes.values() for percent in scene.taxes)}
    return {
        "entities": [_entity_row(name, scene) for name, scene in sorted(entities.items())],
        "payment_terms": [{"payment_terms": "net30", "days": 30}, {"payment_terms": "at_once", "days": 0}],
        "dunning_policies": [{"policy": "one", "minimum_open_amount": 0, "days_between": 0, "steps": [REMINDER]}]
        + [{"policy": f"D-{name}", "days_between": 0, "steps": [REMINDER], **scene.dunning_policy} for name, scene in scenes.items() if scene.dunning_policy],
        "tax_codes": [_tax_code(percent) for percent in sorted(taxes)],
        "accounts": [
            {"role": role, "account": str(number), "name": {"ja": role, "en": role}}
            for number, role in enumerate(
                ("bank", "receivable", "unapplied_receipts", "deferred_revenue", "unbilled_revenue", "revenue", "tax_payable", "bank_fees", "bad_debt"), 1000
            )
        ],
        "meters": [_meter(name, meter) for name, scene in scenes.items() for meter in scene.meters],
        "plans": [_plan(plan_id, scene, fees) for name, scene in scenes.items() for plan_id, fees in _plans(name, scene)],
    }


def _tax_code(percent: str) -> dict[str, Any]:
    rate = Decimal(0) if percent == "none" else Decimal(percent)
    return {"tax_code": f"t{percent}", "name": LABEL, "kind": "standard" if rate else "out_of_scope", "rates": [{"from": "1990-01-01", "rate": rate}]}


def _plans(name: str, scene: Scene) -> Iterable[tuple[str, list[dict[str, Any]]]]:
    yield f"P-{name}", _fees(name, scene.fees)
    for suffix, fees in scene.more_plans.items():
        yield f"P-{name}-{suffix}", _fees(name, fees)


def _fees(name: str, fees: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"fee": f"f{number}", "name": LABEL, **fee, **({"meter": f"{name}-{fee['meter']}"} if "meter" in fee else {})} for number, fee in enumerate(fees, 1)]


def _meter(name: str, meter: dict[str, Any]) -> dict[str, Any]:
    return {**meter, "meter": f"{name}-{meter['meter']}", "event_type": f"case.{name}"}


def _plan(plan_id: str, scene: Scene, fees: list[dict[str, Any]]) -> dict[str, Any]:
    every, unit = scene.interval
    return {
        "plan": plan_id, "name": LABEL, "product": "cases", "department": "cases", "entity": _entity(scene), "currency": scene.currency,
        "interval": {"every": every, "unit": unit}, "anchor": scene.anchor, "proration": scene.proration, "tax": scene.tax, "fees": fees,
    }  # fmt: skip


def _entity_row(name: str, scene: Scene) -> dict[str, Any]:
    return {
        "entity": name, "name": LABEL, "postal_code": "100-0001", "address": LABEL, "tel": "03-0000-0000", "email": "billing@example.jp", "contact": LABEL,
        "time_zone": scene.zone, "currency": "JPY", "registration_number": "T7000012050002", "rounding": scene.rounding, "tax_rounding": scene.rounding,
        "invoice_number": f"INV-{name}-{{seq:6}}", "credit_note_number": f"CN-{name}-{{seq:6}}", "billing_starts_on": "1990-01-01",
        "rebill_horizon_months": 1200, "adjustments": "at_once", "closing_lag_days": 10, "correction_limit": Decimal(10**15), "payment_terms": "net30",
        "dunning_policy": "one",
        "mail_from": {"email": "billing@example.jp", "name": "Cases"}, "reply_to": "billing@example.jp",
    }  # fmt: skip


def _write_yaml(path: Path, value: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.dump(value, Dumper=_Exact, allow_unicode=True, sort_keys=False), encoding="utf-8")
    (path.parent / "sources").mkdir(exist_ok=True)
    (path.parent / "sources" / "cases.yml").write_text("source: cases\nkind: usage\nformat: jsonl\n", encoding="utf-8")
    (path.parent / "sources" / "bank.yml").write_text(BANK, encoding="utf-8")


def _write_csv(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    listed = list(rows)
    if not listed:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    names = list(dict.fromkeys(name for row in listed for name in row))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names, restval="")
        writer.writeheader()
        writer.writerows(listed)


def _write_events(path: Path, events: list[dict[str, Any]]) -> None:
    if not events:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(event, ensure_ascii=False) + "\n" for event in events), encoding="utf-8")
