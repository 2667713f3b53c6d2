"""What a charge owes once people have decided about it."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from billing_jobs.year.oracle.facts import Decision
from billing_jobs.year.oracle.keys import Charge

ZERO = Decimal(0)


def decided(charge: Charge, decisions: Iterable[Decision], night: int) -> Decimal:
    """Correction (of several the latest), then goodwill, then waive; nothing of a period that was served from before
    its seller began to bill here."""
    key, amount = charge.key, charge.amount
    if charge.begins_before_start:
        return ZERO
    place = key.contract_id, key.plan_id, key.fee_id, key.begins
    mine = [
        one
        for one in decisions
        if one.night <= night and (one.contract_id, one.plan_id, one.fee_id, one.period_from) == place
    ]
    if any(one.kind == "waive" for one in mine):
        return ZERO
    corrections = [one.amount for one in mine if one.kind == "correction"]
    if corrections:
        amount = min(amount, corrections[-1])
    goodwill = sum((one.amount for one in mine if one.kind == "goodwill"), ZERO)
    return max(min(amount, ZERO), amount - goodwill)
