"""One line of a document as its paper prints it. Pure.

What a line must say of a supply (what, when, whether at the reduced rate, of a return the original's day) is from the
Consumption Tax Act (消費税法), art. 57-4 paras. 1 and 3.
"""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

from billing_jobs.documents import wording
from billing_jobs.documents.issued import IssuedDocument, as_text, in_language, tax_kind

Row = dict[str, Any]
Words = dict[str, Any]


def describe_line(issued: IssuedDocument, line: Row) -> Words:
    """Text, details below it (days, original, discounts), quantity and amount, already formatted."""
    document, language, label = issued.document, issued.language, wording.labels(issued.language)
    text = wording.breakable(in_language(line, "description", language) or as_text(line["fee_id"]))
    details = [_period(line, language)] if _period(line, language) else []
    original = issued.originals.get(line["original_line_id"] or "")
    if original and original["document_id"] != document["document_id"]:
        details.append(
            label["original_line"].format(
                number=original["document_number"], day=wording.day(original["invoice_date"], language)
            )
        )
    elif line["reason"] == "adjustment":
        details.append(label["added_later"])
    details += _discounted(line, language, label)
    quantity = "" if line["quantity"] is None else wording.number(line["quantity"])
    unit = in_language(line, "unit", language)
    return {
        "no": str(line["line_no"]),
        "text": text + (" ※" if tax_kind(issued, line["tax_code"], line["tax_rate"]) == "reduced" else ""),
        "details": "\n".join(details),
        "quantity": quantity,
        "unit": unit,
        "rate": wording.percent(line["tax_rate"]) if line["tax_rate"] is not None else "",
        "amount": wording.plain_money(line["line_amount"], document["currency"]),
        "is_short": wording.width(text) <= 44
        and all(wording.width(detail) <= 54 for detail in details)
        and len(details) <= 1
        and len(quantity) <= 14
        and wording.width(unit) <= 6,
    }


def _discounted(line: Row, language: str, label: dict[str, str]) -> list[str]:
    """What a line cost before its discounts and what they take off; nothing where a minimum,
    a maximum or a decision also had a say."""
    if line["reason"] != "charge" or not line.get("before_discounts"):
        return []
    before, currency = Decimal(line["before_discounts"]), line["currency"]
    names = dict.fromkeys(
        in_language(discount, "name", language) or label["discount"] for discount in json.loads(line["discounts"])
    )
    taken_off = wording.number(line["line_amount"] - before, wording.minor_digits(currency))
    return [
        label["discounted"].format(
            before=wording.plain_money(before, currency), names=label["and"].join(names), taken_off=taken_off
        )
    ]


def _period(line: Row, language: str) -> str:
    """The served days of the line, or its nominal period, or nothing for a line without time."""
    begin, end = line["served_from"] or line["period_from"], line["served_until"] or line["period_until"]
    return wording.span(begin, end, language) if isinstance(begin, date) and isinstance(end, date) else ""
