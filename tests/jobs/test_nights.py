"""What a night leaves behind, and that doing it again, looking back or crashing leaves nothing more."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from billing_jobs import pricing_rules
from billing_jobs.adapters import duckdb as engine
from billing_jobs.adapters.ledger.commits import Ledger, open_ledger
from billing_jobs.adapters.mail import sending
from billing_jobs.adapters.quality import checks
from billing_jobs.adapters.warehouse import runs
from billing_jobs.errors import BuildFailed, CheckFailed, LedgerBroken, LedgerConflict, UsageError
from billing_jobs.jobs import build as builds
from billing_jobs.jobs.build import FOR_ALLOCATION, build, build_what_is_new
from billing_jobs.jobs.close import close
from billing_jobs.jobs.issue import issue
from billing_jobs.jobs.nightly import STEPS, nightly
from billing_jobs.jobs.publish import publish
from billing_jobs.jobs.send import send
from billing_jobs.jobs.step_order import MONTH_END_TASKS, NIGHT, NIGHT_TASKS
from billing_jobs.jobs.verify import verify
from billing_jobs.records import Run
from billing_jobs.settings import Home
from tests.jobs.conftest import deliver, night, pass_check, run_night, tree


def published(home: Home) -> dict[str, list[dict[str, Any]]]:
    with engine.connect(home.published_database) as con:
        names = [
            row["table_name"]
            for row in engine.rows(con, "select table_name from information_schema.tables where table_schema = 'main'")
        ]
        return {name: engine.rows(con, f"select * from {name} order by all") for name in sorted(names)}


def ledger_jobs(home: Home) -> list[str]:
    with engine.connect() as con:
        sql = "select job from read_json(?, columns = {job: 'varchar', sequence: 'integer'}) order by sequence"
        return [row["job"] for row in engine.rows(con, sql, [str(home.ledger / "*" / "manifest.json")])]


def test_a_night_issues_allocates_in_rounds_and_publishes(home: Home) -> None:
    assert ledger_jobs(home) == ["init", "issue", "allocate", "allocate", "publish"]
    assert [row["document_number"] for row in published(home)["invoices"]] == ["INV-c1", "INV-c2"]
    assert runs.last_run(home) == night(10)
    assert verify(home, night(10)).counts["commits"] == 5


def test_the_same_night_again_keeps_the_ledger_byte_for_byte_and_says_so(home: Home) -> None:
    before, tables = tree(home.ledger), published(home)
    changed = run_night(home, night(10, hour=20))
    assert tree(home.ledger) == before
    assert published(home) == tables
    assert [name for name, was_changed in changed.items() if was_changed] == []


def test_mails_that_went_out_since_are_shown_and_nothing_else_is_built(home: Home) -> None:
    before = published(home)
    sending.append(home, {"mail_key": "m1", "phase": "outcome", "state": "accepted", "at": "2026-01-10T17:00:00+00:00"})
    built = build_what_is_new(home, night(10, hour=20))
    assert built.changed
    assert built.counts["models"] == 5  # of 23: the mails, the run, and what lies between
    run_night(home, night(10, hour=20))
    assert published(home) == before | {"deliveries": [{"mail_key": "m1", "phase": "outcome", "state": "accepted"}]}
    assert not build_what_is_new(home, night(10, hour=20)).changed


def test_newer_pricing_rules_are_adopted_once_also_in_a_night_without_documents(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = ledger_jobs(home)
    monkeypatch.setattr(pricing_rules, "CURRENT", pricing_rules.CURRENT + 1)
    run_night(home, night(11))
    assert ledger_jobs(home) == [*before, "issue", "publish"]
    assert open_ledger(home).rules_version() == pricing_rules.CURRENT
    run_night(home, night(11, hour=20))
    run_night(home, night(12))
    assert ledger_jobs(home) == [*before, "issue", "publish", "publish"]


def test_a_night_that_breaks_off_before_its_commit_has_adopted_no_pricing_rules(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_off(ledger: Ledger, folder: Path, sequence: int) -> None:
        raise ConnectionAbortedError(f"{folder} of commit {sequence} is written, and not yet in its place")

    before, known = ledger_jobs(home), pricing_rules.CURRENT
    monkeypatch.setattr(pricing_rules, "CURRENT", known + 1)
    with monkeypatch.context() as broken, pytest.raises(ConnectionAbortedError):
        broken.setattr(Ledger, "_claim", break_off)
        run_night(home, night(11))
    assert (ledger_jobs(home), open_ledger(home).rules_version()) == (before, known)
    run_night(home, night(11, hour=20))
    assert (ledger_jobs(home), open_ledger(home).rules_version()) == ([*before, "issue", "publish"], known + 1)


def test_software_of_older_pricing_rules_builds_nothing(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pricing_rules, "CURRENT", pricing_rules.CURRENT - 1)
    with pytest.raises(UsageError, match="version 2 of the pricing rules, this software knows version 1"):
        build(home, night(11))


def test_a_file_after_the_night_makes_a_new_night_of_the_same_day(home: Home) -> None:
    deliver(home, night(10, hour=19), c3="300")
    run_night(home, night(10, hour=20))
    assert [row["document_number"] for row in published(home)["invoices"]] == ["INV-c1", "INV-c2", "INV-c3"]
    assert runs.last_run(home) == night(10, hour=20)


def test_a_rebuild_from_what_is_precious_gives_the_same_rows(home: Home) -> None:
    before, tables = tree(home.ledger), published(home)
    for path in (home.published, home.reports, home.root / ".dbt", home.lake / "run", home.lake / "sending"):
        shutil.rmtree(path)
    home.warehouse.unlink()
    home.candidate.unlink()
    last = runs.last_run(home)
    assert last is not None
    build(home, last)
    publish(home, last)
    assert published(home) == tables
    assert tree(home.ledger) == before


def test_a_look_at_the_past_is_built_apart_and_nothing_is_recorded(home: Home) -> None:
    deliver(home, night(20), c3="300")
    build(home, night(20))
    pass_check(home, night(20))
    publish(home, night(20))
    before, shown = tree(home.ledger), home.published_database.read_bytes()
    for name in ("build", "issue", "build_issued", "allocate", "publish"):
        STEPS[name](home, night(10))
    assert tree(home.ledger) == before
    assert home.published_database.read_bytes() == shown
    view = runs.view_home(home, night(10))
    with engine.connect(view.candidate) as con:
        documents = engine.rows(con, "select document_id from invoices order by all")
        (run,) = engine.rows(con, "select as_of_date, is_view from jobs.run")
    assert [row["document_id"] for row in documents] == ["c1", "c2"]
    assert (run["as_of_date"], run["is_view"]) == (night(10).as_of_date, True)
    with pytest.raises(UsageError, match="view of the past"):
        issue(home, night(10))


def test_issue_refuses_a_candidate_that_has_not_seen_the_newest_commit(home: Home) -> None:
    deliver(home, night(11), c3="300")
    build(home, night(11))
    pass_check(home, night(11))
    with engine.connect() as con:
        columns = con.sql(
            f"select * exclude (commit_sequence, recorded_at) from read_parquet('{open_ledger(home).glob('runs')}') "
            "limit 1"
        )
        open_ledger(home).commit(
            job="other", run=night(11), streams={"runs": columns}, built_on=open_ledger(home).head()
        )
    with pytest.raises(LedgerConflict, match="built on commit 5, but the ledger is at commit 6"):
        issue(home, night(11))


def test_a_night_that_died_after_its_commit_is_carried_on(home: Home) -> None:
    """As after a kill between the commit and the answer: the job runs again on the same candidate,
    then the night again with a later now."""
    deliver(home, night(11), c3="300")
    build(home, night(11))
    pass_check(home, night(11))
    assert issue(home, night(11)).changed
    before = tree(home.ledger)
    again = issue(home, night(11))
    assert (again.changed, again.messages) == (False, ("was recorded before as commit 6",))
    assert tree(home.ledger) == before
    build(home, night(11, hour=20))
    pass_check(home, night(11, hour=20))
    assert issue(home, night(11, hour=20)).messages == ("nothing to record",)
    with engine.connect(home.candidate) as con:
        assert engine.rows(con, "select document_number from invoices where document_id = 'c3'") == [
            {"document_number": "INV-c3"}
        ]


def test_an_allocation_that_broke_off_after_a_commit_goes_on_with_the_next_round(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The step run again alone: the money of the later rounds waited for the next night."""
    deliver(home, night(11), c3="300", c4="400.00")
    for name in ("build", "issue", "build_issued"):
        STEPS[name](home, night(11))
        pass_check(home, night(11))
    with monkeypatch.context() as patch:
        patch.setattr(builds, "build", _broken_off)
        with pytest.raises(BuildFailed):
            STEPS["allocate"](home, night(11))
    STEPS["allocate"](home, night(11))
    assert ledger_jobs(home)[5:] == ["issue", "allocate", "allocate"]


