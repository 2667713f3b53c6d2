"""The command line: what it says, and with which exit code it ends."""

from __future__ import annotations

import fcntl
import json
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from billing_jobs.adapters import duckdb as engine
from billing_jobs.cli import cli
from billing_jobs.cli.output import printable
from billing_jobs.cli.tables import table
from billing_jobs.intake.intake_log import read_receipts
from billing_jobs.settings import Home
from tests.support import small_company
from tests.support.small_company import deliver

Call = Callable[..., Result]


@pytest.fixture
def call(tmp_path: Path) -> Call:
    def billing(*arguments: str, now: str = "2026-02-01T02:00:00+09:00") -> Result:
        return CliRunner().invoke(
            cli, ["--home", str(tmp_path / "home"), "--now", now, *arguments], catch_exceptions=False
        )

    return billing


@pytest.fixture
def home(tmp_path: Path, call: Call) -> Home:
    assert call("init").exit_code == 0
    return Home(tmp_path / "home")


def test_help_names_every_command() -> None:
    said = CliRunner().invoke(cli, ["--help"]).output
    commands = (
        "init ingest build check allocate issue close publish render send nightly preview monthly decide approve quote "
        "accept explain simulate year verify backup restore rejects status airflow withdraw"
    )
    assert [name for name in commands.split() if f"\n  {name} " not in said] == []


def test_a_folder_that_is_no_home_is_wrong_usage(call: Call, tmp_path: Path) -> None:
    for command in ("ingest", "build", "nightly", "verify", "status", "check"):
        ended = call(command)
        assert (ended.exit_code, "Run `billing" in ended.output) == (2, True), command
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize("arguments", [["nightly", "--as-of", "31.1.2026"], ["no_such_command"], ["decide"]])
def test_arguments_that_cannot_be_read_are_wrong_usage(call: Call, arguments: list[str]) -> None:
    assert call(*arguments).exit_code == 2


def test_a_night_may_stop_before_anything_is_recorded(home: Home, call: Call) -> None:
    small_company.move_in(home.landing)
    manifests = sorted(home.ledger.glob("*/manifest.json"))
    ended = call("nightly", "--as-of", "2026-01-31", "--until", "check")
    assert ended.exit_code == 0, ended.output
    assert "check.rules" in ended.stdout and "issue" not in ended.stdout
    assert sorted(home.ledger.glob("*/manifest.json")) == manifests
    assert home.candidate.exists() and not home.published_database.exists()


def test_a_step_that_no_night_has_is_wrong_usage_and_the_steps_are_named(home: Home, call: Call) -> None:
    ended = call("nightly", "--until", "chek")
    assert (ended.exit_code, "'chek'" in ended.output, "'ingest', 'build', 'check'" in ended.output) == (2, True, True)


@pytest.mark.parametrize("command", [["nightly"], ["nightly", "--as-of", "2026-01-31"], ["preview"]])
def test_a_night_on_an_empty_home_says_that_the_catalog_is_missing(home: Home, call: Call, command: list[str]) -> None:
    ended = call(*command)
    assert ended.exit_code == 2
    said = ended.stderr.strip().splitlines()[-1]
    assert said.startswith("There is no catalog yet") and "landing/catalog/" in said and "docs/landing.md" in said
    assert len(list(home.ledger.glob("*/manifest.json"))) == 1


def test_a_first_night_takes_in_the_catalog_and_says_who_is_missing(home: Home, call: Call) -> None:
    """No --as-of: the zone of the business day stands in a catalog that nobody has taken in yet."""
    deliver(home.landing, "catalog/company.yml", small_company.CATALOG)
    ended = call("nightly", "--until", "build")
    assert ended.exit_code == 0, ended.output
    assert "nothing can be billed yet: no customer and no contract has been taken in" in ended.stdout
    assert "customers.csv and contracts.csv" in ended.stdout


def test_a_moment_without_a_zone_is_refused(call: Call) -> None:
    ended = call("init", now="2026-02-01T02:00:00")
    assert (ended.exit_code, "with a zone" in ended.output) == (2, True)


def test_the_moment_given_is_the_moment_used(home: Home, call: Call) -> None:
    deliver(home.landing, "decisions/one.csv", "decision_id,kind,decided_by,decided_at,reason\n")
    assert call("ingest", now="2026-03-05T12:00:00+09:00").exit_code == 0
    receipt = json.loads(home.intake_log.read_text().splitlines()[-1])
    assert datetime.fromisoformat(receipt["received_at"]) == datetime(2026, 3, 5, 3, tzinfo=UTC)


