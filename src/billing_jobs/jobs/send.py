"""Send the mails that are due, each once. Its request is made before anything is written; before a call its intent is
on disk, after it its outcome.

A mail whose outcome was lost in a crash or by the network is in doubt: it is listed and never sent again by itself, for
two equal invoices in a customer's inbox are worse than one question from finance.
"""

from __future__ import annotations

import logging
import os
import time
from dataclasses import dataclass, field
from typing import Any

from billing_jobs.adapters import lock
from billing_jobs.adapters.ledger import issued_documents, proof, went_out
from billing_jobs.adapters.ledger.paper_shelf import Shelf
from billing_jobs.adapters.mail import mails_due, sending
from billing_jobs.adapters.mail.sendgrid import Mailer, Request, SendOutcome, request_of
from billing_jobs.adapters.warehouse import runs
from billing_jobs.errors import BillingError, UsageError
from billing_jobs.intake.intake_log import read_receipts
from billing_jobs.intake.landing_files import find_files
from billing_jobs.jobs.mail_messages import NotReady, Unaddressable, copies_left_out, message_for
from billing_jobs.progress import track
from billing_jobs.records import JobResult, Run
from billing_jobs.settings import Home

log = logging.getLogger("billing")
LONGEST_WAIT_SECONDS = 30
_FIELDS = (
    "mail_key",
    "purpose",
    "document_id",
    "document_number",
    "customer_id",
    "policy",
    "step",
    "payment_method_id",
    "recipient",
)

Row = dict[str, Any]


@dataclass
class _Tally:
    """What became of the mails of this run."""

    counts: dict[str, int] = field(
        default_factory=lambda: dict.fromkeys(("accepted", "failed", "in_doubt", "waiting"), 0)
    )
    messages: list[str] = field(default_factory=list)

    def add(self, state: str, message: str = "") -> None:
        self.counts[state] += 1
        if message:
            self.messages.append(message)
            log.warning("send: %s", message)


def send(home: Home, run: Run) -> JobResult:
    """Send what `jobs.mails_to_send` of the candidate lists and the log does not know as sent.

    Raises UsageError when mails are due and `SENDGRID_API_KEY` is not set; they stay due. Raises LedgerBroken when the
    ledger does not hold, or is older than what went out.
    """
    with lock.hold(home):
        proof.refuse_what_does_not_hold(home)
        went_out.refuse_what_is_behind(home)
        tally = _Tally()
        last = _settle_lost_outcomes(home, run, tally)
        due = [
            row
            for row in mails_due.load(home)
            if last.get(row["mail_key"], {}).get("state") not in ("accepted", "in_doubt")
        ]
        due = _without_reminders_too_old(home, due, tally)
        if due:
            _send_all(home, run, due, last=last, tally=tally)
    return JobResult(
        "send",
        changed=any(tally.counts[state] for state in ("accepted", "failed", "in_doubt")),
        counts=tally.counts,
        messages=tuple(tally.messages),
    )


def _settle_lost_outcomes(home: Home, run: Run, tally: _Tally) -> dict[str, Row]:
    """mail_key -> the record of its last attempt. An intent without outcome gets one, once: in_doubt."""
    last: dict[str, Row] = {}
    for record in sending.read(home):
        last[record["mail_key"]] = record
    for key, record in last.items():
        if record["phase"] == "intent":
            last[key] = _record(
                home, run, record, phase="outcome", state="in_doubt", error="the run ended before the answer came"
            )
            tally.add(
                "in_doubt",
                (
                    f"{_name(record)}: a run ended between the call and its answer. Look in SendGrid's activity "
                    "whether it was sent; it is not sent again"
                ),
            )
    return last


def _without_reminders_too_old(home: Home, due: list[Row], tally: _Tally) -> list[Row]:
    """A reminder asks for what is open now: it waits for the next build where files came or something was recorded
    since its amounts were computed."""
    reminders = [row for row in due if row["purpose"] == "reminder"]
    if not reminders or (runs.candidate_knows_all(home) and not _landed_since(home)):
        return due
    for row in reminders:
        tally.add(
            "waiting",
            (
                f"{_name(row)}: not sent, something came or was recorded since its amounts were computed; it waits "
                "for the next build"
            ),
        )
    return [row for row in due if row["purpose"] != "reminder"]


def _landed_since(home: Home) -> bool:
    """Whether files wait in landing/ that may say what was paid, cancelled or disputed."""
    known = {receipt.path for receipt in read_receipts(home.intake_log)}
    return any(
        file.path not in known
        for file in find_files(home.landing, lake=home.lake)
        if file.path.startswith(("payments/", "decisions/", "crm/"))
    )


