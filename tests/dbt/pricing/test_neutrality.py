"""Random usage under random fees: a change that moves no price moves no amount, and what does move one does so as
worked out without the platform.

One home. Each contract has a twin with the same usage that is changed in everything that has no price: departments,
seats, tax status, a new version with the same numbers. Each has a second twin whose price doubles on a random day; its
charge is worked out here.
"""

from __future__ import annotations

import json
import random
import tempfile
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from billing_jobs.settings import Home
from tests.dbt.contracts.shop import Shop, Tables, build
from tests.dbt.pricing.model_cases import RATES, STEPS, VOLUME, one_fee

SEED, CONTRACTS = 20261, 180
BUILT = "path:seeds +int_charges_priced +int_charge_segments_rated +int_charge_claims_broken"
LAST_DIGITS = Decimal("1e-9")
METERS: dict[str, dict[str, Any]] = {
    "sum": {"aggregation": "sum"},
    "count": {"aggregation": "count"},
    "carried": {"aggregation": "sum", "is_carried_over": True},
    "kept": {"aggregation": "latest", "is_carried_over": True},
    "latest": {"aggregation": "latest"},
    "max": {"aggregation": "max"},
    "unique": {"aggregation": "unique_count", "field": "user"},
    "weighed": {"aggregation": "time_weighted_sum", "level_per": "day", "reports": "level"},
}
OF_ONE_QUANTITY = ("carried", "kept", "latest", "max", "unique")
TIERS = {"graduated": VOLUME, "volume": VOLUME, "stairstep": STEPS, "graduated_percentage": RATES}
MODELS = ("per_unit", "package", "percentage", *TIERS)
SERVICE_FROM, ENDS_ON = date(2026, 6, 10), date(2026, 9, 20)


@dataclass(frozen=True)
class Case:
    name: str
    meter: str
    model: str
    part: str | None
    proration: str
    allowance: int
    changed_on: date
    events: tuple[tuple[date, int, str], ...]  # day, quantity, user

    def used(self, since: date, until: date) -> Decimal:
        """The one quantity over these days, counted without the platform."""
        events = [
            event
            for event in self.events
            if (self.meter in ("carried", "kept") or since <= event[0]) and event[0] < until
        ]
        match self.meter:
            case "carried":
                found = sum(quantity for _, quantity, _ in events)
            case "unique":
                found = len({user for _, _, user in events})
            case "max":
                found = max((quantity for _, quantity, _ in events), default=0)
            case _:
                found = events[-1][1] if events else 0
        return Decimal(max(found - self.allowance, 0))

    def price(self, quantity: Decimal) -> Decimal:
        if quantity == 0:
            return Decimal(0)
        if self.model == "per_unit":
            return quantity * 2
        if self.model == "package":
            return (quantity + 9) // 10 * 15
        if self.model == "percentage":
            return quantity * 3 / 100
        reached = [tier for tier in TIERS[self.model] if quantity > Decimal(tier[0])]
        if self.model in ("volume", "stairstep"):
            return (quantity * Decimal(reached[-1][2]) if self.model == "volume" else 0) + Decimal(reached[-1][3])
        return sum(
            (
                (min(quantity, Decimal(high or "Infinity")) - Decimal(low)) * Decimal(unit) + Decimal(flat)
                for low, high, unit, flat in reached
            ),
            start=Decimal(0),
        )


def drawn() -> list[Case]:
    dice, cases = random.Random(SEED), []
    for number in range(CONTRACTS):
        days = sorted(
            SERVICE_FROM + timedelta(days=dice.randrange((ENDS_ON - SERVICE_FROM).days))
            for _ in range(dice.randint(0, 9))
        )
        meter = list(METERS)[number % len(METERS)]
        cases.append(Case(
            name=f"free{number}", meter=meter, model=MODELS[number % len(MODELS)],
            part=dice.choice([None, "by_days", "served", "whole"]) if meter in OF_ONE_QUANTITY else None,
            proration=dice.choice(["daily", "daily", "thirty_day", "none"]), allowance=dice.choice([0, 0, 3]),
            changed_on=SERVICE_FROM + timedelta(days=dice.randint(1, (ENDS_ON - SERVICE_FROM).days - 1)),
            events=tuple((day, dice.choice([5, 12, 40, 130, 250, -7, -60]), dice.choice("abcde")) for day in days),
        ))  # fmt: skip
    return cases


def numbers_of(case: Case, factor: int) -> dict[str, Any]:
    return {
        "per_unit": {"unit_price": 2 * factor}, "package": {"package_size": 10, "unit_price": 15 * factor},
        "percentage": {"rate": 3 * factor},
    }.get(case.model, {})  # fmt: skip


