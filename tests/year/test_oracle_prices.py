"""Quantities become money, and money is rounded and taxed, as docs/landing.md and the worked numbers say."""

from __future__ import annotations

import csv
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from billing_jobs.settings import PROJECT_DIR
from billing_jobs.year.oracle.entries import Version
from billing_jobs.year.oracle.money import digits_of, rounded, spread, tax_on
from billing_jobs.year.oracle.prices import MODELS, matrix_price
from tests.support.golden import worked

TIERS = [{"up_to": "100", "unit_price": "2", "flat": "5"}, {"unit_price": "1", "flat": "7"}]


def version(**numbers: Any) -> Version:
    return Version(date(2026, 1, 1), "JPY", is_for_new=False, is_mid_period=False, numbers=numbers)


@pytest.mark.parametrize(
    ("model", "numbers", "quantity", "owes"),
    [
        ("flat", {"amount": "900"}, 3, "900"),
        ("per_unit", {"unit_price": "1.5"}, 3, "4.5"),
        ("package", {"package": {"size": "100", "price": "30"}}, 101, "60"),
        ("package", {"package": {"size": "100", "price": "30"}}, 100, "30"),
        ("graduated", {"tiers": TIERS}, 100, "205"),
        ("graduated", {"tiers": TIERS}, 150, "262"),
        ("graduated", {"tiers": TIERS}, 0, "0"),
        ("volume", {"tiers": TIERS}, 100, "205"),
        ("volume", {"tiers": TIERS}, 150, "157"),
        ("stairstep", {"tiers": TIERS}, 101, "7"),
        ("stairstep", {"tiers": TIERS}, 0, "0"),
        ("graduated_percentage", {"tiers": [{"up_to": "100", "rate": "10"}, {"rate": "5"}]}, 300, "20"),
        ("percentage", {"percentage": {"rate": "2.5"}}, 300, "7.5"),
    ],
)
def test_a_quantity_owes(model: str, numbers: dict[str, Any], quantity: int, owes: str) -> None:
    assert MODELS[model](version(**numbers), Fraction(quantity)) == Fraction(owes)


def test_the_price_that_names_most_values_holds() -> None:
    prices = [{"unit_price": "3"}, {"value": "tokyo", "unit_price": "1"}]
    assert matrix_price(version(prices=prices), {"region": "tokyo"}, ("region",)) == 1
    assert matrix_price(version(prices=prices), {"region": "osaka"}, ("region",)) == 3
    assert matrix_price(version(prices=prices[1:]), {"region": "osaka"}, ("region",)) is None


@pytest.mark.parametrize(("mode", "up"), [("floor", "2"), ("half_up", "3"), ("ceiling", "3")])
def test_rounding_acts_on_absolute_values(mode: str, up: str) -> None:
    assert rounded(Decimal("2.5"), mode, "JPY") == Decimal(up)
    assert rounded(Decimal("-2.5"), mode, "JPY") == -Decimal(up)


def test_tax_is_that_of_the_sum() -> None:
    tax = worked("tax")
    assert tax_on(Decimal(60000), Decimal(10), "inclusive", "floor", "JPY") == tax["incl_60000_10"]
    assert tax_on(Decimal(3015), Decimal(10), "inclusive", "floor", "JPY") == tax["incl_3x1005_invoice"]
    assert tax_on(Decimal(1005), Decimal(10), "exclusive", "floor", "JPY") == tax["excl_3x335_invoice"]


def test_contained_tax_is_also_the_tax_of_its_net() -> None:
    assert tax_on(Decimal(40000), Decimal(8), "inclusive", "floor", "JPY") == worked("tax")["incl_40000_8"] + 1
    assert tax_on(Decimal(21), Decimal(10), "inclusive", "floor", "JPY") == 2
    assert tax_on(Decimal(-21), Decimal(10), "inclusive", "floor", "JPY") == -2


def test_a_total_is_spread_by_largest_remainder() -> None:
    assert spread(Decimal(100), [Fraction("33.5")] * 3, "JPY") == [34, 33, 33]
    assert spread(Decimal(-100), [Fraction("-33.5")] * 3, "JPY") == [-34, -33, -33]


def test_the_oracle_knows_the_digits_of_every_currency() -> None:
    with (PROJECT_DIR / "dbt_project" / "seeds" / "currencies.csv").open(encoding="utf-8") as rows:
        said = {row["currency"]: int(row["minor_digits"]) for row in csv.DictReader(rows)}
    assert {currency: digits_of(currency) for currency in said} == said
