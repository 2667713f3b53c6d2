"""The parts of the catalog's tables that say how usage is counted."""

from __future__ import annotations

import json
from calendar import isleap
from typing import Any

from billing_jobs.intake.catalog.checks.meters import dimensions_of
from billing_jobs.intake.catalog.checks.time_bands import HOLIDAY, counts_holidays, dates_of, list_windows
from billing_jobs.intake.catalog.closed_days import list_holidays
from billing_jobs.intake.catalog.defaults import with_defaults

Row = dict[str, Any]
FIRST_YEAR, LAST_YEAR = 2015, 2045  # the years whose holidays are known


def meter_row(value: Row) -> Row:
    """A meter; its reports are levels where it is weighted by time and does not say."""
    row: Row = {name: value.get(name) for name in ("meter", "event_type", "aggregation", "price_field")}
    row |= {"field": value["field"], "dimensions": json.dumps(dimensions_of(value), ensure_ascii=False)}
    is_weighted = value["aggregation"] == "time_weighted_sum"
    return row | {
        "level_per": value.get("per"),
        "reports": value.get("reports", "level" if is_weighted else None),
        "is_carried_over": value["carry_over"],
        "time_bands": value.get("time_bands"),
    }


def time_band_rows(sets: list[Row]) -> dict[str, list[Row]]:
    """The windows of all sets of time bands, and the days that are days of their own:
    holidays of the sets that tell them apart, and single dates."""
    return {
        "time_band_windows": [row for value in sets for row in list_windows(value)],
        "time_band_holidays": [row for value in sets for row in _own_days(value)],
    }


def _own_days(value: Row) -> list[Row]:
    kinds: dict[str, str] = (
        dict.fromkeys(map(str, list_holidays(with_defaults(value, "time_bands")["country"])), HOLIDAY)
        if counts_holidays(value["windows"])
        else {}
    )
    for date in sorted(
        dates_of(value["windows"]), key=len
    ):  # a date of one year goes before the same day of every year
        days = (
            [date]
            if len(date) > len("12-31")
            else [f"{year}-{date}" for year in range(FIRST_YEAR, LAST_YEAR + 1) if date != "02-29" or isleap(year)]
        )
        kinds |= dict.fromkeys(days, date)
    return [
        {"time_bands": value["time_bands"], "holiday": day, "day_kind": kind} for day, kind in sorted(kinds.items())
    ]


def usage_rules(fee: Row) -> Row:
    """Which events a fee counts, and what is done to their quantity before prices."""
    rounding, filtered = (
        fee.get("usage_rounding", {}),
        json.dumps(fee.get("filter", {}), ensure_ascii=False, sort_keys=True),
    )
    rules: Row = {"filter": filtered, "is_additive": fee["additive"], **_allowance(fee.get("allowance"))}
    rules["part_period"] = fee.get("part_period")
    return rules | {
        "rounding_mode": rounding.get("mode"),
        "rounding_step": rounding.get("step", 1) if rounding else None,
    }


def _allowance(value: Any) -> Row:
    """Units of each billing period that cost nothing: a number, or a number with what becomes of the rest and who
    shares it."""
    given = value if isinstance(value, dict) else {"quantity": value}
    rolled = given.get("roll_over", {})
    return {
        "allowance": given["quantity"],
        "allowance_periods": rolled.get("periods"),
        "allowance_cap": rolled.get("cap"),
        "allowance_shared": given.get("shared"),
    }
