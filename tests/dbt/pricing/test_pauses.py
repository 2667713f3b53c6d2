"""Usage inside a pause is billed, or refused by its plan and told as such; what recurs is not owed. Figures by hand."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.dbt.pricing.cases import built


def charge(
    contract_id: str, period_from: str = "2026-04-01", fee_id: str = "usage", **columns: str
) -> dict[str, Any] | None:
    found = [
        row
        for row in built().charges(contract_id)
        if str(row["period_from"]) == period_from and row["fee_id"] == fee_id
    ]
    found = [row for row in found if all(row[name] == value for name, value in columns.items())]
    return found[0] if found else None


def amount(contract_id: str, period_from: str = "2026-04-01", fee_id: str = "usage", **columns: str) -> Decimal | None:
    row = charge(contract_id, period_from, fee_id, **columns)
    return None if row is None else row["computed_amount"]


def ignored(where: str) -> list[tuple[str, str, Decimal]]:
    sql = (
        f"select contract_id, reason, sum(quantity) as quantity from usage_ignored where {where} group by all "
        "order by all"
    )
    return [(row["contract_id"], row["reason"], row["quantity"]) for row in built().rows(sql)]


def accounted(name: str) -> dict[str, int]:
    (row,) = built().rows("select * from usage_accounting where file_name = ?", f"usage/app/{name}.csv")
    return {
        key.removeprefix("events_"): row[key]
        for key in ("events_rated", "events_waiting", "events_ignored")
        if row[key]
    }


@pytest.mark.parametrize(
    ("case", "bill", "refuse"),
    [
        ("used", 12, 7),
        # a minimum of 900: whole, or for 20 of 30 days
        ("bounded", 900, 600),
        # 10 seats and 4 more that came in the pause, at 5; refused they never came, and 10 stood for 20 of 30 days
        ("seats", 70, 33),
        # 2 for 15 days and 3 for 15; refused 2 for the 20 days outside the pause
        ("level", 75, 40),
        # a peak of 16 in the pause, of 10 before it: shared by the days served, which are all the fee has
        ("peak", 16, 10),
    ],
)
def test_usage_in_a_pause_is_billed_or_refused_by_its_plan(case: str, bill: int, refuse: int) -> None:
    assert (amount(f"halt_{case}_bill"), amount(f"halt_{case}_refuse")) == (bill, refuse)


def test_what_recurs_is_not_owed_in_a_pause_either_way() -> None:
    """20 of 30 days of 3,000."""
    assert amount("halt_used_bill", fee_id="base") == amount("halt_used_refuse", fee_id="base") == 2000


def test_a_period_wholly_in_a_pause_bills_its_usage_and_nothing_else() -> None:
    assert amount("halt_whole_bill", "2026-06-01") == 3
    assert amount("halt_whole_bill", "2026-06-01", "base") is None
    assert amount("halt_whole_refuse", "2026-06-01") is None
    assert (amount("halt_peak_whole_bill", "2026-06-01"), amount("halt_peak_whole_refuse", "2026-06-01")) == (6, None)


def test_refused_usage_is_ignored_with_its_reason_and_never_waits() -> None:
    assert ignored("contract_id in ('halt_used_refuse', 'halt_whole_refuse')") == [
        ("halt_used_refuse", "contract_paused", 5),
        ("halt_whole_refuse", "contract_paused", 3),
    ]
    assert (
        built().rows("select file_name from usage_accounting where events_waiting > 0 and file_name like '%halt%'")
        == []
    )


def test_a_plan_that_changes_in_a_pause_has_the_usage_of_its_own_days() -> None:
    assert (amount("halt_moved", plan_id="halt_bill"), amount("halt_moved", plan_id="halt_dear")) == (3, 50)


@pytest.mark.parametrize(
    ("customer", "contract_id", "told"),
    [
        ("one", "halted_one_1", {"rated": 1}),
        ("other", "halted_other_2", {"rated": 1}),
        ("refusing", "halted_refusing_1", {"ignored": 1}),
        ("refusing_other", "halted_refusing_other_2", {"rated": 1}),
        ("all_refusing", "", {"ignored": 1}),
    ],
)
def test_an_event_of_a_customer_goes_to_the_contract_in_service_before_a_paused_one(
    customer: str, contract_id: str, told: dict[str, int]
) -> None:
    assert accounted(f"halted_{customer}") == told
    rows = built().rows(
        "select distinct contract_id from int_usage_metered where file_name = ? and state <> 'day'",
        f"usage/app/halted_{customer}.csv",
    )
    assert [row["contract_id"] for row in rows] == [contract_id]


@pytest.mark.parametrize("mode", ["bill", "refuse"])
def test_a_period_that_begins_in_a_pause_keeps_its_plans_grace(mode: str) -> None:
    """July begins in the pause and is owed from the 11th on; due five days after its end in Tokyo."""
    (row,) = [row for row in built().charges(f"halt_grace_{mode}") if str(row["period_from"]) == "2026-07-01"]
    assert (row["computed_amount"], str(row["due_at"])[:16]) == (2032, "2026-08-05 15:00")
