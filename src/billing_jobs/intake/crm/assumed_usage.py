"""The usage that a quote assumes, by meter and dimension value, as the events that would come of it. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from billing_jobs.errors import UsageError

Row = dict[str, Any]
BAND = "band"
MOST_EVENTS = 200_000  # of one assumption over the whole term
_COUNTED = ("count", "unique_count")


@dataclass(frozen=True)
class Assumed:
    """So much of a meter a month, with the values of its dimensions.

    `events`: how many events it comes in; `fee`: a row that tells of the meter.
    """

    line_no: int
    fee: Row
    quantity: Decimal
    events: int
    properties: dict[str, str]

    @property
    def is_level(self) -> bool:
        """What is told once and stays: a level over time, or what is carried over."""
        return bool(self.fee["aggregation"] == "time_weighted_sum" or self.fee["is_carried_over"])

    def is_charged_by(self, fee: Row, fees: Sequence[Row]) -> bool:
        """Whether a fee of the plan charges it: its filter fits, and none that names more properties does,
        unless it is additive."""
        fitting = [other for other in fees if other["meter"] == self.fee["meter"] and self._fits(other)]
        most = max((len(_filter(other)) for other in fitting if not other["is_additive"]), default=0)
        return fee in fitting and (bool(fee["is_additive"]) or len(_filter(fee)) == most)

    def _fits(self, fee: Row) -> bool:
        return all(self.properties.get(name) in values for name, values in _filter(fee).items())


def assumptions_of(line_no: int, rows: Sequence[Row], fees: Sequence[Row]) -> list[Assumed]:
    """The rows of quote_usage of a line whose plan has these usage fees. UsageError says what is wrong with one."""
    for row in rows:
        others = [fee["meter"] for fee in fees if _counts_events_of(fee, row["meter"], fees)]
        if others and (row["events"] is None or set(others) & {other["meter"] for other in rows}):
            raise UsageError(
                f"Line {line_no} of quote {row['quote_id']} assumes usage of meter {row['meter']}, "
                f"whose events {', '.join(others)} counts too; "
                "expected one of these meters, with the number of events. Nothing was written."
            )
    found = [_assumption(line_no, row, fees) for row in rows]
    return [assumed for assumed in found if assumed.quantity]


def _counts_events_of(fee: Row, meter: str, fees: Sequence[Row]) -> bool:
    """Whether a fee's meter counts each event of another meter: it has their type, and needs no property of theirs."""
    types = {other["event_type"] for other in fees if other["meter"] == meter}
    return (
        fee["meter"] != meter
        and fee["event_type"] in types
        and (fee["aggregation"] == "count" or fee["field"] in (None, "quantity"))
    )


def _assumption(line_no: int, row: Row, fees: Sequence[Row]) -> Assumed:
    where = f"Line {line_no} of quote {row['quote_id']}"
    fee = next((fee for fee in fees if fee["meter"] == row["meter"]), None)
    if fee is None:
        names = ", ".join(sorted({fee["meter"] for fee in fees})) or "none"
        raise UsageError(
            f"{where} assumes usage of meter {row['meter']}; expected a meter of its plan: {names}. Nothing was "
            "written."
        )
    if row["quantity"] < 0 or (row["events"] or 0) < 0:
        raise UsageError(
            f"{where} assumes a quantity or a number of events of meter {row['meter']} below 0. Nothing was written."
        )
    properties = _properties_of(row, where)
    known = {*json.loads(fee["dimensions"] or "[]"), *([BAND] if fee["time_bands"] else [])}
    needed = known | ({fee["price_field"]} if fee["price_field"] else set())
    if properties.keys() != needed:
        said, expected = (", ".join(sorted(names)) or "none" for names in (properties.keys(), needed))
        raise UsageError(
            f"{where} assumes usage of meter {row['meter']} with the properties {said}; expected {expected}. Nothing "
            "was written."
        )
    if fee["aggregation"] in _COUNTED and row["quantity"] != int(row["quantity"]):
        raise UsageError(
            f"{where} assumes {row['quantity']:f} of meter {row['meter']}, "
            "which counts; expected a whole number. Nothing was written."
        )
    return Assumed(
        line_no,
        fee,
        row["quantity"],
        int(row["quantity"]) if fee["aggregation"] in _COUNTED else row["events"] or 1,
        properties,
    )


