"""What usage fees may say about the events they count, and that no event could be charged by two of them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Any

from billing_jobs.intake.catalog.checks.meters import dimensions_of, has_one_quantity
from billing_jobs.intake.catalog.reader import Entry

Fee = dict[str, Any]
_KEYS_OF_USAGE = ("filter", "additive", "usage_rounding", "allowance")
_KEYS_BY_EVENT = ("free_events", "free_amount", "minimum_per_event", "maximum_per_event")
_KEYS_OF_EVENTS = ("fixed", *_KEYS_BY_EVENT)
_MODELS_WITHOUT = {"allowance": {"matrix", "dynamic"}, "usage_rounding": {"dynamic"}}


def find_mistakes_in_usage_fees(plan: Entry, meters: dict[str, Entry]) -> Iterator[str]:
    """Every mistake of meaning in which events the fees of one plan count."""
    fees: list[Fee] = plan.value["fees"]
    for number, fee in enumerate(fees):
        where = f"fee `{fee['fee']}` of plan `{plan.value['plan']}`"
        for key in _KEYS_OF_USAGE:
            if key in fee and fee["kind"] != "usage":
                yield (
                    f"{plan.at('fees', number, key)}: `{key}` in {where}, which is no usage fee; expected it "
                    "on usage fees only; remove it"
                )
        for key, models in _MODELS_WITHOUT.items():
            if key in fee and fee["model"] in models:
                yield (
                    f"{plan.at('fees', number, key)}: `{key}` in {where}, whose model `{fee['model']}` has no one "
                    "quantity to apply it to; expected none; remove it"
                )
        meter = meters.get(str(fee.get("meter")))
        known = dimensions_of(meter.value) if meter else []
        for name in fee.get("filter", {}) if meter else []:
            if name not in known:
                yield (
                    f"{plan.at('fees', number, 'filter')}: {where} filters by `{name}`, "
                    f"which is no dimension of meter `{fee['meter']}`; "
                    f"expected one of: {', '.join(known) or 'none'}; add it to the meter's `dimensions` or correct it"
                )
        allowance = fee.get("allowance")
        if isinstance(allowance, dict) and "shared" in allowance and plan.value.get("anchor", "contract") != "calendar":
            yield (
                f"{plan.at('fees', number, 'allowance')}: an allowance that contracts share in {where}, "
                "whose periods begin with each contract; "
                f"expected periods that they have in common; write `anchor: calendar` on the plan"
            )
        yield from _priced_by_event(plan, ("fees", number), fee, meter, where)
        yield from _of_one_quantity(plan, ("fees", number), fee, meter, where)
    for (_, earlier), (number, later) in combinations(enumerate(fees), 2):
        if _are_tied(earlier, later):
            yield (
                f"{plan.at('fees', number)}: fees `{earlier['fee']}` and `{later['fee']}` of plan "
                f"`{plan.value['plan']}` both charge an event of meter `{later['meter']}` and neither is more "
                "specific; expected one fee an event; let one filter by more properties, or write `additive: true` on "
                "the one that is charged besides"
            )


def _priced_by_event(
    plan: Entry, at: tuple[str | int, ...], fee: Fee, meter: Entry | None, where: str
) -> Iterator[str]:
    """What a percentage with free or bounded events needs: the amounts of single events, as they came."""
    for number, version in enumerate(fee["versions"]):
        percentage, here = version.get("percentage", {}), (*at, "versions", number, "percentage")
        found = [key for key in _KEYS_BY_EVENT if key in percentage]
        for key in [key for key in ("usage_rounding", "allowance") if found and key in fee]:
            yield (
                f"{plan.at(*at, key)}: `{key}` in {where}, which prices event by event (`{found[0]}`); expected no "
                "change of the period's quantity; remove one"
            )
        if found and meter is not None and (meter.value["aggregation"] != "sum" or meter.value.get("carry_over")):
            yield (
                f"{plan.at(*here, found[0])}: `{found[0]}` in {where}, whose meter adds up no amounts of events; "
                "expected a meter with aggregation `sum`; change one"
            )
        if percentage.get("minimum_per_event", 0) > percentage.get(
            "maximum_per_event", percentage.get("minimum_per_event", 0)
        ):
            yield (
                f"{plan.at(*here, 'minimum_per_event')}: the minimum of an event is above its maximum in {where}; "
                "expected minimum <= maximum; correct one"
            )


def _of_one_quantity(
    plan: Entry, at: tuple[str | int, ...], fee: Fee, meter: Entry | None, where: str
) -> Iterator[str]:
    """What has one quantity a charge is no sum of events that could each have a price,
    and leaves no units that could be used later."""
    if meter is None or not has_one_quantity(meter.value):
        if "part_period" in fee:
            yield (
                f"{plan.at(*at, 'part_period')}: `part_period` in {where}, whose meter adds up what happens; expected "
                "it where the meter is carried over or "
                f"its aggregation is latest, max or unique_count; remove it"
            )
        return
    reads = f"whose meter `{meter.value['meter']}` has one quantity for all days of a period"
    if fee["model"] == "dynamic":
        yield (
            f"{plan.at(*at, 'model')}: model `dynamic` in {where}, {reads}; expected a model that prices that "
            "quantity; change the model or the meter"
        )
    allowance = fee.get("allowance")
    for key in [key for key in ("roll_over", "shared") if isinstance(allowance, dict) and key in allowance]:
        yield (
            f"{plan.at(*at, 'allowance')}: an allowance with `{key}` in {where}, "
            f"{reads}; expected free units of each period by itself; remove `{key}`"
        )
    for number, version in enumerate(fee["versions"]):
        for key in [key for key in _KEYS_OF_EVENTS if key in version.get("percentage", {})]:
            here = plan.at(*at, "versions", number, "percentage", key)
            yield f"{here}: `{key}` in {where}, {reads}; expected a rate of that quantity only; remove it"


def _are_tied(one: Fee, other: Fee) -> bool:
    """Whether one event could be charged by both fees and neither goes before the other."""
    if "meter" not in one or one["meter"] != other.get("meter") or one.get("additive") or other.get("additive"):
        return False
    own, theirs = one.get("filter", {}), other.get("filter", {})
    if len(own) != len(theirs) or not _are_in_force_together(one, other):
        return False
    return all(set(own[name]) & set(theirs[name]) for name in own.keys() & theirs.keys())


def _are_in_force_together(one: Fee, other: Fee) -> bool:
    starts = [min(version["from"] for version in fee["versions"]) for fee in (one, other)]
    ends = [fee.get("until", "9999-12-31") for fee in (one, other)]
    return bool(starts[0] < ends[1] and starts[1] < ends[0])
