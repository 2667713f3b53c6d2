"""Entries of the catalog as the oracle uses them, with what holds where a key is left out."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

Raw = dict[str, Any]


@dataclass(frozen=True)
class Version:
    """A fee's numbers from a day on; `numbers` is the entry itself, read by the model."""

    begins: date
    currency: str
    is_for_new: bool
    is_mid_period: bool
    numbers: Raw = field(hash=False, compare=False)

    def number(self, key: str) -> Decimal | None:
        """One number of the version, None where it does not say it."""
        return Decimal(self.numbers[key]) if key in self.numbers else None


@dataclass(frozen=True)
class Fee:
    """One thing that a plan charges for. `interval`: its own or the plan's, as (every, unit)."""

    fee_id: str
    kind: str
    is_in_advance: bool
    model: str
    tax_code: str
    meter: str
    interval: tuple[int, str]
    until: date | None
    allowance: Decimal
    rounding: tuple[str, Decimal] | None
    dimensions: tuple[str, ...]
    versions: tuple[Version, ...]
    raw: Raw = field(hash=False, compare=False)


@dataclass(frozen=True)
class Plan:
    """A set of fees that is sold together."""

    plan_id: str
    entity_id: str
    currency: str
    interval: tuple[int, str]
    is_calendar: bool
    trial_days: int
    proration: str
    basis: str
    lead_days: int
    grace_days: int
    adjustments: str
    bills_pause: bool
    fees: dict[str, Fee] = field(hash=False, compare=False)

    @property
    def intervals(self) -> set[tuple[int, str]]:
        """The plan's own interval and those of its fees."""
        return {self.interval, *(fee.interval for fee in self.fees.values())}


@dataclass(frozen=True)
class Entity:
    """A seller."""

    entity_id: str
    zone: str
    currency: str
    rounding: str
    tax_rounding: str
    starts_on: date
    closing_lag_days: int
    payment_terms: str
    adjustments: str
    ignore_after_days: int | None
    ignore_from: date
    credits_less_usage: bool
    correction_limits: dict[str, Decimal] | None = field(hash=False)


@dataclass(frozen=True)
class Terms:
    """Payment terms, as far as they say when a charge is gathered."""

    closing_day: int | None


def entity_of(raw: Raw) -> Entity:
    """A seller from its entry."""
    late = raw.get("late_usage")
    ignored = late if isinstance(late, dict) else {}
    limit = raw.get("correction_limit")
    if isinstance(limit, str):
        limit = {raw["currency"]: limit}
    return Entity(
        raw["entity"], raw["time_zone"], raw["currency"], raw.get("rounding", "half_up"),
        raw.get("tax_rounding", "half_up"), date.fromisoformat(raw.get("billing_starts_on", "1900-01-01")),
        int(raw.get("closing_lag_days", 10)), raw["payment_terms"], raw.get("adjustments", ""),
        int(ignored["ignore_after_days"]) if ignored else None,
        date.fromisoformat(ignored.get("from", "1900-01-01")), late == "credit_note_for_negative",
        {currency: Decimal(amount) for currency, amount in limit.items()} if limit else None,
    )  # fmt: skip


def terms_of(raw: Raw) -> Terms:
    """Payment terms from their entry."""
    return Terms(int(raw["closing_day"]) if "closing_day" in raw else None)


def plan_of(raw: Raw) -> Plan:
    """A plan with its fees from its entry."""
    interval = _interval(raw["interval"])
    return Plan(
        raw["plan"], raw["entity"], raw["currency"], interval, raw.get("anchor") == "calendar",
        int(raw.get("trial_days", 0)), raw.get("proration", "daily"), raw.get("tax", "exclusive"),
        int(raw.get("lead_days", 0)), int(raw.get("grace_days", 0)), raw.get("adjustments", ""),
        raw.get("usage_in_pause", "bill") == "bill",
        {fee["fee"]: fee_of(fee, interval, raw["currency"]) for fee in raw["fees"]},
    )  # fmt: skip


def fee_of(raw: Raw, interval: tuple[int, str], currency: str) -> Fee:
    """A fee from its entry, in a plan of this interval and currency."""
    rounding = raw.get("usage_rounding")
    allowance = raw.get("allowance", "0")
    return Fee(
        raw["fee"], raw["kind"], raw["in"] == "advance", raw["model"], raw["tax_code"], raw.get("meter", ""),
        _interval(raw["interval"]) if "interval" in raw else interval,
        date.fromisoformat(raw["until"]) if "until" in raw else None,
        Decimal(allowance["quantity"] if isinstance(allowance, dict) else allowance),
        (rounding["mode"], Decimal(rounding.get("step", "1"))) if rounding else None,
        tuple(raw.get("dimensions", [])) or ((raw["dimension"],) if "dimension" in raw else ()),
        tuple(sorted((_version(version, currency) for version in raw["versions"]), key=lambda found: found.begins)),
        raw,
    )  # fmt: skip


def _version(raw: Raw, currency: str) -> Version:
    return Version(
        date.fromisoformat(raw["from"]), raw.get("currency", currency), raw.get("applies_to") == "new",
        raw.get("mid_period") == "true", raw,
    )  # fmt: skip


def _interval(raw: Raw) -> tuple[int, str]:
    return int(raw["every"]), raw["unit"]
