"""How events become a quantity."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any

from conformance.cases import Case
from conformance.claims.fees import usage, used
from conformance.scene import ROUNDED, NotClaimed, Scene, claims

QUANTITY = "select coalesce(sum(quantity), 0) from charges where contract_id = $contract"


def measured(case: Case, aggregation: str, *, of: str = "quantity", **meter: Any) -> Scene:
    """A contract over the case's period with one fee per unit; the answer is the quantity of its charge."""
    begin, end = (date.fromisoformat(case.input["period"][side][:10]) for side in ("from", "to"))
    fee = usage("per_unit", unit_price=Decimal(1))
    wanted = case.params.get("filter")
    if wanted:
        fee["filter"] = {name: [value] for name, value in wanted.items()}
    row = {"meter": "units", "aggregation": aggregation, **meter}
    if aggregation != "count":
        row["field"] = of
    if wanted:
        row["dimensions"] = sorted(wanted)
    return Scene([fee], {"value": QUANTITY}, starts=str(begin), ends=str(end), events=events_of(case), meters=[row])


def events_of(case: Case) -> list[dict[str, Any]]:
    known = {"ts", "value", "event_id", "source"}
    rows = []
    for event in case.input["events"]:
        properties = {name: str(value) for name, value in event.items() if name not in known}
        row = {**used(event.get("value", "1"), at=event["ts"])[0], "properties": properties}
        rows.append(row | ({"event_id": f"{case.id}-{event['event_id']}"} if "event_id" in event else {}))
    return rows


@claims("aggregations", "sum", "count", "max", "latest")
def simple(case: Case) -> Scene:
    if Decimal(case.params.get("carried") or 0):
        scene = measured(case, case.group)
        scene.events += used(case.params["carried"], at=case.input["period"]["from"])  # what was there before is told once at the start
        return scene
    return measured(case, case.group)


@claims("aggregations", "unique_count")
def unique(case: Case) -> Scene:
    if case.params.get("recurring"):
        raise NotClaimed("distinct values are counted in their period; what persists is a level")
    return measured(case, "unique_count", of="id")


@claims("aggregations", "count_dedup")
def counted_once(case: Case) -> Scene:
    """Each event is known by its id: the same one again on another hour is a contradiction, and counts once as well."""
    return measured(case, "count")


@claims("aggregations", "windowed_sum")
def by_window(case: Case) -> Scene:
    """A window is a property of the event, a dimension of the meter; a fee per window would read it."""
    scene = measured(case, "sum")
    length = {"hour": 13, "day": 10}.get(case.params["window"])
    if length is None:
        raise NotClaimed("usage is published by day, and by any property of the event")
    for event in scene.events:
        event["properties"]["window"] = event["event_at"][:length]
    scene.meters[0]["dimensions"] = ["window"]
    scene.answers = {
        "value": "select list(quantity order by window_start) from (select json_extract_string(dimensions, '$.window') as window_start, sum(quantity) as quantity "
        "from usage_daily where contract_id = $contract group by all)"
    }
    return scene


@claims("aggregations", "weighted_sum")
def average_level(case: Case) -> Scene:
    """Events change the level; its time is counted in periods."""
    scene = measured(case, "time_weighted_sum", per="period", reports="change")
    initial = case.params.get("initial") or "0"
    if Decimal(initial):
        scene.events.insert(0, used(initial, at=case.input["period"]["from"])[0])
    scene.places = int(case.params["scale"])
    return scene


@claims("aggregations", "gauge_time_integral")
def level_over_hours(case: Case) -> Scene:
    """Events report the level; one fee says how many units × hours, and its price leaves the first ones free."""
    if case.params["unit_seconds"] != "3600":
        raise NotClaimed("a level over time is stated in seconds, minutes, hours, days or periods")
    scene = measured(case, "time_weighted_sum", per="hour", reports="level")
    for field in case.expected:
        charged = re.fullmatch(r"charge_after_(\d+)_free_at_(\d+)", field)
        if charged:
            tiers = [{"up_to": Decimal(charged[1]), "unit_price": Decimal(0)}, {"unit_price": Decimal(charged[2])}]
            scene.fees = [usage("graduated", tiers=tiers)]
            scene.answers[field] = ROUNDED
    scene.places = int(case.params["scale"])
    return scene


@claims("aggregations", "prorated_sum", "prorated_unique_count")
def prorated(case: Case) -> Scene:
    raise NotClaimed("what is there for a part of the period counts from its moment, not by whole days and rounded up")
