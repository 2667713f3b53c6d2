"""Windows of the day: which band an instant falls in, and what its price makes of a quantity."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from conformance.cases import Case, money_of
from conformance.claims.fees import UNITS, usage
from conformance.scene import CATALOG_ACCEPTED, EXACT, START, UNTIL, NotClaimed, Scene, claims

Rows = list[dict[str, Any]]
_DAY = 24 * 60


def minutes_of(window: dict[str, Any]) -> set[int]:
    """The minutes of the day in [start, end); over midnight when the end is before the start,
    none when they are the same."""
    begin, end = (_minute(window[side]) for side in ("start", "end"))
    return set(range(begin, end)) if begin <= end else set(range(begin, _DAY)) | set(range(end))


def bands_of(windows: Rows, names: list[str]) -> Rows:
    """The windows as the catalog writes them, each a band, and the band `outside` where none is.

    An empty window has no minute and no row.
    """
    minutes = [minutes_of(window) for window in windows]
    rows = [
        {"band": name, "from": window["start"], "until": window["end"]}
        for window, name, found in zip(windows, names, minutes, strict=True)
        if found
    ]
    return rows + stretches(set(range(_DAY)) - set().union(*minutes), "outside")


def stretches(minutes: set[int], band: str) -> Rows:
    """Rows of one band that hold exactly these minutes."""
    runs = groupby(enumerate(sorted(minutes)), key=lambda pair: pair[1] - pair[0])
    found = [[minute for _, minute in run] for _, run in runs]
    return [{"band": band, "from": _clock(run[0]), "until": _clock(run[-1] + 1)} for run in found]


@claims("time_of_day", "contains")
def contains(case: Case) -> Scene:
    """One event at the instant, in a set of time bands that has the windows as one band;
    where it fell stands in the published usage."""
    given = case.input
    zone = given.get("timezone") or "UTC"
    at = datetime.fromisoformat(given["at"])
    at = at if at.tzinfo else at.replace(tzinfo=ZoneInfo(zone))
    day = at.astimezone(ZoneInfo(zone)).date()
    inside = set().union(*(minutes_of(window) for window in given["windows"]))
    bands = bands_of(given["windows"], ["inside"] * len(given["windows"]))
    if len(inside) < sum(
        len(minutes_of(window)) for window in given["windows"]
    ):  # what two windows share is inside as well
        bands = stretches(inside, "inside") + stretches(set(range(_DAY)) - inside, "outside")
    return Scene(
        [usage("per_unit", unit_price=Decimal(1))],
        {"contains": (
            "select bool_or(json_extract_string(dimensions, '$.band') = 'inside') from usage_daily "
            "where contract_id = $contract"
        )},
        zone=zone, starts=str(day), ends=str(day + timedelta(1)), meters=[{**UNITS, "time_bands": case.id}],
        time_bands=bands,
        events=[{"event_at": at.isoformat(), "quantity": "1", "properties": {}}],
    )  # fmt: skip


@claims("time_of_day", "windows_valid")
def windows_valid(case: Case) -> Scene:
    """Whether the catalog takes the windows, each a band of its own, with the rest of the day in a band besides."""
    windows: Rows = case.input["windows"]
    names = [f"window-{number}" for number, _ in enumerate(windows, 1)]
    try:
        bands = bands_of(windows, names)
    except ValueError:  # no time of day: the catalog has to say so itself
        bands = [
            {"band": name, "from": window["start"], "until": window["end"]}
            for window, name in zip(windows, names, strict=True)
        ]
    return Scene(
        [usage("per_unit", unit_price=Decimal(1))], {"valid": CATALOG_ACCEPTED},
        meters=[{**UNITS, "time_bands": case.id}], time_bands=bands,
    )  # fmt: skip


@claims("time_of_day", "bucket_price")
def bucket_price(case: Case) -> Scene:
    """Prices by time band; a fee an hour, so that each hour's amount can be told."""
    base, buckets, used = case.input["base"], case.input.get("buckets") or [], case.input["usage"]
    commitments = [_commitment(price) for price in (base, *buckets)]
    if any(commitments) and {"utilized", "overage"} & case.expected.keys():
        raise NotClaimed("a commitment per hour or window is not offered: a fee prices the quantity of its period")
    names = [f"bucket-{number}" for number, _ in enumerate(buckets, 1)]
    prices = [
        {"value": name, "unit_price": Decimal(bucket["unit_price"])}
        for name, bucket in zip(names, buckets, strict=True)
    ]
    prices.append({"unit_price": Decimal(base["unit_price"])})
    hours = list(dict.fromkeys(row["hour"] for row in used)) or ["0"]
    fees = [{**usage("matrix", prices=prices), "dimension": "band", "filter": {"hour": [hour]}} for hour in hours]
    events = [
        {
            "event_at": f"{START}T{int(row['hour']):02}:00:00Z",
            "quantity": row["units"],
            "properties": {"hour": row["hour"]},
        }
        for row in used
    ]
    by_window = (
        "select list(unrounded_amount order by cast(substr(fee_id, 2) as integer)) from charges "
        "where contract_id = $contract"
    )
    topped_up = (
        "select coalesce(sum(owed_amount) filter (where kind in ('minimum', 'commitment')), 0) from charges "
        "where contract_id = $contract"
    )
    return Scene(
        fees, {"amount": EXACT, "by_window": by_window, "true_up": topped_up}, currency=money_of(case), ends=UNTIL,
        events=events,
        meters=[{**UNITS, "dimensions": ["hour"], "time_bands": case.id}], time_bands=bands_of(buckets, names),
    )  # fmt: skip


def _commitment(price: dict[str, Any]) -> Decimal:
    """What is committed to in an hour; NotClaimed where that changes what the usage costs."""
    said = [
        Decimal(price[word]) for word in ("commitment_amount", "commitment_quantity") if price.get(word) is not None
    ]
    factor, tops_up = Decimal(price.get("overage_factor") or 1), price.get("true_up")
    if (said and factor != 1) or (any(said) and tops_up):
        raise NotClaimed("a commitment per hour or window is not offered: a fee prices the quantity of its period")
    return sum(said, Decimal(0))


def _minute(clock: str) -> int:
    hour, minute = (int(part) for part in clock.split(":"))
    if not (0 <= minute < 60 and 0 <= hour * 60 + minute <= _DAY):
        raise ValueError(f"{clock} is no time of day")
    return hour * 60 + minute


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
