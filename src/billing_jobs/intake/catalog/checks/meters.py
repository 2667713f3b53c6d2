"""What a meter must say for its aggregation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from billing_jobs import seeds
from billing_jobs.intake.catalog.reader import Entry

# The keys of a meter that only some aggregations may have, with the flag that says so.
_FLAG_OF_KEY = {
    "per": "allows_per",
    "reports": "allows_per",
    "carry_over": "allows_carry_over",
    "price_field": "allows_price_field",
    "time_bands": "allows_time_bands",
}
BAND = "band"


def dimensions_of(meter: dict[str, Any]) -> list[str]:
    """The names by which the meter's usage is told apart; time bands add one."""
    return [*meter.get("dimensions", []), *([BAND] if "time_bands" in meter else [])]


def has_one_quantity(meter: dict[str, Any]) -> bool:
    """Whether its quantities do not add up over time, so that a charge has one for all its days."""
    return bool(meter.get("carry_over")) or meter["aggregation"] in seeds.names(
        "aggregations", "aggregation", "has_one_quantity"
    )


def find_mistakes_in_meter(meter: Entry) -> Iterator[str]:
    """Every mistake of meaning in one meter."""
    where, aggregation = f"meter `{meter.value['meter']}`", meter.value["aggregation"]
    for key, flag in _FLAG_OF_KEY.items():
        allowed = seeds.names("aggregations", "aggregation", flag)
        if key in meter.value and aggregation not in allowed:
            yield (
                f"{meter.at(key)}: `{key}` in {where}, whose aggregation is `{aggregation}`; expected it for "
                f"{' and '.join(sorted(allowed))} only; remove it"
            )
    if "time_bands" in meter.value and BAND in meter.value.get("dimensions", []):
        yield (
            f"{meter.at('dimensions')}: {where} has `{BAND}` twice; expected it "
            "from its time bands only; rename the property's dimension"
        )
    if meter.value.get("carry_over") and "time_bands" in meter.value:
        yield (
            f"{meter.at('time_bands')}: {where} carries a level over, which has no time of day; expected `carry_over` "
            "or `time_bands`; remove one"
        )
    if aggregation == "time_weighted_sum" and "per" not in meter.value:
        yield (
            f"{meter.at()}: {where} weights a level by time, but has no `per`; expected second, minute, hour, day "
            "or period; add it, e.g. `per: hour` for GB-hours"
        )
    if aggregation == "unique_count" and meter.value.get("field", "quantity") == "quantity":
        yield (
            f"{meter.at('aggregation')}: {where} counts different "
            "values, but names no property; expected `field` with the property that is counted; add it"
        )
