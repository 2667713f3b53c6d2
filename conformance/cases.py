"""Worked cases as they are delivered: JSON files, each a list of cases; all numbers are texts."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from billing_jobs.currencies import minor_digits
from conformance.heard import Heard


@dataclass(frozen=True)
class Case:
    """One worked case of a file in `folder`.

    `expected` maps fields to texts, lists or flags; `semantics` is universal or convention.
    """

    id: str
    file: str
    group: str
    semantics: str
    convention: str
    currency: str
    input: Heard
    expected: dict[str, Any]
    folder: Path = Path()

    @property
    def params(self) -> Heard:
        """The group's parameters, below `params`; none where the input itself says all."""
        found = self.input.get("params")
        return found if isinstance(found, Heard) else Heard({})

    def said(self, *words: str) -> Any:
        """What the parameters, or else the input, say by the first of these words that is said."""
        for word in words:
            for place in (self.params, self.input):
                if place.get(word) is not None:
                    return place[word]
        return None


def read_cases(folder: Path) -> list[Case]:
    """Every case of the folder's `*.json`, by file and id.

    Raises ValueError with the file when one is no list of cases.
    """
    cases = [case for path in sorted(folder.glob("*.json")) for case in _read_file(path)]
    if not cases:
        raise ValueError(f"No worked cases in {folder}: expected *.json files of the format described beside them.")
    return _by_own_names(cases)


def _by_own_names(cases: list[Case]) -> list[Case]:
    """A name that stands twice is told apart, so that no case takes another's place."""
    seen: Counter[str] = Counter()
    named = []
    for case in cases:
        seen[case.id] += 1
        named.append(case if seen[case.id] == 1 else replace(case, id=f"{case.id}.{seen[case.id]}"))
    return named


def money_of(case: Case, scale: str | None = None) -> str:
    """The currency in which the case is billed here.

    Amounts in a minor unit (`EUR cents`) are billed in a currency without minor digits, with the same figures; a
    currency that is none of the platform's, or a scale that is not its own, in one that has the digits of the scale.
    Only the number of minor digits matters to an amount.
    """
    named, _, unit = case.currency.partition(" ")
    digits = 0 if unit else minor_digits().get(named, 2)
    wanted = int(scale) if scale is not None else digits
    if named in minor_digits() and not unit and minor_digits()[named] == wanted:
        return named
    return {0: "JPY", 2: "USD", 3: "KWD"}.get(wanted, "USD")


def _read_file(path: Path) -> list[Case]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        rows = found if isinstance(found, list) else found["cases"]
        return [
            Case(
                id=str(row["id"]), file=path.stem, group=row["group"], semantics=row["semantics"],
                convention=row.get("convention") or "",
                currency=row.get("currency") or "USD", input=Heard(row["input"]), expected=row["expected"],
                folder=path.parent,
            )
            for row in rows
        ]  # fmt: skip
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(
            f"{path}: expected a list of cases with id, group, semantics, input and expected ({error!r})"
        ) from error
