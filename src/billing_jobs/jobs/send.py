"""Send the mails that are due, each once. Before a call its intent is on disk, after it its outcome.

A mail whose outcome was lost in a crash or by the network is in doubt: it is listed and never sent again by itself, for two equal
invoices in a customer's inbox are worse than one question from finance.
"""

from __future__ import annotations

import logging
import os
import time
from dataclasses import dataclass, field
from typing import Any

import jinja2

from billing_jobs.adapters import issued_documents, lock, mails_due, runs, sending
from billing_jobs.adapters.mail import Mailer, Message, SendOutcome
from billing_jobs.adapters.paper_shelf import Shelf
from billing_jobs.errors import UsageError
from billing_jobs.intake.claim import find_files
from billing_jobs.intake.intake_log import read_receipts
from billing_jobs.jobs.mail_messages import NotReady, message_for
from billing_jobs.progress import track
from billing_jobs.records import JobResult, Run
from billing_jobs.settings import Home

log = logging.getLogger("billing")
LONGEST_WAIT_SECONDS = 30
_FIELDS = ("mail_key", "purpose", "document_id", "document_number", "customer_id", "policy", "step", "payment_method_id", "recipient")

Row = dict[str, Any]


@dataclass
class _Tally:
    """What became of the mails of this run."""

    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(("accepted", "failed", "in_doubt", "waiting"), 0))
    messages: list[str] = field(default_factory=list)

    def add(self, state: str, message: str = "") -> None:
        self.counts[state] += 1
        if message:
            self.messages.append(message)
            log.warning("send: %s", message)


def send(home: Home, run: Run) -> JobResult:
    """Send what `jobs.mails_to_send` of the candidate lists and the log does not know as sent.

    Raises UsageError when mails are due and `SENDGRID_API_KEY` is not set; they stay due.
    """
    with lock.hold(home):
        tally = _Tally()
        states = _settle_lost_outcomes(home, run, tally)
        due = [row for row in mails_due.load(home) if states.get(row["mail_key"]) not in ("accepted", "in_doubt")]
        due = _without_reminders_too_old(home, due, tally)
        if due:
            _send_all(home, run, due, tally)
    return JobResult("send", changed=any(tally.counts[state] for state in ("accepted", "failed", "in_doubt")), counts=tally.counts, messages=tuple(tally.messages))


def _settle_lost_outcomes(home: Home, run: Run, tally: _Tally) -> dict[str, str]:
    """mail_key -> state of its last attempt. An intent without outcome gets one, once: in_doubt."""
    last: dict[str, Row] = {}
    for record in sending.read(home):
        last[record["mail_key"]] = record
    for key, record in last.items():
        if record["phase"] == "intent":
            last[key] = _record(home, run, record, phase="outcome", state="in_doubt", error="the run ended before the answer came")
            tally.add("in_doubt", f"{_name(record)}: a run ended between the call and its answer. Look in SendGrid's activity whether it was sent; it is not sent again")
    return {key: str(record["state"]) for key, record in last.items()}


def _without_reminders_too_old(home: Home, due: list[Row], tally: _Tally) -> list[Row]:
    """A reminder asks for what is open now: it waits for the next build where files came or something was recorded since its amounts were computed."""
    reminders = [row for row in due if row["purpose"] == "reminder"]
    if not reminders or (runs.candidate_knows_all(home) and not _landed_since(home)):
        return due
    for row in reminders:
        tally.add("waiting", f"{_name(row)}: not sent, something came or was recorded since its amounts were computed; it waits for the next build")
    return [row for row in due if row["purpose"] != "reminder"]


def _landed_since(home: Home) -> bool:
    """Whether files wait in landing/ that may say what was paid, cancelled or disputed."""
    known = {receipt.path for receipt in read_receipts(home.intake_log)}
    return any(file.path not in known for file in find_files(home) if file.path.startswith(("payments/", "decisions/", "crm/")))


def _send_all(home: Home, run: Run, due: list[Row], tally: _Tally) -> None:
    mailer = _mailer(len(due))
    shelf = Shelf(home)
    numbers = {row["document_number"] for row in due if row["document_number"]}
    numbers |= {invoice["document_number"] for row in due for invoice in row["payload"].get("invoices", [])}
    issued = {rows["document"]["document_number"]: rows for rows in issued_documents.load(home, numbers)}
    for row in track(due, "Sending mails", total=len(due)):
        try:
            message = message_for(row, run=run, issued=issued, shelf=shelf)
        except (NotReady, ValueError, KeyError, jinja2.UndefinedError) as reason:
            tally.add("waiting", f"{_name(row)}: not sent, {reason}")
            continue
        outcome = _attempt(home, run, row, message, mailer)
        if outcome.retry_after is not None and outcome.retry_after <= LONGEST_WAIT_SECONDS:
            time.sleep(outcome.retry_after)
            outcome = _attempt(home, run, row, message, mailer)
        tally.add(outcome.state, "" if outcome.state == "accepted" else f"{_name(row)}: {outcome.state}, {outcome.error}")
        if outcome.retry_after is not None:
            tally.messages.append(f"SendGrid's limit is reached; the rest stays due. Run `billing send` again in {outcome.retry_after} seconds or later")
            return


def _mailer(due: int) -> Mailer:
    key = os.environ.get("SENDGRID_API_KEY", "")
    if not key:
        raise UsageError(f"SENDGRID_API_KEY is not set and {due} mails are due. Set it and run `billing send`; nothing was lost and nothing was sent.")
    return Mailer(key, os.environ.get("BILLING_SENDGRID_HOST", ""))


def _attempt(home: Home, run: Run, row: Row, message: Message, mailer: Mailer) -> SendOutcome:
    _record(home, run, row, phase="intent")
    outcome = mailer.send(message)
    _record(home, run, row, phase="outcome", state=outcome.state, message_id=outcome.message_id, error=outcome.error)
    return outcome


def _record(home: Home, run: Run, row: Row, *, phase: str, **outcome: str) -> Row:
    record = {name: row.get(name) for name in _FIELDS} | {"phase": phase, "at": run.now.isoformat()} | {name: value or None for name, value in outcome.items()}
    sending.append(home, record)
    return record


def _name(row: Row) -> str:
    """The mail in words for a log: never an address."""
    return f"{row['purpose']} {row.get('document_number') or row.get('customer_id') or row['mail_key']}"
