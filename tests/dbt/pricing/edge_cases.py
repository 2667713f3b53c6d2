"""The edges of every charge model, in the home of `cases`: one contract for each model and edge.

`changed` is a price that doubles on 16 October, in the middle of the billing period: 150 units before it, 100 after.
Quantities are those of the events.
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from tests.dbt.contracts.shop import Shop
from tests.dbt.pricing.interval_cases import fill_bands
from tests.dbt.pricing.model_cases import RATES, STEPS, UNIT, VOLUME, around, one_fee

BILLION, TRILLION, BILLIONTH = "1000000000", "1000000000000", "0.000000001"
BILLING_PERIOD, CHANGED_ON = "2020-01-01", "2026-10-16"
Tiers = list[tuple[str, str | None, str, str]]
Numbers = dict[str, Any]


def numbers_of(model: str, *, tiny: bool = False) -> Numbers:
    """What a version of the model says; tiny: prices of 10^-9."""
    match model:
        case "flat":
            return {"amount": BILLIONTH if tiny else "1000"}
        case "per_unit":
            return {"unit_price": BILLIONTH if tiny else "2"}
        case "package":
            return {"package_size": "10", "unit_price": BILLIONTH if tiny else "15"}
        case "percentage":
            return {"rate": BILLIONTH} if tiny else {"rate": "1", "fixed_amount": "5"}
        case _:
            return {}


def tiers_of(model: str, *, tiny: bool = False) -> Tiers:
    tiers: dict[str, Tiers] = {"graduated": VOLUME, "volume": VOLUME, "stairstep": STEPS, "graduated_percentage": RATES}
    small: dict[str, Tiers] = {
        "graduated": [("0", BILLION, BILLIONTH, "0"), (BILLION, None, "0.000000002", "0")],
        "volume": [("0", BILLION, BILLIONTH, "0"), (BILLION, None, "0.000000002", "0")],
        "stairstep": [("0", "10", "0", BILLIONTH), ("10", None, "0", "0.000000002")],
        "graduated_percentage": [("0", None, "0.00000000001", "0")],
    }
    return (small if tiny else tiers).get(model, [])


def prices_of(model: str, *, tiny: bool = False) -> dict[str, str]:
    named = {"matrix": '{"region":"east"}', "bands": '{"band":"night"}'}
    if model not in named:
        return {}
    return {named[model]: BILLIONTH, "{}": "0.000000002"} if tiny else {named[model]: "2", "{}": "3"}


# Each event: its quantity; of a matrix it is from the east, of bands at night, of a dynamic fee at a price of 0.25.
SOME: dict[str, dict[str, list[str]]] = {
    "flat": {"empty": [], "tiny": []},
    "per_unit": {"zero": ["0"], "empty": [], "negative": ["10", "-15"], "trillion": ["500000000000"],
        "tiny": ["2500000000"]},
    "graduated": {
        "zero": ["0"], "empty": [], "negative": ["10", "-15"], "trillion": ["2000000000000"], "tiny": ["2000000000"],
        **{f"at {quantity}": [quantity] for bound in ("100", "200") for quantity in around(bound)},
    },
    "volume": {"zero": ["0"], "empty": [], "negative": ["10", "-15"], "trillion": ["2000000000000"],
        "tiny": ["2000000000"]},
    "stairstep": {"zero": ["0"], "empty": [], "negative": ["10", "-15"], "trillion": [TRILLION], "tiny": ["11"]},
    "package": {"zero": ["0"], "empty": [], "negative": ["10", "-15"], "trillion": ["700000000000"],
        "tiny": ["25000000000"]},
    "percentage": {"zero": ["0"], "empty": [], "negative": ["-500"], "trillion": ["100000000000000"],
        "tiny": ["100000000000"]},
    "graduated_percentage": {
        "zero": ["0"], "empty": [], "negative": ["100", "-600"], "trillion": ["40000000000000"],
        "tiny": ["100000000000"],
        **{f"at {quantity}": [quantity] for quantity in ("999.99", "1000", "1000.01", "9999.99", "10000", "10000.01")},
    },
    "dynamic": {"zero": ["0"], "empty": [], "negative": ["1", "-3"], "trillion": ["4000000000000"],
        "tiny": ["2500000000"]},
    "matrix": {"zero": ["0"], "empty": [], "negative": ["10", "-15"], "trillion": ["500000000000"],
        "tiny": ["2500000000"]},
    "bands": {"zero": ["0"], "empty": [], "negative": ["10", "-15"], "trillion": ["500000000000"],
        "tiny": ["2500000000"]},
}  # fmt: skip
# More than a charge may come to, of the largest quantities that an event may have; of a dynamic fee each event still
# fits, and their sum does not.
BEYOND = {model: ["999999999999999"] * 2 for model in SOME.keys() - {"flat", "stairstep", "dynamic"}} | {
    "dynamic": ["32000000000000"] * 2
}
METERS = {"dynamic": "priced", "matrix": "by_region", "bands": "by_band"}
EVENTS = {"priced": "priced.request", "by_region": "region.request", "by_band": "band.request"}


def fill_edges(shop: Shop) -> None:
    fill_bands(shop, "edge_bands", {"night": [(0, 480), (1320, 1440)], "day": [(480, 1320)]})
    shop.catalog(
        "meters", meter="by_band", event_type="band.request", aggregation="sum", field="quantity",
        dimensions='["band"]', time_bands="edge_bands",
    )  # fmt: skip
    for model, edges in SOME.items():
        for tiny in (False, True):
            shop.plan(plan_of(model, tiny=tiny), fee_of(model, tiny=tiny))
        fill_changed(shop, model)
        for edge, quantities in (edges | ({"beyond": BEYOND[model]} if model in BEYOND else {})).items():
            name = f"edge:{model}:{edge}"
            shop.sign(name, plan_of(model, tiny=edge == "tiny"), "2026-10-01")
            for quantity in quantities:
                use(shop, name, model, "02", quantity, price=BILLIONTH if edge == "tiny" else "0.25")
    for name, amount, quantity in (
        ("zero", "0", "1"),
        ("trillion", TRILLION, "1"),
        ("without seats", "1000", "0"),
        ("of many seats", "1000", TRILLION),
    ):
        shop.plan(
            f"edge_flat_{name}",
            one_fee("flat", kind="recurring", versions=[{"valid_from": BILLING_PERIOD, "amount": amount}]),
        )
        shop.sign(f"edge:flat:{name}", f"edge_flat_{name}", "2026-10-01", quantity=quantity)
    shop.plan("edge_stairstep_trillion", one_fee("stairstep", tiers=[("0", None, "0", TRILLION)]))
    shop.sign("edge:stairstep:a step of a trillion", "edge_stairstep_trillion", "2026-10-01")
    use(shop, "edge:stairstep:a step of a trillion", "stairstep", "02", UNIT, price="")
    shop.sign("edge:an event beyond", "edge_dynamic", "2026-10-01")
    for quantity, price in (("999999999999999", "1"), ("10", "99999999999999"), ("4", "0.25")):
        use(shop, "edge:an event beyond", "dynamic", "02", quantity, price=price)
    for minute in ("07:59:59.999999", "08:00:00", "08:00:00.000001", "21:59:59.999999", "22:00:00", "22:00:00.000001"):
        shop.sign(f"edge:bands:{minute}", "edge_bands", "2026-10-01")
        shop.use(f"edge:bands:{minute}", f"2026-10-02T{minute}+09:00", "1", event_type="band.request")


def plan_of(model: str, *, tiny: bool = False) -> str:
    return f"edge_{model}{'_tiny' if tiny else ''}"


def fee_of(model: str, *, tiny: bool) -> dict[str, Any]:
    if model == "flat":
        return one_fee(
            "flat", kind="recurring", versions=[{"valid_from": BILLING_PERIOD, **numbers_of(model, tiny=tiny)}]
        )
    columns: dict[str, Any] = {
        "meter": METERS.get(model, "calls"),
        "tiers": tiers_of(model, tiny=tiny),
        "prices": prices_of(model, tiny=tiny),
    }
    if columns["prices"]:
        columns["dimensions"] = json.dumps(["region" if model == "matrix" else "band"])
    numbers = {"valid_from": BILLING_PERIOD, **numbers_of(model, tiny=tiny)}
    return one_fee("matrix" if model == "bands" else model, versions=[numbers], **columns)


def fill_changed(shop: Shop, model: str) -> None:
    name = f"edge:{model}:changed"
    fee = fee_of(model, tiny=False)
    doubled = {
        key: str(2 * Decimal(value)) if key in ("amount", "unit_price", "rate", "fixed_amount") else value
        for key, value in numbers_of(model).items()
    }
    fee["versions"].append({"valid_from": CHANGED_ON, "is_mid_period": True, **doubled})
    tiers, prices = tiers_of(model), prices_of(model)
    shop.plan(f"edge_{model}_changed", fee)
    key = {"plan_id": f"edge_{model}_changed", "fee_id": "usage", "currency": "JPY", "valid_from": CHANGED_ON}
    for number, (low, high, unit_price, flat) in enumerate(tiers, start=1):
        shop.catalog(
            "fee_tiers", **key, tier_no=number, from_quantity=low, up_to=high, unit_price=2 * Decimal(unit_price),
            flat_amount=2 * Decimal(flat),
        )  # fmt: skip
    for number, (values, unit_price) in enumerate(prices.items(), start=1):
        shop.catalog("fee_prices", **key, price_no=number, dimension_values=values, unit_price=2 * Decimal(unit_price))
    shop.sign(name, f"edge_{model}_changed", "2026-10-01")
    for day, quantity in () if model == "flat" else (("02", "150"), ("20", "100")):
        use(shop, name, model, day, quantity, price="0.25" if day == "02" else "0.5")


def use(shop: Shop, name: str, model: str, day: str, quantity: str, *, price: str) -> None:
    properties = {"dynamic": {"price": price}, "matrix": {"region": "east"}}.get(model, {})
    event_type = EVENTS.get(METERS.get(model, "calls"), "api.request")
    shop.use(
        name,
        f"2026-10-{day}T23:00:00+09:00",
        quantity,
        event_type=event_type,
        properties=json.dumps(properties, separators=(",", ":")),
    )
