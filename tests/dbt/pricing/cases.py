"""All contract and price cases in one home, built once: each case has its own contract, customer and,
where it needs one, plan."""

from __future__ import annotations

from functools import cache
from typing import Any

from tests.dbt.contracts.shop import Shop, Tables, build_once
from tests.dbt.pricing.around_cases import fill_around
from tests.dbt.pricing.counting_cases import fill_counting
from tests.dbt.pricing.day_cases import fill_days
from tests.dbt.pricing.edge_cases import fill_edges
from tests.dbt.pricing.id_cases import fill_ids
from tests.dbt.pricing.interval_cases import fill_intervals
from tests.dbt.pricing.model_cases import fill_models
from tests.dbt.pricing.one_quantity_cases import fill_one_quantity
from tests.dbt.pricing.pause_cases import fill_pauses

TIERS = [("0", "100", "0", "0"), ("100", "1000", "0.5", "0"), ("1000", None, "0.3", "7")]


def fee(
    fee_id: str,
    model: str,
    *,
    kind: str = "recurring",
    timing: str = "advance",
    tax_code: str = "standard",
    **columns: Any,
) -> dict[str, Any]:
    """A fee whose only version holds from 2020 unless `versions` says more."""
    numbers = {name: columns.pop(name) for name in ("amount", "unit_price", "minimum", "maximum") if name in columns}
    versions = columns.pop("versions", [{"valid_from": "2020-01-01", **numbers}])
    return {
        "fee_id": fee_id,
        "model": model,
        "kind": kind,
        "timing": timing,
        "tax_code": tax_code,
        "versions": versions,
        **columns,
    }


def usage_fee(model: str, meter: str = "calls", **columns: Any) -> dict[str, Any]:
    return fee("usage", model, kind="usage", timing="arrears", meter=meter, **columns)


def built() -> Tables:
    """The built home. A build that failed is not tried again by each test."""
    tables, failures = build_all_once()
    assert failures == []
    assert tables.rows("select * from int_charge_claims_broken") == []
    return tables


@cache
def build_all_once() -> tuple[Tables, list[str]]:
    return build_once(fill_cases)


def fill_cases(shop: Shop) -> None:
    fill_plans(shop)
    fill_contracts(shop)
    fill_lives(shop)
    fill_notices(shop)
    fill_cards(shop)
    fill_terms(shop)
    fill_prices(shop)
    fill_anchors(shop)
    fill_models(shop)
    fill_around(shop)
    fill_intervals(shop)
    fill_edges(shop)
    fill_counting(shop)
    fill_pauses(shop)
    fill_days(shop)
    fill_one_quantity(shop)
    fill_ids(shop)


def fill_plans(shop: Shop) -> None:
    shop.catalog(
        "meters", meter="calls", event_type="api.request", aggregation="sum", field="quantity", dimensions="[]"
    )
    shop.catalog(
        "meters",
        meter="by_region",
        event_type="region.request",
        aggregation="sum",
        field="quantity",
        dimensions='["region"]',
    )
    shop.catalog(
        "meters",
        meter="priced",
        event_type="priced.request",
        aggregation="sum",
        field="quantity",
        price_field="price",
        dimensions="[]",
    )
    shop.plan("small", fee("base", "flat", amount="9000"))
    shop.plan("early", fee("base", "flat", amount="3100"), lead_days=5)
    shop.plan("big", fee("base", "flat", amount="12000"))
    shop.plan("per_seat", fee("seats", "per_unit", unit_price="100"))
    shop.plan("trialled", fee("base", "flat", amount="3000"), usage_fee("per_unit", unit_price="1"), trial_days=14)
    shop.plan(
        "yearly",
        fee("base", "flat", amount="1200000"),
        usage_fee("per_unit", unit_price="1", interval_every=1, interval_unit="month"),
        unit="year",
    )
    shop.plan("tiered", usage_fee("graduated", tiers=TIERS))
    shop.plan("american", usage_fee("per_unit", unit_price="0.0000005"), entity_id="us", currency="USD")
    shop.plan("thirty", fee("base", "flat", amount="3000"), proration="thirty_day")
    shop.plan("thirty_more", fee("base", "flat", amount="6000"), proration="thirty_day")
    shop.plan("whole", fee("base", "flat", amount="5000"), proration="none")
    shop.plan("huge", fee("base", "flat", amount="1000000000000"), unit="year")
    shop.plan("tiny", usage_fee("per_unit", unit_price="0.000000001"))
    shop.plan("bounded", usage_fee("per_unit", unit_price="10", minimum="1000", maximum="2000"))
    shop.plan(
        "by_region",
        usage_fee("matrix", meter="by_region", dimensions='["region"]', prices={'{"region":"east"}': "2", "{}": "3"}),
    )
    shop.plan("dynamic", usage_fee("dynamic", meter="priced"))
    shop.plan("reformed", fee("base", "flat", tax_code="reform", amount="1000"))
    changed: dict[str, dict[str, Any]] = {
        "next_billing_period": {},
        "mid_period": {"is_mid_period": True},
        "for_new": {"applies_to": "new"},
    }
    for name, columns in changed.items():
        versions = [
            {"valid_from": "2020-01-01", "amount": "3100"},
            {"valid_from": "2026-03-11", "amount": "6200", **columns},
        ]
        shop.plan(name, fee("base", "flat", versions=versions))
    for every, unit in ((1, "month"), (3, "month"), (1, "year"), (1, "week")):
        shop.plan(f"every_{every}_{unit}", fee("base", "flat", amount="1"), every=every, unit=unit)
    shop.plan(
        "extras", fee("base", "flat", amount="3000"), fee("backup", "per_unit", unit_price="300", is_optional=True)
    )
    shop.plan("calendar", fee("base", "flat", amount="3000"), anchor="calendar")


