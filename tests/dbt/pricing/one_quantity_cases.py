"""Meters whose quantity does not add up over time, in the home of `cases`: every change falls on 16 April,
in the middle of 30 days."""

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


def fee_of(
    meter: str,
    price: str,
    part: str = "default",
    *,
    later: str | None = None,
    begins: str = "2020-01-01",
    **columns: Any,
) -> dict[str, Any]:
    """A price for each unit; `later`: the price from the 16th on."""
    numbers = [{"valid_from": begins, "unit_price": price}]
    if later is not None:
        numbers.append({"valid_from": CHANGED_ON, "unit_price": later, "is_mid_period": True})
    part_period = None if part == "default" else part
    return one_fee(
        columns.pop("model", "per_unit"), meter=f"one_{meter}", versions=numbers, part_period=part_period, **columns
    )


def use(shop: Shop, name: str, meter: str, day: int, quantity: object, **properties: str) -> None:
    text = "{" + ",".join(f'"{key}":"{value}"' for key, value in properties.items()) + "}"
    shop.use(name, f"2026-04-{day:02}T09:00:00+09:00", quantity, event_type=f"one.{meter}", properties=text)


def fill_one_quantity(shop: Shop) -> None:
    for meter, columns in METERS.items():
        shop.catalog("meters", meter=f"one_{meter}", event_type=f"one.{meter}", dimensions="[]", **columns)
    for part in PARTS:
        fill_table(shop, part)
    fill_levels_that_only_stand(shop)
    fill_plans_that_follow(shop)
    fill_below_zero(shop)
    fill_taken_back(shop)
    fill_units_that_survive(shop)


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
    """Told once on 10 January: nothing is reported after the plan changes,
    nor since a second fee on the meter has a price."""
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


def fill_plans_that_follow(shop: Shop) -> None:
    """Fees that are owed whole, in plans that follow each other within April;
    different users by region and by what they do."""
    shop.catalog(
        "meters",
        meter="one_region",
        event_type="one.region",
        aggregation="unique_count",
        field="user",
        dimensions='["region"]',
    )
    whole = {"part": "whole"}
    east, west = ({"filter": f'{{"region":["{region}"]}}'} for region in ("east", "west"))
    shop.plan(
        "one_split",
        fee_of("region", "100", **whole, **east) | {"fee_id": "east"},
        fee_of("region", "10", **whole, **west) | {"fee_id": "west"},
    )
    shop.plan("one_all", fee_of("region", "7", **whole))
    shop.plan(
        "one_all_least",
        fee_of("region", "7", **whole)
        | {"versions": [{"valid_from": "2020-01-01", "unit_price": "7", "minimum": "3000"}]},
    )
    shop.plan("one_shared", fee_of("region", "7", "served"))
    shop.plan("one_else", one_fee("per_unit", versions=[{"valid_from": "2020-01-01", "unit_price": "1"}]))
    for name, plans in {
        "two fees, then one": ("one_split", "one_all"),
        "one fee, then two": ("one_all", "one_split"),
        "there and back": ("one_all", "one_split", "one_all"),
        "whole, then by days": ("one_all", "one_shared"),
        "whole, then none": ("one_all", "one_else"),
        "least, then one": ("one_all_least", "one_split"),
    }.items():
        shop.sign(f"one:{name}", plans[0], FIRST)
        for day, plan_id in zip(("2026-04-11", "2026-04-21"), plans[1:], strict=False):
            shop.change(f"one:{name}", "change_plan", day, plan_id=plan_id)
        for day, user, region in (
            (2, "u1", "east"),
            (3, "u2", "west"),
            (12, "u1", "east"),
            (13, "u3", "west"),
            (25, "u4", "east"),
        ):
            use(shop, f"one:{name}", "region", day, 1, user=user, region=region)


def fill_below_zero(shop: Shop) -> None:
    """Levels that fall below nothing in mid-period, with and without a minimum and free units."""
    for name, columns in {"plain": {}, "free": {"allowance": "3"}, "least": {}}.items():
        fee = fee_of("seats", "5", later="6", **columns)
        if name == "least":
            fee["versions"] = [{**version, "minimum": "30"} for version in fee["versions"]]
        shop.plan(f"one_below_{name}", fee)
        shop.sign(f"one:below:{name}", f"one_below_{name}", FIRST)
        use(shop, f"one:below:{name}", "seats", 2, 10)
        use(shop, f"one:below:{name}", "seats", 20, -15)


def fill_taken_back(shop: Shop) -> None:
    """Five units that are taken back after the turn of a month within the period, or at once."""
    for model in ("graduated", "volume", "stairstep", "package", "graduated_percentage", "matrix", "percentage"):
        for name, days in (
            ("turn", ("09-20", "10-05")),
            ("once", ("09-20", "09-20")),
            ("again", ("09-20", "10-05", "10-06", "10-07")),
        ):
            shop.sign(f"one:{name}:{model}", f"edge_{model}", "2026-09-16", ends_on="2026-10-16")
            for number, day in enumerate(days):
                event = {"event_type": "region.request"} if model == "matrix" else {}
                shop.use(f"one:{name}:{model}", f"2026-{day}T09:00:00+09:00", -5 if number % 2 else 5, **event)
        if model in ("graduated", "volume", "stairstep", "graduated_percentage"):
            shop.sign(f"one:dearer:{model}", f"edge_{model}_changed", "2026-10-01")
            for day, quantity in (("02", 5), ("20", -5)):
                shop.use(f"one:dearer:{model}", f"2026-10-{day}T09:00:00+09:00", quantity)


def fill_units_that_survive(shop: Shop) -> None:
    """100 free calls a month that roll over for two months, in plans that follow each other at a month's turn and
    within a month; a plan without."""
    rolls = {"allowance": "100", "allowance_periods": 2}
    for plan, columns in {
        "one_calls_a": rolls,
        "one_calls_b": {**rolls, "allowance": "50"},
        "one_calls_none": {"allowance": "50"},
    }.items():
        shop.plan(plan, one_fee("per_unit", versions=[{"valid_from": "2020-01-01", "unit_price": "10"}], **columns))
    for name, day, plan in (("turn", "2026-05-01", "b"), ("inside", "2026-05-16", "b"), ("lost", "2026-05-01", "none")):
        shop.sign(f"one:units:{name}", "one_calls_a", FIRST, ends_on="2026-07-01")
        shop.change(f"one:units:{name}", "change_plan", day, plan_id=f"one_calls_{plan}")
        for used_on, calls in (("2026-04-05", 40), ("2026-05-05", 110), ("2026-05-20", 130), ("2026-06-05", 200)):
            shop.use(f"one:units:{name}", f"{used_on}T09:00:00+09:00", calls)
    for rule in ("bill", "refuse"):
        for meter in ("peak", "seats"):
            shop.plan(f"one_paused_{rule}_{meter}", fee_of(meter, "5"), usage_in_pause=rule)
            shop.sign(f"one:paused:{rule}:{meter}", f"one_paused_{rule}_{meter}", FIRST)
            shop.change(f"one:paused:{rule}:{meter}", "pause", "2026-04-11", until="2026-04-21")
            use(shop, f"one:paused:{rule}:{meter}", meter, 2, 10)
    for part in ("served", "whole"):
        shop.plan(f"one_31st_{part}", fee_of("peak", "5", part), proration="thirty_day")
        shop.sign(f"one:31st:{part}", f"one_31st_{part}", "2026-03-31", ends_on=FIRST, billing_anchor_day=1)
        shop.use(f"one:31st:{part}", "2026-03-31T09:00:00+09:00", 10, event_type="one.peak")
