"""A priced quote to what its paper says: the same page as an invoice, with what the whole term comes to. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Protocol

from billing_jobs.documents import paper, wording
from billing_jobs.documents.issued import IssuedDocument, in_language
from billing_jobs.documents.paper import Row, Words


class Assumed(Protocol):
    """What the paper says of assumed usage."""

    @property
    def quantity(self) -> Decimal: ...
    @property
    def properties(self) -> dict[str, str]: ...
    @property
    def is_level(self) -> bool: ...


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

    def assumed(self, priced: Row) -> Sequence[Assumed]:
        """The usage that a priced line was assumed to have."""
        ...


def describe_quote(quoted: Quoted, lines: list[Row], document: Row) -> Words:
    """`lines`: one a fee, with the sums of the term; `document`: the first invoice of it,
    whose snapshot names seller and buyer."""
    taxes = _taxes(lines)
    net, tax = (sum((row[name] for row in taxes), Decimal(0)) for name in ("net_amount", "tax_amount"))
    made = {
        "document_number": quoted.quote_id,
        "document_type": "invoice",
        "invoice_date": quoted.quoted_on,
        "due_date": None,
        "total_amount": net + tax,
    }
    row = document | made | {"net_amount": net, "tax_amount": tax, "voids_document_id": None}
    issued = IssuedDocument(
        document=row,
        lines=[_line(line, number) for number, line in enumerate(lines, start=1)],
        taxes=taxes,
        originals={},
    )
    label, language = wording.labels(issued.language), issued.language
    words = paper.describe(issued)
    months = label["quote_months"].format(months=quoted.term_months)
    facts = [
        [label["quote_term"], wording.span(quoted.service_from, quoted.service_until, language)],
        [label["quote_length"], months],
    ]
    if quoted.valid_until is not None:
        facts.insert(0, [label["quote_valid"], wording.day(quoted.valid_until, language)])
    words |= {"title": label["quote"], "subtitle": "", "greeting": label["quote_greeting"], "facts": facts, "bank": []}
    words["heading"] = [
        [label["quote_number"], quoted.quote_id],
        [label["quoted_on"], wording.day(quoted.quoted_on, language)],
        words["heading"][2],
    ]
    words["headline"] = [label["quote_total"], words["headline"][1]]
    words["remarks"] = [["", label["quote_note"]]]
    for said, line in zip(words["lines"], lines, strict=True):
        assumed = quoted.assumed(line)
        counted = [_assumed(usage, line, language) for usage in assumed] or [_quantity(line, language)]
        said["details"] = "\n".join(detail for detail in (said["details"], *counted, _in_words(line, label)) if detail)
        said["is_short"] = False
        said["quantity"], said["unit"] = str(line["periods"]), label["quote_times"]
    return words


def _quantity(line: Row, language: str) -> str:
    """Seats and the like, where they are the same all term; a single one needs no words."""
    if line["quantities"] != 1 or line["one_quantity"] in (None, 1):
        return ""
    unit = in_language(line, "unit", language) or ""
    return (
        wording.labels(language)["quote_quantity"]
        .format(quantity=wording.number(line["one_quantity"]), unit=unit)
        .strip()
    )


def _assumed(usage: Assumed, line: Row, language: str) -> str:
    """So much a month, or the level that stays, and for which values of the dimensions."""
    label = wording.labels(language)["quote_assumed_level" if usage.is_level else "quote_assumed"]
    unit = "" if usage.is_level else in_language(line, "unit", language) or ""
    words = " ".join(label.format(quantity=wording.number(usage.quantity), unit=unit).split())
    return words + (f" ({', '.join(usage.properties.values())})" if usage.properties else "")


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
    return [
        {"tax_code": code, "tax_rate": rate, "net_amount": net, "tax_amount": tax}
        for (code, rate), (net, tax) in sums.items()
    ]
