"""How a quantity becomes money."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from conformance.cases import Case, money_of
from conformance.claims.fees import UNITS, exact, usage, used
from conformance.scene import EXACT, ROUNDED, NotClaimed, Scene, claims, mode_of

Tiers = list[dict[str, Any]]


def tiers_of(given: list[dict[str, Any]], price: str = "unit_price") -> Tiers:
    """Tiers (from, to] as the catalog writes them. NotClaimed when they do not cover every quantity once."""
    rows, reached = [], Decimal(0)
    for tier in given:
        if Decimal(tier["from"]) != reached:
            raise NotClaimed("tiers follow each other without a gap")
        row: dict[str, Any] = {"rate" if price == "rate_percent" else "unit_price": Decimal(tier.get(price) or 0), "flat": Decimal(tier.get("flat_fee") or 0)}
        if tier["to"] is not None:
            reached = Decimal(tier["to"])
            row = {"up_to": reached, **row}
        rows.append(row)
    if "up_to" in rows[-1]:
        raise NotClaimed("the last tier is open: every quantity has a price")
    return rows


def amount(case: Case, fee: dict[str, Any], events: list[dict[str, Any]], **more: Any) -> Scene:
    """A scene that answers `amount`: rounded once as a line is, if the case says to how many places; else unrounded."""
    scale = case.params.get("scale") or case.input.get("scale")
    currency = money_of(case, scale)
    is_line = scale is not None and int(scale) in (0, 2, 3)
    answers = {"amount": ROUNDED if is_line else EXACT}
    mode = mode_of(case.params.get("round") or case.params.get("rounding") if is_line else None)
    places = int(scale) if scale is not None and not is_line else None
    return Scene([fee], answers, currency=currency, rounding=mode, events=events, meters=[UNITS], places=places, **more)


@claims("charge_models", "graduated", "volume")
def tiered(case: Case) -> Scene:
    scene = amount(case, usage(case.group, tiers=tiers_of(case.params["tiers"])), used(case.input["units"]))
    before = Decimal(case.input.get("already_billed_units") or 0)
    if before:  # billed one night, and the rest of the units a night later
        scene.events, scene.later_events = used(str(before)), used(str(Decimal(case.input["units"]) - before))
        scene.answers = {"amount": "select sum(line_amount) from invoice_lines where contract_id = $contract and reason = 'adjustment'"}
    return scene if before else scene_with_tiers(scene)


def scene_with_tiers(scene: Scene) -> Scene:
    """The amount of each tier as well, from the trace of the line."""
    steps = "select unnest(from_json(json_extract(pricing_trace, '$.segments[0].steps'), '[\"json\"]')) as step from invoice_lines where contract_id = $contract"
    scene.answers["per_tier"] = f"select list(cast(json_extract_string(step, '$.amount') as decimal(38, 12))) from ({steps})"
    return scene


@claims("charge_models", "graduated_percentage")
def tiered_percentage(case: Case) -> Scene:
    if not Decimal(case.input["units"]):
        raise NotClaimed("a tier that no unit enters charges no flat fee")
    return amount(case, usage("graduated_percentage", tiers=tiers_of(case.params["tiers"], "rate_percent")), used(case.input["units"]))


@claims("charge_models", "standard")
def per_unit(case: Case) -> Scene:
    return amount(case, usage("per_unit", unit_price=Decimal(case.params["unit_price"])), used(case.input["units"]))


@claims("charge_models", "package")
def package(case: Case) -> Scene:
    params = case.params
    if params.get("rounding", "ceil") != "ceil":
        raise NotClaimed("a begun package is a whole package")
    free = exact(params.get("free_units"))
    fee = usage("package", package={"size": Decimal(params["package_size"]), "price": Decimal(params["package_price"])})
    if free:
        fee["allowance"] = free
    return amount(case, fee, used(case.input["units"]))


@claims("charge_models", "block")
def blocks(case: Case) -> Scene:
    tiers = case.params["tiers"]
    if len(tiers) > 1:
        raise NotClaimed("blocks of several sizes in one fee are not offered; tiers have unit prices and flat fees, a package has one size")
    return amount(case, usage("package", package={"size": Decimal(tiers[0]["block_size"]), "price": Decimal(tiers[0]["block_price"])}), used(case.input["units"]))


@claims("charge_models", "dynamic")
def dynamic(case: Case) -> Scene:
    events = [
        {**event, "properties": {"price": price}} for event, price in zip(used(*["1"] * len(case.input["event_amounts"])), case.input["event_amounts"], strict=True)
    ]
    scene = amount(case, usage("dynamic"), events)
    scene.meters = [{**UNITS, "price_field": "price"}]
    return scene


@claims("charge_models", "percentage")
def percentage(case: Case) -> Scene:
    params = case.params
    words = {"rate_percent": "rate", "fixed_fee": "fixed", "free_total": "free_amount", "min_per_event": "minimum_per_event", "max_per_event": "maximum_per_event"}
    version: dict[str, Any] = {word: Decimal(params[name]) for name, word in words.items() if exact(params.get(name))}
    version = {"rate": Decimal(0)} | version | ({"free_events": int(params["free_events"])} if exact(params.get("free_events")) else {})
    events = [{**event, "event_at": f"2026-01-15T{number // 60:02}:{number % 60:02}:00Z"} for number, event in enumerate(used(*case.input["events"]))]
    return amount(case, usage("percentage", percentage=version), events)


@claims("charge_models", "composite")
def composite(case: Case) -> Scene:
    """Quantity × price a line, each rounded; one tax on all lines, rounded once; further amounts as they are."""
    params = case.params
    fees = [
        usage("per_unit", meter=f"m{number}", tax=params.get("line_tax_percent") or "0", unit_price=Decimal(line["unit_price"]))
        for number, line in enumerate(params["lines"])
    ]
    events = [event for number, line in enumerate(params["lines"]) for event in used(line["quantity"], line=str(number))]
    meters = [{"meter": f"m{number}", "aggregation": "sum", "field": f"line{number}"} for number, _ in enumerate(params["lines"])]
    for event in events:
        event["properties"] = {f"line{event['properties']['line']}": event["quantity"]}
    charges = [{"charged_on": "2026-01-31", "amount": amount, "tax_code": "t0"} for amount in params.get("extra_amounts") or []]
    total = "select coalesce(sum(total_amount), 0) from invoices where customer_id = $customer"
    return Scene(
        fees, {"amount": total}, currency=money_of(case, params.get("scale")), rounding=mode_of(params.get("round")), events=events, meters=meters, one_offs=charges,
        taxes={params.get("line_tax_percent") or "0"},
    )  # fmt: skip


@claims("charge_models", "unit_conversion")
def unit_conversion(case: Case) -> Scene:
    if case.params.get("rounding") != "ceil":
        raise NotClaimed("a begun unit is a whole unit in a package; other roundings of the quantity are said of the quantity")
    size, price = Decimal(case.params["divide_by"]), Decimal(case.params["unit_price"])
    return amount(case, usage("package", package={"size": size, "price": price}), used(case.input["units"]))


@claims("charge_models", "volume_lower_inclusive")
def volume_of_the_upper_tier(case: Case) -> Scene:
    raise NotClaimed("a boundary belongs to the lower tier")


@claims("charge_models", "graduated_prorated")
def graduated_prorated(case: Case) -> Scene:
    raise NotClaimed("tiers are walked with the quantity that is billed, not with another one beside it")


@claims("charge_models", "block_multi", "capacity")
def several_kinds_of_units(case: Case) -> Scene:
    raise NotClaimed("a fee prices one meter; a price that depends on the peaks of several is not offered")


@claims("charge_models", "bucketed")
def bucketed(case: Case) -> Scene:
    raise NotClaimed("a fee prices the quantity of its period, not each window in it on its own")


@claims("charge_models", "electricity_jp")
def electricity_jp(case: Case) -> Scene:
    raise NotClaimed("a base fee that is halved without use is not offered")
