"""What is drawn for a year, and how it is written."""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path

from billing_jobs.year.company.draw import draw
from billing_jobs.year.company.files import deliver
from billing_jobs.year.company.menu import read_menu
from billing_jobs.year.oracle.facts import Facts

TEXTS = [path.read_text(encoding="utf-8") for path in sorted(Path("examples/demo/catalog").glob("*.yml"))]
PLANS = {"starter", "team", "monitor_weekly", "messaging", "global_team"}


MENU = read_menu(TEXTS, PLANS)


def drawn(seed: int) -> Facts:
    return draw(random.Random(seed), MENU, customers=150, nights=30)


def test_a_seed_draws_one_year_and_another_seed_another() -> None:
    assert drawn(3) == drawn(3)
    assert drawn(3) != drawn(4)


def test_a_year_has_twelve_month_ends_from_the_sellers_first_month() -> None:
    nights = drawn(3).nights
    ends = [night.as_of for night in nights if night.is_month_end]
    assert (len(nights), len(ends), ends[0], ends[-1]) == (30, 12, date(2026, 5, 31), date(2027, 4, 30))
    assert nights[-1].is_month_end


def test_everything_that_a_year_is_made_of_is_drawn() -> None:
    facts = drawn(3)
    kinds = {change.kind for change in facts.changes}
    assert {contract.plan_id for contract in facts.contracts.values()} == PLANS
    assert kinds == {"change_quantity", "change_plan", "override_price", "discount", "pause", "cancel"}
    assert {change.refund for change in facts.changes} == {"unused", "none", "full"}
    assert any(event.amends for event in facts.events)
    assert any(event.retracts for event in facts.events)
    assert any(facts.nights[event.night].as_of > event.day.replace(day=28) for event in facts.events)
    assert facts.one_offs


def test_a_night_gets_the_files_of_what_came_for_it(tmp_path: Path) -> None:
    facts = drawn(3)
    for night in facts.nights[:3]:
        deliver(tmp_path, MENU, facts, night)
    contracts = [row for path in sorted(tmp_path.glob("crm/contracts-*")) for row in path.read_text().splitlines()[1:]]
    known = [one for one in facts.contracts.values() if one.night < 3]
    assert sorted(row.split(",")[0] for row in contracts) == sorted(one.contract_id for one in known)
    assert len((tmp_path / "crm/customers-00.csv").read_text().splitlines()) == 151