def fill_contracts(shop: Shop) -> None:
    shop.sign("upgrade", "small", "2026-04-01")
    shop.change("upgrade", "change_plan", "2026-04-21", plan_id="big")
    shop.sign("future", "small", "2026-10-01")
    shop.change("future", "change_plan", "2026-11-02", plan_id="big")
    shop.sign("from_31st", "small", "2026-01-31")
    shop.sign("from_leap_day", "yearly", "2024-02-29")
    shop.sign("trial", "trialled", "2026-09-20")
    shop.sign("set_anchor", "small", "2026-09-20", billing_anchor_day=15)
    shop.sign("calendar", "calendar", "2026-09-20")
    shop.sign("cancelled", "small", "2026-09-10")
    shop.change("cancelled", "cancel", "2026-10-05")
    shop.sign("never_was", "small", "2026-10-01")
    shop.change("never_was", "cancel", "2026-10-01")
    later = {"received_at": "2026-02-01 00:00:00+00", "file_name": "crm/contracts-2.csv"}
    for name, columns in {
        "other_quantity": {"quantity": "5"},
        "corrected": {"quantity": "5"},
        "moved_zone": {"time_zone": "Europe/Berlin"},
        "new_order": {"purchase_order": "PO"},
    }.items():
        shop.sign(name, "per_seat", "2026-10-01", quantity="2")
        shop.crm(
            "contracts",
            **{
                "contract_id": name,
                "customer_id": name,
                "plan_id": "per_seat",
                "service_from": "2026-10-01",
                "quantity": "2",
                **columns,
                **later,
            },
        )
    shop.change("corrected", "correct", "2026-10-01")
    shop.change("moved_zone", "correct", "2026-10-01")
    shop.sign("nobody", "small", "2026-10-01", customer_id="unheard")
    shop.sign("planless", "no_such_plan", "2026-10-01")
    shop.sign("backwards", "small", "2026-10-01", ends_on="2026-09-01")
    shop.sign("nowhere", "small", "2026-10-01", time_zone="Mars/Olympus")
    shop.change("small-talk", "cancel", "2026-10-01", change_id="change-of-nothing")
    shop.change("from_31st", "change_quantity", "2025-01-01", change_id="too-early", quantity="2")
    for quantity in ("3", "4"):
        shop.change("from_31st", "change_quantity", "2026-02-28", change_id="twice", quantity=quantity)


