"""Meters whose quantity does not add up over time, in the home of `cases`: every change falls on 16 April, in the middle of 30 days."""

from __future__ import annotations

from typing import Any

from tests.dbt.contracts.shop import Shop
from tests.dbt.pricing.model_cases import one_fee

PARTS = ("default", "by_days", "served", "whole")
METERS: dict[str, dict[str, Any]] = {
    "seats": {"aggregation": "sum", "field": "quantity", "is_carried_over": True},
    "kept": {"aggregation": "latest", "field": "quantity", "is_carried_over": True},
    "told": {"aggregation": "latest", "field": "quantity"},
    "peak": {"aggregation": "max", "field": "quantity"},
    "people": {"aggregation": "unique_count", "field": "user"},
    "filled": {"aggregation": "time_weighted_sum", "field": "quantity", "level_per": "period", "reports": "level"},
}
FIRST, CHANGED_ON, LAST = "2026-04-01", "2026-04-16", "2026-05-01"


def fee_of(meter: str, price: str, part: str = "default", *, later: str | None = None, begins: str = "2020-01-01", **columns: Any) -> dict[str, Any]:
    """A price for each unit; `later`: the price from the 16th on."""
    numbers = [{"valid_from": begins, "unit_price": price}]
    if later is not None:
        numbers.append({"valid_from": CHANGED_ON, "unit_price": later, "is_mid_period": True})
    part_period = None if part == "default" else part
    return one_fee(columns.pop("model", "per_unit"), meter=f"one_{meter}", versions=numbers, part_period=part_period, **columns)


def use(shop: Shop, name: str, meter: str, day: int, quantity: object, **properties: str) -> None:
    text = "{" + ",".join(f'"{key}":"{value}"' for key, value in properties.items()) + "}"
    shop.use(name, f"2026-04-{day:02}T09:00:00+09:00", quantity, event_type=f"one.{meter}", properties=text)


def fill_one_quantity(shop: Shop) -> None:
    for meter, columns in METERS.items():
        shop.catalog("meters", meter=f"one_{meter}", event_type=f"one.{meter}", dimensions="[]", **columns)
    for part in PARTS:
        fill_table(shop, part)
    fill_levels_that_only_stand(shop)


def fill_table(shop: Shop, part: str) -> None:
    """The cases that a person can work out by hand, for each way of charging a part of a period."""
    shop.plan(f"one_moved_{part}", fee_of("seats", "1", part, later="2"))
    shop.plan(f"one_peak_{part}", fee_of("peak", "1", part, later="2"))
    shop.plan(f"one_late_{part}", fee_of("seats", "5", part, begins=CHANGED_ON))
    for meter in ("seats", "people", "peak", "kept", "told"):
        for plan, price in (("a", "5"), ("b", "6")):
            shop.plan(f"one_{meter}_{plan}_{part}", fee_of(meter, price, part))
            shop.plan(f"one_{meter}_{plan}_free_{part}", fee_of(meter, price, part, allowance="3"))
    shop.sign(f"one:moved:{part}", f"one_moved_{part}", FIRST)
    use(shop, f"one:moved:{part}", "seats", 1, 10)
    use(shop, f"one:moved:{part}", "seats", 20, -10)
    shop.sign(f"one:peak:{part}", f"one_peak_{part}", FIRST)
    use(shop, f"one:peak:{part}", "peak", 1, 10)
    shop.sign(f"one:late:{part}", f"one_late_{part}", FIRST)
    use(shop, f"one:late:{part}", "seats", 1, 10)
    for meter in ("seats", "peak", "kept", "told"):
        for free in ("", "_free"):
            name = f"one:{meter}_plan{free}:{part}"
            shop.sign(name, f"one_{meter}_a{free}_{part}", FIRST)
            shop.change(name, "change_plan", CHANGED_ON, plan_id=f"one_{meter}_b{free}_{part}")
            use(shop, name, meter, 1, 10)
            if meter in ("peak", "told"):
                use(shop, name, meter, 20, 10)
        shop.sign(f"one:{meter}:left:{part}", f"one_{meter}_a_{part}", FIRST, ends_on=CHANGED_ON)
        shop.sign(f"one:{meter}:came:{part}", f"one_{meter}_a_{part}", CHANGED_ON, billing_anchor_day=1)
        use(shop, f"one:{meter}:left:{part}", meter, 1, 10)
        use(shop, f"one:{meter}:came:{part}", meter, 17, 10)
    shop.sign(f"one:people:{part}", f"one_people_a_{part}", FIRST)
    shop.change(f"one:people:{part}", "change_plan", CHANGED_ON, plan_id=f"one_people_b_{part}")
    for number in range(1, 21):
        for day in [3] * (number <= 10) + [20] * (number >= 8):
            use(shop, f"one:people:{part}", "people", day, 1, user=f"u{number}")


def fill_levels_that_only_stand(shop: Shop) -> None:
    """Told once on 10 January: nothing is reported after the plan changes, nor since a second fee on the meter has a price."""
    for meter in ("seats", "kept", "filled"):
        shop.plan(f"one_{meter}_a", fee_of(meter, "5"))
        shop.plan(f"one_{meter}_b", fee_of(meter, "6"))
        for name, day in (("at the turn", "2026-03-01"), ("inside", "2026-03-16")):
            shop.sign(f"one:{meter}:stands {name}", f"one_{meter}_a", "2026-01-01")
            shop.change(f"one:{meter}:stands {name}", "change_plan", day, plan_id=f"one_{meter}_b")
        second = fee_of(meter, "1", begins="2026-03-01") | {"fee_id": "second", "is_additive": True}
        shop.plan(f"one_{meter}_two", fee_of(meter, "5"), second)
        shop.sign(f"one:{meter}:stands for a second fee", f"one_{meter}_two", "2026-01-01")
        for name in ("stands at the turn", "stands inside", "stands for a second fee"):
            shop.use(f"one:{meter}:{name}", "2026-01-10T00:00:00+09:00", 10, event_type=f"one.{meter}")
    shop.plan("one_filled_late", fee_of("filled", "5", begins=CHANGED_ON))
    shop.sign("one:filled:late", "one_filled_late", FIRST)
    use(shop, "one:filled:late", "filled", 1, 10)
