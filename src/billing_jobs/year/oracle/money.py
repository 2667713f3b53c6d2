"""Rounding of amounts, tax of a sum, and shares that add up. Exact fractions in, Decimals out."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

# Digits after the point of currencies that do not have two (ISO 4217).
_DIGITS = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
_MODES = {"floor": ROUND_FLOOR, "half_up": ROUND_HALF_UP, "ceiling": ROUND_CEILING}
_CONTEXT = Context(prec=60)


def digits_of(currency: str) -> int:
    """How many digits after the point an amount of the currency has."""
    return next((digits for digits, codes in _DIGITS.items() if currency in codes.split()), 2)


def unit_of(currency: str) -> Decimal:
    """The smallest amount of the currency."""
    return Decimal(1).scaleb(-digits_of(currency))


def rounded(amount: Fraction | Decimal, mode: str, currency: str) -> Decimal:
    """To the currency's smallest unit. Rounding acts on the absolute value, so that a credit mirrors its charge."""
    units = abs(Fraction(amount)) * 10 ** digits_of(currency)
    whole, rest = divmod(units.numerator, units.denominator)
    up = {"floor": False, "ceiling": rest > 0, "half_up": 2 * rest >= units.denominator}[mode]
    result = Decimal(whole + up).scaleb(-digits_of(currency))
    return -result if amount < 0 else result


def to_step(quantity: Decimal, mode: str, step: Decimal) -> Decimal:
    """A quantity in whole steps."""
    steps = _CONTEXT.divide(quantity, step).quantize(Decimal(1), rounding=_MODES[mode], context=_CONTEXT)
    return steps * step


def tax_on(amount: Decimal, rate: Decimal, basis: str, mode: str, currency: str) -> Decimal:
    """The tax of a sum: added to it (exclusive), or contained in it (inclusive).

    Contained tax is also the tax of the net that it leaves: between net × rate rounded down and rounded up, else one
    smallest unit away (docs/conventions.md, Tax and rounding).
    """
    if basis == "exclusive":
        return rounded(Fraction(amount) * Fraction(rate) / 100, mode, currency)
    tax = rounded(Fraction(amount) * Fraction(rate) / (100 + Fraction(rate)), mode, currency)
    size, total, unit = abs(tax), abs(amount), unit_of(currency)
    for candidate in (size, size + unit, size - unit):
        exact = Fraction(total - candidate) * Fraction(rate) / 100
        if rounded(exact, "floor", currency) <= candidate <= rounded(exact, "ceiling", currency):
            return -candidate if amount < 0 else candidate
    return tax


def spread(total: Decimal, shares: list[Fraction], currency: str) -> list[Decimal]:
    """The total in whole units over shares by largest remainder: the first wins of equals, in a credit the last."""
    unit = unit_of(currency)
    cut = [rounded(share, "floor", currency) for share in shares]
    left = int((total - sum(cut, Decimal(0))) / unit)
    order = sorted(range(len(shares)), key=lambda i: (-(shares[i] - Fraction(cut[i])), i if total >= 0 else -i))
    whole, rest = divmod(left, len(shares)) if shares else (0, 0)
    for place, index in enumerate(order):
        cut[index] += unit * (whole + (place < rest))
    return cut
