"""Volume, stairstep, package, percentage, matrix by several dimensions: edges, price changes,
and the published cases of other systems."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest

from tests.dbt.pricing.cases import built
from tests.dbt.pricing.model_cases import published_cases


def owed(contract_id: str) -> dict[str, Any]:
    row, *_ = built().charges(contract_id)
    return row


def unrounded(contract_id: str) -> Decimal:
    amount = owed(contract_id)["unrounded_amount"]
    assert isinstance(amount, Decimal)
    return amount


@pytest.mark.parametrize(
    ("quantity", "amount"),
    [
        ("-5", "-10"), ("0", "0"), ("1", "12"), ("99.999999999999", "209.999999999998"), ("100", "210"),
        ("100.000000000001", "100.000000000001"),
        ("199.999999999999", "199.999999999999"), ("200", "200"), ("200.000000000001", "150.000000000001"),
        ("1000000000000", "500000000050"),
    ],
)  # fmt: skip
def test_volume_prices_all_units_by_the_tier_that_the_whole_quantity_reaches(quantity: str, amount: str) -> None:
    assert unrounded(f"volume:{quantity}") == Decimal(amount)


@pytest.mark.parametrize(
    ("quantity", "amount"),
    [
        ("-5", 0),
        ("0", 0),
        ("0.000000000001", 100),
        ("9.999999999999", 100),
        ("10", 100),
        ("10.000000000001", 180),
        ("20", 180),
        ("20.000000000001", 250),
    ],
)
def test_a_stairstep_owes_the_amount_of_the_step_reached(quantity: str, amount: int) -> None:
    assert unrounded(f"stairstep:{quantity}") == amount


@pytest.mark.parametrize(
    ("quantity", "amount"),
    [
        ("-1", -15),
        ("0", 0),
        ("0.000000000001", 15),
        ("9", 15),
        ("10", 15),
        ("10.000000000001", 30),
        ("11", 30),
        ("1000000000000", 1500000000000),
    ],
)
def test_a_begun_package_is_a_whole_one(quantity: str, amount: int) -> None:
    assert unrounded(f"package:{quantity}") == amount


@pytest.mark.parametrize(
    ("quantity", "amount"),
    [
        ("0", "0"),
        ("1", "200.01"),
        ("1000", "210"),
        ("1000.01", "510.0002"),
        ("1050", "511"),
        ("10000", "690"),
        ("10001", "1090.03"),
    ],
)
def test_a_graduated_percentage_walks_its_tiers(quantity: str, amount: str) -> None:
    assert unrounded(f"graduated_percentage:{quantity}") == Decimal(amount)


def test_a_percentage_owes_the_rate_of_the_amounts_and_a_fixed_price_for_each_event() -> None:
    """1.3 % of 700 and five times 2; an amount taken back counts against the others, its event is one more."""
    assert (unrounded("percentage"), unrounded("percentage_unused")) == (Decimal("19.1"), Decimal(0))


@pytest.mark.parametrize(
    ("case", "amount"),
    [
        ("free_by_both", "7.2"),  # 400 of the free 500 go to three free events; the fourth is charged: 5.2 + 2
        ("free_events", "5.1"),
        ("partly_free", "10.15"),  # the second event is half free: 0.05 + 5, then 0.1 + 5
        ("free_amount_met", "5.1"),  # the free amount ends with the second event, to the last digit
        ("bounded_events", "5.5"),  # 1.5 -> 1.75, 1.75, 2, 11 -> 5; what is taken back mirrors it: -9 -> -5
        ("free_and_bounded", "7"),  # free, 0.01 -> 2, 5
        ("free_unused", "0"),
        ("free_changed", "7"),  # two free events in the billing period, the third at the new rate: 2 + 5
    ],
)
def test_a_percentage_goes_event_by_event_where_it_says_so(case: str, amount: str) -> None:
    assert unrounded(case) == Decimal(amount)


def test_seats_priced_by_volume_stairstep_and_package_owe_their_days() -> None:
    """15 of 31 days: 30 + 10, 180, and two packages of 15."""
    days = {"volume_seats": 40, "stairstep_seats": 180, "package_seats": 30}
    found = {name: owed(name)["computed_amount"] for name in days}
    assert found == {
        name: (Decimal(price * 15) / 31).quantize(Decimal(1), rounding=ROUND_HALF_UP) for name, price in days.items()
    }


@pytest.mark.parametrize(
    ("model", "segments"),
    [
        # 250 reach the third tier in both versions: 150 at 0.5 and 50 flat, then 100 at 1.
        ("volume", ["125", "100"]),
        # 15 of 31 days of 250 and 16 of 500, divided once.
        ("stairstep", ["120.967741935484", "258.064516129032"]),
        # 15 packages of ten; then of hundreds: 250 are three, 150 were two.
        ("package", ["225", "90"]),
    ],
)
def test_a_price_change_inside_the_billing_period_counts_on_with_the_whole_quantity(
    model: str, segments: list[str]
) -> None:
    charge = owed(f"{model}_changed")
    rows = built().rows(
        "select unrounded_amount from int_charge_segments_rated where charge_id = ? order by segment_from",
        charge["charge_id"],
    )
    assert [row["unrounded_amount"] for row in rows] == [Decimal(amount) for amount in segments]


def test_a_matrix_takes_the_price_that_names_most_values_and_of_equals_the_first() -> None:
    """1 x 7 (both), 10 x 2 (east), 100 x 5 (big), 1,000 x 1 (neither), 10,000 x 2 (east, another size)."""
    assert unrounded("by_both") == 7 + 20 + 500 + 1000 + 20000


@pytest.mark.parametrize("case", [pytest.param(case, id=case["id"]) for case in published_cases()])
def test_a_published_case_comes_out_to_its_last_digit(case: dict[str, Any]) -> None:
    charge = owed(case["id"])
    rows = built().rows(
        "select unrounded_amount from int_charge_segments_rated where charge_id = ? order by segment_from",
        charge["charge_id"],
    )
    found, expected = rows[-1]["unrounded_amount"], Decimal(case["expected"]["amount"])
    if "scale" in case["input"]["params"]:
        found = found.quantize(Decimal(1).scaleb(-int(case["input"]["params"]["scale"])), rounding=ROUND_HALF_UP)
    assert found == expected
