"""A company-year from a home's own catalog, played in a folder of its own beside an oracle."""

from __future__ import annotations

import random
import shutil
import tempfile
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from billing_jobs.adapters.published import billed_year
from billing_jobs.errors import UsageError
from billing_jobs.intake.catalog.proposed import read_proposed
from billing_jobs.jobs.init import init
from billing_jobs.jobs.monthly import MONTH_END
from billing_jobs.jobs.nightly import run_steps
from billing_jobs.jobs.step_order import NIGHT
from billing_jobs.progress import track
from billing_jobs.records import JobResult, Run
from billing_jobs.settings import Home
from billing_jobs.year.company.answers import Answers, BilledCharge, OpenInvoice
from billing_jobs.year.company.draw import draw
from billing_jobs.year.company.files import BANK_PROFILE, BANK_PROFILE_FILE, deliver
from billing_jobs.year.company.menu import Menu, read_menu
from billing_jobs.year.comparison import SUBJECTS, Comparison, compare
from billing_jobs.year.oracle.catalog import Catalog, read_catalog
from billing_jobs.year.oracle.facts import Facts, Night
from billing_jobs.year.oracle.left_out import left_out, plans_left_out
from billing_jobs.year.oracle.money import unit_of
from billing_jobs.year.oracle.year import Oracle

NOT_PLAYED = ("render", "send", "seal")
SHOWN = 20
DECISIONS_A_NIGHT = 2


@dataclass(frozen=True)
class Played:
    """A year as it went: what was drawn, and what was published after its last night (rows by table)."""

    seed: int
    catalog: Catalog
    facts: Facts
    rows: dict[str, list[dict[str, Any]]]


@dataclass(frozen=True)
class Year:
    """A year beside the oracle: what was compared and drifts, and what the oracle leaves out."""

    played: Played
    comparison: Comparison
    left_out: list[str]


def play(catalog: Path, *, seed: int, customers: int = 200, nights: int = 30, folder: Path | None = None) -> Played:
    """Draw a company from a folder like landing/catalog and play its nights in an empty folder (default: one that is
    thrown away). Raises CatalogBroken for a catalog with mistakes, UsageError where the oracle knows no plan of it."""
    read_proposed(catalog)
    texts = [path.read_text(encoding="utf-8-sig") for path in _files_of(catalog)]
    known = read_catalog(texts)
    menu = read_menu(texts, known.plans.keys() - plans_left_out(known).keys())
    if not menu.plans:
        raise UsageError(f"The oracle knows no plan of {catalog}: " + "; ".join(left_out(known)))
    chance = random.Random(seed)  # noqa: S311  a draw that can be repeated, no secret
    facts = draw(chance, menu, customers=customers, nights=nights)
    with tempfile.TemporaryDirectory(prefix="billing-year-") as own:
        home = Home((folder or Path(own)).resolve())
        _move_in(home, catalog, menu, facts.nights[0])
        rows = _play_nights(home, menu, facts, Answers(chance, facts, _units(menu)))
    return Played(seed, known, facts, rows)


def judge(played: Played) -> Year:
    """Ask the oracle what the year should come to, and compare."""
    expected = Oracle(played.catalog, played.facts).run()
    return Year(played, compare(played.rows, expected), left_out(played.catalog))


def year(home: Home, run: Run, *, seed: int, customers: int = 200, nights: int = 30) -> JobResult:
    """Play a year from the home's own catalog and say what drifts; nothing of the home is touched.

    `counts` has what was compared, `drift` the number of keys that differ.
    """
    return result_of(judge(play(home.landing / "catalog", seed=seed, customers=customers, nights=nights)))


def result_of(found: Year) -> JobResult:
    """A year as a result that can be printed."""
    comparison = found.comparison
    counts = {
        "customers": len(found.played.facts.customers),
        "contracts": len(found.played.facts.contracts),
        "deposits": len(found.played.facts.deposits),
        **comparison.compared,
        "drift": len(comparison.drifts),
    }
    drifts = [
        f"drift in {currency}: "
        + ", ".join(f"{subject} {comparison.drift(subject, currency):,f}" for subject in SUBJECTS)
        for currency in sorted(comparison.currencies)
    ]
    shown = [
        f"{one.subject}: {one.key}: billed {one.billed:f}, expected {one.expected:f}"
        for one in comparison.drifts[:SHOWN]
    ]
    said = [f"left out: {sentence}" for sentence in found.left_out]
    return JobResult("year", changed=True, counts=counts, messages=(*drifts, *shown, *said))


def _files_of(catalog: Path) -> list[Path]:
    return sorted(path for path in catalog.glob("*.yml") if not path.name.startswith("."))


def _units(menu: Menu) -> dict[str, Decimal]:
    return {plan["currency"]: unit_of(plan["currency"]) for plan in menu.plans.values()}


def _move_in(home: Home, catalog: Path, menu: Menu, first: Night) -> None:
    init(home, Run(first.as_of, _moment(menu, first.as_of.replace(day=1))))
    for path in _files_of(catalog):
        shutil.copy(path, home.landing / "catalog" / path.name)
    (home.landing / "catalog" / "sources" / BANK_PROFILE_FILE).write_text(BANK_PROFILE, encoding="utf-8")


def _moment(menu: Menu, day: date) -> datetime:
    """02:00 of the day after, where the first seller is."""
    zone = ZoneInfo(next(iter(menu.entities.values()))["time_zone"])
    return datetime.combine(day + timedelta(days=1), time(2), zone).astimezone(UTC)


def _play_nights(home: Home, menu: Menu, facts: Facts, answers: Answers) -> dict[str, list[Any]]:
    for night in track(facts.nights, "nights", len(facts.nights)):
        deliver(home.landing, menu, facts, night)
        steps = [step for step in (MONTH_END if night.is_month_end else NIGHT) if step not in NOT_PLAYED]
        run_steps(home, Run(night.as_of, _moment(menu, night.as_of)), steps, job="nightly")
        if night is not facts.nights[-1]:
            following = facts.nights[night.number + 1]
            answers.pay([OpenInvoice(*row.values()) for row in billed_year.open_invoices(home)], night, following)
            billed = [BilledCharge(*row.values()) for row in billed_year.billed_charges(home)]
            answers.decide(billed, following, DECISIONS_A_NIGHT)
    return billed_year.at_the_end(home, facts.nights[-1].as_of)
