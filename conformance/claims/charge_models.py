"""How a quantity becomes money."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from conformance.cases import Case, money_of
from conformance.claims.fees import BILLED_LATER, UNITS, exact, usage, used
from conformance.claims.pieces import is_free_of_rounding, package_fee
from conformance.claims.tiers import tiers_of
from conformance.compare import Places
from conformance.scene import EXACT, ROUNDED, NotClaimed, Scene, claims, mode_of

_ROUNDING = ("round", "rounding", "mode")


def amount(case: Case, fee: dict[str, Any], events: list[dict[str, Any]], words: tuple[str, ...] = _ROUNDING) -> Scene:
    """A scene that answers `amount`: rounded once as a line is, if the case says to how many places; else unrounded."""
    scale, mode = case.said("scale"), mode_of(case.said(*words))
    is_line = scale is not None and int(scale) in (0, 2, 3)
    places = Places(int(scale), mode) if scale is not None and not is_line else None
    return Scene(
        [fee], {"amount": ROUNDED if is_line else EXACT}, currency=money_of(case, scale), rounding=mode, events=events,
        meters=[UNITS], places=places
    )  # fmt: skip


def units_of(case: Case, fee: dict[str, Any], words: tuple[str, ...] = _ROUNDING) -> Scene:
    """The case's units at a fee.

    Where some are billed already, those come one night and the rest a night later: the later line is the answer.
    """
    units, before = Decimal(case.input["units"]), Decimal(case.input.get("already_billed_units") or 0)
    if units < 0:
        raise NotClaimed("a quantity below zero takes back what was billed; by itself it is no charge")
    scene = amount(case, fee, used(str(units)), words)
    if before:
        scene.events, scene.later_events = used(str(before)), used(str(units - before)) if units != before else []
        scene.answers = {"amount": BILLED_LATER}
        if case.said("scale") is None:  # a line has the digits of a currency: the one that has most of them
            scene.currency = "KWD"
    return scene


@claims("charge_models", "graduated", "volume")
def tiered(case: Case) -> Scene:
    tiers = tiers_of(case.params["tiers"], reached_by=Decimal(case.input["units"]))
    if not Decimal(case.input["units"]) and tiers[0]["flat"] and Decimal(case.expected.get("amount") or 0):
        raise NotClaimed("a tier that no unit enters charges no flat fee")
    scene = units_of(case, usage(case.group, tiers=tiers))
    return scene if "already_billed_units" in case.input else scene_with_tiers(scene)


def scene_with_tiers(scene: Scene) -> Scene:
    """The amount of each tier as well, from the trace of the line."""
    steps = (
        "select unnest(from_json(json_extract(pricing_trace, '$.segments[0].steps'), '[\"json\"]')) as step "
        "from invoice_lines where contract_id = $contract"
    )
    scene.answers["per_tier"] = (
        f"select list(cast(json_extract_string(step, '$.amount') as decimal(38, 12))) from ({steps})"
    )
    return scene


@claims("charge_models", "volume_lower_inclusive")
def volume_of_the_upper_tier(case: Case) -> Scene:
    """The same as volume, but for a quantity that is a boundary."""
    units = Decimal(case.input["units"])
    if any(units == Decimal(tier["from"]) for tier in case.params["tiers"] if units):
        raise NotClaimed("a boundary belongs to the lower tier")
    return units_of(case, usage("volume", tiers=tiers_of(case.params["tiers"], reached_by=units)))


@claims("charge_models", "graduated_percentage")
def tiered_percentage(case: Case) -> Scene:
    tiers = tiers_of(case.params["tiers"], "rate_percent", reached_by=Decimal(case.input["units"]))
    if not Decimal(case.input["units"]) and tiers[0]["flat"] and Decimal(case.expected["amount"]):
        raise NotClaimed("a tier that no unit enters charges no flat fee")
    return units_of(case, usage("graduated_percentage", tiers=tiers))


@claims("charge_models", "standard")
def per_unit(case: Case) -> Scene:
    fee, units = usage("per_unit", unit_price=Decimal(case.params["unit_price"])), Decimal(case.input["units"])
    return taken_back(amount(case, fee, used(str(abs(units))))) if units < 0 else units_of(case, fee)


def taken_back(scene: Scene) -> Scene:
    """What is below zero takes back what was billed: the quantity comes one night, and is gone the next."""
    scene.later_events = [{**event, "quantity": f"-{event['quantity']}"} for event in scene.events]
    scene.answers = {"amount": BILLED_LATER}
    return scene


@claims("charge_models", "package")
def package(case: Case) -> Scene:
    params = case.params
    size, free = Decimal(params["package_size"]), exact(params.get("free_units")) or Decimal(0)
    fee = package_fee(size, Decimal(params["package_price"]), rounding=params.get("rounding"), free=free)
    return units_of(case, fee, ("round",))  # `rounding` says how packages are counted


@claims("charge_models", "unit_conversion")
def unit_conversion(case: Case) -> Scene:
    """So many units are one: the price is one of a package; what is not rounded has a price a unit."""
    size, price, word = (
        Decimal(case.params["divide_by"]),
        Decimal(case.params["unit_price"]),
        case.params.get("rounding"),
    )
    if word not in (None, "none"):
        return units_of(case, package_fee(size, price, rounding=word), ("round",))
    return units_of(
        case, usage("per_unit", unit_price=is_free_of_rounding(price / size, times=size, of=price)), ("round",)
    )


@claims("charge_models", "dynamic")
def dynamic(case: Case) -> Scene:
    events = [{**event, "properties": {"price": price}} for price in case.input["event_amounts"] for event in used("1")]
    scene = amount(case, usage("dynamic"), events)
    scene.meters = [{**UNITS, "price_field": "price"}]
    return scene


@claims("charge_models", "percentage")
def percentage(case: Case) -> Scene:
    params = case.params
    words = {
        "rate_percent": "rate",
        "fixed_fee": "fixed",
        "free_total": "free_amount",
        "min_per_event": "minimum_per_event",
        "max_per_event": "maximum_per_event",
    }
    version: dict[str, Any] = {word: Decimal(params[name]) for name, word in words.items() if exact(params.get(name))}
    version = (
        {"rate": Decimal(0)}
        | version
        | ({"free_events": int(params["free_events"])} if exact(params.get("free_events")) else {})
    )
    first = datetime(2026, 1, 15, tzinfo=UTC)
    events = [
        {**event, "event_at": (first + timedelta(minutes=number)).isoformat()}
        for number, event in enumerate(used(*case.input["events"]))
    ]
    return amount(case, usage("percentage", percentage=version), events)


@claims("charge_models", "composite")
def composite(case: Case) -> Scene:
    """Quantity × price a line, each rounded; one tax on all lines, rounded once; further amounts as they are."""
    params = case.params
    if params.get("round_each_line") is False:
        raise NotClaimed(
            "an amount is multiplied first and rounded once, per fee; tax is rounded once per document and rate"
        )
    if any(Decimal(line[word]) < 0 for line in params["lines"] for word in ("quantity", "unit_price")):
        raise NotClaimed("a quantity below zero takes back what was billed; by itself it is no charge")
    percent = params.get("line_tax_percent") or "0"
    fees = [
        usage("per_unit", meter=f"m{number}", tax=percent, unit_price=Decimal(line["unit_price"]))
        for number, line in enumerate(params["lines"])
    ]
    events = [
        event
        for number, line in enumerate(params["lines"])
        for event in used(line["quantity"], **{f"line{number}": line["quantity"]})
    ]
    meters = [
        {"meter": f"m{number}", "aggregation": "sum", "field": f"line{number}"}
        for number, _ in enumerate(params["lines"])
    ]
    charges = [
        {"charged_on": "2026-01-31", "amount": amount, "tax_code": "t0"} for amount in params.get("extra_amounts") or []
    ]
    total = "select coalesce(sum(total_amount), 0) from invoices where customer_id = $customer"
    return Scene(
        fees, {"amount": total}, currency=money_of(case, params.get("scale")),
        rounding=mode_of(case.said("round", "rounding")), events=events, meters=meters,
        one_offs=charges, taxes={percent},
    )  # fmt: skip


@claims("charge_models", "graduated_prorated")
def graduated_prorated(case: Case) -> Scene:
    raise NotClaimed("tiers are walked with the quantity that is billed, not with another one beside it")


@claims("charge_models", "electricity_jp")
def electricity_jp(case: Case) -> Scene:
    """A base fee and tiers of one price with its tax; the total is cut to the yen."""
    params, units = case.params, Decimal(case.input["units"])
    if not units and Decimal(params["zero_use_base_factor"]) != 1:
        raise NotClaimed("a base fee that is halved without use is not offered")
    params.get("zero_use_base_factor")
    percent = params["tax_percent"]
    # One charge is one rounding: the base fee is the flat amount of the first tier that is used.
    tiers = tiers_of(params["tiers"], reached_by=units)
    tiers[0]["flat"] += Decimal(params["base_fee"])
    totals = {"amount": "total_amount", "tax_included": "tax_amount"}
    answers = {
        name: f"select coalesce(sum({column}), 0) from invoices where customer_id = $customer"
        for name, column in totals.items()
    }
    return Scene(
        [usage("graduated", tax=percent, tiers=tiers)], answers, currency=money_of(case, "0"), rounding="floor",
        tax="inclusive", events=used(str(units)),
        meters=[UNITS], taxes={percent},
    )  # fmt: skip
