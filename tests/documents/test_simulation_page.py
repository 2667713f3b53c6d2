"""What the page of a simulation says and draws."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from billing_jobs.documents.simulation_charts import (
    distribution,
    month_chart,
    mover_bars,
    pixels,
    signed_percent,
    step_of,
)
from billing_jobs.documents.simulation_page import Simulated, page


def customer(name: str, current: str, simulated: str, percent: str | None) -> dict[str, Any]:
    delta = Decimal(simulated) - Decimal(current)
    verdict = "pays_more" if delta > 0 else "pays_less" if delta < 0 else "same"
    share = None if percent is None else Decimal(percent)
    return {
        "customer_id": name, "currency": "JPY", "current_amount": Decimal(current),
        "simulated_amount": Decimal(simulated), "delta": delta,
        "delta_percent": share, "verdict": verdict,
    }  # fmt: skip


CUSTOMERS = [
    customer("more", "1000", "1500", "50.00"),
    customer("less", "1000", "950", "-5.00"),
    customer("<same>", "1000", "1000", "0.00"),
    customer("new", "0", "10", None),
    customer("little", "100000", "100001", "0.00"),
]


def simulated(customers: list[dict[str, Any]], *, unpriced: int = 0) -> Simulated:
    total = {
        "currency": "JPY", "customer_count": len(customers), "more_count": sum(row["delta"] > 0 for row in customers),
        "less_count": sum(row["delta"] < 0 for row in customers),
        "same_count": sum(row["delta"] == 0 for row in customers),
        "current_amount": sum(row["current_amount"] for row in customers),
        "simulated_amount": sum(row["simulated_amount"] for row in customers),
        "delta": sum(row["delta"] for row in customers), "delta_percent": Decimal("0.45"), "unpriced_count": unpriced,
    }  # fmt: skip
    months = [
        {"currency": "JPY", "month": date(2026, 1, 1), "current_amount": Decimal(631), "simulated_amount": Decimal(700)}
    ]
    fees = [{**customers[0], "plan_id": "", "fee_id": "credits"}]
    return Simulated(date(2026, 1, 31), "next", date(2026, 1, 1), None, customers, months, fees, [total])


def test_the_page_names_the_change_and_who_it_concerns_and_is_safe_to_open() -> None:
    html = page(simulated(CUSTOMERS))
    assert "+¥461 (+0.5%)" in html
    assert "3 pay more, 1 less" in html
    assert "プリペイド充当" in html
    assert "<same>" not in html


def test_the_page_says_when_nothing_changes_or_nothing_is_there() -> None:
    assert "どのお客様の請求額も変わりません" in page(simulated([CUSTOMERS[2]]))
    assert "この期間に課金はありません" in page(
        Simulated(date(2026, 1, 31), "next", None, date(2026, 1, 1), [], [], [], [])
    )


def test_a_total_that_stays_may_hide_changes() -> None:
    html = page(simulated([customer("more", "100", "150", "50.00"), customer("less", "100", "50", "-50.00")]))
    assert "The total stays, but 1 pays more, 1 less." in html


def test_contracts_without_a_price_are_no_saving() -> None:
    assert "計算できない契約が2件" in page(simulated(CUSTOMERS, unpriced=2))
    assert "計算できない" not in page(simulated(CUSTOMERS))


def test_every_customer_stands_in_one_band() -> None:
    assert [(band["label"][:5], band["count"]) for band in distribution(CUSTOMERS) if band["count"] != "0"] == [
        ("−20〜−", "1"), ("同じ sa", "1"), ("0〜+5%", "1"), ("+20〜+", "1"), ("+50% ", "1"),
    ]  # fmt: skip


def test_bars_never_leave_the_chart_and_something_is_never_nothing() -> None:
    chart = month_chart(simulated(CUSTOMERS).months, "JPY")
    assert [line["text"] for line in chart["lines"]] == ["¥0", "¥200", "¥400", "¥600", "¥800"]
    assert all(bar["y"] >= chart["lines"][-1]["y"] for bar in chart["bars"])
    assert pixels(Decimal(1), Decimal(10**12), 100) == 1
    assert [row["width"] for row in mover_bars([CUSTOMERS[0], CUSTOMERS[3]], "JPY")] == [100, 2]
    assert month_chart([], "JPY")["bars"] == []


@pytest.mark.parametrize(
    ("highest", "step"),
    [("0", "1"), ("1", "0.2"), ("631", "200"), ("1000", "200"), ("1001", "500"), ("9999999", "2000000")],
)
def test_grid_lines_stand_at_round_amounts(highest: str, step: str) -> None:
    assert step_of(Decimal(highest)) == Decimal(step)


@pytest.mark.parametrize(
    ("value", "said"), [("3.44", "+3.4%"), ("-12", "−12.0%"), ("0.04", "+0.04%"), ("0", "0.0%"), ("-0.05", "−0.05%")]
)
def test_a_small_percentage_keeps_two_digits(value: str, said: str) -> None:
    assert signed_percent(Decimal(value)) == said