def _broken_off(*_given: Any, **_named: Any) -> None:
    raise BuildFailed("killed")


def test_nothing_is_issued_or_published_unchecked(home: Home) -> None:
    deliver(home, night(11), c3="300")
    build(home, night(11))
    for job in (issue, publish):
        with pytest.raises(CheckFailed, match="have not been checked"):
            job(home, night(11))
    assert open_ledger(home).head().sequence == 5


def test_what_came_in_is_judged_once_a_run(home: Home) -> None:
    results = [
        {"rule": "came", "border": "in", "money": {"JPY": "10.50"}},
        {"rule": "goes", "border": "out", "money": {}},
    ]
    checks.remember(home, night(10), passed=True, results=results)
    assert checks.results_of_what_came_in(home, night(10)) == [
        {"rule": "came", "border": "in", "money": {"JPY": Decimal("10.50")}}
    ]
    assert checks.results_of_what_came_in(home, night(11)) == []
    deliver(home, night(10, hour=19), c3="300")
    build(home, night(10, hour=20))
    checks.remember(home, night(10, hour=20), passed=True, results=results)
    assert len(checks.results_of_what_came_in(home, night(10, hour=20))) == 1
    deliver(home, night(10, hour=18), c4="400")  # a file that came in time, and was taken in after the check
    build(home, night(10, hour=20))
    assert checks.results_of_what_came_in(home, night(10, hour=20)) == []


