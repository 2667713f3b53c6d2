"""Which events count, for which fee, and how many that is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from billing_jobs.year.oracle.catalog import Catalog, Fee, Plan
from billing_jobs.year.oracle.entries import Entity
from billing_jobs.year.oracle.facts import Event


@dataclass(frozen=True)
class Used:
    """What one event adds to a meter on its day. `price`: what came with it, where the meter has a price field."""

    day: date
    quantity: Decimal
    values: tuple[tuple[str, str], ...]
    price: Decimal | None


def events_that_count(events: Iterable[Event], entity_of: dict[str, Entity]) -> dict[tuple[str, str], list[Event]]:
    """By contract and event type: each id once as it came first, the latest amendment in place of what it amends,
    nothing of what is retracted or came too late for its seller."""
    first: dict[str, Event] = {}
    for event in sorted(events, key=lambda found: found.night):
        first.setdefault(event.event_id, event)
    retracted = {event.retracts for event in first.values() if event.retracts}
    held = {
        event.event_id: event
        for event in first.values()
        if not event.retracts and event.contract_id in entity_of and not _is_late(event, entity_of[event.contract_id])
    }
    amended = {event.amends for event in held.values() if event.amends and event.event_id not in retracted}
    found = defaultdict(list)
    for event in held.values():
        if not {event.event_id, event.amends} & retracted and event.event_id not in amended:
            found[event.contract_id, event.event_type].append(event)
    return found


def _is_late(event: Event, entity: Entity) -> bool:
    limit = entity.ignore_after_days
    if limit is None or event.received_on < entity.ignore_from:
        return False
    return event.received_on > event.day + timedelta(days=limit)


def used_by_fee(catalog: Catalog, plan: Plan, fee: Fee, events: dict[str, list[Event]]) -> list[Used]:
    """What the events (by type) of one contract add to the meter of one fee of its plan."""
    meter = catalog.meters[fee.meter]
    found = []
    for event in events.get(meter["event_type"], []):
        if fee not in _charging(plan, fee.meter, event):
            continue
        field = meter.get("field", "quantity")
        said = str(event.quantity) if field == "quantity" else event.properties.get(field)
        if meter["aggregation"] == "count":
            said = "1"
        if said is None:
            continue
        price = event.properties.get(meter.get("price_field", ""))
        values = tuple((name, event.properties.get(name, "")) for name in fee.dimensions)
        found.append(Used(event.day, Decimal(said), values, None if price is None else Decimal(price)))
    return found


def _charging(plan: Plan, meter: str, event: Event) -> list[Fee]:
    """Of the fees on a meter the one whose filter names most properties charges an event; an additive one besides."""
    fitting = [
        fee
        for fee in plan.fees.values()
        if fee.meter == meter
        and all(event.properties.get(name) in values for name, values in fee.raw.get("filter", {}).items())
    ]
    plain = [fee for fee in fitting if fee.raw.get("additive") != "true"]
    best = max((len(fee.raw.get("filter", {})) for fee in plain), default=-1)
    return [fee for fee in fitting if fee not in plain or len(fee.raw.get("filter", {})) == best]


def total(used: Iterable[Used]) -> Fraction:
    """The sum of what is used."""
    return sum((Fraction(one.quantity) for one in used), Fraction(0))