def sell(shop: Shop, case: Case, plan_id: str, *, factor: int) -> None:
    """A plan whose price is multiplied in mid-period on the day of the case's change."""
    columns = {"meter": case.meter, "part_period": case.part, "allowance": case.allowance or None}
    versions: list[dict[str, Any]] = [{"valid_from": "2020-01-01", **numbers_of(case, 1)}]
    if factor:
        versions.append({"valid_from": str(case.changed_on), "is_mid_period": True, **numbers_of(case, factor)})
    shop.plan(
        plan_id,
        one_fee(case.model, tiers=TIERS.get(case.model, []), versions=versions, **columns),
        proration=case.proration,
    )
    for number, (low, high, unit, flat) in enumerate(TIERS.get(case.model, []) if factor else [], start=1):
        shop.catalog(
            "fee_tiers", plan_id=plan_id, fee_id="usage", currency="JPY", valid_from=str(case.changed_on),
            tier_no=number, from_quantity=low, up_to=high,
            unit_price=Decimal(unit) * factor, flat_amount=Decimal(flat) * factor,
        )  # fmt: skip


def fill(shop: Shop, cases: list[Case]) -> None:
    for meter, columns in METERS.items():
        shop.catalog(
            "meters", meter=meter, event_type=f"{meter}.seen", dimensions="[]", **{"field": "quantity", **columns}
        )
    for case in cases:
        for kind, factor in (("plain", 0), ("changed", 1), ("dearer", 2)):
            name = f"{case.name}:{kind}"
            sell(shop, case, name, factor=factor)
            shop.sign(name, name, str(SERVICE_FROM), ends_on=str(ENDS_ON))
            for hour, (day, quantity, user) in enumerate(case.events):
                at = f"{day}T{hour:02}:00:00+09:00"
                shop.use(name, at, quantity, event_type=f"{case.meter}.seen", properties=json.dumps({"user": user}))
            if kind == "changed":
                shop.change(name, "change_department", str(case.changed_on + timedelta(days=2)), department="elsewhere")
                shop.change(name, "change_quantity", str(case.changed_on - timedelta(days=1)), quantity="7")
                shop.crm(
                    "customers",
                    customer_id=name,
                    name=f"Name of {name}",
                    tax_status="exempt",
                    effective_on="2026-08-01",
                )


@cache
def owed() -> tuple[list[Case], dict[str, dict[date, dict[str, Any]]]]:
    home, shop, cases = Home(Path(tempfile.mkdtemp(prefix="neutral-"))), Shop(), drawn()
    fill(shop, cases)
    shop.write(home)
    assert build(home, BUILT) == []
    assert Tables(home).rows("select * from int_charge_claims_broken") == []
    sql = (
        "select contract_id, period_from, period_until, served_from, served_until, quantity, unrounded_amount "
        "from int_charges_priced"
    )
    found: dict[str, dict[date, dict[str, Any]]] = {}
    for row in Tables(home).rows(sql):
        found.setdefault(row["contract_id"], {})[row["period_from"]] = row
    return cases, found


def test_a_change_that_moves_no_price_moves_no_amount() -> None:
    cases, found = owed()
    assert len(found) == 3 * CONTRACTS
    for case in cases:
        assert found[f"{case.name}:changed"] == {
            period: {**row, "contract_id": f"{case.name}:changed"}
            for period, row in found[f"{case.name}:plain"].items()
        }, case


@pytest.mark.parametrize("meter", OF_ONE_QUANTITY)
def test_each_stretch_of_one_price_owes_its_share_of_the_one_quantity(meter: str) -> None:
    cases, found = owed()
    for case in (case for case in cases if case.meter == meter):
        for row in found[f"{case.name}:dearer"].values():
            quantity = case.used(row["served_from"], row["served_until"])
            assert row["quantity"] == quantity, (case, row)
            expected = share_of(case, row) * case.price(quantity)
            assert abs(row["unrounded_amount"] - expected) < LAST_DIGITS, (case, row, expected)
            assert row["unrounded_amount"] >= 0


def share_of(case: Case, row: dict[str, Any]) -> Decimal:
    """How often P(Q) is owed: each day once, and from the change on twice, of the days of the period,
    of the served ones, or of no days."""
    begins, ends = row["served_from"], row["served_until"]
    days_of = thirtieths if case.proration == "thirty_day" else lambda row, day: (day - row["period_from"]).days
    before, after = (days_of(row, day) for day in (begins, ends))
    changed = min(max(days_of(row, max(min(case.changed_on, ends), begins)), before), after)
    weight = Decimal(changed - before + 2 * (after - changed))
    part = case.part or ("by_days" if METERS[case.meter].get("is_carried_over") else "served")
    if part == "whole":
        return Decimal(2 if case.changed_on < ends else 1)
    if part == "served" or case.proration == "none":
        return weight / (after - before)
    return weight / (30 if case.proration == "thirty_day" else (row["period_until"] - row["period_from"]).days)


def thirtieths(row: dict[str, Any], day: date) -> int:
    return 30 if day >= row["period_until"] else min(30, (day - row["period_from"]).days)
