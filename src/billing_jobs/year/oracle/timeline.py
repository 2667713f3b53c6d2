"""What a contract is on each of its days, as far as a night knows: phases, series of billing periods, its end."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from billing_jobs.year.oracle.calendar import DAY, FAR, Period, Series, periods
from billing_jobs.year.oracle.catalog import Catalog, Plan
from billing_jobs.year.oracle.facts import Change, Contract


@dataclass(frozen=True)
class Phase:
    """A stretch in which nothing changes."""

    begins: date
    ends: date
    plan: Plan
    quantity: Decimal
    is_paused: bool


@dataclass(frozen=True)
class Timeline:
    """A contract as one night sees it; `ends` is exclusive, FAR while open."""

    contract: Contract
    phases: tuple[Phase, ...]
    series: tuple[Series, ...]
    changes: tuple[Change, ...]
    charged_from: date
    ends: date
    refund: str

    def laid(self, interval: tuple[int, str], night_ends_on: date) -> list[Period]:
        """Its charged periods of an interval that have begun by then, and the one after, where a plan of the series has
        the interval. Series that lay the same nominal period share it."""
        found: dict[tuple[date, date], Period] = {}
        for series in self.series:
            if not any(
                phase.begins < series.until and phase.ends > series.charged_from and interval in phase.plan.intervals
                for phase in self.phases
            ):
                continue
            last = None
            for period in periods(series, interval, FAR):
                if last and last.begins > night_ends_on and period.begins > series.charged_from:
                    break
                last, key = period, (period.begins, period.ends)
                other = found.get(key, period)
                found[key] = replace(
                    period,
                    served_from=min(period.served_from, other.served_from),
                    served_until=max(period.served_until, other.served_until),
                    parts=period.served() if other is period else (*other.served(), *period.served()),
                )
        return list(found.values())

    def plan_periods(self, until: date) -> list[Period]:
        """The billing periods of the plans that the contract has when each begins, those begun by a day."""
        found = {
            period.served_from: period
            for series in self.series
            for phase in self.phases
            for period in periods(series, phase.plan.interval, until + DAY)
            if phase.begins <= period.served_from < phase.ends and period.served_from <= until
        }
        return [found[day] for day in sorted(found)]


def timeline(contract: Contract, changes: list[Change], catalog: Catalog, night_ends_on: date) -> Timeline:
    """Signing and the known changes that act by the end of the night; those further ahead do not act yet."""
    plan = catalog.plans[contract.plan_id]
    trial = plan.trial_days if contract.trial_days is None else contract.trial_days
    charged_from = contract.service_from + timedelta(days=trial)
    series = [Series(charged_from, FAR, plan.is_calendar, contract.anchor_day)]
    ends, refund, acting = contract.ends_on or FAR, "unused", []
    for change in sorted(changes, key=lambda found: (found.effective_on, found.night, found.change_id)):
        day = _acts_on(change, series[-1], plan, charged_from)
        if day > night_ends_on + timedelta(days=plan.lead_days) or day >= ends:
            continue
        acting.append(replace(change, effective_on=day))
        if change.kind == "change_plan":
            new = catalog.plans[change.plan_id]
            if new.interval != plan.interval:
                series[-1] = replace(series[-1], until=day)
                series.append(Series(day, FAR, new.is_calendar))
            plan = new
        if change.kind == "cancel":
            ends, refund = day, change.refund
    series = [replace(one, until=min(one.until, ends)) for one in series if one.charged_from < ends]
    phases = _phases(contract, acting, catalog, ends)
    return Timeline(contract, tuple(phases), tuple(series), tuple(acting), charged_from, ends, refund)


def _acts_on(change: Change, series: Series, plan: Plan, charged_from: date) -> date:
    """The day itself, or the end of the period in which it lies; a trial is a period of its own."""
    if change.at == "now":
        return change.effective_on
    if change.effective_on < charged_from:
        return charged_from
    return next(
        period.ends
        for period in periods(series, plan.interval, FAR)
        if period.begins <= change.effective_on < period.ends
    )


def _phases(contract: Contract, changes: list[Change], catalog: Catalog, ends: date) -> list[Phase]:
    pauses = [(one.effective_on, one.until or FAR) for one in changes if one.kind == "pause"]
    days = {contract.service_from, ends} | {day for pause in pauses for day in pause}
    days |= {one.effective_on for one in changes}
    borders = sorted(day for day in days if contract.service_from <= day <= ends)
    found = []
    for begins, until in pairwise(borders):
        plan_id, quantity = contract.plan_id, contract.quantity
        for change in changes:
            if change.effective_on <= begins and change.kind == "change_plan":
                plan_id = change.plan_id
            if change.effective_on <= begins and change.kind == "change_quantity" and change.quantity is not None:
                quantity = change.quantity
        is_paused = any(first <= begins < last for first, last in pauses)
        found.append(Phase(begins, until, catalog.plans[plan_id], quantity, is_paused))
    return found
