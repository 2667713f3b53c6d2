"""Charges: one fee for one billing period, when it is due, and what it owes before anybody decides about it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from itertools import product

from billing_jobs.year.oracle.amounts import Piece, pieces, recurring, usage
from billing_jobs.year.oracle.calendar import DAY, Period, closing, is_longer_than_a_month, share
from billing_jobs.year.oracle.catalog import Catalog, Fee, Plan
from billing_jobs.year.oracle.facts import Customer, Event, OneOff
from billing_jobs.year.oracle.keys import Buyer, Charge, Key
from billing_jobs.year.oracle.money import rounded
from billing_jobs.year.oracle.timeline import Phase, Timeline
from billing_jobs.year.oracle.usage import Used, used_by_fee


@dataclass(frozen=True)
class Agreement:
    """Whose charges are told: a contract as it is known tonight, its customer, and the catalog."""

    line: Timeline
    buyer: Buyer
    catalog: Catalog


@dataclass(frozen=True)
class Service:
    """One fee in one billing period, with the phases in which it serves."""

    plan: Plan
    fee: Fee
    period: Period
    phases: list[Phase]


def charges_of(agreed: Agreement, events: dict[str, list[Event]], night_ends_on: date) -> list[Charge]:
    """All charges of a contract whose periods have begun by the end of the night, and the next ones."""
    found = []
    for plan in {phase.plan.plan_id: phase.plan for phase in agreed.line.phases}.values():
        for fee in plan.fees.values():
            if fee.raw.get("optional") == "true":
                continue
            used = used_by_fee(agreed.catalog, plan, fee, events) if fee.kind == "usage" else []
            for period in agreed.line.laid(fee.interval, night_ends_on + timedelta(days=plan.lead_days)):
                if phases := _served(agreed.line, plan, fee, period):
                    found.append(_charge(agreed, Service(plan, fee, period, phases), used))
    return found


def _served(line: Timeline, plan: Plan, fee: Fee, period: Period) -> list[Phase]:
    """The phases of a plan within a period, cut to it; without pauses, but for usage that is billed in them."""
    found = []
    for phase, (first, last) in product(line.phases, period.served()):
        begins = max(phase.begins, first)
        ends = min(phase.ends, last, fee.until or date.max)
        is_left_out = phase.is_paused and not (fee.kind == "usage" and plan.bills_pause)
        if phase.plan.plan_id == plan.plan_id and begins < ends and not is_left_out:
            found.append(replace(phase, begins=begins, ends=ends))
    if plan.proration == "none" and fee.kind == "recurring" and found:
        if found[0].begins != period.served_from:
            return []
        found = [replace(found[0], ends=period.served_until)]
    return found


def _charge(agreed: Agreement, service: Service, used: list[Used]) -> Charge:
    line, plan, fee, period = agreed.line, service.plan, service.fee, service.period
    own_prices = [
        one
        for one in line.changes
        if one.kind == "override_price" and (one.plan_id, one.fee_id) == (plan.plan_id, fee.fee_id)
    ]
    phases = _kept_after_the_end(line, service)
    found = pieces(fee, period, phases, own_prices, line.contract.signed_on)
    if fee.kind == "recurring":
        weights = recurring(fee, period, found)
    else:
        weights = [(begins, begins + DAY, amount) for begins, amount in usage(fee, period, found, used)]
    unrounded = sum((amount for _begins, _ends, amount in weights), Fraction(0)) * _discounted(line, period)
    unrounded = _held_between(unrounded, fee, period, found)
    if line.refund == "full" and _is_cut_short(line, fee, period):
        unrounded = Fraction(0)
    entity, contract_id, lead = agreed.catalog.entities[plan.entity_id], line.contract.contract_id, plan.lead_days
    served_from, served_until = found[0].begins, found[-1].ends
    tax_code = _tax_code(fee.tax_code, agreed.buyer.payer, agreed.catalog)
    rate = agreed.catalog.rate(tax_code, served_until - DAY)
    due_on, last = period.served_until + timedelta(days=plan.grace_days), period.served_until - DAY
    if fee.is_in_advance:
        due_on = served_from - timedelta(days=lead)
        last = due_on - DAY
    return Charge(
        Key(
            agreed.buyer.payer.customer_id, contract_id, plan.plan_id, fee.fee_id, "", period.begins, period.ends,
            plan.currency, tax_code, rate, plan.basis,
        ),
        plan.entity_id, fee.kind, agreed.buyer.group(contract_id), served_from, served_until, due_on,
        closing(last, agreed.buyer.closing_day), rounded(unrounded, entity.rounding, plan.currency), tuple(weights),
        fee.kind == "recurring", is_longer_than_a_month(fee.interval), period.served_from < entity.starts_on,
    )  # fmt: skip


def _is_cut_short(line: Timeline, fee: Fee, period: Period) -> bool:
    return fee.kind == "recurring" and fee.is_in_advance and period.begins < line.ends < period.ends


def _kept_after_the_end(line: Timeline, service: Service) -> list[Phase]:
    """A cancellation that gives nothing back leaves what is paid in advance owed to the period's end."""
    phases = service.phases
    if line.refund == "none" and _is_cut_short(line, service.fee, service.period) and phases[-1].ends == line.ends:
        return [*phases[:-1], replace(phases[-1], ends=service.period.ends)]
    return phases


