"""Usage inside a pause, in the home of `cases`: a plan bills it (the default) or refuses it.

All pauses lie in April and June 2026 in Tokyo.
"""

from __future__ import annotations

from typing import Any

from tests.dbt.contracts.shop import Shop

SEATS, LEVEL, PEAK = "pause.seat", "pause.level", "pause.peak"
HALT = ("2026-04-10", "2026-04-20")


def fill_pauses(shop: Shop) -> None:
    shop.catalog(
        "meters",
        meter="pause_seats",
        event_type=SEATS,
        aggregation="sum",
        field="quantity",
        dimensions="[]",
        is_carried_over=True,
    )
    shop.catalog(
        "meters", meter="pause_level", event_type=LEVEL, aggregation="time_weighted_sum", field="quantity",
        dimensions="[]", level_per="day", reports="level",
    )  # fmt: skip
    shop.catalog("meters", meter="pause_peak", event_type=PEAK, aggregation="max", field="quantity", dimensions="[]")
    for mode in ("bill", "refuse"):
        said = {"usage_in_pause": mode} if mode == "refuse" else {}
        fill_mode(shop, mode, said)
    shop.plan("halt_dear", usage("per_unit", unit_price="10"))
    shop.sign("halt_moved", "halt_bill", "2026-04-01")
    pause(shop, "halt_moved")
    shop.change("halt_moved", "change_plan", "2026-04-15", plan_id="halt_dear")
    shop.use("halt_moved", "2026-04-12T10:00:00+09:00", "3")
    shop.use("halt_moved", "2026-04-17T10:00:00+09:00", "5")
    fill_customers(shop)


def fill_mode(shop: Shop, mode: str, said: dict[str, Any]) -> None:
    shop.plan(f"halt_{mode}", flat(), usage("per_unit", unit_price="1"), **said)
    shop.plan(f"halt_bounded_{mode}", usage("per_unit", unit_price="1", minimum="900"), **said)
    shop.plan(f"halt_seats_{mode}", usage("per_unit", meter="pause_seats", unit_price="5"), **said)
    shop.plan(f"halt_level_{mode}", usage("per_unit", meter="pause_level", unit_price="1"), **said)
    shop.plan(f"halt_peak_{mode}", usage("per_unit", meter="pause_peak", unit_price="1"), **said)
    shop.plan(f"halt_grace_{mode}", flat(), grace_days=5, **said)
    for name, plan in (
        ("used", "halt"),
        ("bounded", "halt_bounded"),
        ("seats", "halt_seats"),
        ("level", "halt_level"),
        ("peak", "halt_peak"),
        ("whole", "halt"),
        ("grace", "halt_grace"),
    ):
        shop.sign(f"halt_{name}_{mode}", f"{plan}_{mode}", "2026-04-01")
        if name not in ("whole", "grace"):
            pause(shop, f"halt_{name}_{mode}")
    shop.use(f"halt_used_{mode}", "2026-04-15T10:00:00+09:00", "5")
    shop.use(f"halt_used_{mode}", "2026-04-25T10:00:00+09:00", "7")
    shop.use(f"halt_seats_{mode}", "2026-04-02T10:00:00+09:00", "10", event_type=SEATS)
    shop.use(f"halt_seats_{mode}", "2026-04-12T10:00:00+09:00", "4", event_type=SEATS)
    shop.use(f"halt_level_{mode}", "2026-04-01T00:00:00+09:00", "2", event_type=LEVEL)
    shop.use(f"halt_level_{mode}", "2026-04-16T00:00:00+09:00", "3", event_type=LEVEL)
    shop.use(f"halt_peak_{mode}", "2026-04-02T10:00:00+09:00", "10", event_type=PEAK)
    shop.use(f"halt_peak_{mode}", "2026-04-12T10:00:00+09:00", "16", event_type=PEAK)
    shop.sign(f"halt_peak_whole_{mode}", f"halt_peak_{mode}", "2026-04-01")
    shop.change(f"halt_peak_whole_{mode}", "pause", "2026-05-15", until="2026-07-11")
    shop.use(f"halt_peak_whole_{mode}", "2026-06-15T10:00:00+09:00", "6", event_type=PEAK)
    for name in ("whole", "grace"):
        shop.change(f"halt_{name}_{mode}", "pause", "2026-05-15")
        shop.change(f"halt_{name}_{mode}", "resume", "2026-07-11")
    shop.use(f"halt_whole_{mode}", "2026-06-15T10:00:00+09:00", "3")


def fill_customers(shop: Shop) -> None:
    """Events that name the customer alone: the contract in service goes before one that is paused,
    and that before one that refuses."""
    for name, plans in {
        "one": ["halt_bill"],
        "other": ["halt_bill", "halt_bill"],
        "refusing": ["halt_refuse"],
        "refusing_other": ["halt_refuse", "halt_bill"],
        "all_refusing": ["halt_refuse", "halt_refuse"],
    }.items():
        shop.crm("customers", customer_id=f"halted_{name}", name=f"halted {name}")
        for number, plan in enumerate(plans, start=1):
            contract_id = f"halted_{name}_{number}"
            shop.sign(contract_id, plan, "2026-04-01", customer_id=f"halted_{name}")
            if number == 1 or name == "all_refusing":
                pause(shop, contract_id)
        shop.use(
            "", "2026-04-15T10:00:00+09:00", "6", customer_id=f"halted_{name}", file=f"usage/app/halted_{name}.csv"
        )


def pause(shop: Shop, contract_id: str) -> None:
    shop.change(contract_id, "pause", HALT[0])
    shop.change(contract_id, "resume", HALT[1])


def flat() -> dict[str, Any]:
    return {
        "fee_id": "base",
        "model": "flat",
        "kind": "recurring",
        "timing": "arrears",
        "tax_code": "standard",
        "versions": [{"valid_from": "2020-01-01", "amount": "3000"}],
    }


def usage(model: str, *, meter: str = "calls", **numbers: str) -> dict[str, Any]:
    return {
        "fee_id": "usage", "model": model, "kind": "usage", "timing": "arrears", "meter": meter, "tax_code": "standard",
        "versions": [{"valid_from": "2020-01-01", **numbers}],
    }  # fmt: skip