def test_a_broken_catalog_is_unreadable_configuration(home: Home, call: Call) -> None:
    deliver(home.landing, "catalog/plans.yml", "plans: [{plan: team, colour: red}]\n")
    ended = call("ingest")
    assert (ended.exit_code, "plans.yml:1" in ended.output) == (2, True)


def test_a_changed_ledger_ends_with_one(home: Home, call: Call) -> None:
    assert call("verify").exit_code == 0
    (home.ledger / "000001" / "documents.parquet").write_bytes(b"PAR1")
    ended = call("verify")
    assert (ended.exit_code, "ledger/000001" in ended.output) == (1, True)


def test_a_home_in_use_ends_with_one(home: Home, call: Call) -> None:
    with home.lock_file.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        ended = call("--wait", "0.3", "ingest")
    assert (ended.exit_code, "nothing was changed (waited 0 seconds)" in ended.output) == (1, True)


def test_a_decision_of_milliseconds_loses_nobody_a_night(home: Home, call: Call) -> None:
    """A command that finds the home at work waits for it, says so, and then knows what was done meanwhile."""
    with home.lock_file.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.write("4711")
        file.flush()
        threading.Timer(0.5, file.close).start()
        begun = datetime.now(UTC)
        deliver(home.landing, "crm/customers.csv", "customer_id,name\nC1,One\n")
        ended = CliRunner().invoke(cli, ["--home", str(home.root), "ingest"], catch_exceptions=False)
    assert ended.exit_code == 0
    assert "Process 4711 is working in" in ended.stderr and "waiting for it, up to 60 seconds" in ended.stderr
    (receipt,) = read_receipts(home.intake_log)
    assert (receipt.received_at - begun).total_seconds() >= 0.4


def test_a_moment_that_was_given_stays_whoever_was_waited_for(home: Home, call: Call) -> None:
    with home.lock_file.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        threading.Timer(0.2, file.close).start()
        deliver(home.landing, "crm/customers.csv", "customer_id,name\nC1,One\n")
        assert call("ingest").exit_code == 0
    (receipt,) = read_receipts(home.intake_log)
    assert receipt.received_at == datetime(2026, 1, 31, 17, tzinfo=UTC)


def test_commands_follow_each_other_and_the_first_that_fails_ends_the_call(home: Home, call: Call) -> None:
    assert [
        line.split(":")[0] for line in call("ingest", "verify").output.splitlines() if not line.startswith(" ")
    ] == ["ingest", "verify"]
    ended = call("check", "verify")
    assert (ended.exit_code, "billing build" in ended.output, "every commit" in ended.output) == (2, True, False)


def test_json_is_one_document_also_when_it_fails(home: Home, call: Call) -> None:
    done = json.loads(call("--json", "verify", "status").stdout)
    assert (done["ok"], [result.get("job") or result["kind"] for result in done["results"]]) == (
        True,
        ["verify", "status"],
    )
    failed = json.loads(call("--json", "check").stdout)
    assert (failed["ok"], failed["error"], failed["exit_code"]) == (False, "UsageError", 2)


def test_status_says_what_to_do_next(home: Home, call: Call) -> None:
    deliver(home.landing, "crm/customers.csv", "customer_id,name\nC1,One\n")
    deliver(home.landing, "crm/half_written.csv.part", "customer_id")
    said = call("status").output
    assert "last night   none yet" in said
    assert "`billing ingest`: 1 files have come in" in said


def test_our_own_logs_are_no_files_that_have_come_in(home: Home, call: Call) -> None:
    """After an erasure there are two."""
    home.intake_log.touch()
    home.erasures_log.write_text("{}\n", encoding="utf-8")
    assert "new files    0" in call("status").output


