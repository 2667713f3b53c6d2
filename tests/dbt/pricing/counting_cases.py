"""Each way of counting, split by a property, filtered by it, and cut by a price change; rounded usage.

In the home of `cases`.
"""

from __future__ import annotations

import json
from typing import Any

from tests.dbt.contracts.shop import Shop
from tests.dbt.pricing.model_cases import one_fee

AGGREGATIONS: dict[str, dict[str, Any]] = {
    "sum": {"field": "quantity"}, "count": {}, "unique_count": {"field": "user"}, "max": {"field": "quantity"},
    "latest": {"field": "quantity"},
    "time_weighted_sum": {"field": "quantity", "level_per": "day", "reports": "level"},
}  # fmt: skip
EVENTS = [  # local day and hour of Tokyo, quantity, region, user
    ("2026-10-02T00:00", "5", "east", "u1"),
    ("2026-10-05T00:00", "3", "east", "u2"),
    ("2026-10-05T12:00", "4", "east", "u1"),
    ("2026-10-03T00:00", "7", "west", "u1"),
]
ROUNDED = ("14", "15", "16", "-15", "20", "0")


def fill_counting(shop: Shop) -> None:
    for aggregation, columns in AGGREGATIONS.items():
        shop.catalog(
            "meters",
            meter=f"by_{aggregation}",
            event_type=f"{aggregation}.seen",
            aggregation=aggregation,
            dimensions='["region"]',
            **columns,
        )
        meter = {"meter": f"by_{aggregation}"}
        prices = {'{"region":"east"}': "2", '{"region":"west"}': "3"}
        shop.plan(f"split_{aggregation}", one_fee("matrix", dimensions='["region"]', prices=prices, **meter))
        east = {**meter, "filter": json.dumps({"region": ["east"]})}
        shop.plan(
            f"filtered_{aggregation}",
            one_fee("per_unit", versions=[{"valid_from": "2020-01-01", "unit_price": "1"}], **east),
        )
        dearer = [
            {"valid_from": "2020-01-01", "unit_price": "1"},
            {"valid_from": "2026-10-05", "unit_price": "10", "is_mid_period": True},
        ]
        shop.plan(f"changed_{aggregation}", one_fee("per_unit", versions=dearer, **east))
        for plan in ("split", "filtered", "changed"):
            name = f"{plan}_{aggregation}"
            shop.sign(name, name, "2026-09-01")
            for at, quantity, region, user in EVENTS:
                properties = json.dumps({"region": region, "user": user}, separators=(",", ":"))
                shop.use(name, f"{at}:00+09:00", quantity, event_type=f"{aggregation}.seen", properties=properties)
    for mode in ("floor", "half_up", "ceiling"):
        rounding = {"rounding_mode": mode, "rounding_step": "10"}
        shop.plan(
            f"rounded_{mode}",
            one_fee("per_unit", versions=[{"valid_from": "2020-01-01", "unit_price": "1"}], **rounding),
        )
        for quantity in ROUNDED:
            shop.sign(f"rounded:{mode}:{quantity}", f"rounded_{mode}", "2026-10-01")
            shop.use(f"rounded:{mode}:{quantity}", "2026-10-02T00:00:00+00:00", quantity)
