"""What is drawn for a year, and how it is written."""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path

from billing_jobs.year.company.changes import draw_changes, draw_one_offs
from billing_jobs.year.company.customers import Company, draw_contracts, draw_customers
from billing_jobs.year.company.files import deliver
from billing_jobs.year.company.menu import read_menu
from billing_jobs.year.company.nights import draw_nights
from billing_jobs.year.company.usage import draw_events
from billing_jobs.year.oracle.facts import Facts

TEXTS = [path.read_text(encoding="utf-8") for path in sorted(Path("examples/demo/catalog").glob("*.yml"))]
PLANS = {"starter", "team", "monitor_weekly", "messaging", "global_team"}


def drawn(seed: int) -> Company:
    chance = random.Random(seed)
    menu = read_menu(TEXTS, PLANS)
    company = Company(chance, menu, Facts(nights=draw_nights(chance, menu.first_month(), 30)))
    draw_customers(company, 150)
    draw_contracts(company)
    draw_changes(company)
    draw_one_offs(company)
    draw_events(company)
    return company


def test_a_seed_draws_one_year_and_another_seed_another() -> None:
    assert drawn(3).facts == drawn(3).facts
    assert drawn(3).facts != drawn(4).facts


def test_a_year_has_twelve_month_ends_from_the_sellers_first_month() -> None:
    nights = drawn(3).facts.nights
    ends = [night.as_of for night in nights if night.is_month_end]
    assert (len(nights), len(ends), ends[0], ends[-1]) == (30, 12, date(2026, 5, 31), date(2027, 4, 30))
    assert nights[-1].is_month_end


def test_everything_that_a_year_is_made_of_is_drawn() -> None:
    facts = drawn(3).facts
    kinds = {change.kind for change in facts.changes}
    assert {contract.plan_id for contract in facts.contracts.values()} == PLANS
    assert kinds == {"change_quantity", "change_plan", "override_price", "discount", "pause", "cancel"}
    assert {change.refund for change in facts.changes} == {"unused", "none", "full"}
    assert any(event.amends for event in facts.events)
    assert any(event.retracts for event in facts.events)
    assert any(facts.nights[event.night].as_of > event.day.replace(day=28) for event in facts.events)
    assert facts.one_offs


def test_a_night_gets_the_files_of_what_came_for_it(tmp_path: Path) -> None:
    company = drawn(3)
    for night in company.facts.nights[:3]:
        deliver(tmp_path, company.menu, company.facts, night)
    contracts = [row for path in sorted(tmp_path.glob("crm/contracts-*")) for row in path.read_text().splitlines()[1:]]
    known = [one for one in company.facts.contracts.values() if one.night < 3]
    assert sorted(row.split(",")[0] for row in contracts) == sorted(one.contract_id for one in known)
    assert len((tmp_path / "crm/customers-00.csv").read_text().splitlines()) == 151
