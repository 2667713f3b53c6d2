"""Prices and commitments of each window: a fee whose own interval is a day has as many periods as there are windows."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from conformance.cases import Case, money_of
from conformance.claims.fees import UNITS, usage, used
from conformance.claims.pieces import package_fee
from conformance.claims.tiers import tiers_of
from conformance.scene import EXACT, NotClaimed, Scene, claims, one_of

_MOST = 31
_FIRST = date(2026, 1, 1)
_EACH = "select list(unrounded_amount order by period_from) from charges where contract_id = $contract"


def by_day(case: Case, fee: dict[str, Any], quantities: list[str], answers: dict[str, str]) -> Scene:
    """A window a day. How long a window is the case does not say, and its price does not depend on it."""
    events = [
        event
        for number, quantity in enumerate(quantities)
        for event in used(quantity, at=f"{_FIRST + timedelta(number)}T12:00:00Z")
    ]
    ends = _FIRST + timedelta(max(len(quantities), 1))
    return Scene(
        [{**fee, "interval": {"every": 1, "unit": "day"}}], answers, currency=money_of(case), events=events,
        meters=[UNITS],
        interval=(len(quantities) // _MOST + 1, "month"), starts=str(_FIRST), ends=str(ends),
    )  # fmt: skip


@claims("charge_models", "bucketed")
def bucketed(case: Case) -> Scene:
    params, values = case.params, case.input["bucket_values"]
    model = one_of(params["model"], ("standard", "per_unit", "package", "graduated", "volume"))
    if model == "package":
        free = Decimal(params.get("free_units") or 0)
        fee = package_fee(
            Decimal(params["package_size"]),
            Decimal(params["package_price"]),
            rounding=params.get("rounding"),
            free=free,
        )
    elif model in ("graduated", "volume"):
        fee = usage(model, tiers=tiers_of(params["tiers"], reached_by=max(map(Decimal, values), default=Decimal(0))))
    else:
        fee = usage("per_unit", unit_price=Decimal(params["unit_price"]))
    return by_day(case, fee, values, {"amount": EXACT})


@claims("commitments", "window_commitment")
def window_commitment(case: Case) -> Scene:
    """Units up to what is committed at the price, those above at the price × the factor;
    a minimum of the window tops up what is missing."""
    given = case.input
    price, factor = Decimal(given["unit_price"]), Decimal(given.get("overage_factor") or 1)
    quantity = given.get("commitment_quantity")
    worth = Decimal(quantity) * price if quantity is not None else Decimal(given["commitment_amount"])
    units = worth / price if price else Decimal(0)
    if units * price != worth or units != units.quantize(Decimal("0.000000000001")):
        raise NotClaimed("a price has at most twelve decimals")
    tiers = [{"up_to": units, "unit_price": price}] if units else []
    fee = usage(
        "graduated",
        tiers=[*tiers, {"unit_price": price * factor}],
        **({"minimum": worth} if given.get("true_up") else {}),
    )
    owed = {
        "amount": "select coalesce(sum(owed_amount), 0) from charges where contract_id = $contract",
        "windows": _EACH.replace("unrounded", "owed"),
    }
    return by_day(case, fee, given["window_units"], owed)
