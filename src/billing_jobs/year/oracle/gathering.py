"""On which day a charge or its difference is billed, and with what (docs/decisions/019)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from billing_jobs.year.oracle.calendar import DAY, closing, month_day
from billing_jobs.year.oracle.catalog import Catalog
from billing_jobs.year.oracle.keys import Buyer, Charge, Key
from billing_jobs.year.oracle.timeline import Timeline


@dataclass(frozen=True)
class Schedule:
    """A contract's days of billing beside a night: the next (that night or later), the last until then."""

    next_bill_on: date | None
    last_bill_on: date | None
    is_served_on: bool


def schedule(line: Timeline, buyer: Buyer, as_of: date) -> Schedule:
    """The days on which the fees of the plans of a contract are billed."""
    days = set()
    for phase in line.phases:
        if phase.is_paused:
            continue
        lead = timedelta(days=phase.plan.lead_days)
        for is_in_advance, interval in {(fee.is_in_advance, fee.interval) for fee in phase.plan.fees.values()}:
            for period in line.laid(interval, as_of + DAY + lead):
                if phase.begins < period.ends and phase.ends > period.begins:
                    last = period.served_from - DAY - lead if is_in_advance else period.served_until - DAY
                    days.add(closing(last, buyer.closing_day))
    served_until = max((phase.ends for phase in line.phases if not phase.is_paused), default=date.min)
    return Schedule(
        min((day for day in days if day >= as_of), default=None),
        max((day for day in days if day <= as_of), default=None),
        served_until > as_of + DAY,
    )


def adjustments_of(charge: Charge, found: Schedule | None, catalog: Catalog, as_of: date) -> str:
    """When differences of a charge are billed: as its plan says, else its seller, else by the length of its period and
    by how far the contract's next day of billing is."""
    plan, seller = catalog.plans.get(charge.key.plan_id), catalog.entities[charge.entity_id]
    if plan and plan.adjustments:
        return plan.adjustments
    if seller.adjustments not in ("", "next_invoice"):
        return seller.adjustments
    in_a_month = month_day(as_of.replace(day=1), 1, as_of.day)
    is_far = found is not None and found.next_bill_on is not None and found.next_bill_on > in_a_month
    return "monthly" if charge.is_long or is_far else "next_invoice"


def adjustment_day(word: str, found: Schedule | None, gathered_on: date) -> date | None:
    """When a difference of what was billed before is billed, unless a first bill of its contract takes it along; None
    of what has no day of billing. `gathered_on`: the payer's closing day since the last night."""
    if found is None:
        return None
    if word == "next_invoice" and found.next_bill_on:
        return found.next_bill_on
    if word == "monthly" and found.is_served_on:
        return gathered_on
    return found.last_bill_on


def first_bill_days(
    charges: list[Charge], held: dict[Key, date]
) -> tuple[dict[Key, date], dict[tuple[str, ...], date]]:
    """By charge the day on which its first bill goes out, and by what is bundled the day that differences go along.

    First bills of a contract that go out in one night are lines of one document, of the last of their days. What was
    held keeps its own day, and what comes late for a held document goes onto it.
    """
    days: dict[Key, date] = {charge.key: held.get(charge.key, charge.bill_on) for charge in charges}
    bundles: dict[tuple[str, ...], date] = {}
    together: dict[tuple[str, ...], list[Charge]] = defaultdict(list)
    for charge in charges:
        together[bundle(charge)].append(charge)
    for name, found in together.items():
        waiting = {held[charge.key] for charge in found if charge.key in held}
        free = [charge for charge in found if charge.key not in held]
        bundles[name] = max((charge.bill_on for charge in free), default=min(waiting, default=date.max))
        for charge in free:
            if charge.key.contract_id and charge.bill_on not in waiting:
                days[charge.key] = bundles[name]
    return days, {name: day for name, day in bundles.items() if name[1]}


def bundle(charge: Charge) -> tuple[str, ...]:
    """What first bills and differences are taken together by."""
    key = charge.key
    return key.payer, key.contract_id, key.currency, charge.group, key.basis
