"""How a quantity becomes money: the table of docs/landing.md, "How a fee's quantity becomes money"."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

from billing_jobs.year.oracle.entries import Version

Tier = dict[str, Any]


def _flat(version: Version, quantity: Fraction) -> Fraction:
    return _number(version.numbers, "amount")


def _per_unit(version: Version, quantity: Fraction) -> Fraction:
    return quantity * _number(version.numbers, "unit_price")


def _package(version: Version, quantity: Fraction) -> Fraction:
    package = version.numbers["package"]
    begun = -(-quantity // _number(package, "size"))
    return begun * _number(package, "price")


def _graduated(version: Version, quantity: Fraction) -> Fraction:
    owed, below = Fraction(0), Fraction(0)
    for tier in version.numbers["tiers"]:
        if quantity <= below:
            break
        top = _top(tier)
        units = (quantity if top is None else min(quantity, top)) - below
        owed += units * _number(tier, "unit_price") + _number(tier, "flat")
        below = quantity if top is None else top
    return owed


def _graduated_percentage(version: Version, quantity: Fraction) -> Fraction:
    tiers = [{**tier, "unit_price": str(Decimal(tier.get("rate", "0")) / 100)} for tier in version.numbers["tiers"]]
    return _graduated(_with(version, tiers=tiers), quantity)


def _volume(version: Version, quantity: Fraction) -> Fraction:
    tier = _reached(version, quantity)
    return quantity * _number(tier, "unit_price") + _number(tier, "flat") if tier else Fraction(0)


def volume_flat(version: Version, quantity: Fraction) -> Fraction:
    """The flat amount of the tier that a quantity reaches."""
    tier = _reached(version, quantity)
    return _number(tier, "flat") if tier else Fraction(0)


def _stairstep(version: Version, quantity: Fraction) -> Fraction:
    tier = _reached(version, quantity)
    return _number(tier, "flat") if tier else Fraction(0)


def _percentage(version: Version, quantity: Fraction) -> Fraction:
    return quantity * _number(version.numbers["percentage"], "rate") / 100


MODELS: dict[str, Callable[[Version, Fraction], Fraction]] = {
    "flat": _flat,
    "per_unit": _per_unit,
    "package": _package,
    "graduated": _graduated,
    "graduated_percentage": _graduated_percentage,
    "volume": _volume,
    "stairstep": _stairstep,
    "percentage": _percentage,
}
# These are priced by what the events say of themselves, not by one quantity.
MODELS_OF_EVENTS = ("matrix", "dynamic")


def matrix_price(version: Version, values: dict[str, str], dimensions: tuple[str, ...]) -> Fraction | None:
    """The price that names most of the values, of equals the first; None where no price names them."""
    best: tuple[int, Fraction] | None = None
    for price in version.numbers["prices"]:
        named = price.get("values") or ({dimensions[0]: price["value"]} if "value" in price else {})
        if all(values.get(name) == value for name, value in named.items()) and (best is None or len(named) > best[0]):
            best = (len(named), _number(price, "unit_price"))
    return best[1] if best else None


def with_own_price(version: Version, model: str, price: Decimal) -> Version:
    """The version with a contract's own price in place of the list's."""
    if model == "flat":
        return _with(version, amount=str(price))
    if model == "package":
        return _with(version, package={**version.numbers["package"], "price": str(price)})
    return _with(version, unit_price=str(price))


def _with(version: Version, **numbers: Any) -> Version:
    return Version(
        version.begins, version.currency, version.is_for_new, version.is_mid_period, {**version.numbers, **numbers}
    )


def _reached(version: Version, quantity: Fraction) -> Tier | None:
    """The tier of the whole quantity; a boundary belongs to the lower tier, nothing reaches none."""
    if quantity <= 0:
        return None
    tiers: list[Tier] = version.numbers["tiers"]
    return next(tier for tier in tiers if (top := _top(tier)) is None or quantity <= top)


def _top(tier: Tier) -> Fraction | None:
    return Fraction(tier["up_to"]) if "up_to" in tier else None


def _number(raw: dict[str, Any], key: str) -> Fraction:
    return Fraction(raw.get(key, "0"))
