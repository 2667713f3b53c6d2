"""Cases of the charge models in the home of `cases`: a plan for each price list, a contract for each quantity."""

from __future__ import annotations

import json
import os
from decimal import Decimal
from pathlib import Path
from typing import Any

from billing_jobs.settings import PROJECT_DIR
from tests.dbt.contracts.shop import Shop

PUBLISHED = Path(os.environ.get("BILLING_CASES_DIR", PROJECT_DIR.parent / "shared" / "cases")) / "charge_models.json"
STEPS = [("0", "10", "0", "100"), ("10", "20", "0", "180"), ("20", None, "0", "250")]
VOLUME = [("0", "100", "2", "10"), ("100", "200", "1", "0"), ("200", None, "0.5", "50")]
RATES = [("0", "1000", "0.01", "200"), ("1000", "10000", "0.02", "300"), ("10000", None, "0.03", "400")]
UNIT = "0.000000000001"


def around(bound: str) -> list[str]:
    """One unit of the twelfth decimal below a boundary, the boundary, and one above."""
    return [f"{(Decimal(bound) + step * Decimal(UNIT)).normalize():f}" for step in (-1, 0, 1)]


QUANTITIES = {
    "volume": ["-5", "0", "1", *around("100"), *around("200"), "1000000000000"],
    "stairstep": ["-5", "0", UNIT, *around("10"), *around("20")],
    "package": ["-1", "0", UNIT, "9", "10", "10.000000000001", "11", "1000000000000"],
    "graduated_percentage": ["0", "1", "1000", "1000.01", "1050", "10000", "10001"],
}


def versions(**numbers: Any) -> list[dict[str, Any]]:
    return [{"valid_from": "2020-01-01", **numbers}]


def one_fee(model: str, *, kind: str = "usage", **columns: Any) -> dict[str, Any]:
    timing, meter = ("arrears", "calls") if kind == "usage" else ("advance", None)
    return {
        "fee_id": "usage",
        "model": model,
        "kind": kind,
        "timing": timing,
        "meter": meter,
        "tax_code": "standard",
        **{"versions": versions(), **columns},
    }


def fill_models(shop: Shop) -> None:
    shop.plan("volume", one_fee("volume", tiers=VOLUME))
    shop.plan("stairstep", one_fee("stairstep", tiers=STEPS))
    shop.plan("package", one_fee("package", versions=versions(package_size="10", unit_price="15")))
    shop.plan("graduated_percentage", one_fee("graduated_percentage", tiers=RATES))
    for model, quantities in QUANTITIES.items():
        for quantity in quantities:
            shop.sign(f"{model}:{quantity}", model, "2026-10-01")
            if Decimal(quantity):
                shop.use(f"{model}:{quantity}", "2026-10-02T00:00:00+00:00", quantity)
    shop.plan("percentage", one_fee("percentage", versions=versions(rate="1.3", fixed_amount="2")))
    for name, amounts in (("percentage", ("50", "100", "250", "400", "-100")), ("percentage_unused", ())):
        shop.sign(name, "percentage", "2026-10-01")
        for amount in amounts:
            shop.use(name, "2026-10-02T00:00:00+00:00", amount)
    fill_percentages_by_event(shop)
    for model, numbers in (
        ("volume", {"tiers": VOLUME}),
        ("stairstep", {"tiers": STEPS}),
        ("package", {"versions": versions(package_size="10", unit_price="15")}),
    ):
        shop.plan(f"{model}_seats", one_fee(model, kind="recurring", **numbers))
        shop.sign(f"{model}_seats", f"{model}_seats", "2026-10-01", quantity="15")
        shop.change(f"{model}_seats", "cancel", "2026-10-16")
    fill_price_changes(shop)
    fill_matrix(shop)
    fill_published(shop)


BY_EVENT: dict[str, tuple[dict[str, str], tuple[str, ...]]] = {
    "free_by_both": (
        {"rate": "1.3", "fixed_amount": "2", "free_events": "3", "free_amount": "500"},
        ("50", "100", "250", "400"),
    ),
    "free_events": ({"rate": "1", "fixed_amount": "5", "free_events": "3"}, ("10", "10", "10", "10")),
    "partly_free": ({"rate": "1", "fixed_amount": "5", "free_events": "3", "free_amount": "15"}, ("10", "10", "10")),
    "free_amount_met": ({"rate": "1", "fixed_amount": "5", "free_amount": "20"}, ("10", "10", "10")),
    "bounded_events": (
        {"rate": "1", "fixed_amount": "1", "minimum_per_event": "1.75", "maximum_per_event": "5"},
        ("50", "75", "100", "1000", "-1000"),
    ),
    "free_and_bounded": ({"rate": "1", "free_events": "1", "minimum_per_event": "2"}, ("1000", "1", "500")),
    "free_unused": ({"rate": "1.3", "fixed_amount": "2", "free_events": "3", "free_amount": "250"}, ()),
}


