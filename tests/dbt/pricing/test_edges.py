"""Zero, nothing, below zero, a trillion yen, a billionth of a yen, every boundary and a price change:
of every charge model. Figures by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest

from billing_jobs.settings import DBT_PROJECT_DIR
from tests.dbt.pricing.cases import built
from tests.dbt.pricing.edge_cases import BEYOND

OWED = {
    # 15 of 31 days at 1,000 and 16 at 2,000; the amount, whatever the quantity
    "flat": {
        "zero": "0", "empty": "1000", "trillion": "1000000000000", "tiny": "0.000000001",
        "changed": "1516.129032258065",
        "without seats": "1000", "of many seats": "1000",
    },
    "per_unit": {"zero": "0", "empty": "0", "negative": "-10", "trillion": "1000000000000", "tiny": "2.5",
        "changed": "700"},
    # 2 to 100 with 10 flat, 1 to 200, then 0.5 with 50 flat; changed: 260 for the first 150, twice (385 - 260) for the
    # next 100
    "graduated": {
        "zero": "0", "empty": "0", "negative": "-10", "trillion": "1000000000260", "tiny": "3", "changed": "510",
        "at 99.999999999999": "209.999999999998", "at 100": "210", "at 100.000000000001": "210.000000000001",
        "at 199.999999999999": "309.999999999999", "at 200": "310", "at 200.000000000001": "360.000000000001",
    },
    # 250 reach the third tier: 150 at 0.5 and 50 flat, then 100 at 1
    "volume": {"zero": "0", "empty": "0", "negative": "-10", "trillion": "1000000000050", "tiny": "4",
        "changed": "225"},
    # 250, the third step, for 15 of 31 days and 500 for 16
    "stairstep": {
        "zero": "0", "empty": "0", "negative": "0", "trillion": "250", "tiny": "0.000000002",
        "changed": "379.032258064516", (
            "a step of a "
            "trillion"
        ): "1000000000000",
    },
    # 15 packages, then ten more at twice the price; five too few are one package back
    "package": {"zero": "0", "empty": "0", "negative": "-15", "trillion": "1050000000000", "tiny": "2.5",
        "changed": "525"},
    # 1 % and 5 an event, then 2 % and 10: 1.5 + 5 + 2 + 10; an event of nothing is an event
    "percentage": {"zero": "5", "empty": "0", "negative": "0", "trillion": "1000000000005", "tiny": "1",
        "changed": "18.5"},
    # 1 % to 1,000 with 200 flat, 2 % to 10,000 with 300, then 3 % with 400
    "graduated_percentage": {
        "zero": "0", "empty": "0", "negative": "-5", "trillion": "1200000000790", "tiny": "1", "changed": "203.5",
        "at 999.99": "209.9999", "at 1000": "210", "at 1000.01": "510.0002", "at 9999.99": "689.9998",
        "at 10000": "690", (
            "at "
            "10000.01"
        ): "1090.0003",
    },
    "dynamic": {"zero": "0", "empty": "0", "negative": "-0.5", "trillion": "1000000000000", "tiny": "2.5",
        "changed": "87.5"},
    "matrix": {"zero": "0", "empty": "0", "negative": "-10", "trillion": "1000000000000", "tiny": "2.5",
        "changed": "700"},
    "bands": {"zero": "0", "empty": "0", "negative": "-10", "trillion": "1000000000000", "tiny": "2.5",
        "changed": "700"},
}  # fmt: skip
CASES = [(model, edge, amount) for model, edges in OWED.items() for edge, amount in edges.items()]


@pytest.mark.parametrize(("model", "edge", "amount"), CASES)
def test_a_model_at_its_edge_owes_to_the_last_digit(model: str, edge: str, amount: str) -> None:
    row, *_ = built().charges(f"edge:{model}:{edge}")
    assert row["unrounded_amount"] == Decimal(amount)


@pytest.mark.parametrize("model", sorted(BEYOND))
def test_a_charge_of_more_than_13_digits_owes_nothing_and_is_named(model: str) -> None:
    row, *_ = built().charges(f"edge:{model}:beyond")
    assert (row["unrounded_amount"], row["computed_amount"]) == (0, 0)
    (named,) = built().rows(f"select * from int_charges_unpriced where contract_id = 'edge:{model}:beyond'")
    assert (named["charge_id"], named["reason"], named["quantity"]) == (
        row["charge_id"],
        "out_of_range",
        2 * Decimal(BEYOND[model][0]),
    )


def test_no_other_charge_is_out_of_range() -> None:
    named = built().rows("select contract_id from int_charges_unpriced where reason = 'out_of_range'")
    assert {row["contract_id"] for row in named} == {f"edge:{model}:beyond" for model in BEYOND}


def test_an_event_that_comes_to_more_than_13_digits_waits_and_its_neighbours_are_charged() -> None:
    row, *_ = built().charges("edge:an event beyond")
    assert (row["quantity"], row["unrounded_amount"]) == (4, 1)


def test_every_model_is_tested_at_every_edge() -> None:
    """A flat amount has no quantity that could be below zero."""
    common = {"zero", "empty", "negative", "trillion", "tiny", "changed"}
    assert {model: common - edges.keys() for model, edges in OWED.items()} == {
        model: {"negative"} if model == "flat" else set() for model in OWED
    }
    models = {
        path.stem.removeprefix("int_price_components_by_")
        for path in (DBT_PROJECT_DIR / "models").rglob("int_price_components_by_*.sql")
    }
    assert models <= OWED.keys()
    assert len(models) > 8


@pytest.mark.parametrize(
    ("minute", "price"),
    [
        ("07:59:59.999999", 2),
        ("08:00:00", 3),
        ("08:00:00.000001", 3),
        ("21:59:59.999999", 3),
        ("22:00:00", 2),
        ("22:00:00.000001", 2),
    ],
)
def test_a_time_band_holds_from_its_first_microsecond_until_before_the_next_one(minute: str, price: int) -> None:
    row, *_ = built().charges(f"edge:bands:{minute}")
    assert row["unrounded_amount"] == price
