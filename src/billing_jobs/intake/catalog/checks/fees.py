"""What a fee must say for its charge model, and how its numbers must stand to each other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from billing_jobs import seeds
from billing_jobs.intake.catalog.checks.meters import dimensions_of
from billing_jobs.intake.catalog.reader import Entry

Place = tuple[str | int, ...]

_NUMBERS_OF_MODEL = {row["model"]: row["price_key"] for row in seeds.rows("charge_models") if row["price_key"]}
# Fees that the platform charges by itself; a charge of theirs says what it is by this name.
_RESERVED = {"one_off": "a one-off charge", "credits": "a draw of prepaid credits"}
# What a tier may say: all of the first, at least one of the second.
_PRICES_OF_TIER = {
    row["model"]: tuple(row["tier_prices"].split()) for row in seeds.rows("charge_models") if row["tier_prices"]
}


def find_mistakes_in_fee(plan: Entry, at: Place, fee: dict[str, Any], meter: dict[str, Any] | None) -> Iterator[str]:
    """Every mistake of meaning in one fee; `meter` is the entry it names, None if it names none or an unknown one."""
    where = f"fee `{fee['fee']}` of plan `{plan.value['plan']}`"
    allowed = seeds.names("charge_models", "model", f"prices_{fee['kind']}")
    if fee["fee"] in _RESERVED:
        yield (
            f"{plan.at(*at, 'fee')}: {where} has the name of {_RESERVED[fee['fee']]}; expected a name of its own; "
            "rename it"
        )
    if fee["model"] not in allowed:
        yield (
            f"{plan.at(*at, 'model')}: {where} is a {fee['kind']} fee with model `{fee['model']}`; "
            f"expected one of {', '.join(sorted(allowed))}; change the model or the kind"
        )
    if (fee["kind"] == "usage") != ("meter" in fee):
        found = "without a meter" if fee["kind"] == "usage" else "with a meter"
        yield (
            f"{plan.at(*at)}: {where} is a {fee['kind']} fee {found}; expected a meter "
            f"on usage fees only; {'add' if fee['kind'] == 'usage' else 'remove'} `meter`"
        )
    if fee["kind"] == "usage" and fee["in"] == "advance":
        yield (
            f"{plan.at(*at, 'in')}: {where} charges usage in advance; expected `in: arrears`, "
            "as usage is known afterwards; change it"
        )
    if fee.get("optional") and fee["kind"] == "usage":
        yield (
            f"{plan.at(*at, 'optional')}: {where} is optional but of kind usage; expected optional fees to be "
            "recurring; remove `optional`"
        )
    if fee["kind"] in ("minimum", "commitment", "termination") and fee["in"] == "advance":
        yield (
            f"{plan.at(*at, 'in')}: {where} is a {fee['kind']} in advance; expected `in: arrears`, "
            "as what is missing is known afterwards; change it"
        )
    for key in ("interval", "optional") if fee["kind"] == "termination" else ():
        if key in fee:
            yield (
                f"{plan.at(*at, key)}: {where} is of kind termination with `{key}`; expected none, "
                "as leaving early happens once; remove it"
            )
    yield from _meter_fits(plan, at, fee, meter, where)
    yield from _versions_fit(plan, at, fee, where)


def _meter_fits(plan: Entry, at: Place, fee: dict[str, Any], meter: dict[str, Any] | None, where: str) -> Iterator[str]:
    if fee["model"] == "dynamic" and meter is not None and "price_field" not in meter:
        yield (
            f"{plan.at(*at, 'meter')}: {where} takes its price from the event, "
            f"but meter `{meter['meter']}` has no `price_field`; "
            f"expected the property with the unit price; add it to the meter"
        )
    if fee["model"] != "matrix":
        return
    names = fee.get("dimensions", [fee["dimension"]] if "dimension" in fee else [])
    if not names or ("dimension" in fee and "dimensions" in fee):
        found = "both `dimension` and `dimensions`" if names else "prices by value but no `dimension`"
        yield (
            f"{plan.at(*at)}: {where} has {found}; expected one dimension of its meter, "
            f"or a list of them; {'keep one' if names else 'add it'}"
        )
    key = "dimension" if "dimension" in fee else "dimensions"
    known = None if meter is None else dimensions_of(meter)
    for name in [] if known is None else sorted(set(names) - set(known)):
        expected = ", ".join(known or []) or "none"
        yield (
            f"{plan.at(*at, key)}: `{name}` is no dimension of meter `{fee['meter']}`; expected one of: {expected}; "
            "add it to the meter or change it"
        )
    for number, version in enumerate(fee["versions"]):
        yield from _prices_fit(plan, (*at, "versions", number, "prices"), version.get("prices", []), names, where)


def _prices_fit(plan: Entry, here: Place, prices: list[dict[str, Any]], names: list[str], where: str) -> Iterator[str]:
    seen: set[tuple[tuple[str, str], ...]] = set()
    for number, price in enumerate(prices):
        if "value" in price and ("values" in price or len(names) > 1):
            yield (
                f"{plan.at(*here, number)}: `value` in {where}, where it is not clear of which dimension; expected "
                f"`values: {{dimension: value}}`; name the dimension"
            )
        values = price.get("values", {names[0]: price["value"]} if names and price.get("value") is not None else {})
        for name in sorted(set(values) - set(names)):
            yield (
                f"{plan.at(*here, number)}: `{name}` is no dimension of {where}; expected one of: "
                f"{', '.join(names) or 'none'}; correct the name"
            )
        identity = tuple(sorted((name, str(value)) for name, value in values.items()))
        if identity in seen:
            told = ", ".join(value for _, value in identity) or "None"
            yield (
                f"{plan.at(*here)}: the value `{told}` has two prices in {where}; expected each value once; remove one"
            )
        seen.add(identity)


def _versions_fit(plan: Entry, at: Place, fee: dict[str, Any], where: str) -> Iterator[str]:
    seen: set[tuple[str, str]] = set()
    own = {version.get("currency", plan.value["currency"]) for version in fee["versions"]}
    sold_in = {plan.value["currency"]} | {
        version["currency"] for other in plan.value["fees"] for version in other["versions"] if "currency" in version
    }
    for currency in sorted(sold_in - own):
        yield (
            f"{plan.at(*at, 'versions')}: {where} has no price in {currency}, "
            f"in which its plan is sold; expected one on each fee; add a version in {currency}"
        )
    numbers = _NUMBERS_OF_MODEL.get(fee["model"])
    for number, version in enumerate(fee["versions"]):
        here = (*at, "versions", number)
        identity = (version["from"], version.get("currency", plan.value["currency"]))
        if identity in seen:
            yield (
                f"{plan.at(*here)}: {where} has two versions from {version['from']}; expected one a day; remove one "
                "or change its `from`"
            )
        seen.add(identity)
        if numbers is not None and numbers not in version:
            yield (
                f"{plan.at(*here)}: the version from {version['from']} of {where} has no `{numbers}`; expected it for "
                f"model `{fee['model']}`; add it"
            )
        for other in sorted({"amount", "unit_price", *_NUMBERS_OF_MODEL.values()} - {numbers}):
            if other in version:
                yield (
                    f"{plan.at(*here, other)}: `{other}` in {where}, whose model `{fee['model']}` does not use it; "
                    f"expected {f'`{numbers}` only' if numbers else 'no price'}; remove it"
                )
        if "minimum" in version and "maximum" in version and version["minimum"] > version["maximum"]:
            yield (
                f"{plan.at(*here, 'minimum')}: minimum {version['minimum']} above maximum {version['maximum']} in "
                f"{where}; expected minimum <= maximum; correct one"
            )
        yield from _tiers_fit(plan, here, version.get("tiers", []), where)
        yield from _tiers_are_priced(
            plan, here, version.get("tiers", []), _PRICES_OF_TIER.get(fee["model"], ("unit_price", "flat")), where
        )


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
            yield (
                f"{plan.at(*here, 'tiers', number)}: tier {number + 1} of {where} has no `up_to`; expected one "
                "on every tier but the last; add it"
            )
        elif upper is not None and upper <= lower:
            yield (
                f"{plan.at(*here, 'tiers', number + 1)}: tier {number + 2} of {where} ends at {upper}, "
                f"not above {lower}; expected rising bounds; put them in order"
            )


def _tiers_are_priced(
    plan: Entry, here: Place, tiers: list[dict[str, Any]], names: tuple[str, ...], where: str
) -> Iterator[str]:
    expected = " or ".join(f"`{name}`" for name in names) + (" or both" if len(names) > 1 else "")
    for number, tier in enumerate(tiers):
        if not set(tier) & set(names):
            yield (
                f"{plan.at(*here, 'tiers', number)}: tier {number + 1} of {where} has no price; expected {expected}; "
                "add one (0 if it is free)"
            )
        for other in sorted(set(tier) - {"up_to", *names}):
            yield (
                f"{plan.at(*here, 'tiers', number)}: tier {number + 1} of {where} has `{other}`, "
                f"which its model does not use; expected {expected}; remove it"
            )
