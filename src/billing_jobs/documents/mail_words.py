"""What each mail says, from the rows it is about: amounts, days and names as ready words for `mails.compose`. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from billing_jobs.documents import paper, wording
from billing_jobs.documents.issued import IssuedDocument, in_language

Words = dict[str, Any]
_OF_CONTRACTS = ("trial_ending", "renewal_coming", "contract_ending", "price_change", "usage_reached")


@dataclass(frozen=True)
class Notice:
    """A mail that is due: who gets it, in which language, and the rows it speaks about.

    seller: an entity's row (catalog or snapshot). issued: the document a document mail is about, or the newest one a
    reminder lists.
    payload: what the proposal gives for reminders (invoices, open_amount, currency) and cards (card_brand, card_last4,
    card_exp_*).
    """

    template: str
    language: str
    customer_name: str
    as_of: date
    seller: dict[str, Any] = field(default_factory=dict)
    issued: IssuedDocument | None = None
    payload: dict[str, Any] = field(default_factory=dict)


def words_for(notice: Notice) -> Words:
    """The words of any mail. Raises KeyError or ValueError when the payload lacks what the mail must say."""
    language, label = notice.language, wording.labels(notice.language)
    seller = (notice.issued.snapshot.get("seller") if notice.issued else None) or notice.seller
    common = {
        "seller": _seller(seller, language),
        "salutation": label["salutation"]
        .format(name=notice.customer_name, honorific=wording.honorific(notice.customer_name, language))
        .strip(),
        "as_of": wording.day(notice.as_of, language),
        "bank_label": label["bank"],
        "bank": [],
        "amount": "",
        "amount_label": "",
        "facts": [],
        "table": {"columns": [], "rows": []},
    }
    if notice.template == "card_expiry":
        return common | _card(notice, label)
    if notice.template == "credits_reached":
        return common | _credits(notice, label)
    if notice.template in _OF_CONTRACTS:
        return common | _contract(notice, label)
    if notice.template in ("invoice", "credit_note"):
        return common | _document(notice, label)
    return common | _reminder(notice, label)


def _seller(seller: dict[str, Any], language: str) -> Words:
    postal_code = str(seller.get("postal_code") or "")
    address = (
        f"{'〒' if language == 'ja' and postal_code else ''}{postal_code} {in_language(seller, 'address', language)}"
    ).strip()
    return {
        "name": in_language(seller, "name", language),
        "footer": [part for part in (address, str(seller.get("tel") or ""), str(seller.get("email") or "")) if part],
    }


def _document(notice: Notice, label: dict[str, str]) -> Words:
    if notice.issued is None:
        raise ValueError(f"the mail {notice.template} is about no document")
    said = paper.describe(notice.issued)
    begins = [line["period_from"] for line in notice.issued.lines if line["period_from"]]
    month = max(begins) if begins else notice.issued.document["invoice_date"]
    due = notice.issued.document["due_date"]
    return {
        "number": said["number"],
        "title_month": label["title_month"].format(year=month.year, month=month.month),
        "amount_label": said["headline"][0],
        "amount": said["headline"][1],
        "due_date": wording.day(due, notice.language) if due else "",
        "facts": [said["heading"][0], *[[name, value.replace("\n", ", ")] for name, value in said["facts"]]],
        "table": {"columns": said["tax_columns"], "rows": said["taxes"]},
        "bank": said["bank"],
    }


def _reminder(notice: Notice, label: dict[str, str]) -> Words:
    payload, language = notice.payload, notice.language
    currency = str(payload["currency"])
    invoices = sorted(
        payload["invoices"], key=lambda invoice: (str(invoice["due_date"]), str(invoice["document_number"]))
    )
    if not invoices:
        raise ValueError("a reminder must name the invoices that are open")
    rows = [
        [
            str(invoice["document_number"]),
            wording.day(_day(invoice["due_date"]), language),
            wording.money(Decimal(str(invoice["open_amount"])), currency),
        ]
        for invoice in invoices
    ]
    received = Decimal(str(payload.get("received_amount") or 0))
    bank = (
        paper.describe(notice.issued)["bank"]
        if notice.issued
        else paper.bank_lines(notice.seller.get("bank_accounts") or [], currency)
    )
    return {
        "amount_label": label["amount_overdue"],
        "amount": wording.money(Decimal(str(payload["open_amount"])), currency),
        "facts": [
            [label["oldest_due_date"], rows[0][1]],
            *([[label["received_amount"], wording.money(received, currency)]] if received > 0 else []),
        ],
        "table": {"columns": [label["invoice_number"], label["due_date"], label["open_amount"]], "rows": rows},
        "bank": bank,
    }


def _card(notice: Notice, label: dict[str, str]) -> Words:
    payload = notice.payload
    expiry = f"{int(payload['card_exp_month']):02d}/{int(payload['card_exp_year'])}"
    card = label["card_ending"].format(brand=payload.get("card_brand") or "", last4=payload["card_last4"]).strip()
    return {
        "card_last4": str(payload["card_last4"]),
        "card_expiry": expiry,
        "facts": [[label["card"], card], [label["card_expires"], expiry]],
    }


def _credits(notice: Notice, label: dict[str, str]) -> Words:
    """How much of a block of prepaid credits is used, what is left of it and, if it expires, its last day."""
    payload, language = notice.payload, notice.language
    said = {
        name: wording.money(Decimal(str(payload[name])), str(payload["currency"]))
        for name in ("granted", "used", "left")
    }
    facts = [
        [label["contract"], str(payload["contract_id"])],
        [label["credits_granted_on"], wording.day(_day(payload["granted_on"]), language)],
    ]
    facts += [[label[f"credits_{name}"], amount] for name, amount in said.items()]
    if payload.get("happens_on"):
        facts.append([label["credits_until"], wording.day(_day(payload["happens_on"]) - timedelta(days=1), language)])
    return {"share": str(payload["share"]), **said, "facts": facts}


def _contract(notice: Notice, label: dict[str, str]) -> Words:
    """A contract and the day on which something happens to it; what ends is said with its last day."""
    happens_on = _day(notice.payload["happens_on"])
    if notice.template in ("trial_ending", "contract_ending", "usage_reached"):
        happens_on -= timedelta(days=1)
    said = wording.day(happens_on, notice.language)
    facts = [[label["contract"], str(notice.payload["contract_id"])], [label[f"{notice.template}_on"], said]]
    if notice.template == "renewal_coming":
        respond_by = wording.day(_day(notice.payload["respond_by"]), notice.language)
        return {"happens_on": said, "respond_by": respond_by, "facts": [*facts, [label["respond_by"], respond_by]]}
    if notice.template != "usage_reached":
        return {"happens_on": said, "facts": facts}
    return {"happens_on": said} | _usage(notice, label, facts)


def _usage(notice: Notice, label: dict[str, str], facts: list[list[str]]) -> Words:
    """How much of an allowance is used, as the seller counts it."""
    payload, language = notice.payload, notice.language
    unit = in_language(payload, "unit", language)
    used, allowance = (
        f"{wording.number(Decimal(str(payload[name])))} {unit}".strip() for name in ("used", "allowance")
    )
    told = [
        [label["usage_fee"], in_language(payload, "fee", language)],
        [label["usage_used"], used],
        [label["usage_allowance"], allowance],
    ]
    return {"share": str(payload["share"]), "used": used, "allowance": allowance, "facts": [facts[0], *told, facts[1]]}


def _day(value: object) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value)[:10])