def fill_pauses_and_renewals(shop: Shop) -> None:
    """Changes that come too early, too late or at odds with each other."""
    shop.sign("back_early", "small", "2026-04-01")
    shop.change("back_early", "pause", "2026-04-11", until="2026-06-01")
    shop.change("back_early", "resume", "2026-04-21")
    shop.change("back_early", "pause", "2026-05-21", until="2026-06-11")
    for name, columns in {"paused_over": {}, "paused_for_nothing": {}, "paused_at_end": {}}.items():
        shop.sign(name, "small", "2026-04-01", **columns)
    shop.change("paused_over", "pause", "2026-04-11", until="2026-05-01")
    shop.change("paused_over", "pause", "2026-04-21", until="2026-06-01", change_id="paused-over")
    shop.change("paused_for_nothing", "pause", "2026-04-11", until="2026-04-11", change_id="paused-for-nothing")
    shop.change("paused_at_end", "pause", "2026-04-11", until="2026-04-20", at="period_end", change_id="paused-at-end")
    for name, days in {
        "early": ["03-10"],
        "late": ["05-10"],
        "in_doubt": ["03-10", "04-01"],
        "again": ["03-10", "07-01"],
    }.items():
        shop.sign(f"renewed_{name}", "small", "2026-01-31", term_months="3", auto_renew="false")
        for day in days:
            shop.change(f"renewed_{name}", "renew", f"2026-{day}")
    shop.sign("renewed_by_nothing", "small", "2026-01-01", ends_on="2026-03-01")
    shop.change("renewed_by_nothing", "renew", "2026-02-01", change_id="renewed-by-nothing")
    shop.sign("cancelled_too_early", "small", "2026-04-01")
    shop.change("cancelled_too_early", "cancel", "2025-04-01", change_id="cancelled-too-early")
    shop.change("cancelled_too_early", "change_plan", "2026-04-11", plan_id="big")
    shop.sign("over_with_its_term", "small", "2026-01-31", term_months="3", auto_renew="false")
    shop.change("over_with_its_term", "change_plan", "2026-04-30", plan_id="big", change_id="after-the-term")
    shop.sign("over_with_its_period", "small", "2026-04-01")
    shop.change("over_with_its_period", "cancel", "2026-04-11", at="period_end")
    shop.change(
        "over_with_its_period",
        "change_plan",
        "2026-04-12",
        at="period_end",
        plan_id="big",
        change_id="after-the-period",
    )
    shop.sign("negative", "per_seat", "2026-10-01", quantity="-1")
    shop.sign("paid_to_use", "per_seat", "2026-10-01", quantity="2")
    shop.change("paid_to_use", "override_price", "2026-10-01", fee_id="base", unit_price="-5", change_id="paid-to-use")
    shop.sign("tried_before", "small", "2026-10-01", trial_until="2026-09-01")


