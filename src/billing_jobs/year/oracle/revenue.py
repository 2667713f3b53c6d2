"""When a charge is earned: by the days it serves, usage in the month in which it was used."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from billing_jobs.year.oracle.calendar import DAY
from billing_jobs.year.oracle.keys import Charge
from billing_jobs.year.oracle.lines import Line
from billing_jobs.year.oracle.money import rounded


def net_owed(charge: Charge, owed: Decimal, lines: list[Line]) -> Decimal:
    """What a charge owes without tax: the billed part as its lines stand, the rest without its tax; of nothing,
    nothing."""
    if not owed:
        return owed
    if charge.key.basis == "exclusive":
        return owed
    billed = sum((line.amount for line in lines), Decimal(0))
    net = sum((line.net for line in lines), Decimal(0))
    rest = Fraction(owed - billed) * 100 / (100 + Fraction(charge.key.rate))
    return net + rounded(rest, "half_up", charge.key.currency)


def earned(charge: Charge, net: Decimal, life_ends: date, as_of: date) -> dict[date, Decimal]:
    """By month until the end of the business day's: the difference of cumulative sums, each rounded, so that the last
    one is the whole. What stays owed after a contract's end is earned on that day."""
    weights: dict[date, Fraction] = defaultdict(Fraction)
    passed: dict[date, Fraction] = defaultdict(Fraction)
    stretches, is_used = charge.weights, not charge.is_by_days
    if not sum(amount for _begins, _ends, amount in stretches):
        days = (charge.served_until - charge.served_from).days
        stretches, is_used = ((charge.served_from, charge.served_until, Fraction(days)),), False
    for begins, ends, amount in stretches:
        for first, until in _months(begins, ends):
            part = amount * (until - first).days / (ends - begins).days
            month = min(first, life_ends).replace(day=1)
            weights[month] += part
            is_over = is_used or (life_ends < until and life_ends <= as_of + DAY)
            days_passed = max((min(until, as_of + DAY) - first).days, 0)
            passed[month] += part if is_over else part * days_passed / (until - first).days
    return _rounded_to_date(charge, net, weights, passed, as_of.replace(day=1))


def _rounded_to_date(
    charge: Charge, net: Decimal, weights: dict[date, Fraction], passed: dict[date, Fraction], this_month: date
) -> dict[date, Decimal]:
    whole, reached, before = sum(weights.values()), Fraction(0), Decimal(0)
    found = {}
    for month in sorted(weights):
        if month > this_month:
            break
        to_date = reached + (passed[month] if month == this_month else weights[month])
        reached += weights[month]
        amount = net if to_date == whole else rounded(Fraction(net) * to_date / whole, "half_up", charge.key.currency)
        found[month] = amount - before
        before = amount
    return {month: amount for month, amount in found.items() if amount}


def _months(begins: date, ends: date) -> Iterable[tuple[date, date]]:
    while begins < ends:
        until = min((begins.replace(day=1) + timedelta(days=32)).replace(day=1), ends)
        yield begins, until
        begins = until
