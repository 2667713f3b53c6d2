"""Tiers as cases write them and as the catalog does."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from conformance.scene import NotClaimed

Tiers = list[dict[str, Any]]


def tiers_of(given: list[dict[str, Any]], price: str = "unit_price", *, reached_by: Decimal) -> Tiers:
    """Tiers (from, to] as the catalog writes them.

    NotClaimed when they do not cover every quantity once. A last tier that ends is written as an open one where the
    quantity lies inside of it.
    """
    rows, reached = [], Decimal(0)
    for tier in given:
        if Decimal(tier["from"]) != reached:
            raise NotClaimed("tiers follow each other without a gap")
        row: dict[str, Any] = {
            "rate" if price == "rate_percent" else "unit_price": Decimal(tier.get(price) or 0),
            "flat": Decimal(tier.get("flat_fee") or 0),
        }
        if tier.get("to") is not None:
            reached = Decimal(tier["to"])
            row = {"up_to": reached, **row}
        rows.append(row)
    if rows[-1].pop("up_to", reached_by) < reached_by:
        raise NotClaimed("the last tier is open: every quantity has a price")
    return rows
