"""Which tax code of a kind is taken where only the kind is known: one says `default: yes`,
others may say from which day on they take over."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from billing_jobs.intake.catalog.reader import Catalog, Entry

# Customers that are exempt or taxed by reverse charge, and one-off charges without a code, say no more than the kind.
CHOSEN_KINDS = ("standard", "exempt", "reverse_charge")
BEGINNING = "0001-01-01"


def default_from(code: Mapping[str, Any]) -> str | None:
    """The first day from which the code is the default of its kind; None if it does not say so."""
    said = code.get("default")
    return said["from"] if isinstance(said, dict) else BEGINNING if said else None


def find_mistakes_in_defaults(catalog: Catalog, earlier: Iterable[Catalog] = ()) -> Iterator[str]:
    """Kinds of which nobody could say which code is taken.

    `earlier`: the catalogs before this one, newest first; looked at only where this one does not say it.
    """
    for kind in CHOSEN_KINDS:
        codes = _of_kind(catalog, kind)
        yield from _said_twice(codes, kind)
        if len(codes) < 2 or any(default_from(code.value) == BEGINNING or _is_named_so(code) for code in codes):
            continue
        in_force = _in_force(earlier, kind)
        if (
            in_force is None
            or not in_force.is_only
            or in_force.tax_code not in [code.value["tax_code"] for code in codes]
        ):
            first, second = codes[:2]
            until_now = (
                f"until now `{in_force.tax_code}` was taken"
                if in_force
                else f"`{first.value['tax_code']}` is at {first.at()}"
            )
            yield (
                f"{second.at()}: tax code `{second.value['tax_code']}` is the second one of kind {kind} "
                f"({until_now}), and none of them says `default: yes`; "
                "expected one that is taken where only the kind is known; write `default: yes` at the code that was "
                "taken until now"
            )


class _InForce:
    """The code of a kind that a catalog before this one took, and whether it was the only one (which needs no
    words)."""

    def __init__(self, codes: list[Entry]) -> None:
        said = [code for code in codes if default_from(code.value) == BEGINNING]
        self.is_only = len(codes) == 1
        # Before codes said it themselves, a code called `standard` or else the first by name was taken.
        named = sorted(codes, key=lambda code: (not _is_named_so(code), code.value["tax_code"]))
        self.tax_code = str((said or named)[0].value["tax_code"])


def _in_force(earlier: Iterable[Catalog], kind: str) -> _InForce | None:
    """By the newest catalog that says it by itself, or by the newest at all where none does."""
    undecided: _InForce | None = None
    for catalog in earlier:
        codes = _of_kind(catalog, kind)
        if len(codes) == 1 or any(default_from(code.value) == BEGINNING for code in codes):
            return _InForce(codes)
        undecided = undecided or (_InForce(codes) if codes else None)
    return undecided


def _of_kind(catalog: Catalog, kind: str) -> list[Entry]:
    return [entry for entry in catalog.of("tax_codes") if entry.value["kind"] == kind]


def _is_named_so(code: Entry) -> bool:
    """A code called `standard` is taken of kind `standard` where nothing else is said:
    catalogs have long relied on its name."""
    return bool(code.value["tax_code"] == code.value["kind"] == "standard")


def _said_twice(codes: list[Entry], kind: str) -> Iterator[str]:
    days: dict[str, Entry] = {}
    for code in codes:
        day = default_from(code.value)
        if day is not None and day in days:
            since = "the beginning" if day == BEGINNING else day
            yield (
                f"{code.at('default')}: tax code `{code.value['tax_code']}` is the default of kind {kind} "
                f"from {since} on, and so is "
                f"`{days[day].value['tax_code']}` at {days[day].at('default')}; expected one; remove one "
                "or give it the day from which it takes over"
            )
        if day is not None:
            days.setdefault(day, code)