def fill_lives(shop: Shop) -> None:
    """Contracts that change their calendar, pause, end and are renewed; all months of 9,000 yen unless a case says
    otherwise."""
    shop.plan("unprorated", fee("base", "flat", amount="3000"), proration="none")
    for refund in ("none", "unused"):
        shop.sign(f"unprorated_{refund}", "unprorated", "2026-01-10")
        shop.change(f"unprorated_{refund}", "cancel", "2026-05-20", refund=refund)
    # The night ends on 1 November: with five days of lead what is of the 6th acts, without any only what is of the 1st.
    shop.sign("lead_gained", "small", "2026-01-04")
    shop.change("lead_gained", "change_plan", "2026-09-04", plan_id="early")
    shop.change("lead_gained", "cancel", "2026-10-20", at="period_end")
    shop.sign("lead_lost", "early", "2026-01-04")
    shop.change("lead_lost", "change_plan", "2026-09-04", plan_id="small")
    shop.change("lead_lost", "change_quantity", "2026-11-03", quantity="2")
    shop.sign("lead_to_come", "small", "2026-01-04")
    shop.change("lead_to_come", "change_plan", "2026-11-03", plan_id="early")
    shop.change("lead_to_come", "cancel", "2026-11-05")
    shop.sign("reanchored", "small", "2026-01-01")
    shop.change("reanchored", "change_anchor", "2026-03-20", billing_anchor_day="15")
    shop.sign("same_anchor", "small", "2026-01-01")
    shop.change("same_anchor", "change_anchor", "2026-03-20", billing_anchor_day="1")
    shop.sign("anchor_30", "small", "2026-01-31")
    shop.change("anchor_30", "change_anchor", "2026-03-10", billing_anchor_day="30")
    shop.sign("to_yearly", "small", "2026-04-01")
    shop.change("to_yearly", "change_plan", "2026-04-21", plan_id="yearly")
    shop.sign("to_yearly_at_end", "small", "2026-01-31")
    shop.change("to_yearly_at_end", "change_plan", "2026-02-10", plan_id="yearly", at="period_end")
    shop.change("to_yearly_at_end", "change_plan", "2026-03-05", plan_id="small", at="period_end")
    shop.sign("anchored_before_its_end", "small", "2026-01-10")
    shop.change("anchored_before_its_end", "change_plan", "2026-01-20", plan_id="yearly", at="period_end")
    shop.change("anchored_before_its_end", "change_anchor", "2026-01-25", billing_anchor_day="25")
    shop.sign("in_trial_to_yearly", "trialled", "2026-09-20")
    shop.change("in_trial_to_yearly", "change_plan", "2026-09-25", plan_id="yearly")
    shop.sign("up_at_end", "small", "2026-04-01")
    shop.change("up_at_end", "change_plan", "2026-04-21", plan_id="big", at="period_end")
    shop.sign("up_unprorated", "small", "2026-04-01")
    shop.change("up_unprorated", "change_plan", "2026-04-21", plan_id="big", prorate="false")
    shop.sign("up_and_down", "small", "2026-04-01")
    shop.change("up_and_down", "change_plan", "2026-04-11", plan_id="big")
    shop.change("up_and_down", "change_plan", "2026-04-21", plan_id="small")
    shop.sign("twice_a_day", "small", "2026-04-01")
    shop.change("twice_a_day", "change_plan", "2026-04-11", plan_id="small", recorded_at="2026-04-11 02:00:00+00")
    shop.change("twice_a_day", "change_plan", "2026-04-11", plan_id="big", recorded_at="2026-04-11 01:00:00+00")
    shop.sign("paused", "small", "2026-04-01")
    shop.change("paused", "pause", "2026-04-11")
    shop.change("paused", "resume", "2026-06-21")
    shop.sign("paused_until", "small", "2026-04-01")
    shop.change("paused_until", "pause", "2026-04-11", until="2026-04-21")
    fill_pauses_and_renewals(shop)
    shop.sign("paused_now", "small", "2026-04-01")
    shop.change("paused_now", "pause", "2026-10-11")
    for refund in ("unused", "none", "full"):
        shop.sign(f"refund_{refund}", "small", "2026-10-01")
        shop.change(f"refund_{refund}", "cancel", "2026-10-11", refund=refund)
    shop.sign("cancelled_at_end", "small", "2026-09-10")
    shop.change("cancelled_at_end", "cancel", "2026-09-15", at="period_end")
    shop.sign("cancelled_at_term", "small", "2025-03-31", term_months="6")
    shop.change("cancelled_at_term", "cancel", "2025-10-01", at="term_end")
    shop.plan("quarterly", fee("base", "flat", amount="9100"), every=3)
    shop.sign("left_in_the_quarter", "quarterly", "2026-04-01")
    shop.change("left_in_the_quarter", "cancel", "2026-05-13")
    shop.sign("expiring", "small", "2026-01-31", term_months="3", auto_renew="false")
    shop.sign("renewed", "small", "2026-01-31", term_months="3", auto_renew="false")
    shop.change("renewed", "renew", "2026-04-30")
    shop.sign("renewed_until", "small", "2026-01-01", ends_on="2026-03-01")
    shop.change("renewed_until", "renew", "2026-03-01", until="2026-05-01")
    shop.sign("rolling", "small", "2026-01-01", term_months="3")
    shop.sign("with_extras", "extras", "2026-06-01")
    shop.change("with_extras", "add_fee", "2026-06-16", fee_id="backup", instance="disk-1", quantity="2")
    shop.change("with_extras", "change_quantity", "2026-06-21", fee_id="backup", instance="disk-1", quantity="4")
    shop.change("with_extras", "remove_fee", "2026-07-02", fee_id="backup", instance="disk-1")
    shop.sign("without_base", "extras", "2026-06-01")
    shop.change("without_base", "add_fee", "2026-06-01", fee_id="backup")
    shop.change("without_base", "remove_fee", "2026-06-16", fee_id="base")
    shop.sign("trial_to_29_february", "small", "2024-02-15", trial_until="2024-02-29")
    shop.sign("trial_cancelled", "small", "2024-02-15", trial_until="2024-02-29")
    shop.change("trial_cancelled", "cancel", "2024-02-29")
    shop.sign("refusals", "small", "2026-01-01", ends_on="2026-08-01")
    for change_id, kind, effective_on, columns in (
        ("no-anchor", "change_anchor", "2026-02-01", {}),
        ("no-fee", "add_fee", "2026-02-01", {}),
        ("unheard-fee", "add_fee", "2026-02-01", {"fee_id": "unheard"}),
        ("usage-fee", "remove_fee", "2026-02-01", {"fee_id": "usage"}),
        ("no-term", "cancel", "2026-02-01", {"at": "term_end"}),
        ("too-late", "change_quantity", "2026-08-01", {"quantity": "2"}),
        ("resumed-first", "resume", "2026-02-01", {}),
        ("ends-before", "pause", "2026-02-02", {"until": "2026-02-01"}),
    ):
        shop.change("refusals", kind, effective_on, change_id=change_id, **columns)
    shop.change("paused", "pause", "2026-05-01", change_id="paused-twice")


