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
from billing_jobs.adapters.mail.attempts import Attempts, name_of
from billing_jobs.adapters.mail.circuit_breaker import CircuitBreaker
from billing_jobs.adapters.mail.sendgrid import Mailer, Request, SendOutcome, request_of
from billing_jobs.adapters.published.publish import publish_mails
from billing_jobs.errors import UsageError
from billing_jobs.jobs.mail_messages import NotReady, Unaddressable, copies_left_out, message_for
from billing_jobs.jobs.reminder_guard import why_reminders_wait
from billing_jobs.progress import track
from billing_jobs.records import JobResult, Run
from billing_jobs.settings import Home

log = logging.getLogger("billing")
LONGEST_WAIT_SECONDS = 30
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
            self.tell(message)

    def tell(self, message: str) -> None:
        self.messages.append(message)
        log.warning("send: %s", message)


def send(home: Home, run: Run) -> JobResult:
    """Send what `jobs.mails_to_send` of the candidate lists and the log does not know as sent.

    Raises UsageError when mails are due and `SENDGRID_API_KEY` is not set or the host is none to trust; they stay due.
    Raises LedgerBroken when the ledger does not hold, or is older than what went out.
    """
    with lock.hold(home), Attempts(home, run) as attempts:
        proof.refuse_what_does_not_hold(home)
        went_out.refuse_what_is_behind(home)
        tally = _Tally()
        last = _settle_lost_outcomes(home, attempts, tally)
        due = [
            row
            for row in mails_due.load(home)
            if last.get(row["mail_key"], {}).get("state") not in ("accepted", "in_doubt")
        ]
        due = _without_reminders_too_old(home, run, due, tally)
        # Those that failed before come last: whatever is wrong with them keeps nobody else from being tried.
        due.sort(key=lambda row: last.get(row["mail_key"], {}).get("state") == "failed")
        if due:
            _send_all(home, run, due, attempts=attempts, last=last, tally=tally)
        publish_mails(home)
    return JobResult(
        "send",
        changed=any(tally.counts[state] for state in ("accepted", "failed", "in_doubt")),
        counts=tally.counts,
        messages=tuple(tally.messages),
    )


def _settle_lost_outcomes(home: Home, attempts: Attempts, tally: _Tally) -> dict[str, Row]:
    """mail_key -> the record of its last attempt. An intent without outcome gets one, once: in_doubt."""
    last: dict[str, Row] = {}
    for record in sending.read(home):
        last[record["mail_key"]] = record
    for key, record in last.items():
        if record["phase"] == "intent":
            last[key] = attempts.settle(record, state="in_doubt", error="the run ended before the answer came")
            tally.add(
                "in_doubt",
                (
                    f"{name_of(record)}: a run ended between the call and its answer. Look in SendGrid's activity "
                    "whether it was sent; it is not sent again"
                ),
            )
    return last


def _without_reminders_too_old(home: Home, run: Run, due: list[Row], tally: _Tally) -> list[Row]:
    """A reminder asks for what is open now, or waits for the next build."""
    reminders = [row for row in due if row["purpose"] == "reminder"]
    if not reminders or not (reason := why_reminders_wait(home, run)):
        return due
    for row in reminders:
        tally.add("waiting", f"{name_of(row)}: not sent, {reason}; it waits for the next build")
    return [row for row in due if row["purpose"] != "reminder"]


def _send_all(home: Home, run: Run, due: list[Row], *, attempts: Attempts, last: dict[str, Row], tally: _Tally) -> None:
    mailer, breaker = _mailer(len(due)), CircuitBreaker()
    shelf = Shelf(home)
    numbers = {row["document_number"] for row in due if row["document_number"]}
    numbers |= {invoice["document_number"] for row in due for invoice in row["payload"].get("invoices", [])}
    issued = {rows["document"]["document_number"]: rows for rows in issued_documents.load(home, numbers)}
    for place, row in enumerate(track(due, "Sending mails", total=len(due)), start=1):
        try:
            request = request_of(message_for(row, run=run, issued=issued, shelf=shelf))
        except Unaddressable as reason:
            _fail(attempts, row, str(reason), last=last.get(row["mail_key"]), tally=tally)
            continue
        except NotReady as reason:
            tally.add("waiting", f"{name_of(row)}: not sent, {reason}")
            continue
        except Exception as error:  # one mail's fault is one mail's; the words of an error may hold an address
            tally.add("waiting", f"{name_of(row)}: not sent, no mail could be made of it ({type(error).__name__})")
            continue
        if copies_left_out(row):
            tally.messages.append(f"{name_of(row)}: {copies_left_out(row)}")
        outcome = _attempt(row, request, mailer, attempts)
        if outcome.retry_after is not None and outcome.retry_after <= LONGEST_WAIT_SECONDS:
            time.sleep(outcome.retry_after)
            outcome = _attempt(row, request, mailer, attempts)
        tally.add(
            outcome.state, "" if outcome.state == "accepted" else f"{name_of(row)}: {outcome.state}, {outcome.error}"
        )
        breaker.add(outcome)
        if _ends(outcome, breaker, left=len(due) - place, tally=tally):
            return


def _ends(outcome: SendOutcome, breaker: CircuitBreaker, *, left: int, tally: _Tally) -> bool:
    """Whether the rest of the mails is better tried in another run; then it is told, once for all of them."""
    if outcome.retry_after is not None:
        sentence = (
            f"SendGrid's limit is reached; the rest stays due. Run `billing send` again in {outcome.retry_after} "
            "seconds or later"
        )
    elif breaker.is_open and left:
        sentence = breaker.sentence(left)
    else:
        return False
    tally.counts["waiting"] += left
    tally.tell(sentence)
    return True


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


def _fail(attempts: Attempts, row: Row, reason: str, *, last: Row | None, tally: _Tally) -> None:
    """A mail that cannot be addressed has failed without a call; it is recorded once,
    until what stands in its way changes."""
    if last is None or (last.get("state"), last.get("error"), last.get("recipient")) != (
        "failed",
        reason,
        row["recipient"],
    ):
        attempts.fail(row, reason)
    tally.add("failed", f"{name_of(row)}: failed, {reason}")


def _attempt(row: Row, request: Request, mailer: Mailer, attempts: Attempts) -> SendOutcome:
    attempts.intend(row)
    outcome = mailer.send(request)
    attempts.settle(row, state=outcome.state, message_id=outcome.message_id, error=outcome.error)
    return outcome
