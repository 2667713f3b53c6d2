"""What a fee must say for its charge model, and how its numbers must stand to each other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from billing_jobs.intake.catalog_reader import Entry

Place = tuple[str | int, ...]

_NUMBERS_OF_MODEL: dict[str, str] = {"flat": "amount", "per_unit": "unit_price", "graduated": "tiers", "matrix": "prices"}
_MODELS_OF_KIND = {"recurring": {"flat", "per_unit", "graduated"}, "usage": {"per_unit", "graduated", "matrix", "dynamic"}}


def find_mistakes_in_fee(plan: Entry, at: Place, fee: dict[str, Any], meter: dict[str, Any] | None) -> Iterator[str]:
    """Every mistake of meaning in one fee; `meter` is the entry it names, None if it names none or an unknown one."""
    where = f"fee `{fee['fee']}` of plan `{plan.value['plan']}`"
    allowed = _MODELS_OF_KIND[fee["kind"]]
    if fee["model"] not in allowed:
        yield (
            f"{plan.at(*at, 'model')}: {where} is a {fee['kind']} fee with model `{fee['model']}`; "
            f"expected one of {', '.join(sorted(allowed))}; change the model or the kind"
        )
    if (fee["kind"] == "usage") != ("meter" in fee):
        found = "without a meter" if fee["kind"] == "usage" else "with a meter"
        yield (f"{plan.at(*at)}: {where} is a {fee['kind']} fee {found}; expected a meter on usage fees only; {'add' if fee['kind'] == 'usage' else 'remove'} `meter`")
    if fee["kind"] == "usage" and fee["in"] == "advance":
        yield f"{plan.at(*at, 'in')}: {where} charges usage in advance; expected `in: arrears`, as usage is known afterwards; change it"
    yield from _meter_fits(plan, at, fee, meter, where)
    yield from _versions_fit(plan, at, fee, where)


def _meter_fits(plan: Entry, at: Place, fee: dict[str, Any], meter: dict[str, Any] | None, where: str) -> Iterator[str]:
    if fee["model"] == "dynamic" and meter is not None and "price_field" not in meter:
        yield (
            f"{plan.at(*at, 'meter')}: {where} takes its price from the event, but meter `{meter['meter']}` has no `price_field`; "
            f"expected the property with the unit price; add it to the meter"
        )
    if fee["model"] != "matrix":
        return
    if "dimension" not in fee:
        yield f"{plan.at(*at)}: {where} has prices by value but no `dimension`; expected a dimension of its meter; add it"
    elif meter is not None and fee["dimension"] not in meter.get("dimensions", []):
        known = ", ".join(meter.get("dimensions", [])) or "none"
        yield (
            f"{plan.at(*at, 'dimension')}: `{fee['dimension']}` is no dimension of meter `{meter['meter']}`; expected one of: {known}; add it to the meter or change it"
        )


def _versions_fit(plan: Entry, at: Place, fee: dict[str, Any], where: str) -> Iterator[str]:
    seen: set[tuple[str, str]] = set()
    numbers = _NUMBERS_OF_MODEL.get(fee["model"])
    for number, version in enumerate(fee["versions"]):
        here = (*at, "versions", number)
        identity = (version["from"], version.get("applies_to", "all"))
        if version["from"] in {day for day, _ in seen}:
            yield f"{plan.at(*here)}: {where} has two versions from {version['from']}; expected one a day; remove one or change its `from`"
        seen.add(identity)
        if numbers is not None and numbers not in version:
            yield f"{plan.at(*here)}: the version from {version['from']} of {where} has no `{numbers}`; expected it for model `{fee['model']}`; add it"
        for other in sorted({"amount", "unit_price", "tiers", "prices"} - {numbers}):
            if other in version:
                yield (
                    f"{plan.at(*here, other)}: `{other}` in {where}, whose model `{fee['model']}` does not use it; "
                    f"expected {f'`{numbers}` only' if numbers else 'no price'}; remove it"
                )
        if "minimum" in version and "maximum" in version and version["minimum"] > version["maximum"]:
            yield (f"{plan.at(*here, 'minimum')}: minimum {version['minimum']} above maximum {version['maximum']} in {where}; expected minimum <= maximum; correct one")
        yield from _tiers_fit(plan, here, version.get("tiers", []), where)
        values = [price.get("value") for price in version.get("prices", [])]
        for value in sorted({str(value) for value in values if values.count(value) > 1}):
            yield f"{plan.at(*here, 'prices')}: the value `{value}` has two prices in {where}; expected each value once; remove one"


def _tiers_fit(plan: Entry, here: Place, tiers: list[dict[str, Any]], where: str) -> Iterator[str]:
    if not tiers:
        return
    bounds = [tier.get("up_to") for tier in tiers]
    if bounds[-1] is not None:
        yield (
            f"{plan.at(*here, 'tiers', len(tiers) - 1)}: the last tier of {where} ends at {bounds[-1]}; "
            f"expected an open last tier, so that no quantity is without a price; leave out its `up_to`"
        )
    for number in range(len(bounds) - 1):
        lower, upper = bounds[number], bounds[number + 1]
        if lower is None:
            yield f"{plan.at(*here, 'tiers', number)}: tier {number + 1} of {where} has no `up_to`; expected one on every tier but the last; add it"
        elif upper is not None and upper <= lower:
            yield (f"{plan.at(*here, 'tiers', number + 1)}: tier {number + 2} of {where} ends at {upper}, not above {lower}; expected rising bounds; put them in order")
    for number, tier in enumerate(tiers):
        if "unit_price" not in tier and "flat" not in tier:
            yield (f"{plan.at(*here, 'tiers', number)}: tier {number + 1} of {where} has no price; expected `unit_price`, `flat` or both; add one (0 if it is free)")
