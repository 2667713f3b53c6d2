"""Two nights of the company of all scenes through the jobs, and its published tables asked for every answer.

One case must not take the others with it: a scene whose catalog is refused is left out, and if a night stops
nevertheless, it is looked for by halves, each in a home of its own.
"""

from __future__ import annotations

import re
import tempfile
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import duckdb

from billing_jobs.errors import BillingError, CatalogBroken
from billing_jobs.intake.catalog.proposed import read_proposed
from billing_jobs.jobs.init import init
from billing_jobs.jobs.nightly import run_steps
from billing_jobs.jobs.step_order import NIGHT
from billing_jobs.records import Run
from billing_jobs.settings import Home
from conformance.catalog import write_catalog
from conformance.company import write_landing, write_last, write_later
from conformance.scene import CATALOG_ACCEPTED, Scene

NIGHTS = tuple(Run(date(2026, 12, day), datetime(2026, 12, day + 1, 12, tzinfo=UTC)) for day in (20, 29, 30))
STEPS = tuple(
    step for step in NIGHT if step not in ("render", "send")
)  # no paper and no mails: the cases ask for figures


_IDS = re.compile(r"\b[0-9a-f]{32}\b")


@dataclass(frozen=True)
class Stopped:
    """Why nothing was found: the platform refused the catalog, and claims nothing; or it stopped the night,
    which is a difference."""

    why: str
    is_refused: bool = False


Found = dict[str, dict[str, Any] | Stopped]


def found_in(home: Home, scenes: dict[str, Scene]) -> Found:
    """What the platform says to every scene, by its name."""
    asked = {name: scene for name, scene in scenes.items() if CATALOG_ACCEPTED in scene.answers.values()}
    found: Found = {
        name: dict.fromkeys(scene.answers, refusal_of(name, scene) is None) for name, scene in asked.items()
    }
    rest = {name: scene for name, scene in scenes.items() if name not in found}
    return found | (_played(home, rest) if rest else {})


def refusal_of(name: str, scene: Scene) -> str | None:
    """What the check that `ingest` makes has against the scene's own catalog."""
    with tempfile.TemporaryDirectory(prefix="billing-catalog-") as scratch:
        write_catalog(Path(scratch), {name: scene})
        try:
            read_proposed(Path(scratch))
        except CatalogBroken as broken:
            return str(broken)
    return None


def _played(home: Home, scenes: dict[str, Scene]) -> Found:
    try:
        play(home, scenes)
    except CatalogBroken:
        refused: Found = {
            name: Stopped(why, is_refused=True) for name, scene in scenes.items() if (why := refusal_of(name, scene))
        }
        rest = {name: scene for name, scene in scenes.items() if name not in refused}
        return refused | (_in_halves(home, rest) if rest else {})
    except (BillingError, duckdb.Error) as error:
        named = scenes if len(scenes) == 1 else _named_in(str(error), home, scenes)
        stopped: Found = {name: Stopped(str(error)) for name in named}
        rest = {name: scene for name, scene in scenes.items() if name not in stopped}
        if not stopped:
            return _in_halves(home, scenes)
        return stopped | (_played(Home(home.root.with_name(f"{home.root.name}-rest")), rest) if rest else {})
    return answers(home, scenes)


def _named_in(error: str, home: Home, scenes: dict[str, Scene]) -> set[str]:
    """The scenes whose charges the error names."""
    question = "select distinct contract_id from int_charges_priced where list_contains($ids, charge_id)"
    try:
        with duckdb.connect(str(home.warehouse), read_only=True) as con:
            named = con.execute(question, {"ids": _IDS.findall(error)}).fetchall()
    except duckdb.Error:
        return set()
    return {name for (name,) in named} & scenes.keys()


def _in_halves(home: Home, scenes: dict[str, Scene]) -> Found:
    names = iter(scenes.items())
    first = dict(islice(names, (len(scenes) + 1) // 2))
    found: Found = {}
    for suffix, half in (("a", first), ("b", dict(names))):
        found |= _played(Home(home.root.with_name(f"{home.root.name}-{suffix}")), half) if half else {}
    return found


def play(home: Home, scenes: dict[str, Scene]) -> None:
    """Deliver, run the night; deliver what comes later, run the next night;
    a third one only where something comes last."""
    first, second, third = NIGHTS
    init(home, first)
    write_landing(home.landing, scenes)
    run_steps(home, first, STEPS, job="conformance")
    write_later(home.landing, scenes, _issued(home, scenes))
    run_steps(home, second, STEPS, job="conformance")
    if write_last(home.landing, scenes):
        run_steps(home, third, STEPS, job="conformance")


def _issued(home: Home, scenes: dict[str, Scene]) -> dict[str, dict[str, str]]:
    """The invoice and the deposit of the scenes whose decisions name them,
    as a person would copy them from the tables."""
    questions = {
        "document_id": "select min(document_number) from invoices where customer_id = $customer",
        "payment_id": "select min(payment_id) from payments where customer_id = $customer",
    }
    con = duckdb.connect(str(home.published_database), read_only=True)
    try:
        return {
            name: {key: _ask(con, name, question) for key, question in questions.items()}
            for name, scene in scenes.items()
            if scene.decisions
        }
    finally:
        con.close()


def answers(home: Home, scenes: dict[str, Scene]) -> Found:
    """What the published tables say to each question of each scene."""
    con = duckdb.connect(str(home.published_database), read_only=True)
    try:
        con.execute("set TimeZone = 'UTC'")
        return {name: _answered(con, name, scene) for name, scene in scenes.items()}
    finally:
        con.close()


def _answered(con: duckdb.DuckDBPyConnection, name: str, scene: Scene) -> dict[str, Any] | Stopped:
    try:
        return {field: _ask(con, name, question) for field, question in scene.answers.items()}
    except duckdb.Error as error:
        return Stopped(str(error))


def _ask(con: duckdb.DuckDBPyConnection, name: str, question: str) -> Any:
    who = {"contract": name, "customer": f"C-{name}"}
    found = con.execute(question, {key: value for key, value in who.items() if f"${key}" in question}).fetchall()
    return found[0][0] if found else None
