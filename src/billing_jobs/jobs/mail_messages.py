"""From a due mail and the rows it speaks about to the message that is handed over."""

from __future__ import annotations

from typing import Any

from billing_jobs.adapters.ledger.paper_shelf import Shelf
from billing_jobs.adapters.mail.sendgrid import Message
from billing_jobs.documents import mails, wording
from billing_jobs.documents.issued import IssuedDocument
from billing_jobs.documents.mail_words import Notice, words_for
from billing_jobs.formats import mail_addresses
from billing_jobs.records import Run

Row = dict[str, Any]
WITH_PAPER = ("invoice", "credit_note")


class NotReady(Exception):
    """Something that the mail needs is not there yet; it stays due."""


class Unaddressable(NotReady):
    """What the customer's row says is no usable address. The words hold nothing of it."""


def message_for(row: Row, *, run: Run, issued: dict[str, Row], shelf: Shelf) -> Message:
    """The message of one row of `mails_to_send`. Raises NotReady when it lacks an address, a sender or its PDF."""
    if not row["recipient"]:
        raise NotReady(f"customer {row['customer_id']} has no mail address")
    fault = mail_addresses.fault_of(row["recipient"])
    if fault:
        raise Unaddressable(f"the mail address of customer {row['customer_id']} is not usable ({fault})")
    document = _document(row, issued)
    seller = _seller(row)
    notice = Notice(
        row["template"], wording.language_of(row["locale"]), row["payload"]["customer_name"], run.as_of_date, seller=seller, issued=document, payload=row["payload"]
    )
    composed = mails.compose(notice.template, notice.language, words_for(notice))
    return Message(
        mail_key=row["mail_key"],
        category=row["purpose"],
        sender=(seller["mail_from_email"], seller["mail_from_name"] or seller["name_ja"]),
        recipient=mail_addresses.address_of(row["recipient"]),
        cc=_copies(row["cc"], besides=row["recipient"]),
        reply_to=seller["reply_to"] or "",
        subject=composed.subject,
        text=composed.text,
        html=composed.html,
        attachment=_paper(row, shelf) if row["template"] in WITH_PAPER else None,
    )


def _document(row: Row, issued: dict[str, Row]) -> IssuedDocument | None:
    """The document of the mail; for a reminder the newest that it lists, whose snapshot has the bank account in use."""
    numbers = [invoice["document_number"] for invoice in row["payload"].get("invoices", [])] or [row["document_number"]]
    found = [issued[number] for number in numbers if number in issued]
    newest = max(found, key=lambda rows: (rows["document"]["invoice_date"], rows["document"]["document_number"]), default=None)
    return IssuedDocument(**newest) if newest else None


def _seller(row: Row) -> Row:
    seller = row["payload"].get("seller") or {}
    if not seller.get("mail_from_email"):
        raise NotReady("the catalog's entity has no mail_from address")
    if any(mail_addresses.fault_of(seller.get(name)) for name in ("mail_from_email", "reply_to")):
        raise NotReady("the catalog's entity has a mail_from or reply_to that is no usable address")
    return dict(seller)


def _paper(row: Row, shelf: Shelf) -> tuple[str, bytes]:
    path = shelf.find(row["document_number"])
    if path is None:
        raise NotReady("its PDF is not rendered; run `billing render` and see what it says")
    return path.name, path.read_bytes()


def copies_left_out(row: Row) -> str:
    """In words, how many entries of the mail's copies are no usable address and get none; '' if all are."""
    count = mail_addresses.addresses_of(row["cc"])[1]
    return f"{count} of the cc addresses of customer {row['customer_id']} not usable, the mail goes without" if count else ""


def _copies(listed: str | None, *, besides: str) -> tuple[str, ...]:
    """Copies as a list: SendGrid refuses a mail that names one address twice."""
    usable, _ = mail_addresses.addresses_of(listed)
    return tuple(address for address in usable if address.lower() != mail_addresses.address_of(besides).lower())