def _send_all(home: Home, run: Run, due: list[Row], *, last: dict[str, Row], tally: _Tally) -> None:
    mailer = _mailer(len(due))
    shelf = Shelf(home)
    numbers = {row["document_number"] for row in due if row["document_number"]}
    numbers |= {invoice["document_number"] for row in due for invoice in row["payload"].get("invoices", [])}
    issued = {rows["document"]["document_number"]: rows for rows in issued_documents.load(home, numbers)}
    for row in track(due, "Sending mails", total=len(due)):
        try:
            request = request_of(message_for(row, run=run, issued=issued, shelf=shelf))
        except Unaddressable as reason:
            _fail(home, run, row, str(reason), last=last.get(row["mail_key"]), tally=tally)
            continue
        except NotReady as reason:
            tally.add("waiting", f"{_name(row)}: not sent, {reason}")
            continue
        except Exception as error:  # one mail's fault is one mail's; the words of an error may hold an address
            tally.add("waiting", f"{_name(row)}: not sent, no mail could be made of it ({type(error).__name__})")
            continue
        if copies_left_out(row):
            tally.messages.append(f"{_name(row)}: {copies_left_out(row)}")
        outcome = _attempt(home, run, row, request, mailer)
        if outcome.retry_after is not None and outcome.retry_after <= LONGEST_WAIT_SECONDS:
            time.sleep(outcome.retry_after)
            outcome = _attempt(home, run, row, request, mailer)
        tally.add(
            outcome.state, "" if outcome.state == "accepted" else f"{_name(row)}: {outcome.state}, {outcome.error}"
        )
        if outcome.retry_after is not None:
            tally.messages.append(
                f"SendGrid's limit is reached; the rest stays due. Run `billing send` again in {outcome.retry_after} "
                "seconds or later"
            )
            return


def _mailer(due: int) -> Mailer:
    key = os.environ.get("SENDGRID_API_KEY", "").strip()
    if not key.isascii() or not key.isprintable():
        raise UsageError(
            "SENDGRID_API_KEY is no key: expected letters, digits and signs in one line. Set it and run "
            "`billing send`; nothing was sent."
        )
    if not key:
        raise UsageError(
            f"SENDGRID_API_KEY is not set and {due} mails are due. Set it and run `billing send`; nothing was lost "
            "and nothing was sent."
        )
    return Mailer(key, os.environ.get("BILLING_SENDGRID_HOST", ""))


def _fail(home: Home, run: Run, row: Row, reason: str, *, last: Row | None, tally: _Tally) -> None:
    """A mail that cannot be addressed has failed without a call; it is recorded once,
    until what stands in its way changes."""
    if last is None or (last.get("state"), last.get("error"), last.get("recipient")) != (
        "failed",
        reason,
        row["recipient"],
    ):
        _append(
            home,
            _recorded(run, row, phase="intent"),
            _recorded(run, row, phase="outcome", state="failed", error=reason),
        )
    tally.add("failed", f"{_name(row)}: failed, {reason}")


def _attempt(home: Home, run: Run, row: Row, request: Request, mailer: Mailer) -> SendOutcome:
    _record(home, run, row, phase="intent")
    outcome = mailer.send(request)
    _record(home, run, row, phase="outcome", state=outcome.state, message_id=outcome.message_id, error=outcome.error)
    return outcome


def _record(home: Home, run: Run, row: Row, *, phase: str, **outcome: str) -> Row:
    record = _recorded(run, row, phase=phase, **outcome)
    _append(home, record)
    return record


def _recorded(run: Run, row: Row, *, phase: str, **outcome: str) -> Row:
    return (
        {name: row.get(name) for name in _FIELDS}
        | {"phase": phase, "at": run.now.isoformat()}
        | {name: value or None for name, value in outcome.items()}
    )


def _append(home: Home, *records: Row) -> None:
    """Nothing goes out that is not written down whole: without its log the run ends."""
    try:
        sending.append(home, *records)
    except OSError as error:
        what = (
            "its answer is lost and it is in doubt"
            if records[-1]["phase"] == "outcome"
            else "it was not sent, nor are those after it"
        )
        raise BillingError(
            f"{_name(records[-1])}: the log of mails cannot be written ({error.strerror or error}); {what}. Make room "
            "and run `billing send` again."
        ) from error


def _name(row: Row) -> str:
    """The mail in words for a log: never an address."""
    return f"{row['purpose']} {row.get('document_number') or row.get('customer_id') or row['mail_key']}"
