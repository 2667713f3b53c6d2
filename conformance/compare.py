"""Expected beside ours, figure by figure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

_MODES = {"half_up": "ROUND_HALF_UP", "floor": "ROUND_DOWN", "ceiling": "ROUND_UP"}


@dataclass(frozen=True)
class Places:
    """The decimals in which a case states what we publish unrounded, and how it rounded them."""

    decimals: int
    mode: str = "half_up"


def differs(expected: Any, ours: Any, places: Places | None = None) -> bool:
    """Whether an expected value (texts, lists, mappings, flags) is not what was found.

    Numbers agree as numbers (`10.0` and `10`); with `places` both are rounded to that many decimals first. A mapping
    says all that there is: a figure under a name that is not expected differs, unless it is 0.
    """
    if isinstance(expected, dict):
        return not isinstance(ours, dict) or _mappings_differ(expected, ours, places)
    if isinstance(expected, list):
        return not isinstance(ours, (list, tuple)) or _lists_differ(expected, list(ours), places)
    if isinstance(expected, bool) or expected is None:
        return expected is not ours
    left, right = _number(expected), _number(ours)
    return (
        str(expected) != _text(ours)
        if left is None or right is None
        else _rounded(left, places) != _rounded(right, places)
    )


def _mappings_differ(expected: dict[str, Any], ours: dict[str, Any], places: Places | None) -> bool:
    more = (_number(value) for name, value in ours.items() if name not in expected)
    return any(differs(value, ours.get(name), places) for name, value in expected.items()) or any(more)


def _lists_differ(expected: list[Any], ours: list[Any], places: Places | None) -> bool:
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


def _rounded(value: Decimal, places: Places | None) -> Decimal:
    return (
        value if places is None else value.quantize(Decimal(1).scaleb(-places.decimals), rounding=_MODES[places.mode])
    )


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)
