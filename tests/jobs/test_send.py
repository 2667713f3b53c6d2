"""One mail each, or one in doubt: whatever breaks, and whenever."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from billing_jobs import streams
from billing_jobs.adapters import duckdb as engine
from billing_jobs.adapters.ledger.commits import open_ledger
from billing_jobs.adapters.mail import sendgrid as mail_adapter
from billing_jobs.adapters.mail import sending
from billing_jobs.adapters.mail.transport import Limits
from billing_jobs.errors import UsageError
from billing_jobs.jobs.render import render
from billing_jobs.jobs.send import send
from billing_jobs.records import Run
from billing_jobs.settings import PROJECT_DIR, Home
from examples.demo.sendgrid_loopback import Loopback, running
from tests.documents import samples
from tests.jobs.mail_home import RUN, home_with, mail, propose

INVOICE = mail("k1", "invoice", document_number="INV-2026-000123")
CREDIT = mail(
    "k2", "credit_note", document_number="CN-2026-000007", cc="a@example.com; b@example.com, TARO@example.com"
)
REMINDER = mail(
    "k3", "reminder_1", purpose="reminder", document_number="INV-2026-000098", policy="standard", step=1,
    payload={"currency": "JPY", "open_amount": "8800.0000", "invoices": [{"document_number": "INV-2026-000098",
                "due_date": "2026-10-30", "open_amount": "8800.0000"}]},
)  # fmt: skip
CARD = mail(
    "k4",
    "card_expiry",
    payment_method_id="p1",
    payload={"card_brand": "Visa", "card_last4": "4242", "card_exp_month": 11, "card_exp_year": 2026},
)
KILLED = """
import os, signal, sys
from pathlib import Path
from billing_jobs.jobs.send import send
from billing_jobs.settings import Home
from tests.jobs.mail_home import RUN
if sys.argv[2] == "before the call":
    sys.addaudithook(lambda event, details: os.kill(os.getpid(), signal.SIGKILL) if event == "socket.connect" else None)
