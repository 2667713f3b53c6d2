"""The user's own catalog, read as plain YAML: numbers exact as written, everything else text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import yaml

from billing_jobs.year.oracle.entries import Entity, Fee, Plan, Terms, Version, entity_of, fee_of, plan_of, terms_of


class _TextLoader(yaml.SafeLoader):
    """Every plain value as its own text: no float, no date, no `off` that is false."""


_TextLoader.yaml_implicit_resolvers = {}


@dataclass
class Catalog:
    """What the oracle reads of the catalog. Rates of a tax code are (first day, percent), the oldest first."""

    entities: dict[str, Entity] = field(default_factory=dict)
    plans: dict[str, Plan] = field(default_factory=dict)
    terms: dict[str, Terms] = field(default_factory=dict)
    meters: dict[str, dict[str, Any]] = field(default_factory=dict)
    rates: dict[str, list[tuple[date, Decimal]]] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    defaults: dict[str, str] = field(default_factory=dict)
    has_discounts: bool = False

    def rate(self, tax_code: str, day: date) -> Decimal:
        """The percentage of a code on a day; 0 before its first one."""
        held = [rate for begins, rate in self.rates.get(tax_code, []) if begins <= day]
        return held[-1] if held else Decimal(0)

    def terms_of(self, payment_terms: str, entity_id: str) -> Terms:
        """A customer's terms, or its seller's."""
        return self.terms.get(payment_terms) or self.terms[self.entities[entity_id].payment_terms]


def read_catalog(texts: Iterable[str]) -> Catalog:
    """The files of a catalog, merged by their top-level keys."""
    merged: dict[str, list[Any]] = {}
    for text in texts:
        for key, values in (yaml.load(text, Loader=_TextLoader) or {}).items():  # noqa: S506  a SafeLoader of ours
            if isinstance(values, list):
                merged.setdefault(key, []).extend(values)
    catalog = Catalog(has_discounts=any(row.get("coupon") != "true" for row in merged.get("discounts", [])))
    catalog.entities = {row["entity"]: entity_of(row) for row in merged.get("entities", [])}
    catalog.terms = {row["payment_terms"]: terms_of(row) for row in merged.get("payment_terms", [])}
    catalog.meters = {row["meter"]: row for row in merged.get("meters", [])}
    catalog.plans = {row["plan"]: plan_of(row) for row in merged.get("plans", [])}
    for row in merged.get("tax_codes", []):
        rates = sorted((date.fromisoformat(rate["from"]), Decimal(rate["rate"])) for rate in row["rates"])
        catalog.rates[row["tax_code"]] = rates
        catalog.kinds[row["tax_code"]] = row["kind"]
    catalog.defaults = _defaults(merged.get("tax_codes", []))
    return catalog


def _defaults(rows: list[dict[str, Any]]) -> dict[str, str]:
    """The code of a kind where only the kind is known: the one that says so, else the only one, else `standard`. Of a
    kind where that takes a day the oracle knows none."""
    found: dict[str, str] = {}
    for kind in {row["kind"] for row in rows}:
        codes = [row for row in rows if row["kind"] == kind]
        said = [row["tax_code"] for row in codes if row.get("default") in ("yes", "true")]
        dated = [row for row in codes if isinstance(row.get("default"), dict)]
        names = [row["tax_code"] for row in codes]
        only = names if len(names) == 1 else [name for name in names if name == kind == "standard"]
        if not dated and (said or only):
            found[kind] = (said or only)[0]
    return found


__all__ = ["Catalog", "Entity", "Fee", "Plan", "Terms", "Version", "fee_of", "read_catalog"]