def fill_percentages_by_event(shop: Shop) -> None:
    for name, (numbers, amounts) in BY_EVENT.items():
        shop.plan(name, one_fee("percentage", versions=versions(**numbers)))
        shop.sign(name, name, "2026-10-01")
        for minute, amount in enumerate(amounts):
            shop.use(name, f"2026-10-02T00:{minute:02}:00+00:00", amount)
    numbers = {"rate": "1", "fixed_amount": "5", "free_events": "2"}
    dated = [
        {"valid_from": "2020-01-01", **numbers},
        {"valid_from": "2026-10-16", "is_mid_period": True, **numbers, "rate": "2"},
    ]
    shop.plan("free_changed", one_fee("percentage", versions=dated))
    shop.sign("free_changed", "free_changed", "2026-10-01")
    for day in ("20", "02", "21"):  # the newest comes first: the order is that of the events, not of the file
        shop.use("free_changed", f"2026-10-{day}T00:00:00+00:00", "100")


def fill_price_changes(shop: Shop) -> None:
    """The price changes on the 16th: 150 units before it and 100 after are counted as 250."""
    dated = [{"valid_from": "2020-01-01"}, {"valid_from": "2026-10-16", "is_mid_period": True}]
    prices = {
        "volume": [{}, {}],
        "stairstep": [{}, {}],
        "package": [{"package_size": "10", "unit_price": "15"}, {"package_size": "100", "unit_price": "90"}],
    }
    for model, numbers in prices.items():
        shop.plan(
            f"{model}_changed",
            one_fee(model, versions=[{**version, **more} for version, more in zip(dated, numbers, strict=True)]),
        )
        for valid_from, factor in (("2020-01-01", 1), ("2026-10-16", 2)):
            for tier_no, (low, high, unit_price, flat) in enumerate(
                {"volume": VOLUME, "stairstep": STEPS}.get(model, []), start=1
            ):
                shop.catalog(
                    "fee_tiers", plan_id=f"{model}_changed", fee_id="usage", currency="JPY", valid_from=valid_from,
                    tier_no=tier_no, from_quantity=low, up_to=high,
                    unit_price=Decimal(unit_price) * factor, flat_amount=Decimal(flat) * factor,
                )  # fmt: skip
        shop.sign(f"{model}_changed", f"{model}_changed", "2026-10-01")
        shop.use(f"{model}_changed", "2026-10-02T00:00:00+00:00", "150")
        shop.use(f"{model}_changed", "2026-10-20T00:00:00+00:00", "100")


def fill_matrix(shop: Shop) -> None:
    shop.catalog(
        "meters",
        meter="by_both",
        event_type="both.request",
        aggregation="sum",
        field="quantity",
        dimensions='["region", "size"]',
    )
    prices = {'{"region":"east"}': "2", '{"size":"big"}': "5", '{"region":"east","size":"big"}': "7", "{}": "1"}
    shop.plan("by_both", one_fee("matrix", meter="by_both", dimensions='["region", "size"]', prices=prices))
    shop.sign("by_both", "by_both", "2026-10-01")
    for number, properties in enumerate(
        (
            {"region": "east", "size": "big"},
            {"region": "east"},
            {"region": "west", "size": "big"},
            {},
            {"region": "east", "size": "small"},
        )
    ):
        shop.use(
            "by_both",
            "2026-10-02T00:00:00+00:00",
            str(10**number),
            event_type="both.request",
            properties=json.dumps(properties),
        )


def published_cases() -> list[dict[str, Any]]:
    """The worked cases of other systems on which every correct engine agrees, where the folder with them is there."""
    if not PUBLISHED.is_file():
        return []
    cases = json.loads(PUBLISHED.read_text(encoding="utf-8"))
    known = {"graduated", "volume", "graduated_percentage", "package", "percentage", "standard", "block"}
    return [case for case in cases if case["semantics"] == "universal" and case["group"] in known]


def fill_published(shop: Shop) -> None:
    for case in published_cases():
        name, given = case["id"], case["input"]["params"]
        tiers = [
            (tier["from"], tier["to"], tier.get("unit_price") or Decimal(tier["rate_percent"]) / 100, tier["flat_fee"])
            for tier in given.get("tiers", [])
            if "from" in tier
        ]
        numbers: dict[str, Any] = {"unit_price": given.get("unit_price")}
        model = {"standard": "per_unit", "block": "package"}.get(case["group"], case["group"])
        if case["group"] == "package":
            numbers = {"package_size": given["package_size"], "unit_price": given["package_price"]}
        elif case["group"] == "block":
            (block,) = given["tiers"]
            numbers = {"package_size": block["block_size"], "unit_price": block["block_price"]}
        elif case["group"] == "percentage":
            numbers = {
                "rate": given["rate_percent"],
                "fixed_amount": given["fixed_fee"],
                "free_events": given.get("free_events"),
                "free_amount": given.get("free_total"),
            }
            numbers |= {
                "minimum_per_event": given.get("min_per_event"),
                "maximum_per_event": given.get("max_per_event"),
            }
        shop.plan(name, one_fee(model, tiers=tiers, versions=versions(**numbers)))
        before = case["input"].get("already_billed_units")
        # What was billed before lies in the billing period's first month, so that the last segment is the later line.
        shop.sign(name, name, "2026-09-16" if before else "2026-10-01")
        if before:
            shop.use(name, "2026-09-20T00:00:00+00:00", before)
        units = case["input"].get("events", [Decimal(case["input"].get("units", "0")) - Decimal(before or 0)])
        for quantity in units:
            shop.use(name, "2026-10-02T00:00:00+00:00", quantity)