send(Home(Path(sys.argv[1])), RUN)
"""


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = home_with(tmp_path_factory.mktemp("rendered"), samples.invoice(), samples.credit_note())
    render(home, RUN)
    return home


@pytest.fixture
def home(rendered: Home, tmp_path: Path) -> Home:
    """A home of its own, with the papers of the shared one."""
    copy = home_with(tmp_path / "home", samples.invoice(), samples.credit_note())
    copy.documents.symlink_to(rendered.documents)
    copy.paper_log.write_bytes(rendered.paper_log.read_bytes())
    return copy


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Loopback]:
    with running(tmp_path / "mails") as loopback:
        monkeypatch.setenv("SENDGRID_API_KEY", "SG.test")
        monkeypatch.setenv("BILLING_SENDGRID_HOST", loopback.host)
        yield loopback


def keys(server: Loopback) -> list[str]:
    return sorted(taken["custom_args"]["mail_key"] for taken in server.mails)


def test_each_mail_goes_once_however_often_the_job_runs(home: Home, server: Loopback) -> None:
    propose(home, INVOICE, CREDIT, REMINDER, CARD)
    assert send(home, RUN).counts == {"accepted": 4, "failed": 0, "in_doubt": 0, "waiting": 0}
    assert not send(home, RUN).changed
    assert keys(server) == ["k1", "k2", "k3", "k4"]
    log = sending.read(home)
    assert [record["phase"] for record in log] == ["intent", "outcome"] * 4
    assert {record["at"] for record in log} == {RUN.now.isoformat()}


def test_papers_travel_with_their_mails_and_copies_are_named_once(home: Home, server: Loopback) -> None:
    propose(home, INVOICE, CREDIT)
    send(home, RUN)
    taken = {one["custom_args"]["mail_key"]: one for one in server.mails}
    assert taken["k1"]["attachments"][0]["filename"] == "INV-2026-000123.pdf"
    assert [copy["email"] for copy in taken["k2"]["personalizations"][0]["cc"]] == ["a@example.com", "b@example.com"]
    assert taken["k1"]["from"] == {"email": "billing@example.jp", "name": "みなと計量サービス"}


def test_a_failed_mail_is_tried_again_and_one_in_doubt_is_not(
    home: Home, server: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail_adapter, "LIMITS", Limits(silence=0.3))
    server.hang_seconds = 1.0
    propose(home, CARD, INVOICE)
    server.behave(500, "hang")
    assert send(home, RUN).counts == {"accepted": 0, "failed": 1, "in_doubt": 1, "waiting": 0}
    assert send(home, RUN).counts == {"accepted": 1, "failed": 0, "in_doubt": 0, "waiting": 0}
    assert keys(server) == ["k1", "k4"]


def test_without_a_key_nothing_is_sent_and_nothing_lost(
    home: Home, server: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    propose(home, CARD)
    monkeypatch.delenv("SENDGRID_API_KEY")
    with pytest.raises(UsageError, match="SENDGRID_API_KEY is not set and 1 mails are due"):
        send(home, RUN)
    assert sending.read(home) == []
    monkeypatch.setenv("SENDGRID_API_KEY", "SG.test")
    assert send(home, RUN).counts["accepted"] == 1


def test_no_mail_due_needs_no_key(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SENDGRID_API_KEY", raising=False)
    propose(home)
    assert not send(home, RUN).changed


def test_a_mail_without_its_paper_or_address_waits_and_stops_nobody(home: Home, server: Loopback) -> None:
    unrendered = mail("k5", "invoice", document_number="INV-2026-000999")
    propose(home, unrendered, CARD | {"recipient": ""}, REMINDER)
    result = send(home, RUN)
    assert result.counts == {"accepted": 1, "failed": 0, "in_doubt": 0, "waiting": 2}
    assert keys(server) == ["k3"]


def test_the_limit_of_mails_ends_the_run_politely(home: Home, server: Loopback) -> None:
    propose(home, CARD, CREDIT, INVOICE)
    server.retry_after = 0
    server.behave(202, 429, 202)
    assert send(home, RUN).counts["accepted"] == 3
    propose(home, CARD | {"mail_key": "k8"}, INVOICE | {"mail_key": "k9"})
    server.retry_after = 600
    server.behave(429)
    result = send(home, RUN)
    assert (result.counts["accepted"], result.counts["failed"]) == (0, 1)
    assert "600 seconds" in result.messages[-1]
    assert "k9" not in keys(server)


def killed(home: Home, moment: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", KILLED, str(home.root), moment],
        cwd=PROJECT_DIR,
        env={**os.environ, "PYTHONPATH": str(PROJECT_DIR)},
    )


def test_killed_between_intent_and_call_the_mail_is_in_doubt_once(home: Home, server: Loopback) -> None:
    propose(home, CARD)
    assert killed(home, "before the call").wait(timeout=30) == -signal.SIGKILL
    assert [record["phase"] for record in sending.read(home)] == ["intent"]
    assert send(home, RUN).counts["in_doubt"] == 1
    assert send(home, RUN).counts == {"accepted": 0, "failed": 0, "in_doubt": 0, "waiting": 0}
    assert server.mails == []
    assert [record.get("state") for record in sending.read(home)] == [None, "in_doubt"]


def test_killed_between_call_and_outcome_the_mail_is_not_sent_twice(home: Home, server: Loopback) -> None:
    propose(home, CARD, INVOICE)
    server.behave("hang")
    process = killed(home, "after the call")
    deadline = time.monotonic() + 30
    while not server.mails and time.monotonic() < deadline:
        time.sleep(0.02)
    process.kill()
    process.wait()
    assert send(home, RUN).counts == {"accepted": 1, "failed": 0, "in_doubt": 1, "waiting": 0}
    assert send(home, RUN).counts["accepted"] == 0
    assert keys(server) == ["k1", "k4"]


def test_no_address_is_ever_logged(home: Home, server: Loopback, caplog: pytest.LogCaptureFixture) -> None:
    propose(home, CARD, INVOICE)
    server.behave(400)
    with caplog.at_level(logging.DEBUG, logger="billing"):
        result = send(home, RUN)
    assert "card_expiry C1: failed" in caplog.text
    assert "taro" not in caplog.text + "".join(result.messages)


@pytest.mark.parametrize("since", ["landed", "taken_in", "recorded"])
def test_a_reminder_whose_amounts_are_older_than_what_is_known_waits_and_the_rest_goes(
    home: Home, server: Loopback, since: str
) -> None:
    propose(home, INVOICE, REMINDER)
    if since == "landed":
        (home.landing / "payments" / "bank").mkdir(parents=True)
        (home.landing / "payments" / "bank" / "a.csv").write_text("day,amount\n2026-10-31,13200\n", encoding="utf-8")
    elif since == "taken_in":
        home.intake_log.parent.mkdir(parents=True, exist_ok=True)
        home.intake_log.write_text(
            '{"path": "payments/bank/a.csv", "sha256": "0", "size": 1, "received_at": "2026-10-31T17:00:00+00:00"}\n',
            encoding="utf-8",
        )
    else:
        ledger = open_ledger(home)
        with engine.connect() as con:
            empty = con.sql(streams.empty_select(streams.LEDGER["allocations"]))
            ledger.commit(job="allocate", run=RUN, streams={"allocations": empty}, built_on=ledger.head())
    result = send(home, RUN)
    assert result.counts == {"accepted": 1, "failed": 0, "in_doubt": 0, "waiting": 1}
    assert keys(server) == ["k1"]
    propose(home, INVOICE, REMINDER)
    if since != "landed":
        assert send(home, RUN).counts["accepted"] == 1


def test_a_reminder_of_a_night_that_broke_off_between_two_steps_waits(home: Home, server: Loopback) -> None:
    """Money was put to its invoice, and what is to be mailed was computed before."""
    propose(home, INVOICE, REMINDER, is_complete=False)
    assert send(home, RUN).counts == {"accepted": 1, "failed": 0, "in_doubt": 0, "waiting": 1}
    assert keys(server) == ["k1"]


def test_after_months_without_a_key_invoices_go_and_reminders_wait_for_a_night(home: Home, server: Loopback) -> None:
    propose(home, INVOICE, REMINDER)
    later = Run(RUN.as_of_date, RUN.now + timedelta(days=90))
    result = send(home, later)
    assert result.counts == {"accepted": 1, "failed": 0, "in_doubt": 0, "waiting": 1}
    assert any("computed more than 2 days ago" in message for message in result.messages)
    assert keys(server) == ["k1"]
    assert send(home, Run(RUN.as_of_date, RUN.now + timedelta(days=1))).counts["accepted"] == 1
