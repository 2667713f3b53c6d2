"""Cases of what acts around a price: discounts, minimums, commitments; in the home of `cases`."""

from __future__ import annotations

from typing import Any

from tests.dbt.contracts.shop import Shop


def flat(
    fee_id: str, amount: str, *, kind: str = "recurring", timing: str = "advance", **columns: Any
) -> dict[str, Any]:
    return {
        "fee_id": fee_id,
        "model": "flat",
        "kind": kind,
        "timing": timing,
        "tax_code": "standard",
        "versions": [{"valid_from": "2020-01-01", "amount": amount}],
        **columns,
    }


def calls(unit_price: str = "1", **numbers: Any) -> dict[str, Any]:
    version = {"valid_from": "2020-01-01", "unit_price": unit_price, **numbers}
    return {
        "fee_id": "usage",
        "model": "per_unit",
        "kind": "usage",
        "timing": "arrears",
        "meter": "calls",
        "tax_code": "standard",
        "versions": [version],
    }


def fill_around(shop: Shop) -> None:
    fill_discounts(shop)
    fill_minimums(shop)
    fill_own_prices(shop)
    fill_currencies(shop)


def fill_discounts(shop: Shop) -> None:
    shop.plan("reducible", flat("base", "10000"), calls())
    shop.plan("launched", flat("base", "10000"), calls(minimum="900", maximum="2000"))
    shop.catalog(
        "discounts",
        discount_id="launch",
        percent="20",
        plan_id="launched",
        fee_id="usage",
        is_coupon=False,
        valid_from="2026-09-01",
        periods=1,
    )
    shop.catalog(
        "discounts",
        discount_id="welcome",
        amount="3000",
        currency="JPY",
        is_coupon=True,
        valid_from="2026-01-01",
        valid_until="2027-01-01",
        periods=2,
    )
    for name, used in (("launched_below", 1000), ("launched_between", 2000), ("launched_above", 4000)):
        shop.sign(name, "launched", "2026-09-01")
        shop.use(name, "2026-09-02T00:00:00+00:00", used)
        shop.use(name, "2026-10-02T00:00:00+00:00", used)
    discounts: dict[str, list[dict[str, Any]]] = {
        "percent_off": [{"percent": "10"}],
        "percent_twice": [{"percent": "10"}, {"percent": "5"}],
        "percent_then_fixed": [{"amount": "5000"}, {"percent": "10", "plan_id": "reducible", "fee_id": "base"}],
        "fixed_beyond_base": [{"amount": "10500"}],
        "fixed_beyond_all": [{"amount": "8000"}, {"amount": "50000"}],
        "fixed_on_fee_then_contract": [
            {"amount": "9000"},
            {"amount": "400", "plan_id": "reducible", "fee_id": "usage"},
            {"amount": "1000", "plan_id": "reducible"},
        ],
        "fixed_beyond_what_a_percentage_left": [
            {"amount": "6000"},
            {"percent": "50", "plan_id": "reducible", "fee_id": "base"},
        ],
        "plan_beyond_what_its_fee_left": [
            {"amount": "10500", "plan_id": "reducible"},
            {"amount": "4000", "plan_id": "reducible", "fee_id": "base"},
        ],
        "coupon": [{"discount_id": "welcome"}],
        "with_an_end": [{"percent": "10", "until": "2026-10-01"}],
        "all_of_it": [{"percent": "100"}],
    }
    for name, given in discounts.items():
        shop.sign(name, "reducible", "2026-09-01")
        for discount in given:
            shop.change(name, "discount", "2026-09-01", **discount)
        shop.use(name, "2026-09-02T00:00:00+00:00", 1000)
    shop.sign("mid_billing_period", "reducible", "2026-09-01")
    shop.change("mid_billing_period", "discount", "2026-09-10", percent="10", periods=1)
    own = {"interval_every": 3, "interval_unit": "month"}
    shop.plan("months_and_quarters", flat("base", "1000"), flat("quarter", "3000", **own))
    shop.sign("two_months_off", "months_and_quarters", "2026-04-01")
    shop.change("two_months_off", "discount", "2026-05-01", percent="50", periods=2)
    shop.plan(
        "year_and_months",
        flat("base", "9000"),
        flat("monthly", "100", interval_every=1, interval_unit="month"),
        every=1,
        unit="year",
    )
    shop.sign("a_year_off", "year_and_months", "2026-06-01")
    for name, percent in (("z-first", "10"), ("a-second", "20")):
        shop.change("a_year_off", "discount", "2026-06-01", change_id=name, percent=percent, periods=1)
    shop.sign("taken_back", "reducible", "2026-09-01")
    shop.change("taken_back", "discount", "2026-09-01", percent="10", plan_id="reducible", fee_id="usage")
    shop.change("taken_back", "discount", "2026-09-01", amount="100", plan_id="reducible", fee_id="usage")
    shop.use("taken_back", "2026-09-02T00:00:00+00:00", -50)
    shop.sign("no_such", "reducible", "2026-09-01")
    for number, wrong in enumerate(
        (
            {},
            {"discount_id": "unheard"},
            {"percent": "101"},
            {"amount": "5", "fee_id": "usage"},
            {"percent": "5", "amount": "5"},
        )
    ):
        shop.change("no_such", "discount", "2026-09-01", change_id=f"wrong-discount-{number}", **wrong)


