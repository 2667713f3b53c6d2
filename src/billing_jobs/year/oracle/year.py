"""The year as the oracle sees it: night after night, what should be less what has been billed is what to do."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from billing_jobs.year.oracle.calendar import DAY, closing
from billing_jobs.year.oracle.cash import Cash
from billing_jobs.year.oracle.catalog import Catalog, Entity
from billing_jobs.year.oracle.charges import Agreement, charges_of, one_off
from billing_jobs.year.oracle.decisions import about, decided
from billing_jobs.year.oracle.documents import Draft, in_order, invoice_date, is_held, tax
from billing_jobs.year.oracle.facts import Decision, Facts, Night
from billing_jobs.year.oracle.gathering import (
    Schedule,
    adjustment_day,
    adjustments_of,
    bundle,
    first_bill_days,
    schedule,
)
from billing_jobs.year.oracle.keys import Buyer, Charge, Key
from billing_jobs.year.oracle.lines import Book, Document, Line
from billing_jobs.year.oracle.revenue import earned, net_owed
from billing_jobs.year.oracle.timeline import Timeline, timeline
from billing_jobs.year.oracle.usage import events_that_count


@dataclass(frozen=True)
class Expected:
    """What the year comes to. Charges: owed and billed. Balances: open and unused. Revenue by charge and month."""

    charges: dict[Key, tuple[Decimal, Decimal]]
    documents: list[Document]
    balances: dict[tuple[str, str], tuple[Decimal, Decimal]]
    revenue: dict[tuple[Key, date], Decimal]


class Oracle:
    """Keeps its own books over the nights of a year."""

    def __init__(self, catalog: Catalog, facts: Facts) -> None:
        self.catalog, self.facts = catalog, facts
        self.book, self.cash = Book(), Cash()
        self.held: dict[Key, date] = {}
        self.billed_with: dict[str, Key] = {}
        self.last: date | None = None
        self.known: dict[Key, Charge] = {}
        self.timelines: dict[str, Timeline] = {}
        self.owed: dict[Key, Decimal] = {}

    def run(self) -> Expected:
        """All nights in their order, and what stands after the last."""
        for night in self.facts.nights:
            self.night(night)
        as_of = self.facts.nights[-1].as_of
        charges, revenue = {}, {}
        for key, charge in self.known.items():
            owed, lines = self.owed.get(key, Decimal(0)), self.book.lines.get(key, [])
            if lines or (key in self.owed and charge.due_on <= as_of + DAY):
                charges[key] = owed, self.book.billed(key)
            if lines or charge.served_from <= as_of:
                line = self.timelines.get(key.contract_id)
                net = net_owed(charge, owed, lines)
                for month, amount in earned(charge, net, line.ends if line else date.max, as_of).items():
                    revenue[key, month] = amount
        return Expected(charges, self.book.documents, self.cash.balances(), revenue)

    def night(self, night: Night) -> None:
        """Price everything that is known, bill the differences that are due, put money to what is open."""
        charges = self._charges(night)
        self.known |= charges
        self.owed = {key: decided(charge, self._about(key, night)) for key, charge in charges.items()}
        for draft, lines in self._drafts(charges, night).items():
            if is_held(lines, self.catalog, draft):
                self.held |= {line.charge.key: draft.bill_on for line in lines}
            else:
                self._issue(draft, in_order(lines, self.catalog), night)
        for deposit in self.facts.deposits:
            if deposit.night == night.number:
                self.cash.received(deposit)
        self.cash.settle()
        self.last = night.as_of

    def _issue(self, draft: Draft, lines: list[Line], night: Night) -> None:
        tax(lines, draft.basis, draft.currency, self.catalog.entities[draft.entity_id].tax_rounding)
        closing_day = self._closing_day(draft.payer, draft.entity_id)
        day = invoice_date(draft, lines, closing_day, self.catalog, night.as_of)
        document = Document(draft.payer, draft.entity_id, draft.currency, draft.basis, day, night.number, lines)
        for line in lines:
            for decision in self._about(line.charge.key, night):
                self.billed_with[decision.decision_id] = line.charge.key
        self.book.record(document)
        self.cash.issued(document)

    def _about(self, key: Key, night: Night) -> list[Decision]:
        return about(key, self.facts.decisions, night.number, self.billed_with)

    def _charges(self, night: Night) -> dict[Key, Charge]:
        found: dict[Key, Charge] = {}
        known = {one.contract_id: one for one in self.facts.contracts.values() if one.night <= night.number}
        sellers = {one.contract_id: self._seller(one.plan_id) for one in known.values()}
        counted = events_that_count((one for one in self.facts.events if one.night <= night.number), sellers)
        for contract in known.values():
            changes = [
                one
                for one in self.facts.changes
                if one.contract_id == contract.contract_id and one.night <= night.number
            ]
            line = timeline(contract, changes, self.catalog, night.as_of + DAY)
            self.timelines[contract.contract_id] = line
            buyer = self._buyer(contract.customer_id, self.catalog.plans[contract.plan_id].entity_id)
            events = {
                kind: rows for (contract_id, kind), rows in counted.items() if contract_id == contract.contract_id
            }
            charges = charges_of(Agreement(line, buyer, self.catalog), events, night.as_of + DAY)
            found |= {charge.key: charge for charge in charges}
        for row in self.facts.one_offs:
            if row.night <= night.number:
                customer = self.facts.customers[row.customer_id]
                charge = one_off(row, self._buyer(row.customer_id, customer.entity_id), self.catalog)
                found[charge.key] = charge
        return found

    def _drafts(self, charges: dict[Key, Charge], night: Night) -> dict[Draft, list[Line]]:
        """The lines that are to be billed by tonight, by the document that they belong on."""
        as_of, first_day = night.as_of, self.last + DAY if self.last else night.as_of
        differences = {
            key: self.owed.get(key, Decimal(0)) - self.book.billed(key) for key in {**self.book.lines, **charges}
        }
        first = [
            charge
            for key, charge in charges.items()
            if differences[key]
            and key not in self.book.lines
            and charge.due_on <= as_of + DAY
            and charge.bill_on <= as_of
        ]
        days, bundles = first_bill_days(first, self.held)
        schedules: dict[str, Schedule] = {}
        drafts: dict[Draft, list[Line]] = defaultdict(list)
        for charge in first:
            self._draft(drafts, charge, differences[charge.key], days[charge.key])
        for key in self.book.lines:
            charge = charges.get(key) or self.known[key]
            if not differences[key]:
                continue
            day = (
                self.held.get(key)
                or bundles.get(bundle(charge))
                or self._adjustment_day(charge, charges, schedules, first_day, as_of)
            )
            if day <= as_of:
                is_credit = differences[key] < 0 and charge.kind == "usage" and self._credits_less_usage(charge)
                self._draft(drafts, charge, differences[key], day, "|credit" if is_credit else "")
        self.held = {}
        return drafts

    def _draft(
        self, drafts: dict[Draft, list[Line]], charge: Charge, amount: Decimal, day: date, group: str = ""
    ) -> None:
        key = charge.key
        draft = Draft(key.payer, charge.entity_id, key.currency, charge.group + group, key.basis, day)
        drafts[draft].extend(self.book.lines_for(charge, amount))

    def _adjustment_day(
        self, charge: Charge, charges: dict[Key, Charge], schedules: dict[str, Schedule], first_day: date, as_of: date
    ) -> date:
        contract_id = charge.key.contract_id
        line = self.timelines.get(contract_id)
        if line is not None and contract_id not in schedules:
            schedules[contract_id] = schedule(line, self._buyer(line.contract.customer_id, charge.entity_id), as_of)
        days = [one.bill_on for one in [*charges.values(), charge] if one.key.contract_id == contract_id]
        word = adjustments_of(charge, schedules.get(contract_id), self.catalog, as_of)
        closing_day = self._closing_day(charge.key.payer, charge.entity_id)
        gathered_on = closing(first_day, 99 if closing_day is None else closing_day)
        return adjustment_day(word, schedules.get(contract_id), gathered_on) or min(*days, as_of)

    def _buyer(self, customer_id: str, entity_id: str) -> Buyer:
        customer = self.facts.customers[customer_id]
        payer = self.facts.customers[customer.payer or customer_id]
        return Buyer(payer, self._closing_day(payer.customer_id, entity_id))

    def _closing_day(self, payer: str, entity_id: str) -> int | None:
        return self.catalog.terms_of(self.facts.customers[payer].payment_terms, entity_id).closing_day

    def _seller(self, plan_id: str) -> Entity:
        return self.catalog.entities[self.catalog.plans[plan_id].entity_id]

    def _credits_less_usage(self, charge: Charge) -> bool:
        return self.catalog.entities[charge.entity_id].credits_less_usage
