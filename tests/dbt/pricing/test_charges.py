"""What each kind of fee owes, case by case.

Figures are worked out by hand or come from the public cases named beside them.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.dbt.pricing.cases import built


def amounts(contract_id: str, *, until: str = "2026-11-01") -> list[tuple[str, str, Decimal]]:
    return [
        (str(row["period_from"]), row["plan_id"], row["computed_amount"])
        for row in built().charges(contract_id)
        if str(row["period_from"]) < until
    ]


def only(contract_id: str, period_from: str = "2026-10-01") -> dict[str, Any]:
    (row,) = [row for row in built().charges(contract_id) if str(row["period_from"]) == period_from]
    return row


def test_an_upgrade_from_90_to_120_on_the_21st_leaves_60_of_the_old_plan_and_adds_40_of_the_new() -> None:
    assert amounts("upgrade", until="2026-05-02") == [
        ("2026-04-01", "big", Decimal(4000)),
        ("2026-04-01", "small", Decimal(6000)),
        ("2026-05-01", "big", Decimal(12000)),
    ]


def test_a_change_further_ahead_than_the_night_does_not_act_yet() -> None:
    assert amounts("future", until="2026-12-01") == [
        ("2026-10-01", "small", Decimal(9000)),
        ("2026-11-01", "small", Decimal(9000)),
    ]


def test_a_trial_owes_nothing_and_rolls_into_charging() -> None:
    assert [(str(row["period_from"]), row["fee_id"], row["computed_amount"]) for row in built().charges("trial")] == [
        ("2026-10-04", "base", Decimal(3000)),
        ("2026-10-04", "usage", Decimal(0)),
    ]


def test_a_cancelled_month_owes_the_days_served() -> None:
    assert amounts("cancelled") == [("2026-09-10", "small", Decimal(7500))]


def test_the_days_of_the_nominal_billing_period_divide_and_not_the_days_that_were_served() -> None:
    """42 of the 91 days of a quarter, not of the 42 that were left."""
    assert amounts("left_in_the_quarter") == [("2026-04-01", "quarterly", Decimal(4200))]


def test_a_contract_cancelled_from_its_first_day_has_no_charge() -> None:
    """What was billed of it is taken back by what reads the ledger: nothing here does."""
    assert built().rows("select charge_id from int_charges_priced where contract_id = 'never_was'") == []


@pytest.mark.parametrize(
    ("quantity", "owed"), [(99, "0"), (100, "0"), (101, "1"), (999, "450"), (1000, "450"), (1001, "457")]
)
def test_a_graduated_tier_includes_its_upper_bound_and_owes_its_flat_amount_when_entered(
    quantity: int, owed: str
) -> None:
    """1,000 calls are 900 at 0.5; the next one enters the tier of 0.3 with 7 flat: 457.3,
    rounded to yen. 100.5 rounds away from zero."""
    assert only(f"used_{quantity}", "2026-09-01")["computed_amount"] == Decimal(owed)


def test_the_month_of_tokyo_ends_at_fifteen_hours_utc() -> None:
    assert (only("tokyo", "2026-09-01")["quantity"], only("tokyo")["quantity"]) == (Decimal(1000), Decimal(300))


def test_october_in_new_york_is_not_over_when_the_night_ends_in_tokyo() -> None:
    assert (
        only("new_york", "2026-09-01")["quantity"],
        only("new_york", "2026-09-01")["is_due"],
        only("new_york")["is_due"],
    ) == (Decimal(2000000), True, False)


def test_two_million_units_at_half_a_millionth_of_a_dollar_are_one_dollar() -> None:
    assert only("new_york", "2026-09-01")["computed_amount"] == Decimal("1.00")


def test_thirty_day_months_make_every_full_month_the_full_price() -> None:
    assert [amount for _, _, amount in amounts("thirty_february")] == [Decimal(3000), Decimal(3000)]


def test_thirty_day_months_give_the_short_days_of_february_to_its_end() -> None:
    """Fourteen thirtieths of 3,000 and sixteen of 6,000."""
    assert amounts("thirty_upgraded") == [
        ("2026-02-01", "thirty", Decimal(1400)),
        ("2026-02-01", "thirty_more", Decimal(3200)),
    ]


def test_thirty_days_of_a_long_month_are_the_full_price() -> None:
    assert amounts("thirty_ended") == [("2026-03-01", "thirty", Decimal(3000))]


def test_a_plan_without_proration_owes_the_whole_billing_period_for_one_day() -> None:
    assert amounts("whole") == [("2026-10-01", "whole", Decimal(5000))]


def test_a_trillion_yen_over_a_year_keeps_every_yen() -> None:
    assert only("huge", "2025-10-15")["computed_amount"] == Decimal(1000000000000)


def test_a_unit_price_of_a_billionth_is_exact() -> None:
    assert (only("tiny")["unrounded_amount"], only("tiny")["computed_amount"]) == (Decimal("2.5"), Decimal(3))


@pytest.mark.parametrize(("name", "owed"), [("below", 1000), ("between", 1500), ("above", 2000), ("unused", 1000)])
def test_a_minimum_is_owed_even_without_usage_and_a_maximum_caps(name: str, owed: int) -> None:
    assert only(f"bounded_{name}", "2026-09-01")["computed_amount"] == Decimal(owed)


def test_a_minimum_is_prorated_by_the_days_served() -> None:
    assert only("bounded_short", "2026-09-01")["computed_amount"] == Decimal(500)


def test_what_a_minimum_and_a_maximum_come_to_for_the_days_served_can_be_told() -> None:
    sql = """
        select contract_id, minimum_amount, maximum_amount from int_fee_charges_rated
        where period_from = date '2026-09-01' and contract_id in ('bounded_short', 'bounded_above')
    """
    told = {row["contract_id"]: (row["minimum_amount"], row["maximum_amount"]) for row in built().rows(sql)}
    assert told == {"bounded_short": (500, 1000), "bounded_above": (1000, 2000)}


def test_a_matrix_prices_each_value_and_the_rest_by_the_price_without_a_value() -> None:
    assert only("regions")["computed_amount"] == Decimal(320)


def test_a_dynamic_fee_adds_quantity_times_the_price_that_came_with_each_event() -> None:
    """3 x 0.25 and 2 x 1.5; nine units came without a price: they wait, and are not given away."""
    assert (only("dynamic")["unrounded_amount"], only("dynamic")["quantity"]) == (Decimal("3.75"), Decimal(5))
    waiting = (
        "select cast(sum(quantity) as integer) as quantity from int_usage_metered where contract_id = 'dynamic' "
        "and state = 'waiting'"
    )
    assert built().rows(waiting) == [{"quantity": 9}]


def test_a_new_price_takes_effect_at_the_next_billing_period() -> None:
    assert [amount for _, _, amount in amounts("next_billing_period", until="2026-05-01")] == [
        Decimal(3100),
        Decimal(6200),
    ]


def test_a_new_price_that_says_mid_period_takes_effect_on_its_day() -> None:
    """Ten days at 100 and twenty-one at 200."""
    assert amounts("mid_period", until="2026-04-01") == [("2026-03-01", "mid_period", Decimal(5200))]


def test_a_price_for_new_contracts_leaves_those_signed_before_alone() -> None:
    assert (
        only("for_new", "2026-05-01")["computed_amount"],
        only("for_new_signed", "2026-05-01")["computed_amount"],
    ) == (Decimal(3100), Decimal(6200))


def test_a_price_that_the_next_one_replaces_before_a_billing_period_begins_prices_nothing() -> None:
    """September has the first price, October begins with the third; the second is used by nobody,
    those that say mid_period from their day on."""
    rows = built().rows(
        "select valid_from, priced_charges > 0 as is_used, first_used_on from price_versions "
        "where plan_id = 'raised_often' order by all"
    )
    used = {str(row["valid_from"]): str(row["first_used_on"]) for row in rows if row["is_used"]}
    assert used == {
        "2020-01-01": "2026-09-01",
        "2026-09-20": "2026-10-01",
        "2026-10-07": "2026-10-07",
        "2026-10-17": "2026-10-17",
    }
    assert len(rows) == len(used) + 1


def test_seats_added_in_the_middle_are_owed_for_the_rest_of_the_billing_period() -> None:
    assert only("seats", "2026-06-01")["computed_amount"] == Decimal(300)


def test_the_tax_rate_is_that_of_the_last_served_day() -> None:
    assert [only("reformed", f"2026-0{month}-01")["tax_rate"] for month in (2, 3)] == [Decimal(8), Decimal(10)]


def test_a_customer_exempt_before_the_last_served_day_is_not_taxed() -> None:
    assert [
        (only("exempted", day)["tax_code"], only("exempted", day)["tax_rate"]) for day in ("2026-09-01", "2026-10-01")
    ] == [
        ("standard", Decimal(10)),
        ("none", Decimal(0)),
    ]


def test_the_payer_is_that_of_the_billing_periods_first_day() -> None:
    assert [only("moved_payer", day)["customer_id"] for day in ("2026-09-01", "2026-10-01")] == ["child", "parent"]


def test_a_one_off_charge_is_a_key_of_its_own_and_due_when_its_day_is_over() -> None:
    rows = built().rows(
        "select instance, customer_id, fee_id, computed_amount, is_due, bill_on from int_charges_priced "
        "where kind = 'one_off' and instance in ('setup', 'later') order by instance desc"
    )
    assert [tuple(row.values()) for row in rows] == [
        ("setup", "parent", "one_off", Decimal(500), True, date(2026, 10, 31)),
        ("later", "parent", "one_off", Decimal(500), False, date(2026, 11, 30)),
    ]


def test_of_several_sellers_none_is_taken_silently() -> None:
    """Who names none belongs to the seller of the first contract; without one,
    a charge is refused and stops nobody else."""
    named = "customer_id in ('us_sold', 'parent', 'homeless', 'homed')"
    sellers = built().rows(
        f"select customer_id, entity_id, payment_terms_id from int_customers_resolved where {named} order by all"
    )
    assert [tuple(row.values()) for row in sellers] == [
        ("homed", "us", "net30"),
        ("homeless", None, None),
        ("parent", "main", "eom"),
        ("us_sold", "us", "net30"),
    ]
    refused = built().rows(
        "select charge_id, entity_id, refusal_reason from int_one_off_charges_judged "
        "where charge_id like 'setup-%' order by all"
    )
    assert [tuple(row.values()) for row in refused] == [
        ("setup-crossed", "us", None), ("setup-homed", "us", None), ("setup-homeless", None, "unknown_entity"),
        ("setup-own", "main", None),
    ]  # fmt: skip


def test_a_one_off_charge_is_sold_by_the_seller_of_the_contract_that_it_names() -> None:
    """Else by the customer's: that of its first contract, where it names none."""
    sql = (
        "select instance, entity_id, contract_id, currency, computed_amount from int_charges_priced "
        "where instance in ('setup-crossed', 'setup-own') order by all"
    )
    assert [tuple(row.values()) for row in built().rows(sql)] == [
        ("setup-crossed", "us", "crossed_over", "USD", 500),
        ("setup-own", "main", "", "USD", 500),
    ]


def test_a_yearly_plan_bills_its_usage_by_the_month() -> None:
    usage = [row for row in built().charges("from_leap_day") if row["fee_id"] == "usage"]
    assert [(str(row["period_from"]), str(row["period_until"])) for row in usage[:3]] == [
        ("2024-02-29", "2024-03-29"),
        ("2024-03-29", "2024-04-29"),
        ("2024-04-29", "2024-05-29"),
    ]


def test_the_steps_of_a_segment_say_what_was_counted_in_each_tier() -> None:
    steps = built().rows(
        "select tier_no, steps.quantity, steps.unit_price, steps.amount from int_price_components as steps "
        "join int_charges_priced using (charge_id) where contract_id = 'used_1001' order by tier_no"
    )
    assert [tuple(step.values()) for step in steps] == [
        (1, 100, 0, 0),
        (2, 900, Decimal("0.5"), 450),
        (3, 1, Decimal("0.3"), Decimal("7.3")),
    ]
