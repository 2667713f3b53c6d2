"""Expected beside ours, figure by figure."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any


def differs(expected: Any, ours: Any, places: int | None = None) -> bool:
    """Whether an expected value (texts, lists, mappings, flags) is not what was found.

    Numbers agree as numbers (`10.0` and `10`); with `places` both are rounded half up to that many decimals first.
    """
    if isinstance(expected, dict):
        return not isinstance(ours, dict) or any(differs(value, ours.get(name), places) for name, value in expected.items())
    if isinstance(expected, list):
        return _lists_differ(expected, list(ours) if isinstance(ours, (list, tuple)) else [], places)
    if isinstance(expected, bool) or expected is None:
        return expected is not ours
    left, right = _number(expected), _number(ours)
    return str(expected) != _text(ours) if left is None or right is None else _rounded(left, places) != _rounded(right, places)


def _lists_differ(expected: list[Any], ours: list[Any], places: int | None) -> bool:
    if len(expected) != len(ours):
        return True
    if all(isinstance(one, dict) for one in expected):  # rows have no order of their own
        return any(all(differs(one, other, places) for other in ours) for one in expected)
    return any(differs(one, other, places) for one, other in zip(expected, ours, strict=True))


def plain(value: Any) -> Any:
    """A found value as it is printed and written as JSON."""
    if isinstance(value, dict):
        return {name: plain(part) for name, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(part) for part in value]
    if isinstance(value, Decimal):
        text = format(value, "f")
        return text.rstrip("0").rstrip(".") if "." in text else text
    return _text(value) if isinstance(value, date) else value


def _number(value: Any) -> Decimal | None:
    if isinstance(value, (bool, date)) or value is None:
        return None
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None


def _rounded(value: Decimal, places: int | None) -> Decimal:
    return value if places is None else value.quantize(Decimal(1).scaleb(-places), rounding="ROUND_HALF_UP")


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)
