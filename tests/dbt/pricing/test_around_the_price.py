"""Discounts, minimums and commitments: in the order of docs/architecture.md, each charge one number."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.dbt.pricing.cases import built


def september(contract_id: str, period_from: str = "2026-09-01") -> dict[str, Decimal]:
    return {
        row["fee_id"]: row["computed_amount"]
        for row in built().charges(contract_id)
        if str(row["period_from"]) == period_from
    }


@pytest.mark.parametrize(
    ("contract_id", "base", "usage"),
    [
        ("percent_off", 9000, 900),
        # 10 % and 5 % of what is left: 14.5 % in all.
        ("percent_twice", 8550, 855),
        # The percentage acts first: 9,000 and then 5,000 off.
        ("percent_then_fixed", 4000, 1000),
        # The base fee, paid in advance, takes the discount first; the rest comes off the usage.
        ("fixed_beyond_base", 0, 500),
        ("fixed_beyond_all", 0, 0),
        # 400 off the usage, 1,000 off the plan, then 9,000 off what is left: 0 of the base fee and 600 of the usage.
        ("fixed_on_fee_then_contract", 0, 600),
        # The percentage leaves 5,000 of the base fee: of the 6,000 fixed 1,000 come off the usage.
        ("fixed_beyond_what_a_percentage_left", 0, 0),
        # The fee's own 4,000 leave 6,000: of the plan's 10,500 there is enough for all of the usage.
        ("plan_beyond_what_its_fee_left", 0, 0),
        ("coupon", 7000, 1000),
        ("with_an_end", 9000, 900),
        ("all_of_it", 0, 0),
        ("mid_billing_period", 10000, 0),
        # 45 yen go back: a percentage mirrors, a fixed amount gives nothing on a credit.
        ("taken_back", 10000, -45),
    ],
)
def test_discounts_act_percentages_first_then_fixed_amounts_and_never_below_zero(
    contract_id: str, base: int, usage: int
) -> None:
    assert september(contract_id) == {"base": base, "usage": usage}


def test_a_discount_ends_with_its_periods_or_its_last_day() -> None:
    october = {name: september(name, "2026-10-01")["base"] for name in ("coupon", "with_an_end", "mid_billing_period")}
    assert october == {"coupon": 7000, "with_an_end": 10000, "mid_billing_period": 9000}
    assert september("coupon", "2026-11-01")["base"] == september("mid_billing_period", "2026-11-01")["base"] == 10000


@pytest.mark.parametrize(
    ("contract_id", "first", "later"),
    [("launched_below", 900, 1000), ("launched_between", 1600, 2000), ("launched_above", 2000, 2000)],
)
def test_a_discount_comes_before_maximum_and_minimum(contract_id: str, first: int, later: int) -> None:
    """20 % off the usage of the first month: 1,000 become 800, but 900 are the least; 4,000 become 3,200,
    but 2,000 are the most."""
    assert (september(contract_id)["usage"], september(contract_id, "2026-10-01")["usage"]) == (first, later)


def of_fee(contract_id: str, fee_id: str) -> list[tuple[str, int]]:
    rows = [row for row in built().charges(contract_id) if row["fee_id"] == fee_id]
    return [
        (str(row["period_from"]), int(row["computed_amount"])) for row in rows if str(row["period_from"]) < "2026-08-01"
    ]


def test_the_periods_of_a_discount_are_those_of_the_plan_and_not_of_a_fee_with_an_interval_of_its_own() -> None:
    assert of_fee("two_months_off", "base") == [
        ("2026-04-01", 1000),
        ("2026-05-01", 500),
        ("2026-06-01", 500),
        ("2026-07-01", 1000),
    ]
    assert of_fee("two_months_off", "quarter") == [("2026-04-01", 3000), ("2026-07-01", 3000)]
    assert of_fee("a_year_off", "base") == [("2026-06-01", 6480)]
    assert of_fee("a_year_off", "monthly") == [("2026-06-01", 72), ("2026-07-01", 72)]


def test_discounts_of_one_day_act_in_the_order_in_which_they_were_redeemed() -> None:
    given = built().rows(
        "select distinct discount_id, min(discount_no) as turn from int_discount_amounts "
        "where discount_id in ('z-first', 'a-second') group by all order by turn"
    )
    assert [row["discount_id"] for row in given] == ["z-first", "a-second"]


def test_a_discount_that_says_nothing_or_names_nothing_is_refused() -> None:
    rows = built().rows(
        "select change_id, refusal_reason from int_contract_changes_judged where contract_id = 'no_such' "
        "order by change_id"
    )
    assert [row["refusal_reason"] for row in rows] == [
        "value_missing",
        "unknown_discount",
        "percent_unclear",
        "value_missing",
        "percent_unclear",
    ]


@pytest.mark.parametrize(
    ("contract_id", "floor"),
    [("floored_below", 6001), ("floored_on", 0), ("floored_above", 0), ("floored_unused", 7000)],
)
def test_a_minimum_of_the_contract_tops_up_what_the_other_fees_lack(contract_id: str, floor: int) -> None:
    assert september(contract_id, "2026-10-01")["floor"] == floor


def test_a_minimum_is_that_of_the_days_served() -> None:
    """15 of 31 days: 4,839 less a base fee of 1,452."""
    assert september("floored_short", "2026-10-01") == {"base": 1452, "usage": 0, "floor": 3387}


def test_after_an_upgrade_each_plan_asks_for_its_own_days() -> None:
    rows = {
        row["plan_id"]: row["computed_amount"]
        for row in built().charges("floored_upgraded")
        if row["fee_id"] == "floor" and str(row["period_from"]) == "2026-10-01"
    }
    assert rows == {"floored": 4839 - 1452, "floored_more": 16000 - 1548}


def test_a_commitment_is_trued_up_at_the_end_of_its_term_and_counts_what_a_minimum_topped_up() -> None:
    """Eleven months of 90 and one of nothing, each topped up to 100, are 1,200 of 5,000."""
    rows = {
        row["contract_id"]: row
        for name in ("committed_missed", "committed_met")
        for row in built().charges(name)
        if row["fee_id"] == "term"
    }
    assert {name: row["computed_amount"] for name, row in rows.items()} == {
        "committed_missed": 3800,
        "committed_met": 0,
    }
    assert {(row["kind"], str(row["bill_on"]), row["is_due"]) for row in rows.values()} == {
        ("minimum", "2026-10-31", True)
    }


def test_what_is_missing_is_earned_on_the_last_day() -> None:
    (charge,) = [
        row
        for row in built().charges("floored_below")
        if row["fee_id"] == "floor" and str(row["period_from"]) == "2026-10-01"
    ]
    sql = "select segment_from, segment_until, unrounded_amount from int_charge_segments_rated where charge_id = ?"
    assert [tuple(str(value) for value in row.values()) for row in built().rows(sql, charge["charge_id"])] == [
        ("2026-10-31", "2026-11-01", "6001.000000000000")
    ]


def test_discounts_minimum_and_maximum_explain_the_charge_to_the_last_digit() -> None:
    """unrounded - discounts = what the bounds act on; only bounds and rounding may differ from the owed amount."""
    sql = """
        select count(*) as wrong from int_fee_charges_rated as charges
        left join (select charge_id, sum(amount) as amount from int_discount_amounts group by all) as discounts
            using (charge_id)
        where charges.unrounded_amount - coalesce(discounts.amount, 0) <> charges.bounded_amount
        and charges.plan_id in ('reducible', 'floored')
    """
    assert built().rows(sql) == [{"wrong": 0}]


def test_a_contract_pays_its_own_price_from_its_day_until_its_end() -> None:
    assert (september("own_price"), september("own_price", "2026-10-01")["base"]) == (
        {"base": 8000, "usage": 200},
        8000,
    )
    # 100 calls at 1 and 100 at 0.5; October is the list's again.
    assert (september("own_until"), september("own_until", "2026-10-01")["base"]) == (
        {"base": 10000, "usage": 150},
        10000,
    )
    assert (
        september("own_twice")["base"],
        september("own_twice", "2026-10-01")["base"],
        september("list_price")["base"],
    ) == (7000, 0, 10000)


def test_an_own_price_that_the_fee_does_not_use_is_refused() -> None:
    rows = built().rows("select refusal_reason from int_contract_changes_judged where change_id = 'wrong-override'")
    assert rows == [{"refusal_reason": "value_missing"}]


@pytest.mark.parametrize(
    ("currency", "first", "second"),
    [("JPY", "185", "185"), ("USD", "1.85", "2.46"), ("KWD", "0.554", "0.554"), ("CLF", "0.0554", "0.0554")],
)
def test_a_plan_sold_in_several_currencies_bills_each_contract_in_its_own(
    currency: str, first: str, second: str
) -> None:
    """123 units: 184.5 yen, 1.845 dollars, then 2.46; 0.5535 dinars keep three decimals, 0.05535 units of CLF four."""
    found = [september(f"worldwide_{currency}", day)["usage"] for day in ("2026-09-01", "2026-10-01")]
    assert found == [Decimal(first), Decimal(second)]


def test_a_contract_in_a_currency_without_prices_is_refused() -> None:
    assert built().rows("select refusal_reason from int_contracts_judged where contract_id = 'worldwide_EUR'") == [
        {"refusal_reason": "currency_differs"}
    ]