def fill_notices(shop: Shop) -> None:
    """A seller that announces trials 7 days ahead, renewals 45, ends and new prices 30;
    the night ends on 1 November 2026."""
    days = {"trial_notice_days": 7, "renewal_notice_days": 45, "ending_notice_days": 30, "price_notice_days": 30}
    shop.entity("announcing", time_zone="Asia/Tokyo", currency="JPY", payment_terms_id="eom", **days)
    shop.plan("announced", fee("base", "flat", amount="9000"), entity_id="announcing")
    rising = [{"valid_from": "2020-01-01", "amount": "1"}, {"valid_from": "2026-11-25", "amount": "2"}]
    shop.plan("announced_rising", fee("base", "flat", versions=rising), entity_id="announcing")
    shop.sign("notice_trial", "announced", "2026-10-25", trial_until="2026-11-05")
    shop.sign("notice_far", "announced", "2026-10-25", trial_until="2026-12-20", ends_on="2027-10-25")
    shop.sign("notice_end", "announced", "2026-01-01", ends_on="2026-11-20")
    shop.sign("notice_renewal", "announced", "2025-12-01", term_months="12")
    shop.sign("notice_cancelled", "announced", "2025-12-01", term_months="12")
    shop.change("notice_cancelled", "cancel", "2026-10-01", at="term_end")
    shop.sign("notice_price", "announced_rising", "2026-01-01")
    shop.sign("notice_own_price", "announced_rising", "2026-01-01")
    shop.change("notice_own_price", "override_price", "2026-02-01", fee_id="base", amount="3")
    shop.sign("notice_own_price_over", "announced_rising", "2026-01-01")
    shop.change("notice_own_price_over", "override_price", "2026-02-01", fee_id="base", amount="3", until="2026-11-25")
    extra = fee(
        "extra",
        "flat",
        versions=[
            {**version, "valid_from": day} for version, day in zip(rising, ("2020-01-01", "2026-11-20"), strict=True)
        ],
        is_optional=True,
    )
    shop.plan("announced_extra", fee("base", "flat", amount="9000"), extra, entity_id="announcing")
    shop.sign("notice_without_extra", "announced_extra", "2026-01-01")
    shop.sign("notice_with_extra", "announced_extra", "2026-01-01")
    shop.change("notice_with_extra", "add_fee", "2026-02-01", fee_id="extra")


def fill_cards(shop: Shop) -> None:
    """Cards and the contracts that they pay; the night ends on 1 November 2026."""
    for card_id, (month, year) in {
        "monthly": (11, 2026),
        "yearly": (11, 2026),
        "both": (11, 2026),
        "expired": (9, 2026),
        "leaving": (11, 2026),
        "year": (11, 2026),
    }.items():
        shop.crm(
            "payment_methods",
            payment_method_id=f"card-{card_id}",
            customer_id=f"card_{card_id}",
            kind="card",
            card_exp_month=month,
            card_exp_year=year,
        )
    shop.sign("card_monthly", "small", "2026-01-15", payment_method_id="card-monthly")
    shop.sign("card_yearly", "yearly", "2026-03-10", payment_method_id="card-yearly")
    shop.sign("card_year", "bound_year", "2026-03-10", payment_method_id="card-year")
    shop.sign("card_both", "small", "2026-01-31", payment_method_id="card-both")
    shop.sign("card_both_too", "yearly", "2025-12-20", payment_method_id="card-both")
    shop.sign("card_expired", "small", "2026-01-01", payment_method_id="card-expired")
    shop.sign("card_leaving", "small", "2026-01-15", payment_method_id="card-leaving")
    shop.change("card_leaving", "cancel", "2026-12-15")


