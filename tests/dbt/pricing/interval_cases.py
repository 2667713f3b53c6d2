"""Events with an interval, and events of several meters, in the home of `cases`."""

from __future__ import annotations

import json
from typing import Any

from tests.dbt.contracts.shop import Shop
from tests.dbt.pricing.model_cases import one_fee

NIGHT = {"night": [(0, 480), (1320, 1440)], "day": [(480, 1320)]}
HALF_PAST = {"early": [(0, 90)], "late": [(90, 1440)]}
IN_THE_GAP = {"early": [(0, 150)], "late": [(150, 1440)]}
PRICES = {"night": {'{"band":"night"}': "10", '{"band":"day"}': "30"}}
BY_BAND = {'{"band":"early"}': "1", '{"band":"late"}': "100"}


def fill_intervals(shop: Shop) -> None:
    for name, bands in (("night", NIGHT), ("half_past", HALF_PAST), ("in_the_gap", IN_THE_GAP)):
        fill_bands(shop, name, bands)
        shop.catalog(
            "meters",
            meter=f"{name}_energy",
            event_type=f"{name}.charged",
            aggregation="sum",
            field="quantity",
            dimensions='["band"]',
            time_bands=name,
        )
        shop.plan(
            name, one_fee("matrix", meter=f"{name}_energy", dimensions='["band"]', prices=PRICES.get(name, BY_BAND))
        )
    charge(
        shop,
        "charger",
        "night",
        "2026-09-30T20:00:00+09:00",
        "2026-10-01T10:00:00+09:00",
        "14",
        service_from="2026-09-01",
    )
    for name, plan, day, following, hours in (
        ("spring_night", "night", "2026-03-08T00:00:00-05:00", "2026-03-09T00:00:00-04:00", "23"),
        ("autumn_night", "night", "2025-11-02T00:00:00-04:00", "2025-11-03T00:00:00-05:00", "25"),
        ("twice_half_past", "half_past", "2025-11-02T00:00:00-04:00", "2025-11-03T00:00:00-05:00", "25"),
        ("never_half_past", "in_the_gap", "2026-03-08T00:00:00-05:00", "2026-03-09T00:00:00-04:00", "23"),
    ):
        charge(shop, name, plan, day, following, hours, service_from="2025-11-01", time_zone="America/New_York")
    fill_summed(shop)
    fill_two_meters(shop)
    fill_levels(shop)
    fill_midnight_that_comes_twice(shop)
    fill_bytes(shop)


def fill_bytes(shop: Shop) -> None:
    """What is counted in bytes: 400 terabytes sent in one month by one event,
    and 100 that lie there through the month."""
    tiny = [{"valid_from": "2020-01-01", "unit_price": "0.000000001"}]
    shop.catalog(
        "meters",
        meter="bytes_sent",
        event_type="bytes_sent.charged",
        aggregation="sum",
        field="quantity",
        dimensions="[]",
    )
    shop.catalog(
        "meters",
        meter="byte_hours",
        event_type="bytes.stored",
        aggregation="time_weighted_sum",
        field="quantity",
        level_per="hour",
        reports="level",
        dimensions="[]",
    )
    shop.plan("bytes_sent", one_fee("per_unit", meter="bytes_sent", versions=tiny))
    shop.plan("byte_hours", one_fee("per_unit", meter="byte_hours", versions=tiny))
    charge(
        shop,
        "bytes_sent",
        "bytes_sent",
        "2026-10-01T00:00:00+09:00",
        "2026-11-01T00:00:00+09:00",
        "400000000000001",
        service_from="2026-09-01",
    )
    shop.sign("bytes_stored", "byte_hours", "2026-09-01")
    shop.use("bytes_stored", "2026-09-30T15:00:00+00:00", "100000000000000", event_type="bytes.stored")


def fill_levels(shop: Shop) -> None:
    """A level of one, told on the eve: its hours on days of 23, 25 and 24 hours."""
    shop.catalog(
        "meters",
        meter="level_hours",
        event_type="level.told",
        aggregation="time_weighted_sum",
        field="quantity",
        level_per="hour",
        reports="level",
        dimensions="[]",
    )
    shop.plan(
        "level_hours",
        one_fee("per_unit", meter="level_hours", versions=[{"valid_from": "2020-01-01", "unit_price": "1"}]),
        unit="day",
    )
    for name, zone, eve, until in (
        ("level_spring", "America/New_York", "2026-03-07", "2026-03-09"),
        ("level_autumn", "America/New_York", "2025-11-01", "2025-11-03"),
        ("level_havana", "America/Havana", "2025-11-01", "2025-11-03"),
        ("level_tokyo", "Asia/Tokyo", "2026-03-07", "2026-03-09"),
    ):
        shop.sign(name, "level_hours", eve, ends_on=until, time_zone=zone)
        shop.use(name, f"{eve}T15:00:00+00:00", "1", event_type="level.told")