def events_of(assumed: Assumed, *, months: Sequence[tuple[date, date]], times: Sequence[Row]) -> Iterator[Row]:
    """Its events over the months of a term, at noon of each month's first day or in its first hour of the band.

    `times`: when each band begins, day by day.
    """
    fee = assumed.fee
    months = months[:1] if assumed.is_level else months
    if assumed.events * len(months) > MOST_EVENTS:
        raise UsageError(
            f"Assumed usage of meter {fee['meter']} comes to more than {MOST_EVENTS} events; assume a smaller number. "
            "Nothing was written."
        )
    field = fee["field"] or "quantity"
    parts = _parts(assumed)
    instants = [instant for begin, end in months if (instant := _instant(assumed, (begin, end), times)) is not None]
    if not instants:
        raise UsageError(
            f"Assumed usage of meter {fee['meter']} is in a band that the term does not have: "
            f"{assumed.properties[BAND]}. Nothing was written."
        )
    properties = {name: value for name, value in assumed.properties.items() if name != BAND}
    which = json.dumps(assumed.properties, sort_keys=True)
    for month, instant in enumerate(instants):
        for number, part in enumerate(parts):
            said = str(number) if fee["aggregation"] == "unique_count" else f"{part:f}"
            own = {} if field == "quantity" or fee["aggregation"] == "count" else {field: said}
            yield {
                "event_id": f"{assumed.line_no}-{fee['meter']}-{which}-{month}-{number}",
                "event_type": fee["event_type"], "event_at": instant.isoformat(),
                "quantity": part if field == "quantity" else 1,
                "properties": json.dumps(properties | own, ensure_ascii=False),
            }  # fmt: skip


def _parts(assumed: Assumed) -> list[Decimal]:
    """The quantity in so many events, the last one with what a division leaves."""
    if assumed.fee["aggregation"] in _COUNTED:
        return [Decimal(1)] * assumed.events
    if assumed.fee["aggregation"] != "sum" or assumed.events == 1:
        return [assumed.quantity]
    part = (assumed.quantity / assumed.events).quantize(Decimal("1e-6"))
    return [part] * (assumed.events - 1) + [assumed.quantity - part * (assumed.events - 1)]


def _instant(assumed: Assumed, month: tuple[date, date], times: Sequence[Row]) -> datetime | None:
    zone = ZoneInfo(assumed.fee["zone"])
    if BAND not in assumed.properties:
        return datetime.combine(month[0], time(0 if assumed.is_level else 12), zone).astimezone(UTC)
    fitting = (
        row
        for row in times
        if (row["time_bands"], row["band"]) == (assumed.fee["time_bands"], assumed.properties[BAND])
    )
    first = min(
        (row for row in fitting if month[0] <= row["local_date"] < month[1]),
        key=lambda row: (row["local_date"], row["from_minute"]),
        default=None,
    )
    if first is None:
        return None
    return (datetime.combine(first["local_date"], time(), zone) + timedelta(minutes=first["from_minute"])).astimezone(
        UTC
    )


def _filter(fee: Row) -> dict[str, list[str]]:
    return dict(json.loads(fee["filter"] or "{}"))


def _properties_of(row: Row, where: str) -> dict[str, str]:
    try:
        given, extra = json.loads(row["properties"] or "{}"), json.loads(row["extra"] or "{}")
        named = {name.removeprefix("property_"): value for name, value in extra.items() if name.startswith("property_")}
        return {str(name): str(value) for name, value in {**given, **named}.items()}
    except (ValueError, TypeError, AttributeError):
        raise UsageError(
            f"{where} assumes usage with the properties {row['properties']}; expected a JSON object. Nothing was "
            "written."
        ) from None
