"""What a charge owes once people have decided about it."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from billing_jobs.year.oracle.facts import Decision
from billing_jobs.year.oracle.keys import Charge, Key

ZERO = Decimal(0)


def about(key: Key, decisions: Iterable[Decision], night: int, billed_with: dict[str, Key]) -> list[Decision]:
    """The decisions that name a charge by its parts. What was billed with a decision stays decided: it then names that
    charge, whatever else comes to fit it (the same period at another rate of tax)."""
    place = key.contract_id, key.plan_id, key.fee_id, key.begins
    return [
        one
        for one in decisions
        if one.night <= night
        and (one.contract_id, one.plan_id, one.fee_id, one.period_from) == place
        and billed_with.get(one.decision_id, key) == key
    ]


def decided(charge: Charge, mine: list[Decision]) -> Decimal:
    """Correction (of several the latest), then goodwill, then waive; nothing of a period that was served from before
    its seller began to bill here."""
    amount = charge.amount
    if charge.begins_before_start:
        return ZERO
    if any(one.kind == "waive" for one in mine):
        return ZERO
    corrections = [one.amount for one in mine if one.kind == "correction"]
    if corrections:
        amount = min(amount, corrections[-1])
    goodwill = sum((one.amount for one in mine if one.kind == "goodwill"), ZERO)
    return max(min(amount, ZERO), amount - goodwill)
