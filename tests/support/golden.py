"""The worked numbers of golden.json; tests/test_worked_numbers.py says which test proves which of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

GOLDEN: dict[str, Any] = json.loads(Path(__file__).with_name("golden.json").read_text(encoding="utf-8"))


def worked(name: str) -> Any:
    """One worked example by its name in golden.json."""
    return GOLDEN[name]


def by_month(name: str) -> dict[str, int]:
    """A revenue schedule of golden.json by the number of its month: `{"01": 1700, "02": 1400}`."""
    return {month[-2:]: amount for month, amount in GOLDEN[name].items()}
