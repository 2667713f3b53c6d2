"""Rows as aligned text."""

from __future__ import annotations

from decimal import Decimal
from typing import Any


def number(value: Any) -> str:
    """A number with thousands separators and no trailing zeros; text as it is."""
    if isinstance(value, Decimal):
        whole, _, decimals = f"{value:,f}".partition(".")
        return f"{whole}.{decimals.rstrip('0')}".rstrip(".")
    return "" if value is None else str(value)


def table(rows: list[dict[str, Any]], columns: list[str]) -> list[str]:
    """A head and one line per row: numbers to the right, the rest to the left; nothing for no rows."""
    if not rows:
        return []
    texts = [[number(row.get(column)) for column in columns] for row in rows]
    widths = [max(len(column), *(len(line[position]) for line in texts)) for position, column in enumerate(columns)]
    is_number = [all(isinstance(row.get(column), (int, Decimal)) for row in rows) for column in columns]

    def aligned(cells: list[str]) -> str:
        return "  ".join(
            cell.rjust(width) if right else cell.ljust(width)
            for cell, width, right in zip(cells, widths, is_number, strict=True)
        ).rstrip()

    return [aligned(columns), *map(aligned, texts)]
