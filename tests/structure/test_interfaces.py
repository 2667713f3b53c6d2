"""docs/interfaces.md names the jobs with their arguments, and every column that the rooms hand to each other."""

from __future__ import annotations

import importlib
import inspect
import re

import pytest

from billing_jobs import streams
from billing_jobs.settings import PROJECT_DIR

PAGE = (PROJECT_DIR / "docs" / "interfaces.md").read_text("utf-8")
LANDING = (PROJECT_DIR / "docs" / "landing.md").read_text("utf-8")
JOBS = PROJECT_DIR / "src" / "billing_jobs" / "jobs"
OF_US = {"quality_report"}  # a step of `check`, which hands it the results
ONE = {
    "run": streams.RUN, "intake": streams.INTAKE, "rejects": streams.REJECTS, "usage": streams.USAGE,
    "payments": streams.PAYMENTS, "sending": streams.SENDING,
}  # fmt: skip
FACTS = {"decisions": streams.DECISIONS, **streams.CRM}


def said_of_jobs() -> dict[str, list[str]]:
    """Name of a job -> its arguments, as the section on jobs says them."""
    section = PAGE[PAGE.index("# jobs/<name>.py") : PAGE.index("# adapters/")].split("\n", 1)[1]
    calls = {
        name: re.findall(r"(?:^|, )(?:\*\*)?(\w+)", arguments)
        for name, arguments in re.findall(r"(\w+)\(([^)]*)\)", section)
    }
    plain = section.rsplit("\n", 2)[1].split()
    return calls | {name: ["home", "run"] for name in plain}


def test_the_jobs_are_those_that_are_said_with_their_arguments() -> None:
    found = {}
    for path in JOBS.glob("*.py"):
        function = getattr(importlib.import_module(f"billing_jobs.jobs.{path.stem}"), path.stem, None)
        if inspect.isfunction(function):
            found[path.stem] = list(inspect.signature(function).parameters)[: 2 if path.stem == "build" else None]
    assert {name: arguments for name, arguments in found.items() if name not in OF_US} == said_of_jobs()


@pytest.mark.parametrize(("table", "columns"), [*ONE.items(), *streams.CATALOG.items(), *streams.LEDGER.items()])
def test_every_column_of_a_table_is_named(table: str, columns: streams.Columns) -> None:
    words = set(re.findall(r"\w+", PAGE))
    assert not {table, *columns} - words


@pytest.mark.parametrize(("kind", "columns"), FACTS.items())
def test_every_column_of_a_fact_is_named_where_files_are_described(kind: str, columns: streams.Columns) -> None:
    words = set(re.findall(r"\w+", LANDING + PAGE))
    assert not {kind, *columns} - words