def test_what_stopped_the_night_is_judged_again(home: Home) -> None:
    checks.remember(home, night(10), passed=False, results=[{"rule": "came", "border": "in", "money": {}}])
    assert checks.results_of_what_came_in(home, night(10)) == []


@pytest.mark.parametrize(
    "earlier",
    [
        "alter table jobs.candidate drop facts",
        "alter table jobs.candidate drop is_complete",
        "drop table jobs.candidate",
    ],
)
def test_a_candidate_of_an_earlier_version_is_built_anew(home: Home, earlier: str) -> None:
    before = published(home)
    with engine.connect(home.candidate, read_only=False) as con:
        con.execute(earlier)
    assert runs.outdated_in_candidate(home, night(10)) == {"all"}
    assert runs.candidate_was_made_from(home).keys() == {"facts", "mails"}
    assert build_what_is_new(home, night(10, hour=20)).changed
    run_night(home, night(10, hour=20))
    assert published(home) == before


def test_a_candidate_built_in_part_is_not_published(home: Home) -> None:
    build(home, night(11), select=FOR_ALLOCATION, is_complete=False)
    pass_check(home, night(11))
    with pytest.raises(LedgerConflict, match="built in part"):
        publish(home, night(11))


def test_a_failing_rule_stops_the_night_in_plain_words_without_personal_data(home: Home) -> None:
    before = home.candidate.read_bytes()
    deliver(home, night(11), c3="-300")
    with pytest.raises(BuildFailed) as stopped:
        build(home, night(11))
    said = str(stopped.value)
    assert "Test assert_no_charge_is_negative found 1 rows. Fails if a charge is negative" in said
    assert "charge_id=c3, amount=-300.000000000000" in said
    assert "Jane Doe" not in said
    assert home.candidate.read_bytes() == before


def test_a_month_end_writes_its_journal_from_the_ledger(home: Home) -> None:
    run_night(home, night(31))
    journal = (home.reports / "journal_2026-01.csv").read_text(encoding="utf-8-sig").splitlines()
    assert journal[0].startswith("entry_id,line_no,entity_id,posted_on,account,side,amount,currency")
    assert [line.split(",")[6] for line in journal[1:]] == ["100.0000", "200.0000"]
    assert ledger_jobs(home)[-2:] == ["close", "publish"]


MONTH_END = ("build", *MONTH_END_TASKS["close"][1:], "publish")


def in_turn(home: Home, run: Run, steps: Iterable[str]) -> dict[str, bool]:
    """Steps as the scheduler's tasks run them, one after the other; the border checks pass."""
    changed = {}
    for name in steps:
        if name in ("check", "check_out"):
            pass_check(home, run)
        else:
            changed[name] = STEPS[name](home, run).changed
    return changed


