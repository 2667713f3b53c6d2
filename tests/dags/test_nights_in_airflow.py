"""Nights as real DAG runs: in process through `airflow dags test`, and three missed nights caught up by a backfill."""

from __future__ import annotations

import shutil
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from billing_jobs.adapters import lock
from billing_jobs.adapters.duckdb import connect, rows
from billing_jobs.jobs.approve import approve, question
from billing_jobs.jobs.init import init
from billing_jobs.jobs.nightly import nightly
from billing_jobs.records import Run
from billing_jobs.settings import Home
from examples.demo.sendgrid_loopback import Loopback
from ops.airflow_env import PROJECT, prepare
from tests.support import small_company

NIGHTS = (date(2026, 1, 29), date(2026, 1, 30), date(2026, 1, 31))


def after(day: date) -> datetime:
    """02:00 in Tokyo of the day that follows."""
    return datetime(day.year, day.month, day.day, 17, tzinfo=UTC)


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = Home(tmp_path_factory.mktemp("company"))
    init(home, Run(date(2026, 1, 28), after(date(2026, 1, 28))))
    small_company.move_in(home.landing)
    return home


@pytest.fixture(scope="module")
def airflow(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return {**prepare(tmp_path_factory.mktemp("airflow")), "BILLING_TASK_RETRIES": "0"}


def deliver_day(home: Home, day: date) -> None:
    small_company.deliver(home.landing, f"usage/metrics/{day}.csv", small_company.usage_csv(str(day)))


def run_dag(
    dag_id: str, home: Home, nights: list[tuple[date, datetime]], env: dict[str, str], *, ends: str = "success"
) -> str:
    """Runs of one DAG in one process of their own, in order; what they printed."""
    script = f"""
import json, sys
from datetime import datetime
from pathlib import Path
from airflow.dag_processing.dagbag import BundleDagBag
from billing_jobs.adapters import collector
collector.leave_out_what_stays()
dag = BundleDagBag({str(PROJECT / "dags")!r}, bundle_path=Path({str(PROJECT / "dags")!r})).dags[{dag_id!r}]
for as_of, now in json.loads(sys.argv[1]):
    run = dag.test(run_conf={{"as_of": as_of, "now": now}}, logical_date=datetime.fromisoformat(now))
    assert getattr(run.state, "value", run.state) == {ends!r}, (as_of, run.state)
collector.end_process(0)
"""
    import json

    argument = json.dumps([(str(as_of), now.isoformat()) for as_of, now in nights])
    done = subprocess.run(
        [sys.executable, "-c", script, argument],
        env={**env, "BILLING_HOME": str(home.root)},
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    return done.stdout + done.stderr


def published(home: Home, sql: str) -> list[dict[str, object]]:
    with connect(home.published_database) as con:
        return rows(con, sql)


CHARGES = "select charge_id, owed_amount, billed_amount from charges order by charge_id"
BALANCES = "select customer_id, currency, total from receivables_aging order by customer_id, currency"


CAUGHT_UP = after(NIGHTS[-1]) + timedelta(days=3)


@pytest.fixture(scope="module")
def caught_up(company: Home, airflow: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The company after three missed nights, run one after the other by the scheduler's DAG three days late. Nobody
    answers in the first, which holds everything; a person approves it by shell before the second."""
    missed = Home(tmp_path_factory.mktemp("missed"))
    shutil.copytree(company.root, missed.root, dirs_exist_ok=True)
    for night in NIGHTS:
        deliver_day(missed, night)
    nights = [(night, CAUGHT_UP + timedelta(minutes=10 * number)) for number, night in enumerate(NIGHTS)]
    unanswered = {**airflow, "BILLING_APPROVAL_HOURS": "0"}
    run_dag("nightly_billing", missed, nights[:1], unanswered)
    assert published(missed, "select count(*) as documents from invoices") == [{"documents": 0}]
    held = published(missed, "select distinct hold_reason from draft_invoices")
    decided = published(missed, "select kind, decided_by, state, count(*) as rows from decisions group by all")
    assert held == [{"hold_reason": "held_by_decision"}]
    [row] = decided
    assert (row["kind"], row["decided_by"], row["state"]) == ("hold", "unanswered", "applied")
    at = Run(NIGHTS[0], nights[0][1] + timedelta(minutes=5))
    asked = question(missed, at)
    assert len(asked["documents"]) == row["rows"]
    approve(missed, at, question_id=asked["question_id"], decided_by="keiri", reason="looked through")
    run_dag("nightly_billing", missed, nights[1:], unanswered)
    return missed


def test_a_backfill_of_three_missed_nights_ends_like_three_nights_in_time(
    company: Home, caught_up: Home, tmp_path: Path
) -> None:
    in_time = Home(tmp_path / "in_time")
    shutil.copytree(company.root, in_time.root)
    for night in NIGHTS:
        deliver_day(in_time, night)
        nightly(in_time, Run(night, after(night)))

    assert published(caught_up, CHARGES) == published(in_time, CHARGES)
    assert published(caught_up, BALANCES) == published(in_time, BALANCES)
    assert published(in_time, "select count(*) as documents from invoices")[0]["documents"]


def test_a_month_end_closes_through_its_dag(caught_up: Home, airflow: dict[str, str]) -> None:
    run_dag("monthly_close", caught_up, [(NIGHTS[-1], CAUGHT_UP + timedelta(hours=2))], airflow)
    [sums] = published(
        caught_up,
        (
            "select sum(amount) filter (where side = 'debit') as debit, sum(amount) filter (where side = 'credit') as "
            "credit from journal_entries where currency = 'JPY'"
        ),
    )
    assert sums["debit"] == sums["credit"]
    assert sums["debit"]
    assert list(caught_up.reports.glob("journal_2026-01*.csv"))


def test_an_hour_s_preview_records_nothing_and_is_skipped_while_a_night_is_at_work(
    caught_up: Home, airflow: dict[str, str], tmp_path: Path
) -> None:
    home = Home(shutil.copytree(caught_up.root, tmp_path / "home", symlinks=True))
    ledger = sorted(home.ledger.rglob("*"))
    moment = CAUGHT_UP + timedelta(hours=9)
    run_dag("preview", home, [(date(2026, 2, 28), moment)], airflow)
    assert sorted(home.ledger.rglob("*")) == ledger
    with connect(home.preview_database) as con:
        [shown] = rows(con, "select as_of_date, is_forecast, known_until from preview")
        assert rows(con, "select count(*) as n from drafts")[0]["n"]
    assert (shown["as_of_date"], shown["is_forecast"], shown["known_until"]) == (date(2026, 2, 28), True, moment)
    home.preview_database.unlink()
    impatient = {**airflow, "BILLING_PREVIEW_WAIT_SECONDS": "1"}
    with lock.hold(home):
        said = run_dag("preview", home, [(date(2026, 2, 28), moment + timedelta(hours=1))], impatient)
    assert "The preview of the next hour shows it" in said
    assert not home.preview_database.exists()


def test_a_night_that_is_not_published_by_six_is_told(
    company: Home, airflow: dict[str, str], mail_server: Loopback
) -> None:
    """The home is made and moved in, and no night has run; what a person has to mend is not tried again."""
    told = {**airflow, "BILLING_ALERTS_TO": "ops@example.jp", "BILLING_TASK_RETRIES": "2"}
    before = len(mail_server.mails)
    said = run_dag("published_in_time", company, [(NIGHTS[0], after(NIGHTS[0]))], told, ends="failed")
    assert "The night of 2026-01-29 is not published yet." in said
    [mail] = mail_server.mails[before:]
    assert mail["subject"] == "[billing] published_in_time failed at look"
    text = mail["content"][0]["value"]
    assert "The night of 2026-01-29 is not published yet." in text
    assert "docs/operations.md" in text
