"""What becomes of what was billed when a key of the catalog is edited afterwards: one case at least for every key of
the schema.

`path`: the key, as in the schema. `value`: what it says now (GONE: the key is taken out). `place`: which of the places
of the key in `every_key.yml`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

GONE = object()


@dataclass(frozen=True)
class Case:
    """`outcome`: stays (no billed charge owes another amount), corrects (a price: the difference is an adjustment),
    refused (by the catalog check), stops (the night, which names `field` and what it `was`)."""

    path: str
    value: Any
    outcome: str
    place: int = 0
    field: str = ""
    was: str = ""


def stays(path: str, value: Any, place: int = 0) -> Case:
    return Case(path, value, "stays", place)


def corrects(path: str, value: Any, place: int = 0) -> Case:
    return Case(path, value, "corrects", place)


def refused(path: str, value: Any, place: int = 0) -> Case:
    return Case(path, value, "refused", place)


def stops(path: str, value: Any, field: str, was: str, place: int = 0) -> Case:
    return Case(path, value, "stops", place, field, was)


LABEL = {"ja": "別", "en": "Other"}
SELLER = [
    refused("entities/entity", "renamed"),
    *(stays(f"entities/{key}", LABEL) for key in ("name", "address", "contact", "notes")),
    *(stays(f"entities/{key}", "other@example.jp") for key in ("email", "reply_to", "mail_from/email")),
    *(stays(f"entities/{key}", "999") for key in ("postal_code", "tel", "registration_number", "mail_from/name")),
    stops("entities/time_zone", "Asia/Singapore", "time_zone", "Asia/Tokyo"),
    stays("entities/locale", "ja"),
    stays("entities/currency", "USD"),
    stops("entities/rounding", "ceiling", "rounding", "floor"),
    stays("entities/tax_rounding", "ceiling"),
    stays("entities/invoice_number", "Y-{yyyy}-{seq:6}"),
    stays("entities/credit_note_number", "Z-{yyyy}-{seq:6}"),
    stays("entities/billing_starts_on", "2026-03-01"),
    stays("entities/rebill_horizon_months", 3),
    stays("entities/adjustments", "at_once"),
    stays("entities/late_usage", "credit_note_for_negative", place=1),
    stops("entities/late_usage/ignore_after_days", 200, "late_usage", "40 days from 2026-01-01"),
    stops("entities/late_usage/from", "2026-04-01", "late_usage", "40 days from 2026-01-01"),
    stays("entities/closing_lag_days", 6),
    stays("entities/correction_limit", 5),
    stays("entities/approval", {"above": 5}),
    stays("entities/approval/above", 7),
    stays("entities/payment_terms", "net"),
    stays("entities/dunning_policy", "mild"),
    *(stays(f"entities/bank_accounts/{key}", "9") for key in ("bank", "branch", "type", "number", "holder")),
    stays("entities/bank_accounts/currency", "USD"),
    stays("entities/bank_fees/amounts", [1]),
    stays("entities/bank_fees/limit", 1),
    *(stays(f"entities/notices/{key}", 9) for key in ("trial", "renewal", "ending", "price", "card")),
    *(stays(f"entities/notices/{key}", [9]) for key in ("usage", "credits")),
]
TAXES = [
    refused("tax_codes/tax_code", "renamed"),
    stops("tax_codes/tax_code", "renamed", "kind", "exempt", place=2),
    stays("tax_codes/name", LABEL),
    stops("tax_codes/kind", "reduced", "kind", "standard"),
    refused("tax_codes/default", GONE),
    stops("tax_codes/default/from", "2026-03-02", "default from 2026-03-01", "embassy"),
    stops("tax_codes/rates/from", "2019-10-02", "rate from 2019-10-01", "10.000000"),
    stops("tax_codes/rates/rate", 8, "rate from 2019-10-01", "10.000000"),
]
TERMS = [
    refused("payment_terms/payment_terms", "renamed"),
    stays("payment_terms/closing_day", 20),
    stays("payment_terms/month_offset", 2),
    stays("payment_terms/pay_day", 10),
    stays("payment_terms/days", 31),
    stays("payment_terms/roll", "prev"),
    stays("payment_terms/calendar", "always"),
    refused("calendars/calendar", "renamed"),
    stays("calendars/country", GONE),
    stays("calendars/market", "XNYS"),
    stays("calendars/bank", False),
    stays("calendars/closed", ["2026-08-14"]),
    stays("calendars/open", []),
    refused("dunning_policies/policy", "renamed"),
    stays("dunning_policies/minimum_open_amount", 5),
    stays("dunning_policies/days_between", 5),
    refused("dunning_policies/steps/step", 2),
    stays("dunning_policies/steps/days_after_due", 5),
    stays("dunning_policies/steps/action", "task"),
    stays("dunning_policies/steps/template", "reminder_2"),
    stays("accounts/role", "receivable"),
    stays("accounts/account", "9999"),
    stays("accounts/name", LABEL),
]
METERS = [
    refused("meters/meter", "renamed"),
    stops("meters/event_type", "other", "meter.event_type", "call"),
    stops("meters/aggregation", "count", "meter.aggregation", "sum"),
    stops("meters/per", "minute", "meter.level_per", "hour"),
    stops("meters/reports", "level", "meter.reports", "change"),
    stops("meters/carry_over", False, "meter.carry_over", "true"),
    stops("meters/time_bands", "plain", "meter.time_bands", "summer"),
    stops("meters/field", "weight", "meter.field", "quantity"),
    stops("meters/price_field", "cost", "meter.price_field", "price"),
    stays("meters/dimensions", ["region", "zone"]),
    stops("meters/dimensions", ["floor", "room"], "meter.dimensions", '["floor"]', place=1),
    refused("time_bands/time_bands", "renamed"),
    stays("time_bands/country", "US"),  # no window names `holiday`
    stops("time_bands/windows/band", "top", "meter.time_bands.windows", "as in the catalog of 2025-12-01"),
    refused("time_bands/windows/from", "13:00", place=2),
    refused("time_bands/windows/until", "11:00", place=1),
    refused("time_bands/windows/days", ["mon"]),
    refused("time_bands/windows/months", [1]),
    refused("time_bands/windows/season/from", "03-02"),
    refused("time_bands/windows/season/until", "12-31"),
    stops("time_bands/windows/dates", ["2026-03-21"], "meter.time_bands.dates", "as in the catalog of 2025-12-01"),
]
PLANS = [
    refused("plans/plan", "renamed"),
    stays("plans/name", LABEL),
    stays("plans/product", "other"),
    stays("plans/department", "other"),
    stops("plans/entity", "second", "entity", "main"),
    refused("plans/currency", "USD"),
    stops("plans/interval/every", 2, "interval", "1 month"),
    stops("plans/interval/unit", "year", "interval", "1 month"),
    refused("plans/anchor", "contract"),
    stops("plans/trial_days", 4, "trial_days", "3"),
    stops("plans/proration", "thirty_day", "proration", "daily"),
    stops("plans/tax", "exclusive", "price_basis", "inclusive"),
    stays("plans/adjustments", "at_once"),
    stops("plans/usage_in_pause", "refuse", "usage_in_pause", "bill"),
    stays("plans/lead_days", 3),
    stays("plans/grace_days", 2),
]
FEES = [
    refused("plans/fees/fee", "renamed"),
    refused("plans/fees/kind", "usage"),
    stops("plans/fees/in", "arrears", "in", "advance"),
    stays("plans/fees/name", LABEL),
    stops("plans/fees/model", "volume", "model", "graduated", place=2),
    stops("plans/fees/meter", "seated", "meter", "stored", place=3),
    stops("plans/fees/filter", {"region": ["tokyo", "osaka"]}, "filter", '{"region": ["tokyo"]}'),
    stops("plans/fees/additive", False, "additive", "true"),
    stops("plans/fees/usage_rounding/mode", "floor", "usage_rounding", "ceiling 10"),
    stops("plans/fees/usage_rounding/step", 5, "usage_rounding", "ceiling 10"),
    stops("plans/fees/allowance", 2, "allowance", "1.0", place=1),
    stops("plans/fees/allowance/quantity", 21, "allowance", "20.0"),
    stops("plans/fees/allowance/roll_over/periods", 3, "allowance", "20.0"),
    stops("plans/fees/allowance/roll_over/cap", 14, "allowance", "20.0"),
    stops("plans/fees/allowance/shared", "pooled", "allowance", "20.0"),
    stops("plans/fees/part_period", "whole", "part_period", "by_days"),
    stays("plans/fees/unit", LABEL),
    stops("plans/fees/tax_code", "outside", "tax_code", "standard"),
    refused("plans/fees/dimension", "zone"),
    refused("plans/fees/dimensions", ["zone"]),
    stops("plans/fees/interval/every", 6, "interval", "3 month"),
    stops("plans/fees/interval/unit", "year", "interval", "3 month"),
    stops("plans/fees/until", "2026-02-01", "until", ""),
    stays("plans/fees/until", "2026-11-01"),
    stops("plans/fees/optional", False, "optional", "true"),
    stops("plans/fees/versions/from", "2025-02-01", "version of 2025-01-01 JPY", "applies to all"),
    stops("plans/fees/versions/currency", "USD", "version of 2026-03-01 JPY", "applies to all, within a period"),
    stops("plans/fees/versions/applies_to", "new", "version of 2026-03-01 JPY", "applies to all, within a period"),
    stops("plans/fees/versions/mid_period", False, "version of 2026-03-01 JPY", "applies to all, within a period"),
    corrects("plans/fees/versions/amount", 1001),
    corrects("plans/fees/versions/unit_price", 302),
    corrects("plans/fees/versions/minimum", 5000),
    corrects("plans/fees/versions/maximum", 400),
    corrects("plans/fees/versions/tiers/up_to", 35),
    corrects("plans/fees/versions/tiers/unit_price", 4),
    corrects("plans/fees/versions/tiers/flat", 8),
    corrects("plans/fees/versions/tiers/rate", 3),
    corrects("plans/fees/versions/prices/value", "osaka"),
    corrects("plans/fees/versions/prices/unit_price", 3),
    corrects("plans/fees/versions/prices/values", {"region": "tokyo"}),
    corrects("plans/fees/versions/package/size", 3),
    corrects("plans/fees/versions/package/price", 41),
    corrects("plans/fees/versions/percentage/rate", 6),
    corrects("plans/fees/versions/percentage/fixed", 4),
    corrects("plans/fees/versions/percentage/free_events", 2),
    corrects("plans/fees/versions/percentage/free_amount", 60),
    corrects("plans/fees/versions/percentage/minimum_per_event", 7),
    corrects("plans/fees/versions/percentage/maximum_per_event", 30),
]
DISCOUNTS = [
    stops("discounts/discount", "renamed", "percent", "3.0"),
    stays("discounts/name", LABEL),
    stops("discounts/percent", 4, "percent", "3.0"),
    stays("discounts/percent", 10, place=1),
    stops("discounts/amount", 12, "amount", "11.0"),
    stays("discounts/amount", 20, place=1),
    stops("discounts/currency", "USD", "currency", "JPY"),
    stays("discounts/currency", "USD", place=1),
    stops("discounts/plan", "solo", "plan", "team", place=1),
    stops("discounts/fee", "support", "fee", "base"),
    stays("discounts/fee", "support", place=1),
    stops("discounts/coupon", True, "coupon", "false"),
    stops("discounts/coupon", False, "coupon", "true", place=1),
    stops("discounts/from", "2026-02-01", "from", "2026-01-01"),
    stays("discounts/from", "2026-04-01", place=1),
    stops("discounts/until", "2026-03-01", "until", ""),
    stays("discounts/until", "2026-11-01"),
    stays("discounts/until", "2026-04-15", place=1),
    stops("discounts/periods", 2, "periods", "9"),
    stays("discounts/periods", 1, place=1),
]
CASES = [*SELLER, *TAXES, *TERMS, *METERS, *PLANS, *FEES, *DISCOUNTS]
