"""One issued document, as rows of the ledger, to what its paper says: a dictionary of ready words for the template.
Pure.

Qualified invoice (適格請求書, Consumption Tax Act 消費税法 art. 57-4 para. 1): issuer and registration number, day or
period of supply, what was supplied with a mark at the reduced rate, total per rate and the rate, tax per rate,
recipient. Qualified return invoice (適格返還請求書, the same article, para. 3): the same and the original's day. The
tax per rate was rounded once (Enforcement Order 消費税法施行令 art. 70-10); nothing is computed here but the sum of two
printed figures.
"""

from __future__ import annotations

import json
import re
from datetime import date
from decimal import Decimal
from typing import Any

from billing_jobs.documents import wording
from billing_jobs.documents.issued import IssuedDocument, as_text, in_language, tax_kind
from billing_jobs.documents.paper_lines import describe_line

Row = dict[str, Any]
Words = dict[str, Any]
# Only such a number makes a paper a qualified invoice; the number of another country's tax office is printed alone.
_JAPANESE_ISSUER = re.compile(r"T\d{13}")


class PaperIncomplete(ValueError):
    """The rows of this document lack something that its paper must say; the message names it."""


def describe(issued: IssuedDocument) -> Words:
    """Everything the template prints, already formatted.

    Raises PaperIncomplete when a required particular is missing.
    """
    document, language = issued.document, issued.language
    is_credit = document["document_type"] == "credit_note"
    is_inclusive = document["price_basis"] == "inclusive"
    label = wording.labels(language)
    kind = "credit_note" if is_credit else "invoice"
    # Below zero with charges in it: a return and an invoice on one paper, which has the particulars of both and says
    # so.
    words = "netted" if is_credit and issued.charges_something else kind
    seller, buyer = _seller(issued), _buyer(issued)
    _require(issued, seller, buyer)
    return {
        "language": language,
        "number": issued.number,
        "stamp": "",
        "issued_on": document["invoice_date"].isoformat(),
        "title": label[kind],
        "subtitle": label[f"{words}_subtitle"] if _JAPANESE_ISSUER.fullmatch(seller["registration"]) else "",
        "greeting": label[f"{words}_greeting"],
        "heading": _heading(issued, label, kind),
        "seller": seller,
        "buyer": buyer,
        "headline": _headline(document, label, is_credit),
        "facts": _facts(issued, label),
        "columns": [label[name] for name in ("item", "quantity", "unit", "rate")]
        + [label["amount_inclusive" if is_inclusive else "amount_exclusive"]],
        "lines": [describe_line(issued, line) for line in sorted(issued.lines, key=lambda line: int(line["line_no"]))],
        "rows_stay_whole": all(
            len(in_language(line, "description", language)) < 1500 for line in issued.lines
        ),  # a page must hold each
        "tax_columns": [label["by_rate"], *(label[f"{name}_{document['price_basis']}"] for name in ("base", "tax"))],
        "taxes": [_tax(issued, tax) for tax in _by_rate(issued.taxes)],
        "totals": _totals(document, label, is_inclusive),
        "total": [label["total"], wording.money(document["total_amount"], document["currency"])],
        "remarks": _remarks(issued, label),
        "bank": _bank(issued),
        "page": label["page"],
        "labels": label,
    }


def _require(issued: IssuedDocument, seller: Words, buyer: Words) -> None:
    particulars = {
        "the seller's name": seller["name"],
        "the recipient's name": buyer["name"],
        "lines": issued.lines,
        "tax per rate": issued.taxes,
    }
    missing = [name for name, value in particulars.items() if not value]
    if missing:
        raise PaperIncomplete(f"{issued.number}: the paper would lack {', '.join(missing)}")


def _seller(issued: IssuedDocument) -> Words:
    language, seller = issued.language, issued.snapshot.get("seller", {})
    return {
        "name": in_language(seller, "name", language),
        "postal_code": as_text(seller.get("postal_code")),
        "address": in_language(seller, "address", language),
        "telephone": as_text(seller.get("tel")),
        "email": as_text(seller.get("email")),
        "contact": in_language(seller, "contact", language),
        "registration": as_text(seller.get("registration_number")),
    }


def _buyer(issued: IssuedDocument) -> Words:
    buyer = issued.snapshot.get("buyer", {})
    name = as_text(buyer.get("name"))
    return {
        "name": wording.breakable(name),
        "honorific": wording.honorific(name, issued.language),
        "postal_code": as_text(buyer.get("postal_code")),
        "address": wording.breakable(as_text(buyer.get("address"))),
        "registration": as_text(buyer.get("tax_registration_number")),
    }


def _heading(issued: IssuedDocument, label: dict[str, str], kind: str) -> list[list[str]]:
    document = issued.document
    order = as_text(issued.snapshot.get("purchase_order"))
    return [
        [label[f"{kind}_number"], issued.number],
        [label["issued"], wording.day(document["invoice_date"], issued.language)],
        [label["customer"], as_text(document["customer_id"])],
        *([[label["purchase_order"], order]] if order else []),
    ]


def _headline(document: Row, label: dict[str, str], is_credit: bool) -> list[str]:
    if is_credit:  # the label already says which way the money goes
        return [label["amount_credited"], wording.money(-document["total_amount"], document["currency"])]
    return [label["amount_due"], wording.money(document["total_amount"], document["currency"])]


