"""What one charge comes to: its stretches between changes of phase or price, summed and rounded once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from billing_jobs.year.oracle.calendar import FAR, Period, share
from billing_jobs.year.oracle.catalog import Fee, Version
from billing_jobs.year.oracle.facts import Change
from billing_jobs.year.oracle.money import to_step
from billing_jobs.year.oracle.prices import MODELS, matrix_price, volume_flat, with_own_price
from billing_jobs.year.oracle.timeline import Phase
from billing_jobs.year.oracle.usage import Used, total


@dataclass(frozen=True)
class Piece:
    """Days of a charge with one phase and one price."""

    begins: date
    ends: date
    phase: Phase
    version: Version


def pieces(fee: Fee, period: Period, phases: list[Phase], overrides: list[Change], signed_on: date) -> list[Piece]:
    """The stretches of a charge, cut where the price of the list or the contract's own one begins or ends."""
    currency = phases[0].plan.currency
    listed = [
        version
        for version in fee.versions
        if version.currency == currency and not (version.is_for_new and version.begins > signed_on)
    ]
    starts = {version: _holds_from(version, listed[0], period) for version in listed}
    days = set(starts.values()) | {one.effective_on for one in overrides}
    days |= {one.until for one in overrides if one.until}
    found = []
    for phase in phases:
        borders = [phase.begins, *sorted(day for day in days if phase.begins < day < phase.ends), phase.ends]
        for begins, ends in pairwise(borders):
            version = max((one for one in listed if starts[one] <= begins), key=lambda one: one.begins)
            for own in overrides:
                if own.effective_on <= begins and (own.until is None or begins < own.until) and own.price is not None:
                    version = with_own_price(version, fee.model, own.price)
            found.append(Piece(begins, ends, phase, version))
    return found


def _holds_from(version: Version, first: Version, period: Period) -> date:
    """The first one always; another at once where it says so, else from the period whose service begins with or after
    it."""
    if version is first:
        return date.min
    if version.is_mid_period:
        return version.begins
    return date.min if version.begins <= period.served_from else FAR


def recurring(fee: Fee, period: Period, found: list[Piece]) -> list[tuple[date, date, Fraction]]:
    """Each stretch within a month with its price times its share of the period, of the days served where the plan
    prorates nothing."""
    proration, served = found[0].phase.plan.proration, (found[-1].ends - found[0].begins).days
    owed = []
    for begins, ends, one in _by_month(found):
        days, whole = share(period, begins, ends, proration, fee.interval)
        if fee.model == "per_day":
            amount = _price("per_unit", one, Fraction((ends - begins).days))
        else:
            amount = _price(fee.model, one, Fraction(one.phase.quantity))
            amount = amount * days / (served if proration == "none" else whole)
        owed.append((begins, ends, amount))
    return owed


def usage(fee: Fee, period: Period, found: list[Piece], used: list[Used]) -> list[tuple[date, Fraction]]:
    """What each month of a charge adds: P(used to its end) − P(used to its begin), in the price of the piece."""
    counted = [one for one in used if _lies(one, found)]
    if fee.model == "stairstep":
        return _stairstep(fee, period, found, counted)
    if fee.model == "volume":
        return _volume(fee, found, counted)
    owed = []
    for begins, ends, piece in _by_month(found):
        before = [one for one in counted if one.day < begins]
        until = before + [one for one in counted if begins <= one.day < ends]
        owed.append((begins, _priced(fee, piece, until) - _priced(fee, piece, before)))
    return owed


def _stairstep(fee: Fee, period: Period, found: list[Piece], used: list[Used]) -> list[tuple[date, Fraction]]:
    """The amount of the tier that the period reaches, by the days served; whole where the plan prorates nothing."""
    whole, served = _billable(fee, used), sum((one.ends - one.begins).days for one in found)
    owed = []
    for begins, ends, piece in _by_month(found):
        days, nominal = share(period, begins, ends, piece.phase.plan.proration, fee.interval)
        if piece.phase.plan.proration == "none":
            nominal = served
        owed.append((begins, _price(fee.model, piece, whole) * days / nominal))
    return owed


def _volume(fee: Fee, found: list[Piece], used: list[Used]) -> list[tuple[date, Fraction]]:
    """All units that are paid at the price of the tier that the period's total reaches; its flat amount with the
    first of them."""
    whole, before, owed = _billable(fee, used), Fraction(0), []
    for begins, ends, piece in _by_month(found):
        until = _billable(fee, [one for one in used if one.day < ends])
        flat = volume_flat(piece.version, whole)
        amount = (_price(fee.model, piece, whole) - flat) * (until - before) / whole if whole else Fraction(0)
        owed.append((begins, amount + (flat if until and not before else 0)))
        before = until
    return owed


def _priced(fee: Fee, piece: Piece, used: list[Used]) -> Fraction:
    if fee.model == "dynamic":
        return sum((Fraction(one.quantity) * Fraction(one.price) for one in used if one.price is not None), Fraction(0))
    if fee.model != "matrix":
        return _price(fee.model, piece, _billable(fee, used))
    owed = Fraction(0)
    for values in {one.values for one in used}:
        price = matrix_price(piece.version, dict(values), fee.dimensions)
        owed += _billable(fee, [one for one in used if one.values == values]) * (price or 0)
    return owed


def _billable(fee: Fee, used: list[Used]) -> Fraction:
    """In whole steps, then without the free units."""
    quantity = total(used)
    if fee.rounding:
        mode, step = fee.rounding
        quantity = Fraction(to_step(sum((one.quantity for one in used), Decimal(0)), mode, step))
    return max(quantity - Fraction(fee.allowance), Fraction(0))


def _price(model: str, piece: Piece, quantity: Fraction) -> Fraction:
    return MODELS[model](piece.version, quantity)


def _lies(one: Used, found: list[Piece]) -> bool:
    return any(piece.begins <= one.day < piece.ends for piece in found)


def _by_month(found: list[Piece]) -> list[tuple[date, date, Piece]]:
    cut = []
    for piece in found:
        begins = piece.begins
        while begins < piece.ends:
            ends = min((begins.replace(day=1) + timedelta(days=32)).replace(day=1), piece.ends)
            cut.append((begins, ends, piece))
            begins = ends
    return cut