def fill_plans_left(shop: Shop) -> None:
    """Bound for a year and cancelled on 11 March, after moves between plans that ask for leaving and one that
    does not."""
    for name, signed, moves in (
        ("left_free_plan", "bound", [("2026-02-01", "small")]),
        ("left_free_plan_on_its_last_day", "bound", [("2026-03-10", "small")]),
        ("left_plan_moved_back_to", "bound", [("2026-02-01", "small"), ("2026-03-01", "bound")]),
        ("left_plan_moved_to", "small", [("2026-02-01", "bound")]),
        ("left_for_a_share", "bound", [("2026-02-01", "bound_half")]),
        ("left_before_the_move", "bound", [("2026-03-11", "small")]),
        ("left_in_a_pause", "bound", []),
        ("left_free_plan_in_a_pause", "bound", [("2026-02-15", "small")]),
    ):
        shop.sign(name, signed, "2026-01-01", minimum_months="12")
        if name.endswith("in_a_pause"):
            shop.change(name, "pause", "2026-02-01")
        for day, plan_id in moves:
            shop.change(name, "change_plan", day, plan_id=plan_id, change_id=f"{name}-{day}")
        shop.change(name, "cancel", "2026-03-11")


def fill_terms(shop: Shop) -> None:
    """Minimum terms that are left early, notice periods, and prices that a renewal changes."""
    leaving = {"kind": "termination", "timing": "arrears", "tax_code": "none"}
    half = [{"valid_from": "2020-01-01", "rate": "50"}]
    shop.plan(
        "bound",
        fee("base", "flat", amount="12000"),
        fee("early", "flat", amount="30000", **leaving),
        usage_fee("per_unit", unit_price="1"),
    )
    shop.plan(
        "bound_half",
        fee("base", "flat", amount="12000"),
        fee("backup", "per_unit", unit_price="300", is_optional=True),
        fee("early", "percentage", versions=half, **leaving),
    )
    shop.plan(
        "bound_year",
        fee("base", "flat", amount="120000"),
        fee("early", "percentage", versions=half, **leaving),
        unit="year",
    )
    for name, plan_id, cancelled_on, columns in (
        ("left_early", "bound", "2026-04-01", {}),
        ("left_early_half", "bound_half", "2026-03-11", {}),
        ("left_early_unrefunded", "bound_half", "2026-03-11", {"refund": "none"}),
        ("left_early_refunded", "bound_half", "2026-03-11", {"refund": "full"}),
        ("left_early_year", "bound_year", "2026-07-02", {}),
        ("left_at_the_minimum", "bound", "2027-01-01", {}),
        ("left_in_trial", "bound", "2026-01-15", {}),
        ("left_at_once", "bound", "2026-01-01", {}),
        ("left_and_back", "bound", "2026-04-01", {}),
    ):
        shop.sign(
            name,
            plan_id,
            "2026-01-01",
            minimum_months="12",
            **({"trial_until": "2026-02-01"} if name == "left_in_trial" else {}),
        )
        shop.change(name, "cancel", cancelled_on, **columns)
    for name, discounts in {
        "left_discounted": [{"percent": "20"}],
        "left_discounted_twice": [{"percent": "20"}, {"percent": "50", "periods": "4"}],
        "left_discounted_amount": [{"amount": "2000", "plan_id": "bound_half", "fee_id": "base"}, {"percent": "10"}],
        "left_discounted_until": [{"percent": "20", "until": "2026-05-01"}],
        "left_discounted_contract": [{"amount": "12300"}],
    }.items():
        shop.sign(name, "bound_half", "2026-01-01", minimum_months="12")
        for discount in discounts:
            shop.change(name, "discount", **{"effective_on": "2026-01-01", **discount})
        if name == "left_discounted_contract":
            shop.change(name, "add_fee", "2026-01-01", fee_id="backup", instance="a", quantity="2")
        shop.change(name, "cancel", "2026-03-11")
    shop.sign("trial_in_term", "small", "2026-01-01", trial_until="2026-02-01", term_months="3", auto_renew="false")
    shop.sign("gone_on_the_last_day", "small", "2026-01-01")
    shop.change("gone_on_the_last_day", "cancel", "2026-01-31")
    shop.sign("moved_on_the_last_day", "small", "2026-01-01", ends_on="2026-02-01")
    shop.change("moved_on_the_last_day", "change_plan", "2026-01-31", plan_id="big")
    shop.sign("left_later", "bound", "2025-03-01", minimum_months="12")
    shop.change("left_later", "cancel", "2026-03-01")
    shop.sign("left_with_extras", "bound_half", "2026-01-01", minimum_months="12")
    shop.change("left_with_extras", "add_fee", "2026-01-01", fee_id="backup", instance="a", quantity="2")
    shop.change("left_with_extras", "add_fee", "2026-01-01", fee_id="backup", instance="b", quantity="5")
    shop.change("left_with_extras", "remove_fee", "2026-02-01", fee_id="backup", instance="b")
    shop.change("left_with_extras", "cancel", "2026-11-01")
    shop.change("left_and_back", "reinstate", "2026-04-10")
    fill_plans_left(shop)
    shop.sign("reinstated_for_nothing", "small", "2026-01-01")
    shop.change("reinstated_for_nothing", "reinstate", "2026-04-10", change_id="back-from-nothing")
    shop.sign("left_again", "bound", "2026-01-01", minimum_months="12")
    shop.change("left_again", "cancel", "2026-04-01", change_id="first-leave")
    shop.change("left_again", "reinstate", "2026-04-10", change_id="back")
    shop.change("left_again", "cancel", "2026-06-01")
    shop.change("left_again", "reinstate", "2026-04-10", change_id="back")  # the same change again
    for name, asked_for_on in (("in_notice", "2026-04-01"), ("too_late", "2026-04-02")):
        shop.sign(name, "small", "2025-11-01", term_months="3", auto_renew="true", notice_days="30")
        shop.change(name, "cancel", asked_for_on, at="term_end")
    raised = [
        {"valid_from": "2020-01-01", "amount": "9999"},
        {"valid_from": "2026-02-01", "amount": "11000"},
        {"valid_from": "2026-04-01", "amount": "12000"},
    ]
    shop.plan("raised", fee("base", "flat", versions=raised))
    days = ("2020-01-01", "2026-09-05", "2026-09-20", "2026-10-07", "2026-10-17")
    often = [{"valid_from": day, "amount": "100", "is_mid_period": day > "2026-10-01"} for day in days]
    shop.plan("raised_often", fee("base", "flat", versions=often))
    shop.sign("raised_often", "raised_often", "2026-09-01")
    shop.plan("raised_new", fee("base", "flat", versions=[raised[0], {**raised[1], "applies_to": "new"}]))
    shop.plan("raised_tiers", usage_fee("graduated", tiers=[("0", "10", "1", "100"), ("10", None, "0.5", "0")]))
    term = {"term_months": "2", "auto_renew": "true"}
    for rule, columns in {"listed": {}, "kept": {}, "current": {}, "uplift": {"uplift_percent": "3"}}.items():
        rules = columns if rule == "listed" else {"renewal_price": rule, **columns}
        shop.sign(f"price_{rule}", "raised", "2026-01-01", **term, **rules)
    shop.sign("price_current_new", "raised_new", "2026-01-01", renewal_price="current", **term)
    shop.sign("price_uplift_tiers", "raised_tiers", "2026-01-01", renewal_price="uplift", uplift_percent="10", **term)
    for month in ("01", "03"):
        shop.use("price_uplift_tiers", f"2026-{month}-05 03:00:00+00", "20")
    shop.sign("price_uplift_moved", "raised", "2026-01-01", renewal_price="uplift", uplift_percent="10", **term)
    shop.change("price_uplift_moved", "change_plan", "2026-04-01", plan_id="small")
    shop.sign("price_uplift_own", "raised", "2026-01-01", renewal_price="uplift", uplift_percent="10", **term)
    shop.change("price_uplift_own", "override_price", "2026-01-01", fee_id="base", amount="5000")
    shop.sign("price_without_term", "raised", "2026-01-01", renewal_price="kept")
    shop.sign("uplift_without_percent", "raised", "2026-01-01", renewal_price="uplift", **term)


