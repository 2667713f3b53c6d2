"""Everything that happens in a year, drawn in one order: a seed and a catalog are one year."""

from __future__ import annotations

import random

from billing_jobs.year.company.changes import draw_changes, draw_one_offs
from billing_jobs.year.company.customers import Company, draw_contracts, draw_customers
from billing_jobs.year.company.menu import Menu
from billing_jobs.year.company.nights import draw_nights
from billing_jobs.year.company.usage import draw_events
from billing_jobs.year.oracle.facts import Facts


def draw(chance: random.Random, menu: Menu, *, customers: int, nights: int) -> Facts:
    """Nights, customers, what they sign, change and use. What they pay is answered to what is billed."""
    company = Company(chance, menu, Facts(nights=draw_nights(chance, menu.first_month(), nights)))
    draw_customers(company, customers)
    draw_contracts(company)
    draw_changes(company)
    draw_one_offs(company)
    draw_events(company)
    return company.facts
