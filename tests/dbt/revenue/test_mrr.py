"""Movements of monthly recurring revenue, with the rows that usually get lost."""

from __future__ import annotations

from decimal import Decimal

from tests.dbt.receivables.by_hand import Night

KINDS = ("new", "expansion", "contraction", "churn", "reactivation")


def moves(night: Night, customer: str) -> dict[str, tuple[str, int]]:
    rows = night.read("mrr_movements", f"customer_id = '{customer}'")
    return {f"{row['month']:%m}": (kind, int(row[kind])) for row in rows for kind in KINDS if row[kind]}


def test_a_customer_without_an_end_stays_to_the_last_month(year: Night) -> None:
    rows = year.read("mrr_movements", "customer_id = 'STAYS'")
    assert [int(row["closing_mrr"]) for row in rows] == [1000] * 12
    assert moves(year, "STAYS") == {"01": ("new", 1000)}


def test_what_is_in_doubt_and_not_billed_does_not_recur(year: Night) -> None:
    assert moves(year, "DOUBTED") == {"01": ("new", 1000), "11": ("churn", -1000)}


def test_leaving_is_churn_and_coming_back_is_reactivation(year: Night) -> None:
    assert moves(year, "LEAVES") == {
        "01": ("new", 1000),
        "04": ("churn", -1000),
        "06": ("reactivation", 1000),
        "08": ("churn", -1000),
    }


def test_growing_and_shrinking_keep_the_customer(year: Night) -> None:
    assert moves(year, "GROWS") == {"01": ("new", 1000), "05": ("expansion", 500), "09": ("contraction", -1100)}


def test_a_trial_is_worth_nothing_until_it_converts(year: Night) -> None:
    assert moves(year, "TRIES") == {"12": ("new", 800)}


def test_a_yearly_price_counts_by_the_twelfth(year: Night) -> None:
    assert moves(year, "YEARLY") == {"01": ("new", 1000)}


def test_a_part_of_a_year_has_the_digits_of_its_currency(year: Night) -> None:
    """10,000 a year are 833.333… a month: 833 yen, 833.33 francs."""
    for customer, amount in (("THIRDS", "833"), ("FRANCS", "833.33")):
        assert {row["mrr"] for row in year.read("contract_mrr", f"customer_id = '{customer}'")} == {Decimal(amount)}
        (first, *_) = year.read("mrr_movements", f"customer_id = '{customer}'")
        assert first["new"] == first["closing_mrr"] == Decimal(amount)


def test_a_price_per_day_counts_365_days_a_year_whatever_the_month(year: Night) -> None:
    assert moves(year, "DAILY") == {"01": ("new", 365)}


def test_what_is_off_for_several_periods_is_off_what_recurs_until_it_ends(year: Night) -> None:
    assert moves(year, "HALF") == {"01": ("new", 500), "04": ("expansion", 500)}


def test_a_coupon_for_one_period_is_not_of_what_recurs(year: Night) -> None:
    assert moves(year, "ONCE") == {"01": ("new", 1000)}


def test_percentages_act_one_after_the_other_and_then_the_fixed_amount(year: Night) -> None:
    """1,000 x 0.9 x 0.8 = 720, less 220; and never below nothing."""
    assert moves(year, "BOTH") == {"01": ("new", 500)}
    assert moves(year, "BEYOND") == {}