def _held_between(amount: Fraction, fee: Fee, period: Period, found: list[Piece]) -> Fraction:
    """At most the maximum, then at least the minimum, both by the share of the period that is served."""
    version, proration = found[-1].version, found[0].phase.plan.proration
    shares = [share(period, one.begins, one.ends, proration, fee.interval) for one in found]
    part = Fraction(1) if proration == "none" else Fraction(sum(days for days, _whole in shares), shares[0][1])
    if (most := version.number("maximum")) is not None:
        amount = min(amount, Fraction(most) * part)
    if (least := version.number("minimum")) is not None:
        amount = max(amount, Fraction(least) * part)
    return amount


def _discounted(line: Timeline, period: Period) -> Fraction:
    """What percentages leave: each on what the ones before left. A discount holds for periods that begin with it or
    after it; as many as it says are whole billing periods of whichever plan the contract has when they begin."""
    left = Fraction(1)
    for change in line.changes:
        if change.kind != "discount" or change.percent is None or period.served_from < change.effective_on:
            continue
        begun = [one for one in line.plan_periods(period.served_from) if one.served_from >= change.effective_on]
        counted = begun[: change.periods]
        if change.periods is None or any(one.served_from <= period.served_from < one.served_until for one in counted):
            left *= 1 - Fraction(change.percent) / 100
    return left


def _tax_code(tax_code: str, customer: Customer, catalog: Catalog) -> str:
    if customer.tax_status == "taxable" or catalog.kinds.get(tax_code) not in ("standard", "reduced"):
        return tax_code
    return catalog.defaults.get(customer.tax_status, tax_code)


def one_off(row: OneOff, buyer: Buyer, catalog: Catalog) -> Charge:
    """A charge of its own, served and due on its day."""
    entity = catalog.entities[buyer.payer.entity_id]
    tax_code = _tax_code(row.tax_code or catalog.defaults["standard"], buyer.payer, catalog)
    key = Key(
        buyer.payer.customer_id, row.contract_id, "", "one_off", row.charge_id, row.charged_on, row.charged_on + DAY,
        row.currency, tax_code, catalog.rate(tax_code, row.charged_on), "exclusive",
    )  # fmt: skip
    return Charge(
        key, entity.entity_id, "one_off", buyer.group(row.contract_id), row.charged_on, row.charged_on + DAY,
        row.charged_on + DAY, closing(row.charged_on, buyer.closing_day),
        rounded(row.amount, entity.rounding, row.currency), ((row.charged_on, row.charged_on + DAY, Fraction(1)),),
        True, False, row.charged_on < entity.starts_on,
    )  # fmt: skip
