"""The life of a contract: changed calendars, pauses, ends and renewals, added and removed fees,
each with the money it owes."""

from __future__ import annotations

import json

import pytest

from tests.dbt.pricing.cases import built

Money = list[tuple[str, str, str, int]]


def owed(contract_id: str, *, until: str = "2026-07-01", fee_id: str = "base") -> Money:
    """Each charge as period_from, period_until, plan and amount."""
    sql = (
        "select period_from, period_until, plan_id, computed_amount from int_charges_priced "
        "where contract_id = ? and fee_id = ? and period_from < cast(? as date) order by served_from, plan_id"
    )
    rows = built().rows(sql, contract_id, fee_id, until)
    return [
        (str(row["period_from"]), str(row["period_until"]), row["plan_id"], int(row["computed_amount"])) for row in rows
    ]


def amounts(contract_id: str, *, until: str = "2026-07-01", fee_id: str = "base") -> list[int]:
    return [amount for *_, amount in owed(contract_id, until=until, fee_id=fee_id)]


def life_until(contract_id: str) -> str:
    (row,) = built().rows("select life_until from int_contract_service_dates where contract_id = ?", contract_id)
    return str(row["life_until"])


def test_a_new_anchor_leaves_old_billing_periods_and_begins_with_a_stub() -> None:
    """March keeps its month and falls to 19 of 31 days; the stub is 26 of the 31 days from the 15th."""
    assert owed("reanchored", until="2026-05-01")[1:] == [
        ("2026-02-01", "2026-03-01", "small", 9000),
        ("2026-03-01", "2026-04-01", "small", 5516),
        ("2026-03-15", "2026-04-15", "small", 7548),
        ("2026-04-15", "2026-05-15", "small", 9000),
    ]


def test_a_new_anchor_that_is_the_old_one_changes_nothing() -> None:
    assert owed("same_anchor", until="2026-05-01") == [
        (f"2026-0{month}-01", f"2026-0{month + 1}-01", "small", 9000) for month in range(1, 5)
    ]


def test_two_billing_periods_that_begin_on_one_day_stay_two() -> None:
    """28 February to 31 March falls to 10 of 31 days; 28 February to 30 March is served for its last 20 of 30."""
    assert owed("anchor_30", until="2026-03-01")[1:] == [
        ("2026-02-28", "2026-03-31", "small", 2903),
        ("2026-02-28", "2026-03-30", "small", 6000),
    ]


def test_a_new_anchor_before_a_change_at_the_periods_end_charges_no_day_twice() -> None:
    """15 of 31 days before the anchor moves, 16 of 31 after it; the year begins at the end of the period in which it
    was asked for."""
    assert owed("anchored_before_its_end") == [
        ("2026-01-10", "2026-02-10", "small", 4355),
        ("2026-01-25", "2026-02-25", "small", 4645),
        ("2026-02-10", "2027-02-10", "yearly", 1200000),
    ]


def test_a_plan_of_another_interval_begins_its_own_series_on_its_day() -> None:
    assert owed("to_yearly") == [
        ("2026-04-01", "2026-05-01", "small", 6000),
        ("2026-04-21", "2027-04-21", "yearly", 1200000),
    ]


def test_usage_of_a_yearly_plan_is_billed_by_months_of_the_same_series() -> None:
    assert [row[:2] for row in owed("to_yearly", fee_id="usage")] == [
        ("2026-04-21", "2026-05-21"),
        ("2026-05-21", "2026-06-21"),
        ("2026-06-21", "2026-07-21"),
    ]


def test_a_change_at_the_periods_end_keeps_the_anchor_and_the_next_one_follows_the_new_calendar() -> None:
    """To the year on 28 February; back to months only when that year is over, which is after tonight."""
    assert owed("to_yearly_at_end", until="2027-01-01") == [
        ("2026-01-31", "2026-02-28", "small", 9000),
        ("2026-02-28", "2027-02-28", "yearly", 1200000),
    ]


def test_a_plan_changed_in_the_trial_is_charged_from_the_trials_end() -> None:
    assert owed("in_trial_to_yearly", until="2026-11-01") == [("2026-10-04", "2027-10-04", "yearly", 1200000)]


