"""A priced quote to what its paper says: the same page as an invoice, with what the whole term comes to. Pure."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal
from typing import Protocol

from billing_jobs.documents import paper, wording
from billing_jobs.documents.issued import IssuedDocument, in_language
from billing_jobs.documents.paper import Row, Words


class Quoted(Protocol):
    """What the paper needs of a quote."""

    @property
    def quote_id(self) -> str: ...
    @property
    def quoted_on(self) -> date: ...
    @property
    def valid_until(self) -> date | None: ...
    @property
    def service_from(self) -> date: ...
    @property
    def service_until(self) -> date: ...
    @property
    def term_months(self) -> int: ...
    @property
    def customer(self) -> Row: ...

    def assumed(self, priced: Row) -> Decimal | None:
        """The usage a month that a priced line was assumed to have."""
        ...


def describe_quote(quoted: Quoted, lines: list[Row], document: Row) -> Words:
    """`lines`: one a fee, with the sums of the term; `document`: the first invoice of it, whose snapshot names seller and buyer."""
    taxes = _taxes(lines)
    net, tax = (sum((row[name] for row in taxes), Decimal(0)) for name in ("net_amount", "tax_amount"))
    made = {"document_number": quoted.quote_id, "document_type": "invoice", "invoice_date": quoted.quoted_on, "due_date": None, "total_amount": net + tax}
    row = document | made | {"net_amount": net, "tax_amount": tax, "voids_document_id": None}
    issued = IssuedDocument(document=row, lines=[_line(line, number) for number, line in enumerate(lines, start=1)], taxes=taxes, originals={})
    label, language = wording.labels(issued.language), issued.language
    words = paper.describe(issued)
    months = label["quote_months"].format(months=quoted.term_months)
    facts = [[label["quote_term"], wording.span(quoted.service_from, quoted.service_until, language)], [label["quote_length"], months]]
    if quoted.valid_until is not None:
        facts.insert(0, [label["quote_valid"], wording.day(quoted.valid_until, language)])
    words |= {"title": label["quote"], "subtitle": "", "greeting": label["quote_greeting"], "facts": facts, "bank": []}
    words["heading"] = [[label["quote_number"], quoted.quote_id], [label["quoted_on"], wording.day(quoted.quoted_on, language)], words["heading"][2]]
    words["headline"] = [label["quote_total"], words["headline"][1]]
    words["remarks"] = [["", label["quote_note"]]]
    for said, line in zip(words["lines"], lines, strict=True):
        assumed = quoted.assumed(line)
        counted = _quantity(line, language) if assumed is None else _assumed(assumed, line, language)
        said["details"] = "\n".join(detail for detail in (said["details"], counted, _in_words(line, label)) if detail)
        said["is_short"] = False
        said["quantity"], said["unit"] = str(line["periods"]), label["quote_times"]
    return words


def _quantity(line: Row, language: str) -> str:
    """Seats and the like, where they are the same all term; a single one needs no words."""
    if line["quantities"] != 1 or line["one_quantity"] in (None, 1):
        return ""
    unit = in_language(line, "unit", language) or ""
    return wording.labels(language)["quote_quantity"].format(quantity=wording.number(line["one_quantity"]), unit=unit).strip()


def _assumed(quantity: Decimal | None, line: Row, language: str) -> str:
    if quantity is None:
        return ""
    return wording.labels(language)["quote_assumed"].format(quantity=wording.number(quantity), unit=in_language(line, "unit", language)).strip()


def _in_words(line: Row, label: dict[str, str]) -> str:
    if line["amounts"] != 1 or line["periods"] == 1:
        return ""
    return label["quote_each"].format(amount=wording.money(line["one_amount"], line["currency"]))


def _line(line: Row, number: int) -> Row:
    served = {"served_from": line["period_from"], "served_until": line["period_until"]}
    return line | served | {"line_no": number, "original_line_id": None, "reason": "charge", "quantity": None}


def _taxes(lines: list[Row]) -> list[Row]:
    sums: dict[tuple[str, Decimal], list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
    for line in lines:
        sums[line["tax_code"], line["tax_rate"]][0] += line["net_amount"]
        sums[line["tax_code"], line["tax_rate"]][1] += line["tax_amount"]
    return [{"tax_code": code, "tax_rate": rate, "net_amount": net, "tax_amount": tax} for (code, rate), (net, tax) in sums.items()]
