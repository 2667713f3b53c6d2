"""Levels, peaks, last readings and different users: one quantity a charge, each stretch of one price owes its share. Figures worked by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.dbt.pricing.cases import built

# What April owes in all: by days, by the days served, whole.
TABLE = {
    "moved": ("0", "0", "0"),  # nothing stood at the end
    "peak": ("15", "15", "20"),  # 10 x 1 x 15/30 + 10 x 2 x 15/30, or 10 x 2
    "seats_plan": ("55", "55", "60"),  # 10 x 5 x 15/30 + 10 x 6 x 15/30, or 10 x 6
    "kept_plan": ("55", "55", "60"),
    "told_plan": ("55", "55", "60"),
    "peak_plan": ("55", "55", "60"),
    "seats_plan_free": ("38.5", "38.5", "42"),  # 7 of the 10 are charged
    "kept_plan_free": ("38.5", "38.5", "42"),
    "told_plan_free": ("38.5", "38.5", "42"),
    "peak_plan_free": ("38.5", "38.5", "42"),
    "people": ("64", "64", "120"),  # 10 x 5 and 13 x 6, half of each, or 20 x 6
    "late": ("25", "25", "50"),  # the price begins on the 16th
    **{f"{meter}:{when}": ("25", "50", "50") for meter in ("seats", "kept", "told", "peak") for when in ("left", "came")},
}


def default_of(case: str) -> str:
    return "served" if case.split(":", maxsplit=1)[0].split("_", maxsplit=1)[0] in ("peak", "people", "told") else "by_days"


def april(name: str) -> list[Decimal]:
    sql = "select unrounded_amount from int_charges_priced where contract_id = ? and period_from = date '2026-04-01' order by served_from"
    return [row["unrounded_amount"] for row in built().rows(sql, name)]


@pytest.mark.parametrize("part", ["default", "by_days", "served", "whole"])
@pytest.mark.parametrize("case", TABLE)
def test_a_part_of_a_period_owes_its_share_of_one_quantity(case: str, part: str) -> None:
    owed = dict(zip(("by_days", "served", "whole"), TABLE[case], strict=True))
    assert sum(april(f"one:{case}:{part}")) == Decimal(owed[default_of(case) if part == "default" else part])


@pytest.mark.parametrize("meter", ["seats", "kept", "filled"])
def test_a_level_that_only_stands_is_billed_by_the_new_plan(meter: str) -> None:
    """Ten from January on: March at the new plan's price, or half of it at each; the time-weighted one by time."""
    assert april(f"one:{meter}:stands at the turn") == [60]
    sql = "select unrounded_amount from int_charges_priced where contract_id = ? and period_from = date '2026-03-01' order by served_from"
    inside = [row["unrounded_amount"] for row in built().rows(sql, f"one:{meter}:stands inside")]
    assert [round(amount, 8) for amount in inside] == [round(Decimal(50 * 15) / 31, 8), round(Decimal(60 * 16) / 31, 8)]
    assert sum(april(f"one:{meter}:stands for a second fee")) == 60


def test_a_level_weighed_by_time_takes_no_share_of_the_days() -> None:
    """10 from the 16th on: half of the period, 5 on the average, at 5; the days are in the quantity."""
    assert april("one:filled:late") == [25]
