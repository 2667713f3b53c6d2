"""Two nights of the company of all scenes through the jobs, and its published tables asked for every answer."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import duckdb

from billing_jobs.jobs.init import init
from billing_jobs.jobs.nightly import run_steps
from billing_jobs.jobs.scheduling import NIGHT
from billing_jobs.records import Run
from billing_jobs.settings import Home
from conformance.company import write_landing, write_last, write_later
from conformance.scene import Scene

NIGHTS = tuple(Run(date(2026, 12, day), datetime(2026, 12, day + 1, 12, tzinfo=UTC)) for day in (20, 29, 30))
STEPS = tuple(step for step in NIGHT if step not in ("render", "send"))  # no paper and no mails: the cases ask for figures


def play(home: Home, scenes: dict[str, Scene]) -> None:
    """Deliver, run the night; deliver what comes later, run the next night; a third one only where something comes last."""
    first, second, third = NIGHTS
    init(home, first)
    write_landing(home.landing, scenes)
    run_steps(home, first, STEPS, job="conformance")
    write_later(home.landing, scenes, _issued(home, scenes))
    run_steps(home, second, STEPS, job="conformance")
    if write_last(home.landing, scenes):
        run_steps(home, third, STEPS, job="conformance")


def _issued(home: Home, scenes: dict[str, Scene]) -> dict[str, dict[str, str]]:
    """The invoice and the deposit of the scenes whose decisions name them, as a person would copy them from the tables."""
    questions = {
        "document_id": "select min(document_number) from invoices where customer_id = $customer",
        "payment_id": "select min(payment_id) from payments where customer_id = $customer",
    }
    con = duckdb.connect(str(home.published_database), read_only=True)
    try:
        return {name: {key: _ask(con, name, question) for key, question in questions.items()} for name, scene in scenes.items() if scene.decisions}
    finally:
        con.close()


def answers(home: Home, scenes: dict[str, Scene]) -> dict[str, dict[str, Any]]:
    """What the published tables say to each question of each scene."""
    con = duckdb.connect(str(home.published_database), read_only=True)
    try:
        con.execute("set TimeZone = 'UTC'")
        return {name: {field: _ask(con, name, question) for field, question in scene.answers.items()} for name, scene in scenes.items()}
    finally:
        con.close()


def _ask(con: duckdb.DuckDBPyConnection, name: str, question: str) -> Any:
    who = {"contract": name, "customer": f"C-{name}"}
    found = con.execute(question, {key: value for key, value in who.items() if f"${key}" in question}).fetchall()
    return found[0][0] if found else None
