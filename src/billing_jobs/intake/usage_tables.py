"""The parts of the catalog's tables that say how usage is counted."""

from __future__ import annotations

import json
from typing import Any

from billing_jobs.intake.closed_days import list_holidays
from billing_jobs.intake.meter_checks import dimensions_of
from billing_jobs.intake.time_bands import counts_holidays, list_windows

Row = dict[str, Any]


def meter_row(value: Row) -> Row:
    """A meter with its defaults."""
    row: Row = {name: value.get(name) for name in ("meter", "event_type", "aggregation", "price_field")}
    row |= {"field": value.get("field", "quantity"), "dimensions": json.dumps(dimensions_of(value), ensure_ascii=False)}
    is_weighted = value["aggregation"] == "time_weighted_sum"
    return row | {
        "level_per": value.get("per"),
        "reports": value.get("reports", "level" if is_weighted else None),
        "is_carried_over": value.get("carry_over", False),
        "time_bands": value.get("time_bands"),
    }


def time_band_rows(sets: list[Row]) -> dict[str, list[Row]]:
    """The windows of all sets of time bands, and the holidays of those that tell holidays apart."""
    holidays = [{"time_bands": value["time_bands"], "holiday": day} for value in sets if counts_holidays(value["windows"]) for day in list_holidays()]
    return {"time_band_windows": [row for value in sets for row in list_windows(value)], "time_band_holidays": holidays}


def usage_rules(fee: Row) -> Row:
    """Which events a fee counts, and what is done to their quantity before prices."""
    rounding, filtered = fee.get("usage_rounding", {}), json.dumps(fee.get("filter", {}), ensure_ascii=False, sort_keys=True)
    rules: Row = {"filter": filtered, "is_additive": fee.get("additive", False), "allowance": fee.get("allowance")}
    return rules | {"rounding_mode": rounding.get("mode"), "rounding_step": rounding.get("step", 1) if rounding else None}
