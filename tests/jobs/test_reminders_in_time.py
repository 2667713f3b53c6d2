"""Months without a key of the mail service, then one: nobody is reminded of what never reached them, or of what was
paid, credited or voided meanwhile."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from billing_jobs.adapters import duckdb as engine
from billing_jobs.adapters.mail import sending
from billing_jobs.errors import UsageError
from billing_jobs.jobs.decide import decide
from billing_jobs.jobs.init import init
from billing_jobs.jobs.nightly import nightly
from billing_jobs.jobs.send import send
from billing_jobs.records import Run
from billing_jobs.settings import Home
from examples.demo.sendgrid_loopback import running
from tests.support import small_company
from tests.support.small_company import deliver, deposit_csv


def night(day: date) -> Run:
    return Run(day, datetime(day.year, day.month, day.day, 17, tzinfo=UTC))


def invoices(home: Home) -> dict[str, dict[str, Any]]:
    """The first invoice of each customer, as it is published."""
    with engine.connect(home.published_database) as con:
        rows = engine.rows(con, "select * from invoices where document_type = 'invoice' order by document_number desc")
    return {row["customer_id"]: row for row in rows}


def reminders_due(home: Home) -> dict[str, set[str]]:
    """customer -> the invoices that a reminder of the candidate asks for."""
    with engine.connect(home.candidate) as con:
        rows = engine.rows(con, "select customer_id, payload from jobs.mails_to_send where purpose = 'reminder'")
    return {
        row["customer_id"]: {invoice["document_number"] for invoice in json.loads(row["payload"])["invoices"]}
        for row in rows
    }


def sent(home: Home) -> list[tuple[str, str]]:
    return sorted((one["purpose"], one["customer_id"]) for one in sending.read(home) if one.get("state") == "accepted")


def test_reminders_come_after_their_invoices_and_not_for_what_is_settled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SENDGRID_API_KEY", raising=False)
    home = Home(tmp_path / "home")
    init(home, Run(date(2026, 1, 1), datetime(2026, 1, 1, tzinfo=UTC)))
    small_company.move_in(home.landing)
    with pytest.raises(UsageError, match="SENDGRID_API_KEY is not set"):
        nightly(home, night(date(2026, 1, 31)))
    first = invoices(home)

    # Two months later one invoice is paid, one is void, and one is long overdue.
    paid = int(first["C2"]["total_amount"])
    money = deposit_csv([("2026-03-30", paid, "ホクトブツリユウ", "", "T1")])
    deliver(home.landing, "payments/bank_csv/mar.csv", money)
    march = night(date(2026, 3, 31))
    void = {"kind": "void", "document_id": first["C3"]["document_number"], "decided_by": "keiri", "reason": "wrong"}
    decide(home, Run(march.as_of_date, march.now - timedelta(hours=2)), **void)
    with pytest.raises(UsageError, match="SENDGRID_API_KEY is not set"):
        nightly(home, march)
    assert [invoices(home)[customer]["open_amount"] > 0 for customer in ("C1", "C2", "C3")] == [True, False, False]
    assert reminders_due(home) == {}

    with running(tmp_path / "mails") as mail:
        monkeypatch.setenv("SENDGRID_API_KEY", "SG.test")
        monkeypatch.setenv("BILLING_SENDGRID_HOST", mail.host)
        send(home, Run(march.as_of_date, march.now + timedelta(hours=9)))
        assert {purpose for purpose, _ in sent(home)} == {"invoice", "credit_note"}
        assert {customer for _, customer in sent(home)} == {"C1", "C2", "C3"}

        # The next night asks for the one that is open, and its money comes before the mail has left.
        nightly(home, night(date(2026, 4, 1)), until="render")
        assert reminders_due(home) == {"C1": {first["C1"]["document_number"]}}
        owed = int(first["C1"]["total_amount"])
        late = deposit_csv([("2026-04-01", owed, "アオバシヨウジ", "", "T2")])
        deliver(home.landing, "payments/bank_csv/apr.csv", late)
        assert send(home, night(date(2026, 4, 1))).counts["waiting"] == 1
        assert ("reminder", "C1") not in sent(home)
        nightly(home, night(date(2026, 4, 2)))
        assert ("reminder", "C1") not in sent(home)
        assert invoices(home)["C1"]["open_amount"] == 0
