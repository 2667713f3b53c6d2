"""What the company sells: the catalog as its YAML says it, every value as text, and nothing computed from it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import yaml

Raw = dict[str, Any]


@dataclass
class Menu:
    """Entries of the catalog by their ids; `plans` are those that are sold in this year, `tax_kinds` how many tax
    codes there are of each kind."""

    entities: dict[str, Raw] = field(default_factory=dict)
    plans: dict[str, Raw] = field(default_factory=dict)
    meters: dict[str, Raw] = field(default_factory=dict)
    terms: list[str] = field(default_factory=list)
    tax_kinds: Counter[str] = field(default_factory=Counter)

    def meters_of(self, plan_id: str) -> list[Raw]:
        """The meters that a plan charges by."""
        names = {fee.get("meter") for fee in self.plans[plan_id]["fees"]} - {None}
        return [self.meters[name] for name in sorted(names)]

    def first_month(self) -> date:
        """The month in which the year begins: the sellers' first day of billing here, and not long before the newest
        prices."""
        days = [
            date.fromisoformat(one["billing_starts_on"]) for one in self.entities.values() if "billing_starts_on" in one
        ]
        newest = max(
            date.fromisoformat(version["from"])
            for plan in self.plans.values()
            for fee in plan["fees"]
            for version in fee["versions"]
        )
        half_a_year_before = date(newest.year - (newest.month <= 6), (newest.month + 5) % 12 + 1, 1)
        begins = max([*days, half_a_year_before])
        return (
            begins
            if begins.day == 1
            else (begins.replace(day=28) + (date(2000, 1, 5) - date(2000, 1, 1))).replace(day=1)
        )


def read_menu(texts: Iterable[str], sold: set[str]) -> Menu:
    """The catalog's files, with the plans that are sold."""
    merged: dict[str, list[Raw]] = {}
    for text in texts:
        for key, values in (yaml.load(text, Loader=yaml.BaseLoader) or {}).items():  # noqa: S506  it makes text only
            if isinstance(values, list):
                merged.setdefault(key, []).extend(values)
    return Menu(
        {row["entity"]: row for row in merged.get("entities", [])},
        {row["plan"]: row for row in merged.get("plans", []) if row["plan"] in sold},
        {row["meter"]: row for row in merged.get("meters", [])},
        [row["payment_terms"] for row in merged.get("payment_terms", [])],
        Counter(row["kind"] for row in merged.get("tax_codes", [])),
    )
