"""Worked cases as they are delivered: JSON files, each a list of cases; all numbers are texts."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MINOR_DIGITS = {"JPY": 0, "KRW": 0, "EUR": 2, "USD": 2, "CAD": 2, "GBP": 2, "CHF": 2, "KWD": 3, "BHD": 3}


@dataclass(frozen=True)
class Case:
    """One worked case. `expected` maps fields to texts, lists or flags; `semantics` is universal or convention."""

    id: str
    file: str
    group: str
    semantics: str
    convention: str
    currency: str
    input: dict[str, Any]
    expected: dict[str, Any]

    @property
    def params(self) -> dict[str, Any]:
        """The group's parameters: below `params`, or beside the input itself."""
        return dict(self.input.get("params") or {})


def read_cases(folder: Path) -> list[Case]:
    """Every case of the folder's `*.json`, by file and id. Raises ValueError with the file when one is no list of cases."""
    cases = [case for path in sorted(folder.glob("*.json")) for case in _read_file(path)]
    if not cases:
        raise ValueError(f"No worked cases in {folder}: expected *.json files of the format described beside them.")
    return cases


def money_of(case: Case, scale: str | None = None) -> str:
    """The currency in which the case is billed here.

    Amounts `in cents` are billed in a currency without minor digits, with the same figures; a currency that is none of the platform's, or a
    scale that is not its own, in one that has the digits of the scale. Only the number of minor digits matters to an amount.
    """
    named, _, unit = case.currency.partition(" ")
    digits = 0 if unit == "cents" else MINOR_DIGITS.get(named, 2)
    wanted = int(scale) if scale is not None else digits
    if named in MINOR_DIGITS and not unit and MINOR_DIGITS[named] == wanted:
        return named
    return {0: "JPY", 2: "USD", 3: "KWD"}.get(wanted, "USD")


def _read_file(path: Path) -> list[Case]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        rows = found if isinstance(found, list) else found["cases"]
        return [
            Case(
                id=row["id"], file=path.stem, group=row["group"], semantics=row["semantics"], convention=row.get("convention") or "",
                currency=row.get("currency") or "USD", input=row["input"], expected=row["expected"],
            )
            for row in rows
        ]  # fmt: skip
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"{path}: expected a list of cases with id, group, semantics, input and expected ({error!r})") from error