def fill_minimums(shop: Shop) -> None:
    floor = {"kind": "minimum", "timing": "arrears"}
    shop.plan("floored", flat("base", "3000"), calls(), flat("floor", "10000", **floor))
    shop.plan("floored_more", flat("base", "3000"), calls(), flat("floor", "31000", **floor))
    for name, used in (("floored_below", 999), ("floored_on", 7000), ("floored_above", 7001), ("floored_unused", 0)):
        shop.sign(name, "floored", "2026-10-01")
        if used:
            shop.use(name, "2026-10-02T00:00:00+00:00", used)
    shop.sign("floored_short", "floored", "2026-10-01", ends_on="2026-10-16")
    shop.sign("floored_upgraded", "floored", "2026-10-01")
    shop.change("floored_upgraded", "change_plan", "2026-10-16", plan_id="floored_more")
    yearly = {"kind": "commitment", "timing": "arrears", "interval_every": 1, "interval_unit": "year"}
    shop.plan("committed", calls(), flat("floor", "100", **floor), flat("term", "5000", **yearly))
    for name, monthly in (("committed_missed", "90"), ("committed_met", "600")):
        shop.sign(name, "committed", "2025-11-01", ends_on="2026-11-01")
        for month in ("2025-11", "2025-12", *(f"2026-{number:02}" for number in range(1, 10))):
            shop.use(name, f"{month}-05T00:00:00+00:00", monthly)


def fill_own_prices(shop: Shop) -> None:
    for name in ("own_price", "own_until", "own_twice", "list_price"):
        shop.sign(name, "reducible", "2026-09-01")
        shop.use(name, "2026-09-02T00:00:00+00:00", 100)
        shop.use(name, "2026-09-20T00:00:00+00:00", 100)
    shop.change("own_price", "override_price", "2026-09-01", fee_id="base", amount="8000")
    shop.change("own_until", "override_price", "2026-09-16", fee_id="usage", unit_price="0.5", until="2026-10-01")
    shop.change("own_twice", "override_price", "2026-09-01", fee_id="base", amount="7000")
    shop.change("own_twice", "override_price", "2026-10-01", fee_id="base", amount="0")
    shop.change("list_price", "override_price", "2026-09-01", change_id="wrong-override", fee_id="base", unit_price="1")
    shop.change(
        "list_price",
        "override_price",
        "2026-09-01",
        change_id="tiers-override",
        plan_id="volume",
        fee_id="usage",
        unit_price="1",
    )


def fill_currencies(shop: Shop) -> None:
    """One plan in currencies of no, two, three and four decimals; the dollar price rises in October."""
    prices = [
        ("JPY", "2020-01-01", "1.5"),
        ("USD", "2020-01-01", "0.015"),
        ("USD", "2026-10-01", "0.02"),
        ("KWD", "2020-01-01", "0.0045"),
    ]
    prices.append(("CLF", "2020-01-01", "0.00045"))
    versions = [
        {"currency": currency, "valid_from": valid_from, "unit_price": price} for currency, valid_from, price in prices
    ]
    shop.plan("worldwide", {**calls(), "versions": versions}, currencies='["CLF", "JPY", "KWD", "USD"]')
    for currency in ("JPY", "USD", "KWD", "CLF", "EUR"):
        shop.sign(f"worldwide_{currency}", "worldwide", "2026-09-01", currency=currency)
        for month in ("09", "10"):
            shop.use(f"worldwide_{currency}", f"2026-{month}-02T00:00:00+00:00", 123)
