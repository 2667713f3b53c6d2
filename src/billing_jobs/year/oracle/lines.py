"""The oracle's own books: every line that was billed, and what of it still stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from billing_jobs.year.oracle.keys import Charge, Key


@dataclass
class Line:
    """A billed line in the price's own basis. `remaining` and `standing_tax`: what no credit has taken of it yet;
    `original`: the line that a negative one takes from."""

    charge: Charge
    amount: Decimal
    is_first_bill: bool
    original: Line | None = None
    document: Document | None = None
    tax: Decimal = Decimal(0)
    remaining: Decimal = Decimal(0)
    standing_tax: Decimal = Decimal(0)

    @property
    def net(self) -> Decimal:
        """Without its tax."""
        return self.amount - self.tax if self.charge.key.basis == "inclusive" else self.amount

    @property
    def total(self) -> Decimal:
        """With its tax."""
        return self.net + self.tax


@dataclass(eq=False)
class Document:
    """An invoice or a credit note as it was issued."""

    payer: str
    entity_id: str
    currency: str
    basis: str
    invoice_date: date
    night: int
    lines: list[Line]

    @property
    def net(self) -> Decimal:
        """Its total without tax."""
        return sum((line.net for line in self.lines), Decimal(0))

    @property
    def tax(self) -> Decimal:
        """Its tax."""
        return sum((line.tax for line in self.lines), Decimal(0))

    @property
    def total(self) -> Decimal:
        """Its total with tax; below zero for a credit note."""
        return self.net + self.tax


class Book:
    """Billed lines by the key of their charge."""

    def __init__(self) -> None:
        self.lines: dict[Key, list[Line]] = {}
        self.documents: list[Document] = []

    def billed(self, key: Key) -> Decimal:
        """The sum of all lines on a key."""
        return sum((line.amount for line in self.lines.get(key, [])), Decimal(0))

    def record(self, document: Document) -> None:
        """Write a document down: its lines stand, and what they take from their originals stands no more."""
        self.documents.append(document)
        for line in document.lines:
            line.document = document
            self.lines.setdefault(line.charge.key, []).append(line)
            if line.original is not None:
                line.original.remaining += line.amount
                line.original.standing_tax += line.tax
            elif line.amount > 0:
                line.remaining, line.standing_tax = line.amount, line.tax

    def lines_for(self, charge: Charge, difference: Decimal) -> list[Line]:
        """The lines of a difference. A negative one names an original each, the newest first, as far as that stands."""
        before = self.lines.get(charge.key, [])
        if difference > 0 or not before:
            return [Line(charge, difference, is_first_bill=not before)]
        found, left = [], -difference
        for original in reversed([line for line in before if line.remaining > 0]):
            taken = min(left, original.remaining)
            if taken:
                found.append(Line(charge, -taken, is_first_bill=False, original=original))
            left -= taken
        return [*found, Line(charge, -left, is_first_bill=False)] if left else found
