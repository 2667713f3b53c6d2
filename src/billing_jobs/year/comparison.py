"""What was billed beside what should be: the keys that differ, and by how much."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import zip_longest
from typing import Any

from billing_jobs.year.oracle.year import Expected

ZERO = Decimal(0)
SUBJECTS = ("charges", "documents", "balances", "revenue")
Row = Mapping[str, Any]
Both = Mapping[str, tuple[Decimal, Decimal]]


@dataclass(frozen=True)
class Drift:
    """One key whose two values differ."""

    subject: str
    key: str
    currency: str
    billed: Decimal
    expected: Decimal


@dataclass
class Comparison:
    """How many keys were compared of each subject, and which drift."""

    compared: dict[str, int] = field(default_factory=lambda: dict.fromkeys(SUBJECTS, 0))
    drifts: list[Drift] = field(default_factory=list)
    currencies: set[str] = field(default_factory=set)

    def drift(self, subject: str, currency: str) -> Decimal:
        """The sum of all differences of a subject, whatever their sign."""
        return sum(
            (
                abs(one.billed - one.expected)
                for one in self.drifts
                if (one.subject, one.currency) == (subject, currency)
            ),
            ZERO,
        )

    def add(
        self, subject: str, key: tuple[object, ...], currency: str, both: Mapping[str, tuple[Decimal, Decimal]]
    ) -> None:
        """Compare one key: by name of an amount, what was billed and what should be. The first that differs is told:
        the others follow from it."""
        self.compared[subject] += 1
        self.currencies.add(currency)
        for name, (billed, expected) in both.items():
            if billed != expected:
                words = " ".join(str(part) for part in (name, *key) if part != "")
                self.drifts.append(Drift(subject, words, currency, billed, expected))
                return


def compare(rows: Mapping[str, Sequence[Row]], expected: Expected) -> Comparison:
    """Rows of the published tables charges, invoices, receivables_aging and revenue_schedule beside the oracle's."""
    found = Comparison()
    _charges(found, rows["charges"], expected)
    _documents(found, rows["invoices"], expected)
    _balances(found, rows["receivables_aging"], expected)
    _revenue(found, rows["revenue_schedule"], expected)
    return found


def _charge_key(row: Row) -> tuple[object, ...]:
    return (
        row["customer_id"], row["contract_id"], row["plan_id"], row["fee_id"], row["instance"], row["period_from"],
        row["period_until"], row["currency"], row["tax_code"], row["tax_rate"].normalize(), row["price_basis"],
    )  # fmt: skip


def _key_of(key: Any) -> tuple[object, ...]:
    return (
        key.payer, key.contract_id, key.plan_id, key.fee_id, key.instance, key.begins, key.ends, key.currency,
        key.tax_code, key.rate.normalize(), key.basis,
    )  # fmt: skip


def _charges(found: Comparison, rows: Sequence[Row], expected: Expected) -> None:
    billed = {_charge_key(row): (row["owed_amount"], row["billed_amount"]) for row in rows}
    should = {_key_of(key): amounts for key, amounts in expected.charges.items()}
    for key in sorted(billed.keys() | should.keys(), key=str):
        one, other = billed.get(key, (ZERO, ZERO)), should.get(key, (ZERO, ZERO))
        found.add("charges", key, str(key[7]), {"owed": (one[0], other[0]), "billed": (one[1], other[1])})


def _documents(found: Comparison, rows: Sequence[Row], expected: Expected) -> None:
    billed: dict[tuple[object, ...], list[tuple[Decimal, Decimal]]] = defaultdict(list)
    should: dict[tuple[object, ...], list[tuple[Decimal, Decimal]]] = defaultdict(list)
    for row in rows:
        billed[row["customer_id"], row["entity_id"], row["currency"], row["invoice_date"]].append(
            (row["total_amount"], row["tax_amount"])
        )
    for document in expected.documents:
        should[document.payer, document.entity_id, document.currency, document.invoice_date].append(
            (document.total, document.tax)
        )
    for key in sorted(billed.keys() | should.keys(), key=str):
        pairs = zip_longest(sorted(billed[key]), sorted(should[key]), fillvalue=(ZERO, ZERO))
        for number, (one, other) in enumerate(pairs, start=1):
            both = {"total": (one[0], other[0]), "tax": (one[1], other[1])}
            found.add("documents", (*key, f"no. {number}"), str(key[2]), both)


def _balances(found: Comparison, rows: Sequence[Row], expected: Expected) -> None:
    billed = {
        (row["customer_id"], row["currency"]): (row["total"] + row["unapplied"], row["unapplied"]) for row in rows
    }
    for key in sorted(billed.keys() | expected.balances.keys()):
        one, other = billed.get(key, (ZERO, ZERO)), expected.balances.get(key, (ZERO, ZERO))
        both = {
            "balance": (one[0] - one[1], other[0] - other[1]),
            "open": (one[0], other[0]),
            "unapplied": (one[1], other[1]),
        }
        found.add("balances", key, key[1], both)


def _revenue(found: Comparison, rows: Sequence[Row], expected: Expected) -> None:
    billed = {(_charge_key(row), row["month"]): row["recognised_amount"] for row in rows}
    should = {(_key_of(key), month): amount for (key, month), amount in expected.revenue.items()}
    for key in sorted(billed.keys() | should.keys(), key=str):
        if billed.get(key, ZERO) or should.get(key, ZERO):
            both = {"revenue": (billed.get(key, ZERO), should.get(key, ZERO))}
            found.add("revenue", (key[1], *key[0]), str(key[0][7]), both)