def fill_prices(shop: Shop) -> None:
    for quantity in (99, 100, 101, 999, 1000, 1001):
        shop.sign(f"used_{quantity}", "tiered", "2026-09-01")
        shop.use(f"used_{quantity}", "2026-09-10T00:00:00+00:00", quantity)
    shop.sign("tokyo", "tiered", "2026-09-01")
    shop.use("tokyo", "2026-09-30T14:59:59+00:00", "1000")
    shop.use("tokyo", "2026-09-30T15:00:00+00:00", "300")
    shop.sign("new_york", "american", "2026-09-01", customer_id="yankee")
    shop.crm("customers", customer_id="yankee", name="Yankee", entity_id="main", time_zone="America/New_York")
    shop.use("new_york", "2026-10-01T03:59:59+00:00", "2000000")
    shop.sign("thirty_february", "thirty", "2026-02-01", ends_on="2026-04-01")
    shop.sign("thirty_upgraded", "thirty", "2026-02-01", ends_on="2026-03-01")
    shop.change("thirty_upgraded", "change_plan", "2026-02-15", plan_id="thirty_more")
    shop.sign("thirty_ended", "thirty", "2026-03-01", ends_on="2026-03-31")
    shop.sign("whole", "whole", "2026-10-01", ends_on="2026-10-02")
    shop.sign("huge", "huge", "2025-10-15")
    shop.sign("tiny", "tiny", "2026-10-01")
    shop.use("tiny", "2026-10-02T00:00:00+00:00", "2500000000")
    for name, calls in (("below", 5), ("between", 150), ("above", 500), ("unused", 0)):
        shop.sign(f"bounded_{name}", "bounded", "2026-09-01")
        if calls:
            shop.use(f"bounded_{name}", "2026-09-02T00:00:00+00:00", calls)
    shop.sign("bounded_short", "bounded", "2026-09-01", ends_on="2026-09-16")
    shop.sign("regions", "by_region", "2026-10-01")
    for region, requests in (("east", "10"), ("west", "100")):
        shop.use(
            "regions",
            "2026-10-02T00:00:00+00:00",
            requests,
            event_type="region.request",
            properties=f'{{"region":"{region}"}}',
        )
    shop.sign("dynamic", "dynamic", "2026-10-01")
    for price, units in (("0.25", "3"), ("1.5", "2"), ("nothing", "9")):
        shop.use(
            "dynamic",
            "2026-10-02T00:00:00+00:00",
            units,
            event_type="priced.request",
            properties=f'{{"price":"{price}"}}',
        )
    for name in ("next_billing_period", "mid_period", "for_new"):
        shop.sign(name, name, "2026-03-01")
    shop.sign("for_new_signed", "for_new", "2026-04-01")
    shop.sign("seats", "per_seat", "2026-06-01", quantity="2")
    shop.change("seats", "change_quantity", "2026-06-16", quantity="4")
    shop.sign("reformed", "reformed", "2026-02-01")
    shop.sign("exempted", "small", "2026-09-01", customer_id="charity")
    shop.crm("customers", customer_id="charity", name="Charity")
    shop.crm(
        "customers",
        customer_id="charity",
        name="Charity",
        tax_status="exempt",
        effective_on="2026-10-20",
        received_at="2026-10-21 00:00:00+00",
    )
    shop.sign("moved_payer", "small", "2026-09-01", customer_id="child")
    shop.crm("customers", customer_id="parent", name="Parent")
    shop.crm("customers", customer_id="child", name="Child")
    shop.crm(
        "customers",
        customer_id="child",
        name="Child",
        bill_to_customer_id="parent",
        effective_on="2026-10-01",
        received_at="2026-10-21 00:00:00+00",
    )
    shop.crm(
        "one_off_charges",
        charge_id="setup",
        customer_id="child",
        charged_on="2026-10-31",
        amount="500",
        currency="JPY",
        description="Setup",
    )
    shop.crm(
        "one_off_charges", charge_id="later", customer_id="child", charged_on="2026-11-01", amount="500", currency="JPY"
    )
    shop.sign("us_sold", "american", "2027-01-01")
    shop.crm("customers", customer_id="homeless", name="Of no seller")
    shop.crm("customers", customer_id="homed", name="Of one", entity_id="us")
    for customer_id in ("homeless", "homed"):
        shop.crm(
            "one_off_charges",
            charge_id=f"setup-{customer_id}",
            customer_id=customer_id,
            charged_on="2027-10-31",
            amount="500",
            currency="JPY",
        )
    shop.sign("crossed", "small", "2027-01-01")
    shop.sign("crossed_over", "american", "2027-01-01", customer_id="crossed")
    for charge_id, columns in {"setup-crossed": {"contract_id": "crossed_over"}, "setup-own": {}}.items():
        shop.crm(
            "one_off_charges",
            charge_id=charge_id,
            customer_id="crossed",
            charged_on="2027-10-31",
            amount="500",
            currency="USD",
            **columns,
        )
    shop.crm(
        "one_off_charges",
        charge_id="stray",
        customer_id="unheard",
        charged_on="2026-10-31",
        amount="500",
        currency="JPY",
    )


def fill_anchors(shop: Shop) -> None:
    """A contract from every day of a month, on four intervals, across a leap year."""
    for plan_id in ("every_1_month", "every_3_month", "every_1_year", "every_1_week"):
        for day in range(1, 32):
            shop.sign(f"anchor-{plan_id}-{day}", plan_id, f"2023-12-{day:02}")