@pytest.mark.parametrize("contract_id", ["up_at_end", "up_unprorated"])
def test_a_change_at_the_periods_end_or_without_proration_leaves_the_billing_period_whole(contract_id: str) -> None:
    assert owed(contract_id, until="2026-05-31") == [
        ("2026-04-01", "2026-05-01", "small", 9000),
        ("2026-05-01", "2026-06-01", "big", 12000),
    ]


def test_an_upgrade_and_a_downgrade_in_one_billing_period_are_one_charge_each() -> None:
    """Small for 20 of 30 days, big for 10."""
    assert owed("up_and_down", until="2026-05-01") == [
        ("2026-04-01", "2026-05-01", "small", 6000),
        ("2026-04-01", "2026-05-01", "big", 4000),
    ]


def test_of_two_changes_of_one_day_the_one_recorded_last_holds() -> None:
    assert owed("twice_a_day", until="2026-05-01") == [("2026-04-01", "2026-05-01", "small", 9000)]


def test_nothing_is_owed_while_paused() -> None:
    """Ten days of April, nothing of May, ten days of June."""
    assert owed("paused", until="2026-08-01") == [
        ("2026-04-01", "2026-05-01", "small", 3000),
        ("2026-06-01", "2026-07-01", "small", 3000),
        ("2026-07-01", "2026-08-01", "small", 9000),
    ]


def test_a_pause_with_a_last_day_ends_by_itself() -> None:
    assert amounts("paused_until", until="2026-05-31") == [6000, 9000]


def test_an_early_resume_ends_a_pause_with_a_last_day_and_leaves_the_next_one_alone() -> None:
    """20 of 30 days of April, of 31 of May and of 30 of June."""
    assert amounts("back_early") == [6000, 5806, 6000]


@pytest.mark.parametrize(
    ("contract_id", "months"),
    [("paused_over", [3000, 9000, 9000]), ("paused_for_nothing", [9000] * 3), ("paused_at_end", [9000] * 3)],
)
def test_a_pause_within_a_pause_or_without_a_day_does_nothing(contract_id: str, months: list[int]) -> None:
    assert amounts(contract_id) == months


def test_a_refused_cancellation_stops_no_later_change() -> None:
    assert owed("cancelled_too_early", until="2026-05-01") == [
        ("2026-04-01", "2026-05-01", "small", 3000),
        ("2026-04-01", "2026-05-01", "big", 8000),
    ]


@pytest.mark.parametrize(("refund", "kept"), [("unused", [2903]), ("none", [9000]), ("full", [])])
def test_a_cancellation_gives_back_what_its_refund_says(refund: str, kept: list[int]) -> None:
    assert amounts(f"refund_{refund}", until="2026-12-01") == kept


@pytest.mark.parametrize(
    ("contract_id", "until"),
    [
        ("cancelled_at_end", "2026-10-10"),
        ("cancelled_at_term", "2026-03-31"),
        ("expiring", "2026-04-30"),
        ("renewed", "2026-07-31"),
        ("renewed_early", "2026-07-31"),
        ("renewed_late", "2026-07-31"),
        ("renewed_in_doubt", "2026-07-31"),
        ("renewed_again", "2026-10-31"),
        ("renewed_by_nothing", "2026-03-01"),
        ("renewed_until", "2026-05-01"),
        ("rolling", "9999-12-31"),
    ],
)
def test_a_contract_ends_with_its_term_unless_it_is_renewed(contract_id: str, until: str) -> None:
    assert life_until(contract_id) == until


def test_an_added_fee_is_owed_for_its_days_and_its_quantity() -> None:
    """June: 2 × 300 for 5 of 30 days, 4 × 300 for 10; July: one day of 31. The base fee goes on."""
    assert amounts("with_extras", fee_id="backup", until="2026-10-01") == [500, 39]
    assert amounts("with_extras", until="2026-09-01") == [3000, 3000, 3000]


def test_a_removed_fee_is_owed_until_its_day() -> None:
    assert (
        amounts("without_base", until="2026-09-01"),
        amounts("without_base", fee_id="backup", until="2026-08-01"),
    ) == ([1500], [300, 300])


def test_a_trial_may_end_on_29_february() -> None:
    billing_periods = built().rows(
        "select period_from, period_until from int_billing_periods_served "
        "where contract_id = 'trial_to_29_february' order by 1 limit 2"
    )
    assert [
        (str(billing_period["period_from"]), str(billing_period["period_until"])) for billing_period in billing_periods
    ] == [
        ("2024-02-15", "2024-02-29"),
        ("2024-02-29", "2024-03-29"),
    ]


