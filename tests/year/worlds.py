"""A small catalog for the oracle, and the year that it makes of a few facts."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from billing_jobs.year.oracle.catalog import Catalog, read_catalog
from billing_jobs.year.oracle.facts import Contract, Customer, Facts, Night
from billing_jobs.year.oracle.year import Expected, Oracle

CATALOG = """
entities:
  - entity: main
    name: {ja: みほん, en: Mihon}
    time_zone: Asia/Tokyo
    currency: USD
    rounding: half_up
    tax_rounding: floor
    billing_starts_on: 2026-01-01
    payment_terms: at_once
    correction_limit: 100000
payment_terms:
  - {payment_terms: at_once, days: 30}
  - {payment_terms: month_end, closing_day: 99, month_offset: 1, pay_day: 99}
tax_codes:
  - {tax_code: standard, name: {ja: 標準, en: Standard}, kind: standard, rates: [{from: 2019-10-01, rate: 10}]}
  - {tax_code: exempt, name: {ja: 免税, en: Exempt}, kind: exempt, rates: [{from: 2019-10-01, rate: 0}]}
meters:
  - {meter: calls, event_type: api.request, aggregation: sum, field: quantity}
plans:
  - plan: small
    name: &name {ja: 小, en: Small}
    entity: main
    currency: USD
    interval: {every: 1, unit: month}
    fees:
      - {fee: base, kind: recurring, in: advance, model: flat, tax_code: standard,
         versions: [{from: 2024-01-01, amount: 90}]}
  - plan: large
    name: *name
    entity: main
    currency: USD
    interval: {every: 1, unit: month}
    fees:
      - {fee: base, kind: recurring, in: advance, model: flat, tax_code: standard,
         versions: [{from: 2024-01-01, amount: 120}]}
  - plan: yearly
    name: *name
    entity: main
    currency: USD
    interval: {every: 1, unit: year}
    fees:
      - {fee: seats, kind: recurring, in: advance, model: per_unit, tax_code: standard,
         versions: [{from: 2024-01-01, unit_price: 365}]}
  - plan: metered
    name: *name
    entity: main
    currency: USD
    tax: inclusive
    interval: {every: 1, unit: month}
    anchor: calendar
    fees:
      - {fee: calls, kind: usage, meter: calls, in: arrears, model: graduated, tax_code: standard,
         versions: [{from: 2024-01-01, tiers: [{up_to: 100, unit_price: 0}, {unit_price: 0.5}], minimum: 10}]}
"""
MONTH_ENDS = [
    date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 30), date(2026, 5, 31), date(2026, 6, 30),
]  # fmt: skip


def catalog(text: str = CATALOG) -> Catalog:
    """The catalog of these tests."""
    return read_catalog([text])


def facts(
    plan_id: str, service_from: date, *, days: list[date] | None = None, terms: str = "", **fields: object
) -> Facts:
    """One customer with one contract, known from the first night on, and nights at the ends of months."""
    nights = [Night(number, day, is_month_end=True) for number, day in enumerate(days or MONTH_ENDS)]
    contract = Contract("K1", "C1", plan_id, service_from, service_from, 0, **{"quantity": Decimal(1), **fields})  # type: ignore[arg-type]
    return Facts(
        nights=nights, customers={"C1": Customer("C1", "main", payment_terms=terms)}, contracts={"K1": contract}
    )


def told(known: Facts, text: str = CATALOG) -> Expected:
    """What the oracle makes of them."""
    return Oracle(catalog(text), known).run()


def documents(expected: Expected) -> list[tuple[str, str, str]]:
    """Day, net and tax of each document in the order of issue."""
    return [(str(one.invoice_date), f"{one.net:f}", f"{one.tax:f}") for one in expected.documents]


def revenue(expected: Expected, plan_id: str) -> dict[str, Decimal]:
    """By month what one plan earned."""
    found: dict[str, Decimal] = {}
    for (key, month), amount in expected.revenue.items():
        if key.plan_id == plan_id:
            found[f"{month:%Y-%m}"] = found.get(f"{month:%Y-%m}", Decimal(0)) + amount
    return found
