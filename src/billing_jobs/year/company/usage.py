"""What customers use: a few events a month, in the size that the prices of the meter speak of."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from billing_jobs.year.company.customers import Company, Features
from billing_jobs.year.company.menu import Menu, Raw
from billing_jobs.year.company.nights import night_of
from billing_jobs.year.oracle.facts import Contract, Event, Facts

DAYS_BETWEEN = 14


@dataclass(frozen=True)
class Use:
    """What a contract uses: the meters of its plans, signed and changed to."""

    contract: Contract
    plans: list[str]
    meters: list[Raw]


def draw_events(company: Company) -> None:
    """Events over each contract's days, some told late, some amended, retracted or told twice."""
    chance, facts = company.chance, company.facts
    for contract in facts.contracts.values():
        use = _use(company, contract)
        day = contract.service_from
        while (
            use.meters
            and (day := day + timedelta(days=chance.randrange(1, 2 * DAYS_BETWEEN))) <= facts.nights[-1].as_of
        ):
            event = _event(company, use, day)
            if event is not None:
                facts.events.append(event)
                _mend(chance, facts, event, company.features[contract.customer_id])


def _use(company: Company, contract: Contract) -> Use:
    changes = [one for one in company.facts.changes if one.contract_id == contract.contract_id]
    plans = [contract.plan_id, *(one.plan_id for one in changes if one.kind == "change_plan")]
    meters = {meter["meter"]: meter for plan_id in plans for meter in company.menu.meters_of(plan_id)}
    return Use(contract, plans, list(meters.values()))


def _event(company: Company, use: Use, day: date) -> Event | None:
    chance, facts = company.chance, company.facts
    delay = chance.randrange(10, 60) if chance.random() < 0.12 else 0
    seen = night_of(facts.nights, day + timedelta(days=delay))
    if seen is None:
        return None
    night = max(seen, use.contract.night)
    event_type = chance.choice(sorted({meter["event_type"] for meter in use.meters}))
    quantity, properties = Decimal(1), {}
    for meter in use.meters:
        if meter["event_type"] != event_type:
            continue
        used = _size(chance, company.menu, meter, use.plans)
        if meter.get("field", "quantity") != "quantity":
            properties[meter["field"]] = str(used)
        elif meter["aggregation"] != "count":
            quantity = used
        if "price_field" in meter:
            properties[meter["price_field"]] = chance.choice(["2.9", "3.15", "8"])
        for name, values in _values(company.menu, meter, use.plans).items():
            properties[name] = chance.choice(values)
    return Event(
        f"E{len(facts.events) + 1:06}", event_type, use.contract.contract_id, day, night,
        facts.nights[night].as_of + timedelta(days=1), quantity, properties,
    )  # fmt: skip


def _fees(menu: Menu, meter: Raw, plans: list[str]) -> list[Raw]:
    return [fee for plan in plans for fee in menu.plans[plan]["fees"] if fee.get("meter") == meter["meter"]]


def _size(chance: random.Random, menu: Menu, meter: Raw, plans: list[str]) -> Decimal:
    """Around the bounds that tiers, packages and allowances have, so that they are crossed."""
    bounds = [
        Decimal(tier["up_to"])
        for fee in _fees(menu, meter, plans)
        for version in fee["versions"]
        for tier in version.get("tiers", [])
        if "up_to" in tier
    ]
    bound = chance.choice(bounds) if bounds else Decimal(1000)
    return (bound * Decimal(chance.randrange(1, 90)) / 100).quantize(Decimal("0.01"))


def _values(menu: Menu, meter: Raw, plans: list[str]) -> dict[str, list[str]]:
    """For each property that a price or a filter asks for: the values that are named, and one that is not where a
    price holds for the others."""
    found: dict[str, list[str]] = {name: ["other"] for name in meter.get("dimensions", [])}
    for fee in _fees(menu, meter, plans):
        names = fee.get("dimensions") or [fee["dimension"]] if fee["model"] == "matrix" else []
        for version in fee["versions"]:
            prices = version.get("prices", [])
            for name in names:
                named = [(price.get("values") or {name: price.get("value")}).get(name) for price in prices]
                has_default = any(not ({"value", "values"} & set(price)) for price in prices)
                found[name] = [value for value in named if value] + (["elsewhere"] if has_default else [])
        for name, values in fee.get("filter", {}).items():
            found[name] = [*found.get(name, []), *values]
    return found


def _mend(chance: random.Random, facts: Facts, event: Event, features: Features) -> None:
    """Some events are told again, amended or taken back by a later file."""
    if not features.retractions or chance.random() > 0.25:
        return
    later = [night for night in facts.nights if night.number > event.night]
    if not later:
        return
    night = chance.choice(later[:6])
    received, kind = night.as_of + timedelta(days=1), chance.choice(["again", "amends", "retracts"])
    if kind == "again":
        facts.events.append(replace(event, night=night.number, received_on=received))
    elif kind == "retracts":
        facts.events.append(
            replace(
                event, event_id=f"R{event.event_id}", night=night.number, received_on=received, retracts=event.event_id
            )
        )
    else:
        facts.events.append(
            replace(
                event, event_id=f"A{event.event_id}", night=night.number, received_on=received, amends=event.event_id,
                quantity=(event.quantity * Decimal("0.7")).quantize(Decimal("0.01")),
            )
        )  # fmt: skip