def test_a_contract_cancelled_as_its_trial_ends_owes_nothing() -> None:
    assert amounts("trial_cancelled") == []


@pytest.mark.parametrize(("refund", "served_until"), [("none", "2026-06-10"), ("unused", "2026-05-20")])
def test_a_fee_that_is_never_prorated_is_kept_to_its_periods_end_where_nothing_is_refunded(
    refund: str, served_until: str
) -> None:
    """So its rest is earned on the day on which the contract ends, as that of any other fee that is not given back."""
    sql = "select served_until, computed_amount from int_charges_priced where contract_id = ? order by period_from desc"
    last = built().rows(sql, f"unprorated_{refund}")[0]
    assert (str(last["served_until"]), last["computed_amount"]) == (served_until, 3000)


def acting(contract_id: str) -> list[str]:
    sql = "select kind from int_contract_changes_resolved where contract_id = ? order by step_no"
    return [row["kind"] for row in built().rows(sql, contract_id)]


def test_a_change_acts_ahead_by_the_lead_of_the_plan_that_it_finds() -> None:
    """The plan that was signed says nothing after an upgrade: a cancellation at the period's end acts before the next
    period is billed in advance, and nothing is billed that has to be credited."""
    assert acting("lead_gained") == ["change_plan", "cancel"]
    assert life_until("lead_gained") == "2026-11-04"
    assert owed("lead_gained", until="2027-01-01")[-2:] == [
        ("2026-09-04", "2026-10-04", "early", 3100),
        ("2026-10-04", "2026-11-04", "early", 3100),
    ]
    assert acting("lead_lost") == ["change_plan"]
    assert amounts("lead_lost", until="2026-12-01")[-1] == 9000


def test_a_change_acts_after_the_change_of_plan_that_it_follows() -> None:
    """By the five days of the plan to come it would act tonight, two days before that plan does."""
    assert acting("lead_to_come") == []
    assert life_until("lead_to_come") == "9999-12-31"


def test_what_is_coming_is_announced_in_time_and_a_cancelled_renewal_is_an_end() -> None:
    rows = built().rows(
        "select purpose, contract_id, happens_on from int_contract_notices where contract_id like 'notice_%' "
        "order by contract_id"
    )
    assert [(row["contract_id"], row["purpose"], str(row["happens_on"])) for row in rows] == [
        ("notice_cancelled", "contract_ending", "2026-12-01"),
        ("notice_end", "contract_ending", "2026-11-20"),
        ("notice_own_price_over", "price_change", "2026-11-25"),
        ("notice_price", "price_change", "2026-11-25"),
        ("notice_renewal", "renewal_coming", "2026-12-01"),
        ("notice_trial", "trial_ending", "2026-11-05"),
        ("notice_with_extra", "price_change", "2026-11-20"),
    ]


def test_the_next_charge_that_a_card_is_too_old_for_is_the_first_billing_period_after_its_last_day() -> None:
    """A yearly plan with usage by months is charged each month; a contract that leaves before is charged no more."""
    rows = built().rows(
        "select payment_method_id, contract_id, charged_on from int_card_charges_after_expiry "
        "order by payment_method_id"
    )
    assert {(row["payment_method_id"], row["contract_id"], str(row["charged_on"])) for row in rows} == {
        ("card-monthly", "card_monthly", "2026-12-15"),
        ("card-yearly", "card_yearly", "2026-12-10"),
        ("card-year", "card_year", "2027-03-10"),
        ("card-both", "card_both_too", "2026-12-20"),
        ("card-expired", "card_expired", "2026-11-01"),
    }


def test_a_paused_contract_says_so_and_lists_its_phases() -> None:
    (row,) = built().rows("select status, phases from contracts where contract_id = 'up_and_down'")
    phases = [(phase["phase_from"], phase["phase_until"], phase["plan_id"]) for phase in json.loads(row["phases"])]
    assert phases == [
        ("2026-04-01", "2026-04-11", "small"),
        ("2026-04-11", "2026-04-21", "big"),
        ("2026-04-21", None, "small"),
    ]
    assert built().rows("select status from contracts where contract_id = 'paused_now'") == [{"status": "paused"}]
