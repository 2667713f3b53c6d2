"""What the company does about what it sees in the morning: customers pay, people decide."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from billing_jobs.year.oracle.facts import Decision, Deposit, Facts, Night

HABITS = ("on_time", "on_time", "on_time", "late", "early", "all_at_once", "part", "over", "never")


@dataclass(frozen=True)
class OpenInvoice:
    """An invoice as its customer sees it."""

    number: str
    customer_id: str
    entity_id: str
    currency: str
    due_date: date
    open_amount: Decimal


@dataclass(frozen=True)
class BilledCharge:
    """A charge that somebody may complain about."""

    contract_id: str
    plan_id: str
    fee_id: str
    period_from: date
    currency: str
    owed: Decimal


@dataclass
class Answers:
    """Remembers who has paid what, so that nobody pays twice by mistake."""

    chance: random.Random
    facts: Facts
    unit: dict[str, Decimal]
    paid: set[str] = field(default_factory=set)
    decided: set[BilledCharge] = field(default_factory=set)

    def pay(self, opened: Iterable[OpenInvoice], night: Night, following: Night) -> None:
        """What arrives on the bank's accounts between two nights."""
        by_account: dict[tuple[str, str, str], list[OpenInvoice]] = {}
        for invoice in opened:
            by_account.setdefault((invoice.customer_id, invoice.entity_id, invoice.currency), []).append(invoice)
        for (customer_id, entity_id, currency), invoices in sorted(by_account.items()):
            habit = HABITS[int(customer_id[1:]) % len(HABITS)]
            for amount in self._amounts(habit, invoices, following):
                days = max((following.as_of - night.as_of).days, 1)
                day = night.as_of + timedelta(days=self.chance.randrange(1, days + 1))
                self.facts.deposits.append(
                    Deposit(
                        f"D{len(self.facts.deposits) + 1:05}", customer_id, entity_id, day, amount, currency,
                        following.number,
                    )
                )  # fmt: skip

    def _amounts(self, habit: str, invoices: list[OpenInvoice], following: Night) -> list[Decimal]:
        if habit == "never":
            return []
        new = [one for one in invoices if one.number not in self.paid]
        if habit == "all_at_once":
            if len(invoices) < 3 or len(new) < len(invoices):
                return []
            self.paid |= {one.number for one in invoices}
            return [sum((one.open_amount for one in invoices), Decimal(0))]
        ahead = timedelta(days={"late": -14, "early": 30}.get(habit, 0))
        amounts = []
        for invoice in new:
            if invoice.due_date <= following.as_of + ahead:
                self.paid.add(invoice.number)
                amounts.append(self._paid(habit, invoice))
        return amounts

    def _paid(self, habit: str, invoice: OpenInvoice) -> Decimal:
        unit = self.unit.get(invoice.currency, Decimal("0.01"))
        if habit == "part":
            return max((invoice.open_amount * Decimal("0.6")).quantize(unit), unit)
        return invoice.open_amount + (97 * unit if habit == "over" else 0)

    def decide(self, billed: list[BilledCharge], following: Night, most: int) -> None:
        """A few charges of those that were billed are corrected, lowered or waived."""
        free = [one for one in billed if one not in self.decided and one.owed > 0]
        for charge in self.chance.sample(free, min(most, len(free))):
            self.decided.add(charge)
            kind = self.chance.choice(["correction", "goodwill", "waive"])
            part = Decimal({"correction": "0.75", "goodwill": "0.1", "waive": "0"}[kind])
            amount = (charge.owed * part).quantize(self.unit.get(charge.currency, Decimal("0.01")))
            if kind != "waive" and not amount:
                continue
            self.facts.decisions.append(
                Decision(
                    f"B{len(self.facts.decisions) + 1:04}", kind, charge.contract_id, charge.plan_id, charge.fee_id,
                    charge.period_from, following.number, amount,
                )
            )  # fmt: skip
