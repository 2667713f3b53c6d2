"""Levels, peaks, last readings and different users: one quantity a charge, each stretch of one price owes its share.

Figures worked by hand.
"""

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
    **{
        f"{meter}:{when}": ("25", "50", "50")
        for meter in ("seats", "kept", "told", "peak")
        for when in ("left", "came")
    },
}


def default_of(case: str) -> str:
    return (
        "served"
        if case.split(":", maxsplit=1)[0].split("_", maxsplit=1)[0] in ("peak", "people", "told")
        else "by_days"
    )


def april(name: str) -> list[Decimal]:
    sql = (
        "select unrounded_amount from int_charges_priced where contract_id = ? "
        "and period_from = date '2026-04-01' order by served_from"
    )
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
    sql = (
        "select unrounded_amount from int_charges_priced where contract_id = ? "
        "and period_from = date '2026-03-01' order by served_from"
    )
    inside = [row["unrounded_amount"] for row in built().rows(sql, f"one:{meter}:stands inside")]
    assert [round(amount, 8) for amount in inside] == [round(Decimal(50 * 15) / 31, 8), round(Decimal(60 * 16) / 31, 8)]
    assert sum(april(f"one:{meter}:stands for a second fee")) == 60


def test_a_level_weighed_by_time_takes_no_share_of_the_days() -> None:
    """10 from the 16th on: half of the period, 5 on the average, at 5; the days are in the quantity."""
    assert april("one:filled:late") == [25]


@pytest.mark.parametrize(
    ("case", "amounts"),
    [
        ("two fees, then one", {"one_split/east": 0, "one_split/west": 0, "one_all/usage": 28}),  # u1 to u4 at 7
        (
            "one fee, then two",
            {"one_all/usage": 0, "one_split/east": 200, "one_split/west": 20},
        ),  # u1 and u4, u2 and u3
        (
            "there and back",
            {"one_all/usage": 28, "one_split/east": 0, "one_split/west": 0},
        ),  # the last days are those of the first plan
        (
            "whole, then by days",
            {"one_all/usage": 14, "one_shared/usage": 14},
        ),  # u1 and u2 at 7; three at 7, 20 of 30 days
        ("whole, then none", {"one_all/usage": 14, "one_else/usage": 0}),
        (
            "least, then one",
            {"one_all_least/usage": 0, "one_split/east": 200, "one_split/west": 20},
        ),  # who is followed owes no minimum either
    ],
)
def test_of_plans_that_follow_each_other_only_the_last_whole_fee_owes(case: str, amounts: dict[str, int]) -> None:
    sql = (
        "select plan_id || '/' || fee_id as fee, computed_amount from int_charges_priced where contract_id = ? "
        "and period_from = date '2026-04-01'"
    )
    assert {row["fee"]: row["computed_amount"] for row in built().rows(sql, f"one:{case}")} == amounts


def test_a_quantity_below_zero_owes_nothing_and_is_named() -> None:
    """Ten, then five too few at the end: nothing is owed, but the minimum."""
    owed = {name: april(f"one:below:{name}") for name in ("plain", "free", "least")}
    assert owed == {"plain": [0], "free": [0], "least": [0]}
    (charge,) = built().rows(
        "select quantity, computed_amount from int_charges_priced where contract_id = 'one:below:least' "
        "and period_from = date '2026-04-01'"
    )
    assert (charge["quantity"], charge["computed_amount"]) == (0, 30)
    sql = (
        "select distinct contract_id, quantity from int_charges_unpriced where reason = 'below_zero' "
        "and period_from = date '2026-04-01' order by all"
    )
    named = built().rows(sql)
    assert [(row["contract_id"], row["quantity"]) for row in named] == [
        ("one:below:free", -5),
        ("one:below:least", -5),
        ("one:below:plain", -5),
    ]


@pytest.mark.parametrize("name", ["turn", "once", "again"])
@pytest.mark.parametrize("model", ["graduated", "volume", "stairstep", "package", "graduated_percentage", "matrix"])
def test_usage_that_is_taken_back_to_nothing_owes_no_flat_amount(model: str, name: str) -> None:
    sql = (
        "select quantity, unrounded_amount from int_charges_priced where contract_id = ? "
        "and period_from = date '2026-09-16'"
    )
    (charge,) = built().rows(sql, f"one:{name}:{model}")
    assert (charge["quantity"], charge["unrounded_amount"]) == (0, 0)


@pytest.mark.parametrize(
    ("model", "amount"),
    [("graduated", "-10"), ("volume", "-10"), ("stairstep", "0"), ("graduated_percentage", "-0.05")],
)
def test_units_taken_back_at_a_new_price_take_no_flat_amount_with_them(model: str, amount: str) -> None:
    """Five at 2, five back at 4; or 1 % of 5 and 2 % of 5 back.

    The flat amounts, 10 and 20, or 200 and 400, are of a tier that nothing enters.
    """
    (charge,) = built().rows(
        "select unrounded_amount from int_charges_priced where contract_id = ? and period_from = date '2026-10-01'",
        f"one:dearer:{model}",
    )
    assert charge["unrounded_amount"] == Decimal(amount)


@pytest.mark.parametrize(
    ("name", "quantities"),
    [
        # April leaves 60. May used 240 of 60 + 50, June 200 of 50.
        ("turn", [0, 130, 150]),
        # Until 15 May 110 of 60 + 100 (nothing of the 60 and 50 of the own are left), then 130 of the new 50. June has
        # the 50 that the first plan left and 50.
        ("inside", [0, 0, 80, 100]),
        # A plan whose units do not roll over: 240 and 200 of 50.
        ("lost", [0, 190, 150]),
    ],
)
def test_units_that_rolled_over_survive_a_change_of_plan(name: str, quantities: list[int]) -> None:
    sql = "select quantity from int_charges_priced where contract_id = ? order by period_from, served_from"
    assert [row["quantity"] for row in built().rows(sql, f"one:units:{name}")] == quantities


def test_a_pause_counts_where_its_usage_is_billed() -> None:
    """A peak is shared by the days served, ten of which a pause that refuses usage takes away;
    carried seats by the 30 days of April."""
    owed = {
        f"{rule}:{meter}": round(sum(april(f"one:paused:{rule}:{meter}")), 8)
        for rule in ("bill", "refuse")
        for meter in ("peak", "seats")
    }
    assert owed == {"bill:peak": 50, "bill:seats": 50, "refuse:peak": 50, "refuse:seats": round(Decimal(100) / 3, 8)}


@pytest.mark.parametrize("part", ["served", "whole"])
def test_the_31st_alone_is_no_thirtieth(part: str) -> None:
    (charge,) = built().rows(
        "select quantity, computed_amount from int_charges_priced where contract_id = ?", f"one:31st:{part}"
    )
    assert (charge["quantity"], charge["computed_amount"]) == (10, 0)