def fill_midnight_that_comes_twice(shop: Shop) -> None:
    """In Havana the clock goes from one back to midnight: the day of 25 hours begins at the first of the two,
    at four in UTC."""
    for name, begins in (("havana", "2025-10-01"), ("havana_begun", "2025-11-02")):
        shop.sign(name, "spread", begins, time_zone="America/Havana")
        shop.use(name, "2025-11-02T04:30:00+00:00", "1")
        shop.use(name, "2025-11-02T04:00:00+00:00", "25", ended_at="2025-11-03T05:00:00+00:00")
    shop.sign("havana_ended", "spread", "2025-10-01", ends_on="2025-11-02", time_zone="America/Havana")
    shop.use("havana_ended", "2025-11-02T03:30:00+00:00", "1")
    shop.use("havana_ended", "2025-11-02T04:30:00+00:00", "1")


def fill_bands(shop: Shop, name: str, bands: dict[str, list[tuple[int, int]]]) -> None:
    for month in range(1, 13):
        for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun"):
            for band, stretches in bands.items():
                for begin, end in stretches:
                    shop.catalog(
                        "time_band_windows",
                        time_bands=name,
                        month=month,
                        day_kind=day,
                        from_minute=begin,
                        until_minute=end,
                        band=band,
                    )


def charge(
    shop: Shop, contract_id: str, plan: str, begin: str, end: str, quantity: str, *, service_from: str, **columns: Any
) -> None:
    shop.sign(contract_id, plan, service_from, **columns)
    shop.use(
        contract_id, begin, quantity, event_type=f"{plan}.charged", ended_at=end, file=f"usage/app/{contract_id}.csv"
    )


def fill_summed(shop: Shop) -> None:
    """Meters without bands: an interval is cut by days, changes of plan and the end of service;
    what counts events or peaks is not spread."""
    shop.catalog("meters", meter="sessions", event_type="api.request", aggregation="count", dimensions="[]")
    shop.catalog(
        "meters", meter="session_peak", event_type="api.request", aggregation="max", field="quantity", dimensions="[]"
    )
    shop.plan("spread", one_fee("per_unit", versions=[{"valid_from": "2020-01-01", "unit_price": "1"}]))
    shop.plan("spread_more", one_fee("per_unit", versions=[{"valid_from": "2020-01-01", "unit_price": "100"}]))
    for name in ("thirds", "spread_upgraded", "spread_ended", "spread_begun", "spread_long", "spread_retracted"):
        shop.sign(
            name,
            "spread",
            "2026-10-16" if name == "spread_begun" else "2026-09-01",
            ends_on="2026-10-16" if name == "spread_ended" else None,
        )
    shop.change("spread_upgraded", "change_plan", "2026-10-16", plan_id="spread_more")
    shop.use("thirds", "2026-09-29T15:00:00+00:00", "1", ended_at="2026-10-02T15:00:00+00:00")
    for name in ("spread_upgraded", "spread_ended", "spread_begun", "spread_retracted"):
        shop.use(
            name,
            "2026-10-15T12:00:00+09:00",
            "2",
            ended_at="2026-10-16T12:00:00+09:00",
            file=f"usage/app/{name}.csv",
            event_id=name,
        )
    shop.use(
        "spread_retracted",
        "2026-10-15T13:00:00+09:00",
        "0",
        retracts="spread_retracted",
        file="usage/app/spread_retracted.csv",
    )
    shop.use("spread_long", "2026-09-02T00:00:00+00:00", "7", ended_at="2028-09-02T00:00:00+00:00")


def fill_two_meters(shop: Shop) -> None:
    """One kind of event, two meters, a fee on each that counts some of the events only."""
    for meter, name in (("by_east", "region"), ("by_big", "size")):
        shop.catalog(
            "meters",
            meter=meter,
            event_type="two.request",
            aggregation="sum",
            field="quantity",
            dimensions=json.dumps([name]),
        )
    fees = [
        {
            **one_fee("per_unit", meter=meter, versions=[{"valid_from": "2020-01-01", "unit_price": price}]),
            "fee_id": meter,
            "filter": json.dumps(wanted),
        }
        for meter, wanted, price in (("by_east", {"region": ["east"]}, "10"), ("by_big", {"size": ["big"]}, "1"))
    ]
    shop.plan("two_meters", *fees)
    shop.sign("two_meters", "two_meters", "2026-10-01")
    for region, size in (("east", "small"), ("west", "big"), ("west", "small"), ("east", "big")):
        shop.use(
            "two_meters",
            "2026-10-02T00:00:00+00:00",
            "1",
            event_type="two.request",
            properties=json.dumps({"region": region, "size": size}),
            file="usage/app/two.csv",
        )
