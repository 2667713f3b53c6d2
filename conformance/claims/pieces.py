"""Units that are sold by the piece: packages, blocks, and what is said of a begun one."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from conformance.cases import Case
from conformance.claims.fees import usage, used
from conformance.scene import EXACT, NotClaimed, Scene, claims, mode_of, one_of

_EXACT_PRICE = Decimal("0.000000000001")


def package_fee(size: Decimal, price: Decimal, *, rounding: str | None, free: Decimal = Decimal(0)) -> dict[str, Any]:
    """A fee a package.

    A begun one is a whole one; where it is another's rule, the quantity is rounded to whole packages first.
    """
    fee = usage("package", package={"size": size, "price": price})
    mode = mode_of(rounding) if rounding else "ceiling"
    if mode != "ceiling":
        if free % size:
            raise NotClaimed("a quantity is rounded before its free units are taken off")
        fee["usage_rounding"] = {"mode": mode, "step": size}
    return {**fee, "allowance": free} if free else fee


def is_free_of_rounding(unit_price: Decimal, *, times: Decimal, of: Decimal) -> Decimal:
    """A price a unit that is exact with the platform's digits: so many times it is the price it came from."""
    price = unit_price.quantize(_EXACT_PRICE)
    if price * times != of:
        raise NotClaimed("a price has at most twelve decimals")
    return price


def block_fee(given: dict[str, Any], units: Decimal) -> dict[str, Any]:
    """Blocks: of one tier they are packages; of several, whole blocks walk through tiers (ALL_TIERS) or are all of the
    highest one (TOP_TIER)."""
    policy, tiers = one_of(given.get("policy") or "ALL_TIERS", ("ALL_TIERS", "TOP_TIER")), given["tiers"]
    sizes = {Decimal(tier["block_size"]) for tier in tiers}
    prices = [Decimal(tier["block_price"]) for tier in tiers]
    most = [tier.get("max_blocks") for tier in tiers]
    if len(sizes) > 1:
        raise NotClaimed(
            "blocks of several sizes in one fee are not offered; tiers have unit prices and flat fees, a package has "
            "one size"
        )
    size, reached = sizes.pop(), Decimal(0)
    rows: list[dict[str, Any]] = []
    for price, blocks in zip(prices, most, strict=True):
        row: dict[str, Any] = {
            "unit_price": is_free_of_rounding(price / size, times=size, of=price) if len(tiers) > 1 else price
        }
        if blocks is not None:
            reached += size * Decimal(blocks)
            row["up_to"] = reached
        rows.append(row)
    if rows[-1].pop("up_to", units) < units:
        raise NotClaimed("the last tier is open: every quantity has a price")
    if len(tiers) == 1:
        return package_fee(size, prices[0], rounding=None)
    return {
        **usage("graduated" if policy == "ALL_TIERS" else "volume", tiers=rows),
        "usage_rounding": {"mode": "ceiling", "step": size},
    }


@claims("charge_models", "block")
def block(case: Case) -> Scene:
    return each_kind({"units": case.params}, {"units": case.input["units"]})


@claims("charge_models", "block_multi")
def blocks_of_several_kinds(case: Case) -> Scene:
    """Kinds of units that are priced on their own: a meter and a fee each."""
    return each_kind({kind: case.params[kind] for kind in case.params}, dict(case.input["units"].items()))


def each_kind(blocks: dict[str, dict[str, Any]], units: dict[str, str]) -> Scene:
    numbers = {kind: f"kind{number}" for number, kind in enumerate(blocks, 1)}
    fees = [{**block_fee(given, Decimal(units[kind])), "meter": numbers[kind]} for kind, given in blocks.items()]
    events = [event for kind, quantity in units.items() for event in used(quantity, **{numbers[kind]: quantity})]
    meters = [{"meter": number, "aggregation": "sum", "field": number} for number in numbers.values()]
    return Scene(fees, {"amount": EXACT}, events=events, meters=meters)


@claims("charge_models", "capacity")
def capacity(case: Case) -> Scene:
    """One flat price by the peak: a stairstep on the largest reading.

    Peaks of several kinds would have to agree on one tier.
    """
    peaks = case.input["peak"]
    if len(peaks) > 1:
        raise NotClaimed("a fee prices one meter; a price that depends on the peaks of several is not offered")
    ((kind, peak),) = peaks.items()
    rows = [{"up_to": Decimal(tier["max"][kind]), "flat": Decimal(tier["price"])} for tier in case.params["tiers"]]
    if rows[-1].pop("up_to") < Decimal(peak):
        raise NotClaimed("the last tier is open: every quantity has a price")
    if not Decimal(peak) and Decimal(case.expected.get("amount") or 0):
        raise NotClaimed("a tier that no unit enters charges no flat fee")
    meter = {"meter": "units", "aggregation": "max", "field": "quantity"}
    return Scene([usage("stairstep", tiers=rows)], {"amount": EXACT}, events=used(peak), meters=[meter])
