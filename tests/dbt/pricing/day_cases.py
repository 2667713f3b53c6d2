"""Prices per day, in the home of `cases`: the days served × the price, rounded once a period.

October 2026 has 31 days.
"""

from __future__ import annotations

from typing import Any

from tests.dbt.contracts.shop import Shop


def fill_days(shop: Shop) -> None:
    dollars: dict[str, Any] = {"entity_id": "us", "currency": "USD"}
    standing = [{"valid_from": "2020-01-01", "unit_price": "0.2458"}]
    shop.plan("day_standing", daily(standing), **dollars)
    shop.plan("day_thirty", daily(standing), proration="thirty_day", **dollars)
    shop.plan("day_unprorated", daily(standing), proration="none", **dollars)
    shop.plan(
        "day_dearer",
        daily([*standing, {"valid_from": "2026-10-16", "unit_price": "0.3", "is_mid_period": True}]),
        **dollars,
    )
    shop.plan("day_least", daily([{**standing[0], "minimum": "9.3"}]), **dollars)
    shop.plan("day_dear", daily([{"valid_from": "2020-01-01", "unit_price": "1"}]), **dollars)
    shop.plan("day_yearly", daily(standing), unit="year", **dollars)
    for name in ("standing", "thirty", "unprorated", "dearer", "least"):
        shop.sign(f"day_{name}", f"day_{name}", "2026-10-01", quantity="5")
        shop.sign(f"day_{name}_part", f"day_{name}", "2026-10-10")
        shop.change(f"day_{name}_part", "change_anchor", "2026-10-21", billing_anchor_day="21")
    shop.sign("day_paused", "day_standing", "2026-10-01")
    shop.change("day_paused", "pause", "2026-10-11", until="2026-10-21")
    shop.sign("day_own", "day_standing", "2026-10-01")
    shop.change("day_own", "override_price", "2026-10-01", fee_id="standing", unit_price="0.5")
    shop.sign("day_moved", "day_standing", "2026-10-01")
    shop.change("day_moved", "change_plan", "2026-10-11", plan_id="day_dear")
    monthly = {**daily(standing), "interval_every": 1, "interval_unit": "month"}
    shop.plan("day_weeks", monthly, every=2, unit="week", anchor="calendar", **dollars)
    shop.plan("day_months", daily([{"valid_from": "2020-01-01", "unit_price": "1"}]), **dollars)
    shop.sign("day_back", "day_weeks", "2026-10-01")
    shop.change("day_back", "change_plan", "2026-10-16", plan_id="day_months")
    shop.change("day_back", "change_plan", "2026-10-21", plan_id="day_weeks")
    shop.sign("day_left", "day_left", "2026-10-01", minimum_months="3")
    leaving = {
        "fee_id": "leaving",
        "model": "percentage",
        "kind": "termination",
        "timing": "arrears",
        "tax_code": "none",
    }
    shop.plan(
        "day_left",
        daily(standing),
        {**leaving, "versions": [{"valid_from": "2020-01-01", "rate": "100", "fixed_amount": "0"}]},
        **dollars,
    )
    shop.change("day_left", "cancel", "2026-10-11")
    shop.sign("day_leap", "day_yearly", "2027-03-01")


def daily(versions: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "fee_id": "standing",
        "model": "per_day",
        "kind": "recurring",
        "timing": "arrears",
        "tax_code": "none",
        "versions": versions,
    }
