"""Mails to those who run billing: a night failed, or is over and something waits for a person.

They are no mails of the business: not logged in `ledger/sending.jsonl`, not counted, sent again by the next occasion.
"""

from __future__ import annotations

import logging
import os
from html import escape

from billing_jobs.adapters.mail.sendgrid import Mailer, Message
from billing_jobs.formats import mail_addresses

log = logging.getLogger("billing")


def recipients() -> list[str]:
    """The usable addresses of `BILLING_ALERTS_TO`; what is none is said in the log, without itself."""
    usable, faulty = mail_addresses.addresses_of(os.environ.get("BILLING_ALERTS_TO"))
    if faulty:
        log.error("alerts: %d entries of BILLING_ALERTS_TO are no usable address", faulty)
    return usable


def send(subject: str, lines: list[str]) -> bool:
    """One mail to all recipients, from `BILLING_ALERTS_FROM`, else from the first of them; whether it was accepted.

    Nothing is raised: an alert that cannot leave is an error in the log, and what it says stands there as well.
    """
    to = recipients()
    if not to:
        log.warning("alerts: nobody is told by mail (BILLING_ALERTS_TO is not set): %s", subject)
        return False
    if not (api_key := os.environ.get("SENDGRID_API_KEY", "")):
        log.error("alerts: nobody is told by mail, since SENDGRID_API_KEY is not set: %s", subject)
        return False
    message = Message(
        mail_key="alert",
        category="billing-alert",
        sender=(os.environ.get("BILLING_ALERTS_FROM", "") or to[0], "billing"),
        recipient=to[0],
        cc=tuple(to[1:]),
        subject=subject,
        text="\n".join(lines) + "\n",
        html="".join(f"<p>{escape(line)}</p>" for line in lines),
    )
    try:
        outcome = Mailer(api_key, os.environ.get("BILLING_SENDGRID_HOST", "")).send(message)
    except Exception as error:  # an alert about a failure must not hide it
        log.error("alerts: the mail could not be made or sent: %s", type(error).__name__)
        return False
    if outcome.state != "accepted":
        log.error("alerts: the mail was not accepted: %s", outcome.error)
    return outcome.state == "accepted"
