"""The catalog of all scenes: entities that differ in rounding and zone, a plan and its meters a scene."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from conformance.scene import Scene

LABEL = {"ja": "検証", "en": "Conformance"}
# The account of a deposit is named by the seller whose it is.
BANK = "source: bank\nkind: payments\nformat: csv\ndate_format: '%Y-%m-%d'\ncolumns:\n" + "".join(
    f"  {name}: {name}\n"
    for name in ("account", "booked_on", "amount", "currency", "direction", "remitter_code", "is_reversal")
)
REMINDER = {"step": 1, "days_after_due": 1, "action": "mail", "template": "reminder_1"}


class _Exact(yaml.SafeDumper):
    """Writes a Decimal as the number it is."""


def _as_written(dumper: yaml.SafeDumper, value: Decimal) -> yaml.ScalarNode:
    text = format(value, "f")
    return dumper.represent_scalar(f"tag:yaml.org,2002:{'float' if '.' in text else 'int'}", text)


_Exact.add_representer(Decimal, _as_written)


def write_catalog(folder: Path, scenes: dict[str, Scene]) -> None:
    """The catalog's files below `folder`, and the profiles of their sources."""
    (folder / "sources").mkdir(parents=True, exist_ok=True)
    (folder / "company.yml").write_text(_as_yaml(_catalog(scenes)), encoding="utf-8")
    (folder / "sources" / "cases.yml").write_text("source: cases\nkind: usage\nformat: jsonl\n", encoding="utf-8")
    (folder / "sources" / "bank.yml").write_text(BANK, encoding="utf-8")
    for name, scene in scenes.items():
        if scene.readings:
            profile = {"source": source_of(name), **scene.readings.profile}
            (folder / "sources" / f"{source_of(name)}.yml").write_text(_as_yaml(profile), encoding="utf-8")


def source_of(name: str) -> str:
    """The source that delivers the readings of one case."""
    return f"readings-{name}"


def entity_of(scene: Scene) -> str:
    """The entity that rounds and tells the time as the scene does."""
    return f"{scene.rounding}_{scene.zone.lower().replace('/', '_').replace('+', '_')}"


def _as_yaml(value: dict[str, Any]) -> str:
    return yaml.dump(value, Dumper=_Exact, allow_unicode=True, sort_keys=False)


def _catalog(scenes: dict[str, Scene]) -> dict[str, Any]:
    """The company's catalog; what no scene needs is not in it."""
    entities = {entity_of(scene): scene for scene in scenes.values()}
    taxes = {"0", *(percent for scene in scenes.values() for percent in scene.taxes)}
    return {
        "entities": [_entity_row(name, scene) for name, scene in sorted(entities.items())],
        "payment_terms": [{"payment_terms": "net30", "days": 30}, {"payment_terms": "at_once", "days": 0}],
        "dunning_policies": [{"policy": "one", "minimum_open_amount": 0, "days_between": 0, "steps": [REMINDER]}]
        + [
            {"policy": f"D-{name}", "days_between": 0, "steps": [REMINDER], **scene.dunning_policy}
            for name, scene in scenes.items()
            if scene.dunning_policy
        ],
        "tax_codes": _tax_codes(sorted(taxes)),
        "accounts": [
            {"role": role, "account": str(number), "name": {"ja": role, "en": role}}
            for number, role in enumerate(
                (
                    "bank",
                    "receivable",
                    "unapplied_receipts",
                    "deferred_revenue",
                    "unbilled_revenue",
                    "revenue",
                    "tax_payable",
                    "bank_fees",
                    "bad_debt",
                ),
                1000,
            )
        ],
        "meters": [_meter(name, meter) for name, scene in scenes.items() for meter in scene.meters],
        "time_bands": [
            {"time_bands": name, "windows": scene.time_bands} for name, scene in scenes.items() if scene.time_bands
        ],
        "plans": [
            _plan(plan_id, scene, fees) for name, scene in scenes.items() for plan_id, fees in _plans(name, scene)
        ],
    }


def _tax_codes(percents: list[str]) -> list[dict[str, Any]]:
    """A code for each rate.

    Every charge of a case names its code; the default of the kind is said because there are several.
    """
    codes = [_tax_code(percent) for percent in percents]
    taxed = [code for code in codes if code["kind"] == "standard"]
    return [code | {"default": True} if code is taxed[0] else code for code in codes] if taxed else codes


def _tax_code(percent: str) -> dict[str, Any]:
    rate = Decimal(0) if percent == "none" else Decimal(percent)
    return {
        "tax_code": f"t{percent}",
        "name": LABEL,
        "kind": "standard" if rate else "out_of_scope",
        "rates": [{"from": "1990-01-01", "rate": rate}],
    }


def _plans(name: str, scene: Scene) -> Iterable[tuple[str, list[dict[str, Any]]]]:
    yield f"P-{name}", _fees(name, scene.fees)
    for suffix, fees in scene.more_plans.items():
        yield f"P-{name}-{suffix}", _fees(name, fees)


def _fees(name: str, fees: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {"fee": f"f{number}", "name": LABEL, **fee, **({"meter": f"{name}-{fee['meter']}"} if "meter" in fee else {})}
        for number, fee in enumerate(fees, 1)
    ]


def _meter(name: str, meter: dict[str, Any]) -> dict[str, Any]:
    return {**meter, "meter": f"{name}-{meter['meter']}", "event_type": f"case.{name}"}


def _plan(plan_id: str, scene: Scene, fees: list[dict[str, Any]]) -> dict[str, Any]:
    every, unit = scene.interval
    return {
        "plan": plan_id, "name": LABEL, "product": "cases", "department": "cases", "entity": entity_of(scene),
        "currency": scene.currency,
        "interval": {"every": every, "unit": unit}, "anchor": scene.anchor, "proration": scene.proration,
        "tax": scene.tax, "fees": fees,
    }  # fmt: skip


def _entity_row(name: str, scene: Scene) -> dict[str, Any]:
    return {
        "entity": name, "name": LABEL, "postal_code": "100-0001", "address": LABEL, "tel": "03-0000-0000",
        "email": "billing@example.jp", "contact": LABEL,
        "time_zone": scene.zone, "currency": "JPY", "registration_number": "T7000012050002", "rounding": scene.rounding,
        "tax_rounding": scene.rounding,
        "invoice_number": f"INV-{name}-{{seq:6}}", "credit_note_number": f"CN-{name}-{{seq:6}}",
        "billing_starts_on": "1990-01-01",
        "rebill_horizon_months": 1200, "adjustments": "at_once", "closing_lag_days": 10,
        "correction_limit": Decimal(10**13 - 1), "payment_terms": "net30",
        "dunning_policy": "one",
        "mail_from": {"email": "billing@example.jp", "name": "Cases"}, "reply_to": "billing@example.jp",
    }  # fmt: skip
