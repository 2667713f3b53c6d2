"""Fees, meters and events as scenes use them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

UNITS = {"meter": "units", "aggregation": "sum", "field": "quantity"}
# What the second night billed, whatever the first one had a line for.
BILLED_LATER = (
    "select coalesce(sum(line_amount), 0) from invoice_lines join invoices using (document_id) "
    "where invoice_lines.contract_id = $contract and invoices.invoice_date > date '2026-12-21'"
)
SOME_TIME = "2026-01-15T12:00:00Z"


def recurring(amount: str, *, tax: str = "0", timing: str = "advance") -> dict[str, Any]:
    """A flat fee of each period."""
    return {
        "kind": "recurring",
        "in": timing,
        "model": "flat",
        "tax_code": f"t{tax}",
        "versions": [{"from": "1990-01-01", "amount": Decimal(amount)}],
    }


def usage(model: str, *, meter: str = "units", tax: str = "0", **version: Any) -> dict[str, Any]:
    """A fee on what was metered in the period."""
    return {
        "kind": "usage",
        "in": "arrears",
        "model": model,
        "meter": meter,
        "tax_code": f"t{tax}",
        "versions": [{"from": "1990-01-01", **version}],
    }


def used(*quantities: str, at: str = SOME_TIME, **properties: str) -> list[dict[str, Any]]:
    """Events of these quantities at one moment."""
    return [{"event_at": at, "quantity": quantity, "properties": properties} for quantity in quantities]


def exact(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