def test_status_tells_the_person_whose_decision_was_refused(home: Home, call: Call) -> None:
    home.published.mkdir(exist_ok=True)
    columns = {
        name: "null as " + name
        for name in ("hold_reason", "reason_code", "file_name", "document_id", "purpose", "mail_key")
    }
    amounts = (
        "0.0::decimal(20, 4) as total_amount, 0.0::decimal(20, 4) as open_amount, 0.0::decimal(20, 4) as "
        "unapplied_amount, 'JPY' as currency, 'none' as state"
    )
    with engine.connect(home.published_database, read_only=False) as con:
        con.execute("create schema jobs")
        for name in ("draft_invoices", "invoices", "payments", "deliveries", "jobs.mails_to_send"):
            con.execute(f"create table {name} as select {', '.join(columns.values())}, {amounts} limit 0")
        con.execute(
            "create table rejected_rows as select '' as source, 'f' as file_name, 1 as line_no, '' as column_name, "
            "'missing' as reason_code, '' as expected, '' as message limit 0"
        )
        con.execute(
            "create table decisions as select 'D-1' as decision_id, 'waive' as kind, 'refused_ambiguous' as state, "
            "'keiri' as decided_by, null as decided_at"
        )
        con.execute(
            "create table claims_broken as select 'a_claim' as claim, 'C-9' as customer_id, '' as contract_id, "
            "'d1' as document_id, 7.0 as amount, 'JPY' as currency"
        )
        con.execute(
            "create table draft_invoice_lines as select * "
            "from (values ('c1', 'd1', 250.0, 'JPY', 'pricing_rule_changed'), "
            "('c2', 'd1', -40.0, 'JPY', 'pricing_rule_changed'), ('c3', 'd2', 9.0, 'JPY', null)) as rows(charge_id, "
            "document_id, line_amount, currency, hold_reason)"
        )
    said = call("status").output
    [moved] = [line.split() for line in said.splitlines() if "250" in line]
    assert moved == ["JPY", "2", "1", "250", "-40"]
    assert "read docs/upgrading.md: newer pricing rules would move what was billed before" in said
    assert "In doubt" in said and "C-9" in said and "docs/claims.md" in said
    assert "D-1" in said and "refused_ambiguous" in said
    assert "decisions were refused" in said


def test_tables_align_numbers_right_and_text_left() -> None:
    assert table([{"name": "a", "count": 1}, {"name": "bbb", "count": 12345}], ["name", "count"]) == [
        "name  count",
        "a         1",
        "bbb   12345",
    ]


NO_TEXT = "A\udc80"


@pytest.mark.parametrize(
    "arguments",
    [
        ["explain", NO_TEXT],
        ["quote", NO_TEXT],
        ["accept", NO_TEXT],
        ["build", "--select", NO_TEXT],
        ["decide", "--kind", "void", "--document-id", NO_TEXT, "--decided-by", "a", "--reason", "b"],
    ],
)
def test_an_argument_that_is_no_text_is_wrong_usage(home: Home, call: Call, arguments: list[str]) -> None:
    ended = call(*arguments)
    assert (ended.exit_code, "expected UTF-8" in ended.output) == (2, True)


@pytest.mark.parametrize("hostile", ["x" * 300, "a\nb", "a'b\"c", "../../x", "a\x00b", "a\x1b[2Jb", "%s{}", "あ" * 200])
def test_an_id_that_nobody_knows_is_a_sentence(home: Home, call: Call, hostile: str) -> None:
    home.published_database.parent.mkdir(exist_ok=True)
    with engine.connect(home.published_database, read_only=False) as con:
        con.execute("create schema jobs")
        con.execute("create table jobs.run as select now() as known_until")
        con.execute("create table invoices (document_id varchar, document_number varchar)")
        con.execute("create table contracts (contract_id varchar)")
        con.execute("create table quotes (quote_id varchar)")
        con.execute("create table charges (charge_id varchar, fee_id varchar, instance varchar)")
    decision = ["--kind", "waive", "--charge-id", hostile, "--decided-by", "a", "--reason", "b"]
    for arguments in (["explain", hostile], ["quote", hostile], ["accept", hostile], ["decide", *decision]):
        ended = call("--json", *arguments)
        assert (ended.exit_code, json.loads(ended.stdout)["ok"]) == (2, False)
        assert call(*arguments).exit_code == 2


def test_what_a_delivered_name_holds_is_shown_and_commands_no_terminal() -> None:
    given = "K\x1b[2J\x9b1m\x07\x00\rfake\x7f \udc80 見積\tK\nK"
    assert printable(given) == "K\\x1b[2J\\x9b1m\\x07\\x00\\rfake\\x7f \\udc80 見積\tK\nK"