def _facts(issued: IssuedDocument, label: dict[str, str]) -> list[list[str]]:
    document, language = issued.document, issued.language
    facts = []
    if document["document_type"] == "credit_note":
        facts.append([label["originals"], _originals(issued, label)])
    elif document["due_date"] is not None:
        facts.append([label["due_date"], wording.day(document["due_date"], language)])
    begins = [line["period_from"] for line in issued.lines if line["period_from"]]
    ends = [line["period_until"] for line in issued.lines if line["period_until"]]
    if begins and ends:
        facts.append([label["period"], wording.span(min(begins), max(ends), language)])
    return [fact for fact in facts if fact[1]]


def _originals(issued: IssuedDocument, label: dict[str, str], shown: int = 3) -> str:
    """The numbers of the documents that this credit note returns; each line names its own as well.

    With their days, which each line has, they say which supply is returned (Consumption Tax Act art. 57-4 para. 3).
    """
    numbers = sorted({str(original["document_number"]) for original in issued.originals.values()})
    more = [label["more"].format(count=len(numbers) - shown)] if len(numbers) > shown else []
    return "\n".join(numbers[:shown] + more)


def _by_rate(taxes: list[Row]) -> list[Row]:
    return sorted(taxes, key=lambda tax: (-tax["tax_rate"], tax["tax_code"]))


def _tax(issued: IssuedDocument, tax: Row) -> list[str]:
    document, label = issued.document, wording.labels(issued.language)
    base = tax["net_amount"] + tax["tax_amount"] if document["price_basis"] == "inclusive" else tax["net_amount"]
    kind = tax_kind(issued, tax["tax_code"], tax["tax_rate"])
    name = label[f"kind_{kind}"].format(rate=wording.percent(tax["tax_rate"]))
    return [name, wording.money(base, document["currency"]), wording.money(tax["tax_amount"], document["currency"])]


def _totals(document: Row, label: dict[str, str], is_inclusive: bool) -> list[list[str]]:
    tax = wording.money(document["tax_amount"], document["currency"])
    if is_inclusive:
        return [[label["tax_total_inclusive"], tax]]
    return [[label["subtotal"], wording.money(document["net_amount"], document["currency"])], [label["tax_total"], tax]]


def _remarks(issued: IssuedDocument, label: dict[str, str]) -> list[list[str]]:
    """Pairs of (heading, text) below the lines; the heading may be empty."""
    document, snapshot = issued.document, issued.snapshot
    kinds = {tax_kind(issued, line["tax_code"], line["tax_rate"]) for line in issued.lines}
    remarks = [["", label[f"{kind}_note"]] for kind in ("reduced", "reverse_charge") if kind in kinds]
    remarks += _home_tax(issued, label)
    if document["document_type"] == "credit_note":
        remarks.append(["", label["credit_use" if issued.originals else "credit_use_later"]])
    elif document["total_amount"] <= 0:
        remarks.append(["", label["nothing_to_pay"]])
    if document["document_type"] == "invoice" and document["total_amount"] > 0:
        texts = [
            [label[heading], in_language(snapshot, name, issued.language)]
            for heading, name in (("terms", "payment_terms"), ("notes", "notes"))
        ]
        remarks += [remark for remark in texts if remark[1]]
    return remarks


def _home_tax(issued: IssuedDocument, label: dict[str, str]) -> list[list[str]]:
    """The tax per rate in the currency of the seller's books, and the rate that it was converted at.

    Asked of invoices in a foreign currency: in Japan by the National Tax Agency's answers on qualified invoices
    (外貨建取引), in the European Union by Directive 2006/112/EC, art. 230.
    """
    home = issued.snapshot.get("home_tax")
    if not home:
        return []
    kinds = [
        (label[f"kind_{tax_kind(issued, tax['tax_code'], Decimal(tax['tax_rate']))}"], tax) for tax in home["taxes"]
    ]
    said = [
        (
            f"{name.format(rate=wording.percent(Decimal(tax['tax_rate'])))} "
            f"{wording.money(Decimal(tax['tax_amount']), home['currency'])}"
        )
        for name, tax in kinds
    ]
    rate = {
        "currency": issued.document["currency"],
        "rate": wording.number(Decimal(home["exchange_rate"])),
        "home": home["currency"],
        "source": home["rate_source"],
    }
    at = label["exchange_rate"].format(**rate, day=wording.day(date.fromisoformat(home["rate_on"]), issued.language))
    return [[label["home_tax"].format(home=home["currency"]), "\n".join([*said, at])]]


def _bank(issued: IssuedDocument) -> list[list[str]]:
    """The accounts in the document's currency, each as lines of words; none on a credit note or when nothing is to be
    paid."""
    document = issued.document
    if document["document_type"] == "credit_note" or document["total_amount"] <= 0:
        return []
    return bank_lines(issued.snapshot.get("bank_accounts") or issued.snapshot.get("bank") or [], document["currency"])


def bank_lines(accounts: Any, currency: str) -> list[list[str]]:
    """The accounts (rows, one row, or their JSON) that take this currency, each as lines of words."""
    accounts = json.loads(accounts) if isinstance(accounts, str) else accounts
    accounts = [accounts] if isinstance(accounts, dict) else accounts
    fitting = [account for account in accounts if account.get("currency") in (None, "", currency)]
    return [
        [_joined(account, "bank", "branch"), _joined(account, "type", "number"), _joined(account, "holder")]
        for account in fitting
    ]


def _joined(row: Row, *names: str) -> str:
    return " ".join(as_text(row.get(name)) for name in names if row.get(name))
