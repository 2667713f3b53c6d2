"""Who the customers are, and what they sign."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from billing_jobs.year.company.menu import Menu
from billing_jobs.year.company.nights import night_of
from billing_jobs.year.oracle.facts import Contract, Customer, Facts


@dataclass(frozen=True)
class Features:
    """What happens to one customer's contracts: a random part of everything."""

    changes: bool
    late_files: bool
    one_offs: bool
    retractions: bool


@dataclass
class Company:
    """What is drawn with, from what, and what was drawn so far."""

    chance: random.Random
    menu: Menu
    facts: Facts
    features: dict[str, Features] = field(default_factory=dict)


def draw_customers(company: Company, count: int) -> None:
    """Customers with a seller, some with terms, a tax status or a payer of their own."""
    chance, menu, facts = company.chance, company.menu, company.facts
    sellers = sorted({plan["entity"] for plan in menu.plans.values()})
    for number in range(1, count + 1):
        customer_id, seller = f"C{number:04}", sellers[number % len(sellers)]
        exempt = chance.random() < 0.06 and menu.tax_kinds["exempt"] == 1
        others = [one for one in facts.customers.values() if one.entity_id == seller and not one.payer]
        payer = chance.choice(others).customer_id if others and not exempt and chance.random() < 0.05 else ""
        facts.customers[customer_id] = Customer(
            customer_id, seller, payer,
            chance.choice(menu.terms) if chance.random() < 0.4 else "",
            "exempt" if exempt else "taxable",
            "contract" if chance.random() < 0.1 else "customer",
        )  # fmt: skip
        company.features[customer_id] = Features(*(chance.random() < share for share in (0.7, 0.4, 0.3, 0.3)))


def draw_contracts(company: Company) -> None:
    """One or two contracts a customer; every plan is sold before one is sold again."""
    chance, plans = company.chance, company.menu.plans
    waiting: dict[str, list[str]] = {}
    for customer in company.facts.customers.values():
        for _ in range(2 if chance.random() < 0.2 else 1):
            left = waiting.setdefault(customer.entity_id, [])
            if not left:
                left.extend(sorted(name for name, plan in plans.items() if plan["entity"] == customer.entity_id))
                chance.shuffle(left)
            _sign(company, customer, left.pop())


def _sign(company: Company, customer: Customer, plan_id: str) -> None:
    chance, facts, plan = company.chance, company.facts, company.menu.plans[plan_id]
    first, last = facts.nights[0].as_of.replace(day=1), facts.nights[-1].as_of
    span = (last - first).days // (4 if chance.random() < 0.5 else 1)
    begins = first + timedelta(days=chance.randrange(max(span - 10, 1)))
    signed = max(begins - timedelta(days=chance.randrange(25)), first - timedelta(days=20))
    is_late = company.features[customer.customer_id].late_files and chance.random() < 0.3
    night = night_of(facts.nights, begins + timedelta(days=chance.randrange(10, 60)) if is_late else signed)
    if night is None:
        return
    is_by_month = plan["interval"]["unit"] in ("month", "year") and plan.get("anchor") != "calendar"
    contract_id = f"K{len(facts.contracts) + 1:04}"
    facts.contracts[contract_id] = Contract(
        contract_id, customer.customer_id, plan_id, begins, signed, night,
        Decimal(chance.choice([1, 1, 2, 3, 5, 8, 13, 40])),
        begins + timedelta(days=chance.randrange(40, 300)) if chance.random() < 0.06 else None,
        chance.choice([0, 7, 10]) if chance.random() < 0.1 else None,
        chance.choice([1, 5, 15, 28, 31]) if is_by_month and chance.random() < 0.1 else None,
    )  # fmt: skip


def charged_from(menu: Menu, contract: Contract) -> date:
    """The first day that is charged, as the customer was told."""
    days = contract.trial_days
    if days is None:
        days = int(menu.plans[contract.plan_id].get("trial_days", "0"))
    return contract.service_from + timedelta(days=days)
