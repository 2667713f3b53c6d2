"""Lines become documents: one per payer, seller, currency, group, price basis and day, taxed once per rate."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from billing_jobs.year.oracle.calendar import DAY
from billing_jobs.year.oracle.catalog import Catalog
from billing_jobs.year.oracle.lines import Document, Line
from billing_jobs.year.oracle.money import digits_of, spread, tax_on

_KINDS = ("recurring", "usage", "one_off")


@dataclass(frozen=True)
class Draft:
    """Lines that belong on one paper, gathered on a day."""

    payer: str
    entity_id: str
    currency: str
    group: str
    basis: str
    bill_on: date


def is_held(lines: list[Line], catalog: Catalog, draft: Draft) -> bool:
    """Whether the differences of a document lie above its seller's limit; a currency without one has as many smallest
    units as the seller's own."""
    entity = catalog.entities[draft.entity_id]
    if not entity.correction_limits:
        return False
    adjusted = sum((abs(line.amount) for line in lines if not line.is_first_bill), Decimal(0))
    limit = entity.correction_limits.get(draft.currency)
    if limit is None:
        own = entity.correction_limits.get(entity.currency)
        if own is None:
            return False
        limit = own.scaleb(digits_of(entity.currency) - digits_of(draft.currency))
    return adjusted > limit


def invoice_date(draft: Draft, lines: list[Line], closing_day: int | None, catalog: Catalog, as_of: date) -> date:
    """The closing day where it lies close enough behind, else the day of issue."""
    lag = (as_of + DAY - draft.bill_on).days
    is_of_its_day = any(line.is_first_bill for line in lines) or draft.bill_on == as_of
    if closing_day is not None and is_of_its_day and lag <= catalog.entities[draft.entity_id].closing_lag_days:
        return draft.bill_on
    return as_of + DAY


def in_order(lines: list[Line], catalog: Catalog) -> list[Line]:
    """As they stand on paper: by contract and period, plans by their first day, fees as the catalog lists them."""
    first_days: dict[tuple[str, date, str], date] = {}
    for line in lines:
        place = line.charge.key.contract_id, line.charge.key.begins, line.charge.key.plan_id
        first_days[place] = min(first_days.get(place, date.max), line.charge.served_from)

    def place_of(line: Line) -> tuple[object, ...]:
        key = line.charge.key
        fees = list(catalog.plans[key.plan_id].fees) if key.plan_id else []
        number = fees.index(key.fee_id) if key.fee_id in fees else len(fees)
        first = first_days[key.contract_id, key.begins, key.plan_id]
        kind = _KINDS.index(line.charge.kind)
        return key.contract_id, key.begins, first, key.plan_id, kind, number, key.fee_id, key.instance, key.ends

    return sorted(lines, key=place_of)


def tax(lines: list[Line], basis: str, currency: str, mode: str) -> None:
    """Write the tax of a document to its lines: once per code and rate, spread by largest remainder.

    Lines of a credit note that leave nothing of an original document at a rate return exactly what tax stands of it;
    the others together no more than what stands.
    """
    sign = sum(
        (line.amount * (100 + line.charge.key.rate if basis == "exclusive" else 100) for line in lines), Decimal(0)
    )
    pools: dict[tuple[str, Decimal, Document | None], list[Line]] = defaultdict(list)
    for line in lines:
        exhausted = _exhausted_original(line, lines) if sign < 0 else None
        pools[line.charge.key.tax_code, line.charge.key.rate, exhausted].append(line)
    for (_code, rate, exhausted), pool in pools.items():
        amount = sum((line.amount for line in pool), Decimal(0))
        whole = tax_on(amount, rate, basis, mode, currency)
        if exhausted is not None:
            whole = -_standing(exhausted, pool[0], lambda one: one.standing_tax)
        elif sign < 0 and all(line.original is not None for line in pool):
            originals = {id(found): found for line in pool if (found := _document_of(line)) is not None}.values()
            limit = sum((_standing(one, pool[0], lambda line: line.standing_tax) for one in originals), Decimal(0))
            whole = max(whole, -limit)
        divisor = 100 + Fraction(rate) if basis == "inclusive" else Fraction(100)
        shares = [Fraction(line.amount) * Fraction(rate) / divisor for line in pool]
        for line, part in zip(pool, spread(whole, shares, currency), strict=True):
            line.tax = part


def _document_of(line: Line) -> Document | None:
    return line.original.document if line.original is not None else None


def _exhausted_original(line: Line, lines: list[Line]) -> Document | None:
    """The document of which nothing at the line's rate is left after this one."""
    original = _document_of(line)
    if original is None:
        return None
    taken = sum((one.amount for one in lines if _document_of(one) is original and _same_rate(one, line)), Decimal(0))
    return original if taken + _standing(original, line, lambda one: one.remaining) == 0 else None


def _standing(document: Document, like: Line, what: Callable[[Line], Decimal]) -> Decimal:
    return sum((what(line) for line in document.lines if line.amount > 0 and _same_rate(line, like)), Decimal(0))


def _same_rate(one: Line, other: Line) -> bool:
    return (one.charge.key.tax_code, one.charge.key.rate) == (other.charge.key.tax_code, other.charge.key.rate)
