"""Every query of docs/analysts.md runs as it stands on a home with many stories, and says what the stories say."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from billing_jobs.adapters import duckdb as engine
from billing_jobs.adapters.duckdb import Connection
from billing_jobs.settings import PROJECT_DIR

from .harness import Played

PAGE = (PROJECT_DIR / "docs" / "analysts.md").read_text("utf-8")
# What the stories of the home say, as some columns of one row of the answer.
TOLD: dict[str, dict[str, Any]] = {
    "MRR by month": {"month": date(2026, 4, 1), "currency": "JPY"},
    "Who left, and what they paid": {
        "month": date(2026, 4, 1), "customer_id": "mrr-C1", "churn": Decimal(-30000), "currency": "JPY",
    },
    "Aging today, with names": {"customer_id": "paidtwice-C1", "unapplied": Decimal(13200), "total": Decimal(-13200)},
    "Roll-forward of deferred revenue": {
        "currency": "GBP", "month": date(2026, 2, 1), "opening": Decimal(90), "recognised": Decimal("-28.31"),
        "closing": Decimal("61.69"),
    },
}  # fmt: skip


UNMAILED = "Issued and not mailed"


def questions() -> dict[str, str]:
    """Heading -> the query below it; those of a preview are asked of another database (tests/jobs/test_preview.py)."""
    return {
        section.split("\n", 1)[0]: code
        for section in re.split(r"^##+ ", PAGE, flags=re.MULTILINE)[1:]
        for code in re.findall(r"```sql\n(.*?)```", section, re.DOTALL)
        if not section.startswith("Preview: ")
    }


@pytest.fixture
def year(home: str, played: Callable[[str], Played]) -> Iterator[tuple[Played, Connection]]:
    result = played(home)
    with engine.connect(result.databases[""]) as con:
        yield result, con


def in_home(home: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("home", [home])


@in_home("year")
def test_every_query_runs_and_has_an_answer(year, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _, con = year
    monkeypatch.chdir(tmp_path)  # one of them writes a file
    assert len(questions()) > 15
    without = [heading for heading, sql in questions().items() if not con.execute(sql).fetchall()]
    assert without == [UNMAILED]


@in_home("year")
def test_what_was_not_mailed_when_the_night_began_is_mailed_in_the_morning(year) -> None:
    result, con = year
    with engine.connect(result.home.candidate) as began:
        assert began.execute(questions()[UNMAILED]).fetchall() != []
    assert con.execute(questions()[UNMAILED]).fetchall() == []


@in_home("year")
def test_the_answers_are_those_of_the_stories(year) -> None:
    _, con = year
    for heading, told in TOLD.items():
        rows = engine.rows(con, questions()[heading])
        assert [row for row in rows if told.items() <= row.items()], (heading, told)


@in_home("year")
def test_the_aging_as_of_the_end_of_the_night_is_that_of_the_night(year) -> None:
    """Credit notes and late first bills bear the day on which the night runs, the one after its business day."""
    _, con = year
    sql = questions()["Aging as of an earlier day"].replace("cast('2026-03-31' as date)", "as_of_date + 1")
    sql = sql.replace("as_of_date + 1 as day", "as_of_date + 1 as day from jobs.run")
    found = {(row["customer_id"], row["currency"]): row["open_amount"] for row in engine.rows(con, sql)}
    today = engine.rows(con, "select customer_id, currency, total + unapplied as open_amount from receivables_aging")
    assert found == {(row["customer_id"], row["currency"]): row["open_amount"] for row in today if row["open_amount"]}


@in_home("year")
def test_usage_that_waits_is_what_the_accounting_says(year) -> None:
    _, con = year
    waiting = con.execute("select count(*), sum(event_count) from waiting_usage").fetchall()
    assert waiting[0][0] > 1
    assert con.execute("select sum(events_waiting) from usage_accounting").fetchall() == [(waiting[0][1],)]


@in_home("year")
def test_movements_lead_from_opening_to_closing(year) -> None:
    _, con = year
    rows = engine.rows(con, questions()["MRR by month"])
    kinds = ("opening", "new", "expansion", "contraction", "churn", "reactivation")
    assert all(sum(row[kind] for kind in kinds) == row["closing"] for row in rows)


@in_home("year")
def test_the_python_of_the_page_keeps_money_exact(year, monkeypatch: pytest.MonkeyPatch) -> None:
    result, con = year
    monkeypatch.chdir(result.home.root)
    names: dict[str, Any] = {}
    blocks = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    for block in blocks:
        exec(block, names)
    expected = dict(con.execute("select currency, sum(open_amount) from invoices group by currency").fetchall())
    assert names["open_by_currency"].to_dict() == expected == dict(names["total"])
