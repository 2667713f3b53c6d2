"""What the oracle is told: rows as they were delivered, each with the number of the night that first saw it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal


@dataclass(frozen=True)
class Customer:
    """`payer`: who pays for it, itself where empty. `tax_status`: taxable, exempt or reverse_charge."""

    customer_id: str
    entity_id: str
    payer: str = ""
    payment_terms: str = ""
    tax_status: str = "taxable"
    invoice_per: str = "customer"


@dataclass(frozen=True)
class Contract:
    """A contract as it was signed; `ends_on` is exclusive."""

    contract_id: str
    customer_id: str
    plan_id: str
    service_from: date
    signed_on: date
    night: int
    quantity: Decimal = Decimal(1)
    ends_on: date | None = None
    trial_days: int | None = None
    anchor_day: int | None = None


@dataclass(frozen=True)
class Change:
    """A contract change of kind change_plan, change_quantity, pause, cancel, override_price or discount."""

    change_id: str
    contract_id: str
    effective_on: date
    kind: str
    night: int
    at: str = "now"
    plan_id: str = ""
    fee_id: str = ""
    quantity: Decimal | None = None
    price: Decimal | None = None
    is_flat: bool = False
    percent: Decimal | None = None
    periods: int | None = None
    until: date | None = None
    refund: str = "unused"


@dataclass(frozen=True)
class Event:
    """What was used. `day` is the local day; `amends` or `retracts` name an earlier event, a retraction counts
    nothing itself."""

    event_id: str
    event_type: str
    contract_id: str
    day: date
    night: int
    received_on: date
    quantity: Decimal = Decimal(1)
    properties: Mapping[str, str] = field(default_factory=dict)
    amends: str = ""
    retracts: str = ""


@dataclass(frozen=True)
class OneOff:
    """A charge of its own; below zero it is a credit."""

    charge_id: str
    customer_id: str
    contract_id: str
    charged_on: date
    amount: Decimal
    currency: str
    night: int
    tax_code: str = ""


@dataclass(frozen=True)
class Decision:
    """What a person decided about one charge: correction (owes at most `amount`), goodwill (so much less), waive."""

    decision_id: str
    kind: str
    contract_id: str
    plan_id: str
    fee_id: str
    period_from: date
    night: int
    amount: Decimal = Decimal(0)


@dataclass(frozen=True)
class Deposit:
    """Money on the seller's account whose payer is known by its code; no document is named."""

    deposit_id: str
    customer_id: str
    entity_id: str
    booked_on: date
    amount: Decimal
    currency: str
    night: int


@dataclass(frozen=True)
class Night:
    """One night: the business day that it processes, and whether it closes the month."""

    number: int
    as_of: date
    is_month_end: bool = False


@dataclass
class Facts:
    """Everything that was delivered in the year. The nights see of it what is theirs or older."""

    nights: list[Night] = field(default_factory=list)
    customers: dict[str, Customer] = field(default_factory=dict)
    contracts: dict[str, Contract] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    one_offs: list[OneOff] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    deposits: list[Deposit] = field(default_factory=list)