@pytest.mark.parametrize("is_night_repeated", [False, True])
def test_a_month_end_after_a_night_that_sent_no_mail_closes_the_month(home: Home, is_night_repeated: bool) -> None:
    """The publication of the night is all that was recorded since its tables were built,
    so they are those of the month end."""
    deliver(home, night(31), c9="900")
    steps = NIGHT[1 : NIGHT.index("render")]
    in_turn(home, night(31), steps)
    if is_night_repeated:
        in_turn(home, night(31, hour=18), steps)
    closed = in_turn(home, night(31, hour=19), MONTH_END)
    assert closed == {"build": False, "close": True, "build_closed": True, "publish": False}
    assert ledger_jobs(home)[-2:] == ["publish", "close"]
    assert sorted(row["amount"] for row in published(home)["journal_entries"]) == [100, 200, 900]
    again = tree(home.ledger)
    assert not any(in_turn(home, night(31, hour=20), MONTH_END).values())
    assert tree(home.ledger) == again


def test_a_task_that_finds_the_tables_of_another_run_makes_its_own_again(home: Home) -> None:
    """Two runs overlap: the second has built between the first's proposal and its record."""
    deliver(home, night(31), c9="900")
    in_turn(home, night(31), NIGHT_TASKS["propose"])
    in_turn(home, night(31, hour=18), NIGHT_TASKS["propose"])
    with pytest.raises(CheckFailed, match="have not been checked yet"):
        STEPS["issue"](home, night(31))
    found = in_turn(home, night(31), NIGHT_TASKS["record"])
    assert (found["build"], found["issue"]) == (True, True)
    found = in_turn(home, night(31, hour=18), NIGHT_TASKS["record"])
    assert (found["build"], found["issue"]) == (True, False)


def test_a_close_that_was_recorded_before_its_task_ended_counts_as_done(home: Home) -> None:
    deliver(home, night(31), c9="900")
    in_turn(home, night(31), NIGHT[1 : NIGHT.index("render")])
    in_turn(home, night(31, hour=19), ["build", "close"])
    recorded = tree(home.ledger)
    result = STEPS["close"](home, night(31, hour=19))
    assert (result.changed, "was recorded before as commit" in result.messages[0]) == (False, True)
    assert tree(home.ledger) == recorded


def test_verify_stops_at_a_changed_ledger(home: Home) -> None:
    (home.ledger / "000002" / "documents.parquet").write_bytes(b"PAR1")
    with pytest.raises(LedgerBroken, match=r"ledger/000002: documents\.parquet was changed"):
        verify(home, night(10))


def move_a_due_date(home: Home) -> None:
    """What a night would never notice by itself: an issued invoice of the ledger falls due a year later."""
    path = home.ledger / "000002" / "documents.parquet"
    with engine.connect() as con:
        con.execute("create table found as select * from read_parquet(?)", [str(path)])
        con.execute("update found set due_date = date '2027-03-31'")
        con.table("found").write_parquet(str(path))


@pytest.mark.parametrize("job", ["nightly", "ingest and build", "issue alone", "send"])
def test_no_night_runs_on_a_ledger_that_verify_refuses(home: Home, job: str) -> None:
    if job == "issue alone":
        deliver(home, night(11), c3="300")
        build(home, night(11))
        pass_check(home, night(11))
    move_a_due_date(home)
    before = tree(home.ledger)
    with pytest.raises(LedgerBroken, match=r"ledger/000002: documents\.parquet was changed"):
        verify(home, night(11))
    with pytest.raises(LedgerBroken, match=r"ledger/000002: documents\.parquet was changed"):
        if job == "nightly":
            nightly(home, night(11))
        elif job == "send":
            send(home, night(11))
        else:
            STEPS["issue" if job == "issue alone" else "build"](home, night(11))
    assert tree(home.ledger) == before


def test_a_job_without_a_candidate_says_what_to_run(empty_home: Home) -> None:
    pass_check(empty_home, night(2))
    with pytest.raises(UsageError, match="billing build"):
        issue(empty_home, night(2))


def test_a_close_says_what_is_in_doubt_and_whose_it_is(home: Home) -> None:
    deliver(home, night(31), doubtful="700")
    build_what_is_new(home, night(31))
    pass_check(home, night(31))
    assert [said for said in close(home, night(31)).messages if "in doubt" in said] == [
        "in doubt, in no entry: charges_are_positive of C1 (700.0000 JPY)"
    ]
