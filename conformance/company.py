"""The landing files of all scenes: one company whose entities differ in rounding and zone,
a plan and a contract a scene."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from conformance.catalog import entity_of, source_of, write_catalog
from conformance.scene import Scene


def write_landing(landing: Path, scenes: dict[str, Scene]) -> None:
    """Catalog, customers, contracts, changes, charges and events of every scene; ids are those of the cases."""
    write_catalog(landing / "catalog", scenes)
    for name, scene in scenes.items():
        if scene.readings:
            _write_text(landing / "usage" / source_of(name) / "readings.csv", scene.readings.text)
    _write_csv(
        landing / "crm" / "customers.csv",
        (
            {
                "customer_id": _customer(name),
                "name": f"Case {name}",
                "entity_id": entity_of(scene),
                "locale": "en",
                **_customer_row(name, scene),
            }
            for name, scene in scenes.items()
        ),
    )
    _write_csv(landing / "crm" / "contracts.csv", (_contract(name, scene) for name, scene in scenes.items()))
    _write_csv(
        landing / "crm" / "contract_changes.csv",
        [change for name, scene in scenes.items() for change in _changes(name, scene.terms, "")],
    )
    charges = [
        {
            "charge_id": f"{name}-{number}",
            "customer_id": _customer(name),
            "contract_id": name,
            "currency": scene.currency,
            "description": "Case",
            **charge,
        }
        for name, scene in scenes.items()
        for number, charge in enumerate(scene.one_offs, 1)
    ]
    _write_csv(landing / "crm" / "one_off_charges.csv", charges)
    _write_events(
        landing / "usage" / "cases" / "events.jsonl",
        [event for name, scene in scenes.items() for event in _events(name, scene.events, "")],
    )
    _write_csv(
        landing / "payments" / "bank" / "deposits.csv",
        (row for name, scene in scenes.items() for row in _deposits(name, scene, scene.deposits)),
    )


def write_later(landing: Path, scenes: dict[str, Scene], issued: dict[str, dict[str, str]]) -> None:
    """What arrives when the rest is billed: changes of contracts, more usage, and decisions on what was issued."""
    decisions = [row for name, scene in scenes.items() for row in _decisions(name, scene, issued.get(name, {}))]
    _write_csv(landing / "decisions" / "decisions.csv", decisions)
    _write_csv(
        landing / "crm" / "contract_changes-later.csv",
        [change for name, scene in scenes.items() for change in _changes(name, scene.changes, "later-")],
    )
    _write_events(
        landing / "usage" / "cases" / "later.jsonl",
        [event for name, scene in scenes.items() for event in _events(name, scene.later_events, "later-")],
    )


def write_last(landing: Path, scenes: dict[str, Scene]) -> bool:
    """Deposits that arrive at the end; whether there are any."""
    deposits = [row for name, scene in scenes.items() for row in _deposits(name, scene, scene.last_deposits)]
    _write_csv(landing / "payments" / "bank" / "deposits-last.csv", deposits)
    return bool(deposits)


def _deposits(name: str, scene: Scene, deposits: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Movements of the customer, known by its code; money that goes back to it is a reversal of the bank."""
    usual = {
        "account": entity_of(scene),
        "booked_on": "2026-12-10",
        "currency": scene.currency,
        "direction": "in",
        "remitter_code": name,
        "is_reversal": "",
    }
    return [{**usual, **row} for row in deposits]


def _decisions(name: str, scene: Scene, issued: dict[str, str]) -> list[dict[str, Any]]:
    by_whom = {"decided_by": "cases", "decided_at": "2026-12-22T10:00:00Z", "reason": "the case says so"}
    return [
        {
            "decision_id": f"{name}-{number}",
            **by_whom,
            **{key: value for key, value in row.items() if key != "pays"},
            **(issued if "pays" in row else {}),
        }
        for number, row in enumerate(scene.decisions, 1)
    ]


def _customer_row(name: str, scene: Scene) -> dict[str, Any]:
    policy = {"dunning_policy": f"D-{name}"} if scene.dunning_policy else {}
    return {**({"remitter_code": name} if scene.deposits or scene.last_deposits else {}), **policy, **scene.customer}


def _changes(name: str, changes: list[dict[str, Any]], prefix: str) -> list[dict[str, Any]]:
    return [
        {"change_id": f"{name}-{prefix}{number}", "contract_id": name, **change}
        for number, change in enumerate(changes, 1)
    ]


def _events(name: str, events: list[dict[str, Any]], prefix: str) -> list[dict[str, Any]]:
    return [
        {"event_id": f"{name}-{prefix}{number}", "event_type": f"case.{name}", "contract_id": name, **event}
        for number, event in enumerate(events, 1)
    ]


def _customer(name: str) -> str:
    return f"C-{name}"


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
    _write_text(path, "".join(json.dumps(event, ensure_ascii=False) + "\n" for event in events))


def _write_text(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
