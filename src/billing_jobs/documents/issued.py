"""An issued document as rows of the ledger, and how its snapshot is read. Pure."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from billing_jobs.documents import wording

Row = dict[str, Any]


@dataclass(frozen=True)
class IssuedDocument:
    """Rows of the ledger that belong to one document.

    `originals` maps a line id of an earlier document to that document's row.
    """

    document: Row
    lines: list[Row]
    taxes: list[Row]
    originals: dict[str, Row]

    @property
    def number(self) -> str:
        return str(self.document["document_number"])

    @property
    def snapshot(self) -> dict[str, Any]:
        """Names, addresses and bank accounts as they were when the document was issued."""
        loaded = json.loads(self.document["snapshot"] or "{}", parse_float=Decimal)
        return loaded if isinstance(loaded, dict) else {}

    @property
    def charges_something(self) -> bool:
        """Whether a line charges for a supply, and does not only return what an earlier document charged."""
        return any(line["line_amount"] > 0 and not line["original_line_id"] for line in self.lines)

    @property
    def language(self) -> str:
        return wording.language_of(self.snapshot.get("locale") or self.snapshot.get("buyer", {}).get("locale"))


def tax_kind(issued: IssuedDocument, tax_code: str, rate: Decimal) -> str:
    """standard, reduced, exempt, export, out_of_scope or reverse_charge: from the snapshot,
    else from the code's own name."""
    known = issued.snapshot.get("tax_kinds", {}).get(tax_code)
    if known:
        return str(known)
    for kind in ("reduced", "exempt", "export", "out_of_scope", "reverse_charge"):
        if tax_code.startswith(kind):
            return kind
    return "reduced" if rate == 8 and issued.document["currency"] == "JPY" else "standard"


def in_language(row: Row, name: str, language: str) -> str:
    """`name_ja` / `name_en`, `name: {ja, en}` or plain `name`; the other language when the wanted one is empty."""
    value = row.get(name)
    if isinstance(value, dict):
        return as_text(value.get(language)) or next((as_text(other) for other in value.values() if other), "")
    others = [row.get(f"{name}_{other}") for other in (language, *wording.LANGUAGES)]
    return next((as_text(other) for other in (*others, value) if other), "")


def as_text(value: object) -> str:
    return "" if value is None else str(value)
