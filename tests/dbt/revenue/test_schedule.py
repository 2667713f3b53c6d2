"""When revenue is earned: worked examples, recomputed by hand, and the rows that break schedules."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.dbt.receivables.by_hand import Books, Night
from tests.dbt.revenue.charges_by_hand import charge, daily_segments
from tests.dbt.revenue.conftest import night
from tests.support.golden import by_month, worked


def months(night: Night, charge_id: str) -> dict[str, int]:
    """Recognised amount by month, months without any left out."""
    rows = night.read("revenue_schedule", f"charge_id = '{charge_id}'")
    return {f"{row['month']:%m}": int(row["recognised_amount"]) for row in rows if row["recognised_amount"]}


def balance(night: Night, charge_id: str, month: str) -> tuple[int, int]:
    row = night.read("revenue_schedule", f"charge_id = '{charge_id}' and month = '{month}-01'")[0]
    return int(row["deferred_amount"]), int(row["unbilled_amount"])


def test_a_month_from_the_15th_falls_into_two_months_by_days(year: Night) -> None:
    assert months(year, "month") == by_month("rev_31_jan15_feb14") == {"01": 1700, "02": 1400}


def test_cumulative_rounding_loses_no_unit(year: Night) -> None:
    assert months(year, "thirds") == by_month("rev_100_jan15_feb14") == {"01": 5484, "02": 4516}


def test_three_months_in_advance_are_earned_by_days(year: Night) -> None:
    assert months(year, "quarter") == by_month("rev_90_3mo") == {"01": 3100, "02": 2800, "03": 3100}
    assert balance(year, "quarter", "2022-12") == (9000, 0)
    assert balance(year, "quarter", "2023-01") == (5900, 0)


def test_a_year_is_earned_by_its_365_days(year: Night) -> None:
    assert months(year, "year") == by_month("rev_365_year")
    assert list(months(year, "year").values()) == [
        3100,
        2800,
        3100,
        3000,
        3100,
        3000,
        3100,
        3100,
        3000,
        3100,
        3000,
        3100,
    ]


def test_an_upgrade_earns_old_and_new_days_in_their_month(year: Night) -> None:
    assert months(year, "old") == {"04": 6000}
    assert months(year, "new") == {"04": 4000}
    assert months(year, "may") == {"05": 12000}
    example = worked("upgrade_90_120_apr21")
    assert (example["credit"], example["debit"], example["apr_revenue"], example["may_revenue"]) == (
        6000 - 9000,
        4000,
        6000 + 4000,
        12000,
    )
    assert balance(year, "old", "2023-04") == (3000, 0)
    assert balance(year, "old", "2023-05") == (0, 0)
    assert balance(year, "new", "2023-04") == (0, 4000)


def test_a_minimum_without_usage_is_earned_in_its_month(year: Night) -> None:
    assert months(year, "minimum") == {"06": 1000}


def test_a_tax_inclusive_charge_earns_its_net(year: Night) -> None:
    assert months(year, "inclusive") == {"03": 10000}


def test_a_contract_that_ends_without_refund_earns_the_rest_by_its_end(year: Night) -> None:
    assert sum(months(year, "kept").values()) == 36500
    assert set(months(year, "kept")) == {"01", "02"}


def test_what_was_credited_in_full_earns_nothing(year: Night) -> None:
    assert months(year, "waived") == {}
    assert balance(year, "waived", "2023-02") == (2000, 0)
    assert balance(year, "waived", "2023-03") == (0, 0)


def test_a_one_off_charge_is_earned_on_its_day(year: Night) -> None:
    assert months(year, "once") == {"08": 5000}


def test_a_billing_period_of_the_future_that_nobody_billed_is_not_scheduled(year: Night) -> None:
    assert year.read("revenue_schedule", "charge_id = 'future'") == []


def test_what_is_earned_and_never_billed_stays_unbilled_until_tonight(year: Night) -> None:
    assert balance(year, "may", "2023-12") == (0, 12000)


def test_the_rollforward_leads_from_month_to_month(year: Night) -> None:
    rows = year.read("deferred_revenue_rollforward")
    assert [row["opening"] for row in rows[1:]] == [row["closing"] for row in rows[:-1]]
    april = next(row for row in rows if f"{row['month']:%Y-%m}" == "2023-04")
    assert (int(april["billed"]), int(april["recognised"]), int(april["adjusted"])) == (9000, -3000 - 6000 - 4000, 0)
    may = next(row for row in rows if f"{row['month']:%Y-%m}" == "2023-05")
    assert (int(may["billed"]), int(may["recognised"]), int(may["adjusted"])) == (0, -3100 - 12000, -3000)


def test_the_running_month_counts_until_tonight(closes: dict[str, Any]) -> None:
    rows = {
        f"{row['month']:%Y-%m}": int(row["recognised_to_date"])
        for row in closes["middle_schedule"]
        if row["charge_id"] == "yearly"
    }
    assert rows["2026-01"] == 1700
    assert rows["2026-02"] == 1700 + 1000
    assert rows["2026-03"] == 1700 + 2800 + 3100
    assert rows["2027-01"] == 36500


def test_bought_credits_are_earned_as_what_they_pay_is_served_and_the_rest_when_they_expire(year: Night) -> None:
    """1,000 credits for 800: 600 pay for 28 days from 15 February, 400 expire at the end of June."""
    assert months(year, "paid") == {"02": 1400, "03": 1400}
    assert months(year, "drawn") == {"02": -300, "03": -300}
    assert months(year, "bought") == {"02": 240, "03": 240, "06": 320}
    assert (balance(year, "paid", "2023-02"), balance(year, "drawn", "2023-02")) == ((1400, 0), (-300, 0))
    assert [balance(year, "bought", month)[0] for month in ("2023-02", "2023-03", "2023-05", "2023-06")] == [
        560,
        320,
        320,
        0,
    ]


def test_what_stands_for_days_to_come_is_earned_day_by_day_and_usage_when_it_is_known(tmp_path: Path) -> None:
    """A quarter of 90 days at the end of January: seats that are carried over, and calls that were made in January."""
    books = Books(tmp_path / "home")
    books.root.mkdir()
    quarter = ("2026-01-01", "2026-04-01")
    charges = [charge(name, quarter, "9000", kind="usage") for name in ("seats", "calls")]
    seats, calls = (daily_segments(name, quarter, 9000, of_days=90) for name in ("seats", "calls"))
    for number, row in enumerate(calls):
        row |= {"is_served_by_days": False, "unrounded_amount": "0" if number else "9000"}
    january = night(books, "2026-01-31", charges, [*seats, *calls])
    earned = {
        row["charge_id"]: int(row["recognised_amount"])
        for row in january.read("revenue_schedule", "month = '2026-01-01'")
    }
    assert earned == {"seats": 3100, "calls": 9000}
