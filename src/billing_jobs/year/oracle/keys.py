"""What a charge is owed per, what of its customer it needs, and what is known of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from billing_jobs.year.oracle.facts import Customer


@dataclass(frozen=True)
class Key:
    """What a charge is owed per. The period is the nominal one, never clipped."""

    payer: str
    contract_id: str
    plan_id: str
    fee_id: str
    instance: str
    begins: date
    ends: date
    currency: str
    tax_code: str
    rate: Decimal
    basis: str


@dataclass(frozen=True)
class Charge:
    """One key with its amount. `weights`: (first day of a stretch, its end, what it weighs) for revenue;
    `is_by_days`: earned day by day, while usage has been used when it is known."""

    key: Key
    entity_id: str
    kind: str
    group: str
    served_from: date
    served_until: date
    due_on: date
    bill_on: date
    amount: Decimal
    weights: tuple[tuple[date, date, Fraction], ...]
    is_by_days: bool
    is_long: bool
    begins_before_start: bool


@dataclass(frozen=True)
class Buyer:
    """Who pays a charge, whose tax status and way of invoicing hold, and when it is gathered."""

    payer: Customer
    closing_day: int | None

    def group(self, contract_id: str) -> str:
        """One document for all of the payer's contracts, or one each."""
        return contract_id if self.payer.invoice_per == "contract" else ""
