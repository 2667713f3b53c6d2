"""How events become a quantity."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from conformance.cases import Case
from conformance.claims.calendar import as_interval, day_of, local
from conformance.claims.fees import usage, used
from conformance.compare import Places
from conformance.scene import ROUNDED, NotClaimed, Scene, claims, mode_of

QUANTITY = "select coalesce(sum(quantity), 0) from charges where contract_id = $contract"


def measured(case: Case, aggregation: str, *, of: str = "quantity", **meter: Any) -> Scene:
    """A contract over the case's period, which is one billing period, with one fee per unit;
    the answer is the quantity of its charge."""
    zone = case.said("timezone") or "UTC"
    begin, end = (day_of(case.input["period"][side], zone) for side in ("from", "to"))
    fee = usage("per_unit", unit_price=Decimal(0))  # the quantity is asked, and a charge below zero is none by itself
    wanted = filter_of(case)
    if wanted:
        fee["filter"] = wanted
    row = {"meter": "units", "aggregation": aggregation, **meter}
    if aggregation != "count":
        row["field"] = of
    if wanted:
        row["dimensions"] = sorted(wanted)
    return Scene(
        [fee],
        {"value": QUANTITY},
        zone=zone,
        interval=as_interval(begin, end),
        starts=str(begin),
        ends=str(end),
        events=events_of(case, zone),
        meters=[row],
    )


def begin_of(scene: Scene) -> str:
    return local(f"{scene.starts}T00:00:00", scene.zone).isoformat()


def filter_of(case: Case) -> dict[str, list[str]]:
    """What events must say to be counted: one value of a property, or any of several."""
    wanted: dict[str, Any] = case.params.get("filter") or {}
    return {
        name: [str(one) for one in value] if isinstance(value, list) else [str(value)] for name, value in wanted.items()
    }


def events_of(case: Case, zone: str) -> list[dict[str, Any]]:
    """The events; what they say besides is a property.

    An event is the same one when its source says the same id again.
    """
    rows = []
    for event in case.input["events"]:
        if event.get("op", "add") != "add":
            raise NotClaimed("distinct values are counted in their period; what persists is a level")
        properties = {
            name: str(value) for name, value in event.items() if name not in ("ts", "value", "event_id", "source", "op")
        }
        value = event.get("value")
        row = {
            **used("1" if value is None else str(value), at=local(event["ts"], zone).isoformat())[0],
            "properties": properties,
        }
        rows.append(
            row
            | (
                {"event_id": f"{case.id}-{event.get('source') or ''}-{event['event_id']}"}
                if "event_id" in event
                else {}
            )
        )
    return rows


@claims("aggregations", "sum", "count", "max", "latest")
def simple(case: Case) -> Scene:
    """What was there before the period is told once at its start: a value, or as many events as were counted."""
    scene = measured(case, case.group)
    carried = case.params.get("carried") or "0"
    if Decimal(carried):
        properties = {name: values[0] for name, values in filter_of(case).items()}
        values = [carried] if case.group != "count" else ["1"] * int(carried)
        scene.events = used(*values, at=begin_of(scene), **properties) + scene.events
    return scene


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
    length = {"minute": 16, "hour": 13, "day": 10, "month": 7}.get(case.params["window"])
    if length is None:
        raise NotClaimed("usage is published by day, and by any property of the event")
    wanted = filter_of(case)
    scene.events = [
        event
        for event in scene.events
        if all(event["properties"].get(name) in values for name, values in wanted.items())
    ]
    for event in scene.events:
        event["properties"] = {"window": local(event["event_at"], scene.zone).isoformat()[:length]}
    scene.fees[0].pop("filter", None)
    scene.meters[0]["dimensions"] = ["window"]
    scene.answers = {
        "value": "select coalesce(list(quantity order by window_start), []) "
        "from (select json_extract_string(dimensions, '$.window') as window_start, "
        "sum(quantity) as quantity from usage_daily where contract_id = $contract "
        f"and usage_date >= '{scene.starts}' and usage_date < '{scene.ends}' group by all)"
    }
    return scene


@claims("aggregations", "weighted_sum")
def average_level(case: Case) -> Scene:
    """Events change the level; its time is counted in periods."""
    scene = measured(case, "time_weighted_sum", per="period", reports="change")
    initial = case.params.get("initial") or "0"
    if Decimal(initial):
        properties = {name: values[0] for name, values in filter_of(case).items()}
        scene.events.insert(0, used(initial, at=begin_of(scene), **properties)[0])
    scene.places = Places(int(case.params["scale"]), mode_of(case.said("round", "rounding")))
    return scene


@claims("aggregations", "gauge_time_integral")
def level_over_hours(case: Case) -> Scene:
    """Events report the level; one fee says how many units × hours, and its price leaves the first ones free."""
    per = {"1": "second", "60": "minute", "3600": "hour", "86400": "day"}.get(str(case.params["unit_seconds"]))
    if per is None:
        raise NotClaimed("a level over time is stated in seconds, minutes, hours, days or periods")
    scene = measured(case, "time_weighted_sum", per=per, reports="level")
    for field in case.expected:
        charged = re.fullmatch(r"charge_after_([\d.]+)_free_at_([\d.]+)", field)
        if charged:
            tiers = [{"up_to": Decimal(charged[1]), "unit_price": Decimal(0)}, {"unit_price": Decimal(charged[2])}]
            scene.fees = [{**scene.fees[0], **usage("graduated", tiers=tiers)}]
            scene.answers[field] = ROUNDED
    scene.places = Places(int(case.params["scale"]), mode_of(case.said("round", "rounding")))
    return scene


@claims("aggregations", "prorated_sum", "prorated_unique_count")
def prorated(case: Case) -> Scene:
    raise NotClaimed("what is there for a part of the period counts from its moment, not by whole days and rounded up")
